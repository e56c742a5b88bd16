"""Which columns a count uses and how their values are understood."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from evenhand.errors import InputError

MISSING = "(missing)"
UNKNOWN = ("", "NaT", "<NA>")  # how a missing value may be written
MICRO = 1_000_000
SCORE_LIMIT = 1000
MOST_CLASSES = 100
ONES = frozenset({"1", "1.0", "true", "True", "TRUE"})
ZEROS = frozenset({"0", "0.0", "false", "False", "FALSE"})
NUMERIC_SUMS = (
    "label_sum",
    "label_squares",
    "prediction_sum",
    "prediction_squares",
    "product_sum",
    "absolute_error_sum",
)
OPERATORS = ("=", "!=", "<", "<=", ">", ">=")
_COMPARISON = re.compile(r"^(?P<column>.+?)\s*(?P<operator>>=|<=|!=|=|>|<)\s*(?P<value>.*)$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Bands:
    """A numeric attribute cut into levels: ``cuts`` 25 and 40 make "under 25", "25 to under 40" and "40 and over"."""

    column: str
    cuts: tuple[float, ...]

    def __post_init__(self) -> None:
        if not self.cuts or any(later <= earlier for earlier, later in pairwise(self.cuts)):
            raise InputError(f"The bands of {self.column!r} need cut points that rise, such as {self.column}=25,40,60.")
        if not all(map(math.isfinite, self.cuts)):
            raise InputError(f"The cut points of {self.column!r} must be numbers.")

    @property
    def levels(self) -> tuple[str, ...]:
        """The names of the bands, lowest first."""
        inner = (f"{low:g} to under {high:g}" for low, high in pairwise(self.cuts))
        return (f"under {self.cuts[0]:g}", *inner, f"{self.cuts[-1]:g} and over")


@dataclass(frozen=True, slots=True)
class Columns:
    """The named columns of a count; what is not used is None.

    ``decision`` is the human's final decision beside the model's, ``unit`` the person, site or employer whose rows
    belong together, ``weight`` a survey weight, ``people`` how many people a row of a ready table stands for.
    ``median`` is the score above which the scoring rate counts. ``observed`` "selected" means that labels are known
    only for selected people. ``outcome`` is "binary", "classes" (named by ``classes``) or "numeric"; with ``rank``
    selected means a rank of at most ``top``.
    """

    groups: tuple[str, ...]
    label: str | None = None
    prediction: str | None = None
    score: str | None = None
    threshold: float | None = None
    positive: str = "1"
    score_range: tuple[float, float] | None = None
    decision: str | None = None
    unit: str | None = None
    weight: str | None = None
    people: str | None = None
    bands: tuple[Bands, ...] = ()
    median: float | None = None
    observed: str = "all"
    outcome: str = "binary"
    classes: tuple[str, ...] = ()
    rank: str | None = None
    top: int | None = None

    def __post_init__(self) -> None:
        if not self.groups:
            raise InputError("Name at least one group column (--group).")
        if len(set(self.groups)) != len(self.groups):
            raise InputError("A group column is named twice; name each once.")
        if self.label is None and self.prediction is None and not self.decides and self.median is None:
            raise InputError("Name a label (--label), a prediction (--prediction), or a score with a threshold.")
        if self.threshold is not None and self.score is None:
            raise InputError("A threshold needs a score column (--score).")
        if self.threshold is not None and not math.isfinite(self.threshold):
            raise InputError("The threshold must be a number.")
        if self.score_range is not None:
            check_range(self.score_range)
        for problem in self._problems():
            raise InputError(problem)

    @property
    def labeled(self) -> bool:
        """Whether every person has a two-valued label."""
        return self.label is not None and self.observed == "all" and self.outcome == "binary"

    @property
    def is_numeric(self) -> bool:
        """Whether label and prediction are quantities, held as sums."""
        return self.outcome == "numeric"

    @property
    def n_classes(self) -> int:
        """How many classes label and prediction have."""
        return len(self.classes) or 2

    @property
    def measures(self) -> tuple[str, ...]:
        """The names of a cell's further sums: whole numbers, in millionths of what they measure (``above``: people)."""
        return (
            *(("weight_sum", "weight_squares") if self.weight is not None else ()),
            *(("above",) if self.median is not None else ()),
            *(("exposure_sum", "exposure_squares") if self.rank is not None else ()),
            *(NUMERIC_SUMS if self.is_numeric else ()),
        )

    @property
    def decides(self) -> bool:
        """Whether each row has a decision: a prediction column, or a score with a threshold."""
        if self.is_numeric:
            return False
        return self.prediction is not None or self.rank is not None or self._by_threshold

    @property
    def _by_threshold(self) -> bool:
        return self.score is not None and self.threshold is not None

    def used(self) -> tuple[str, ...]:
        """Every column name that must be in the data."""
        roles = (self.label, self.prediction, self.score, self.decision, self.unit, self.weight, self.people, self.rank)
        return (*self.groups, *(name for name in roles if name is not None))

    def _problems(self) -> Iterator[str]:
        banded = [each.column for each in self.bands]
        for name in banded:
            if name not in self.groups or banded.count(name) > 1:
                yield f"Bands are for a group column, each once; {name!r} is not."
        if self.observed not in ("all", "selected"):
            yield f"Labels are observed for all or selected people, not {self.observed!r}."
        if self.observed == "selected" and (self.label is None or not self.decides):
            yield "Labels observed for selected people need a label and a prediction."
        if self.outcome not in ("binary", "classes", "numeric"):
            yield f"The outcome is binary, classes or numeric, not {self.outcome!r}."
        if (self.outcome == "classes") != bool(self.classes):
            yield "An outcome of classes names them, and no other does."
        if self.classes and not 2 <= len(set(self.classes)) == len(self.classes) <= MOST_CLASSES:
            yield f"The classes of an outcome are 2 to {MOST_CLASSES} different names."
        if self.outcome != "binary" and (self.score is not None or self.rank is not None):
            yield f"An outcome of kind {self.outcome!r} has no scores and no ranks."
        if self.rank is not None and (self.prediction is not None or self._by_threshold):
            yield "The rank says who is selected; leave out the prediction and the threshold."
        if self.median is not None and self.score is None:
            yield "A median needs a score column (--score)."
        if (self.rank is None) != (self.top is None):
            yield "A rank needs how many places count as selected (--top), and --top needs a rank."
        if self.top is not None and self.top < 1:
            yield f"The number of places that count as selected (--top) is 1 or more, not {self.top}."


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
    if value is None or str(value) in UNKNOWN or (isinstance(value, float) and math.isnan(value)):
        return MISSING
    if isinstance(value, bool):
        return "true" if value else "false"
    name = plain(value)
    if name == MISSING:
        raise InputError(
            f"Column {column!r} holds the value {MISSING!r}, which means missing; rename it or leave it empty."
        )
    return name
