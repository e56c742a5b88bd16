"""Which columns a count uses and how their values are understood."""

import math
import re
from dataclasses import dataclass
from typing import Any

from evenhand.errors import InputError

MISSING = "(missing)"
MICRO = 1_000_000
SCORE_LIMIT = 1000
ONES = frozenset({"1", "1.0", "true", "True", "TRUE"})
ZEROS = frozenset({"0", "0.0", "false", "False", "FALSE"})
OPERATORS = ("=", "!=", "<", "<=", ">", ">=")
_COMPARISON = re.compile(r"^(?P<column>.+?)\s*(?P<operator>>=|<=|!=|=|>|<)\s*(?P<value>.*)$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Columns:
    """The named columns of a count; what is not used is None."""

    groups: tuple[str, ...]
    label: str | None = None
    prediction: str | None = None
    score: str | None = None
    threshold: float | None = None
    positive: str = "1"
    score_range: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        if not self.groups:
            raise InputError("Name at least one group column (--group).")
        if len(set(self.groups)) != len(self.groups):
            raise InputError("A group column is named twice; name each once.")
        if self.label is None and not self.decides:
            raise InputError("Name a label (--label), a prediction (--prediction), or a score with a threshold.")
        if self.threshold is not None and self.score is None:
            raise InputError("A threshold needs a score column (--score).")
        if self.threshold is not None and not math.isfinite(self.threshold):
            raise InputError("The threshold must be a number.")
        if self.score_range is not None:
            check_range(self.score_range)

    @property
    def decides(self) -> bool:
        """Whether each row has a decision: a prediction column, or a score with a threshold."""
        return self.prediction is not None or (self.score is not None and self.threshold is not None)

    def used(self) -> tuple[str, ...]:
        """Every column name that must be in the data."""
        roles = (self.label, self.prediction, self.score)
        return (*self.groups, *(name for name in roles if name is not None))


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition on rows, such as ``days >= -30``; rows without a value are left out."""

    column: str
    operator: str
    value: str

    @classmethod
    def parse(cls, text: str) -> "Filter":
        """Read ``column operator value`` with one of ``= != < <= > >=``."""
        match = _COMPARISON.match(text)
        if match is None:
            raise InputError(f"Filter {text!r} is not understood; write column=value, or one of != < <= > >=.")
        condition = cls(match["column"].strip(), match["operator"], match["value"].strip())
        if condition.operator not in ("=", "!="):
            number(condition.value, what=f"Filter {text!r}")
        return condition

    def __str__(self) -> str:
        return f"{self.column} {self.operator} {self.value}"


def number(text: str, *, what: str) -> float:
    """A finite number from text."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InputError(f"{what}: {text!r} is not a number.")
    return value


def check_range(bounds: tuple[float, float]) -> None:
    """Refuse a score range that is empty or so wide that exact sums would not fit."""
    low, high = bounds
    if not (low < high and abs(low) <= SCORE_LIMIT and abs(high) <= SCORE_LIMIT):
        raise InputError(
            f"The score range {low:g} to {high:g} must rise and lie within -1000 and 1000; rescale the score."
        )
    if micro(high) - micro(low) < MICRO // 1000:
        raise InputError(f"The score range {low:g} to {high:g} is too narrow; rescale the score.")


def micro(score: float) -> int:
    """A score in millionths, rounded half up: the same whole number on every engine."""
    return math.floor(score * MICRO + 0.5)


def plain(value: Any) -> str:
    """A value as text, one spelling for equal values: 1, 1.0 and True are ``1``."""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def level(value: Any, *, column: str) -> str:
    """A group's name: missing values become ``(missing)``, which no real value may be called."""
    if (
        value is None
        or value == ""
        or (isinstance(value, float) and math.isnan(value))
        or str(value) in ("NaT", "<NA>")
    ):
        return MISSING
    if isinstance(value, bool):
        return "true" if value else "false"
    name = plain(value)
    if name == MISSING:
        raise InputError(
            f"Column {column!r} holds the value {MISSING!r}, which means missing; rename it or leave it empty."
        )
    return name
