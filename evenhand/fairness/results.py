"""What an evaluation says: frozen dataclasses of one shape, to and from JSON. Undefined is None, never NaN."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal, SupportsFloat

import rfc8785

from evenhand.errors import InputError
from evenhand.fairness.counts.groups import Group

Kind = Literal["difference", "ratio"]
State = Literal["met", "not_met", "inconclusive"]


@dataclass(frozen=True, slots=True)
class MetricValue:
    """A metric of one group with its doubt. For a rate, numerator and denominator are people."""

    value: float | None
    low: float | None
    high: float | None
    method: str
    numerator: int | None = None
    denominator: int | None = None


@dataclass(frozen=True, slots=True)
class GroupResult:
    """One group's metrics; everyone is the group ``{}``. ``shrunken`` are estimates beside them, never instead."""

    group: Group
    n: int
    metrics: dict[str, MetricValue]
    shrunken: dict[str, MetricValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A difference or ratio between a group and its reference, or over all groups of ``by``.

    ``p_adjusted`` is Holm's over the comparisons of one metric and attribute, ``q_value`` Benjamini and Hochberg's over
    all tests of the evaluation. ``expected`` is what a max-min figure comes to on average under parity, ``detectable``
    the smallest true difference that a pair of this size would have shown with 80 % power. ``within`` names the
    columns whose strata the comparison was made in.
    """

    metric: str
    by: tuple[str, ...]
    kind: Kind
    of: Literal["pair", "max_min"]
    group: Group | None
    reference: Group | None
    value: float | None
    low: float | None
    high: float | None
    method: str
    p_value: float | None
    p_adjusted: float | None
    q_value: float | None = None
    expected: float | None = None
    detectable: float | None = None
    within: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """A judgement: on one pair of groups, on a goal (no group), or overall (no metric).

    ``p_equivalence`` is the p-value of the claim that what was agreed holds (two one-sided tests; the larger), for a
    goal the largest of its lines'. ``family`` says how many lines were judged together.
    """

    goal: str | None
    metric: str | None
    by: tuple[str, ...]
    kind: str | None
    side: str | None
    threshold: float | None
    group: Group | None
    reference: Group | None
    value: float | None
    low: float | None
    high: float | None
    verdict: State
    reason: str
    more_needed: int | None
    sentence: str
    p_equivalence: float | None = None
    family: int | None = None

    @property
    def is_overall(self) -> bool:
        """Whether this is the one row over all goals."""
        return self.metric is None

    @property
    def is_goal(self) -> bool:
        """Whether this is the row that sums up one goal."""
        return self.metric is not None and self.group is None


@dataclass(frozen=True, slots=True)
class ForcedRate:
    """A group's false positive rate as seen, and as equal PPV and FNR would force it to be."""

    group: Group
    n: int
    base_rate: float
    false_positive_rate: float | None
    forced: float | None


@dataclass(frozen=True, slots=True)
class ForcedValue:
    """What a group's metric comes to where two criteria hold; None where no such value exists."""

    group: Group
    value: float | None


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Two criteria of fairness, and what asking for both does here.

    ``possible`` is False where both cannot hold, True where they can, None where the data cannot tell whether base
    rates differ. ``chosen`` says whether the goals ask for both. ``forced`` is the metric that gives way, ``values``
    what it comes to in each group, ``gap`` its largest difference and ``margin`` the gap that was agreed.
    """

    criteria: tuple[str, str]
    chosen: bool
    possible: bool | None
    forced: str
    values: tuple[ForcedValue, ...]
    gap: float | None
    margin: float | None
    sentence: str


@dataclass(frozen=True)
class Impossibility:
    """Whether base rates differ, and which criteria then exclude each other.

    ``possible`` says whether PPV, FNR and FPR can all be equal: None where the data cannot tell. ``left_out`` are
    groups that are too small.
    """

    by: tuple[str, ...]
    positive_predictive_value: float
    false_negative_rate: float
    p_value: float | None
    possible: bool | None
    rates: tuple[ForcedRate, ...]
    left_out: tuple[Group, ...]
    exclusions: tuple[Exclusion, ...]
    sentence: str


@dataclass(frozen=True)
class Evaluation:
    """Everything one evaluation found."""

    counts_sha256: str
    engine: str
    n_rows: int
    confidence: float
    groups: tuple[GroupResult, ...]
    comparisons: tuple[Comparison, ...]
    verdicts: tuple[Verdict, ...]
    warnings: tuple[str, ...]
    impossibility: tuple[Impossibility, ...] = ()

    @property
    def overall(self) -> Verdict | None:
        """The verdict over all goals; None where no goal was given."""
        return next((verdict for verdict in self.verdicts if verdict.is_overall), None)

    def group(self, **levels: str) -> GroupResult:
        """The result of one group, such as ``group(race="Asian")``; everyone without arguments."""
        for result in self.groups:
            if result.group == levels:
                return result
        raise KeyError(f"no group {levels}")

    def to_json(self) -> dict[str, Any]:
        """The evaluation as JSON values; ``evenhand schema result`` describes it."""
        return {field.name: _plain(getattr(self, field.name)) for field in fields(self)}

    def canonical(self) -> bytes:
        """The evaluation as canonical JSON bytes (RFC 8785)."""
        return rfc8785.dumps(self.to_json())

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Evaluation":
        """Read an evaluation that ``to_json`` wrote; fields that engine 1.0 did not know take their defaults."""
        try:
            return cls(
                counts_sha256=value["counts_sha256"],
                engine=value["engine"],
                n_rows=value["n_rows"],
                confidence=value["confidence"],
                groups=tuple(
                    GroupResult(row["group"], row["n"], _metrics(row["metrics"]), _metrics(row.get("shrunken", {})))
                    for row in value["groups"]
                ),
                comparisons=tuple(
                    Comparison(**{**row, "by": tuple(row["by"]), "within": tuple(row.get("within", ()))})
                    for row in value["comparisons"]
                ),
                verdicts=tuple(Verdict(**{**row, "by": tuple(row["by"])}) for row in value["verdicts"]),
                warnings=tuple(value["warnings"]),
                impossibility=tuple(_impossibility(row) for row in value.get("impossibility", ())),
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise InputError(f"This is not an evaluation result: {error}.")


def defined(value: SupportsFloat) -> float | None:
    """A number, or None where it is not one."""
    number = float(value)
    return number if math.isfinite(number) else None


def _impossibility(row: Mapping[str, Any]) -> Impossibility:
    exclusions = (
        Exclusion(
            **{**each, "criteria": tuple(each["criteria"]), "values": tuple(ForcedValue(**v) for v in each["values"])}
        )
        for each in row["exclusions"]
    )
    read = {
        "by": tuple(row["by"]),
        "rates": tuple(ForcedRate(**rate) for rate in row["rates"]),
        "left_out": tuple(row["left_out"]),
        "exclusions": tuple(exclusions),
    }
    return Impossibility(**{**row, **read})


def _metrics(rows: Mapping[str, Mapping[str, Any]]) -> dict[str, MetricValue]:
    return {name: MetricValue(**row) for name, row in rows.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    names = getattr(value, "__dataclass_fields__", None)
    if names is not None:  # dataclasses.asdict does the same, several times slower
        return {name: _plain(getattr(value, name)) for name in names}
    return value
