"""What a threshold study says: frozen dataclasses, to JSON. Information only; nothing in it is a verdict."""

from dataclasses import dataclass, fields
from typing import Any

from evenhand.fairness.counts.groups import Group

LEGAL_WARNING = (
    "Different thresholds for different groups treat people differently because of a protected attribute. In many "
    "settings that is disparate treatment and unlawful; take legal advice before using any."
)


@dataclass(frozen=True, slots=True)
class GroupCurve:
    """Every rate of one group at each threshold of the study; None where it is undefined or not known exactly."""

    group: Group
    n: int
    metrics: dict[str, tuple[float | None, ...]]


@dataclass(frozen=True, slots=True)
class GoalCurve:
    """At which single thresholds a goal would be met, taking rates as they are and ignoring their doubt.

    ``met`` has one entry for each threshold: None where a group's rate there is not known. ``best`` is the threshold
    with the highest accuracy among those that meet it, ``accuracy`` that accuracy and ``accuracy_paid`` what it is
    below the highest of all thresholds.
    """

    goal: str
    met: tuple[bool | None, ...]
    best: float | None
    accuracy: float | None
    accuracy_paid: float | None


@dataclass(frozen=True, slots=True)
class OwnThreshold:
    """One group's own threshold and what it gives."""

    group: Group
    threshold: float
    value: float
    selection_rate: float
    accuracy: float


@dataclass(frozen=True, slots=True)
class OwnThresholds:
    """The thresholds of each group that keep a metric within a gap and lose the least accuracy (information only)."""

    goal: str
    metric: str
    margin: float
    thresholds: tuple[OwnThreshold, ...]
    gap: float
    accuracy: float
    accuracy_paid: float
    warning: str = LEGAL_WARNING


@dataclass(frozen=True)
class ThresholdStudy:
    """Every rate of every group over all thresholds. Selected is a score of at least the threshold."""

    counts_sha256: str
    by: tuple[str, ...]
    current: float | None
    thresholds: tuple[float, ...]
    selected: tuple[float | None, ...]
    accuracy: tuple[float | None, ...]
    groups: tuple[GroupCurve, ...]
    goals: tuple[GoalCurve, ...]
    own_thresholds: tuple[OwnThresholds, ...]
    warnings: tuple[str, ...]

    def group(self, **levels: str) -> GroupCurve:
        """The curves of one group, such as ``group(race="Asian")``."""
        for curve in self.groups:
            if curve.group == levels:
                return curve
        raise KeyError(f"no group {levels}")

    def to_json(self) -> dict[str, Any]:
        """The study as JSON values."""
        return {each.name: _plain(getattr(self, each.name)) for each in fields(self)}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    names = getattr(value, "__dataclass_fields__", None)
    return value if names is None else {name: _plain(getattr(value, name)) for name in names}
