"""What an interval chart shows, as plain rows: one per group, from a result in the shape of `evaluate --json`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from evenhand.fairness.plots.words import group_label

MINIMUM = 30
SET_ASIDE = "Not judged"  # how the engine begins the reason of a pair it did not judge
Result = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A value with its interval, unrounded; shares as fractions."""

    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True, kw_only=True)
class GroupRow:
    """One group: how many, its metric, its gap to the reference and what the goal says of it."""

    label: str
    people: int
    numerator: int | None
    denominator: int | None
    rate: Estimate | None
    gap: Estimate | None
    state: str  # met, not_met, inconclusive, not_judged, reference, too_few

    @property
    def judged(self) -> int:
        """The people the metric is about: its denominator, or everyone where it has none."""
        return self.people if self.denominator is None else self.denominator


@dataclass(frozen=True, kw_only=True)
class Band:
    """The gaps a goal allows; None is no limit on that side."""

    low: float | None
    high: float | None


@dataclass(frozen=True, kw_only=True)
class Partition:
    """What to show of a result: a metric over one partition, and the goal that judges it ("" for none)."""

    metric: str
    by: tuple[str, ...]
    kind: str = "difference"
    goal: str = ""
    minimum: int = MINIMUM


@dataclass(frozen=True, kw_only=True)
class Reference:
    """What groups are compared with: another group, or everybody."""

    label: str
    group: Mapping[str, Any]
    value: float | None


def interval_rows(result: Result, shown: Partition) -> tuple[GroupRow, ...]:
    """The groups of one partition, largest first, each with its gap and what the goal says of it."""
    gaps = {_key(gap["group"]): gap for gap in _gaps(result, shown)}
    compared = reference_of(result, shown)
    rows = [
        _row(
            found,
            gaps.get(_key(found["group"])),
            shown,
            is_reference=compared is not None and found["group"] == compared.group,
        )
        for found in result["groups"]
        if found["group"] and set(found["group"]) == set(shown.by)
    ]
    return tuple(sorted(rows, key=lambda row: (-row.judged, row.label)))


def reference_of(result: Result, shown: Partition) -> Reference | None:
    """The common reference of the gaps shown; None where there is none, or each group has its own."""
    references = [gap["reference"] for gap in _gaps(result, shown)]
    if not references or any(reference != references[0] for reference in references):
        return None
    group = references[0] or {}
    measured = next((found["metrics"].get(shown.metric) for found in result["groups"] if found["group"] == group), None)
    return Reference(label=group_label(group), group=group, value=(measured or {}).get("value"))


def _key(group: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    return tuple(sorted(group.items()))


def _gaps(result: Result, shown: Partition) -> list[Mapping[str, Any]]:
    """The goal's own pairs where they have one reference, otherwise all comparisons.

    A goal over all pairs lists only the gravest of each group, so there the comparisons take their verdict from it.
    """
    judged = [row for row in result["verdicts"] if shown.goal and row["goal"] == shown.goal and _is_pair(row, shown)]
    compared = [
        row for row in result["comparisons"] if row["of"] == "pair" and not row.get("within") and _is_pair(row, shown)
    ]
    if not judged:
        return compared
    if all(row["reference"] == judged[0]["reference"] for row in judged):
        return judged
    return [{**row, **_gravest(judged, row["group"])} for row in compared]


def _gravest(judged: list[Mapping[str, Any]], group: Mapping[str, Any]) -> dict[str, Any]:
    """Verdict and reason of the gravest pair a group stands in; pairs come gravest first."""
    found = next((row for row in judged if group in (row["group"], row["reference"])), None)
    return {} if found is None else {"verdict": found["verdict"], "reason": found["reason"]}


def _is_pair(row: Mapping[str, Any], shown: Partition) -> bool:
    return (
        row["metric"] == shown.metric
        and row["kind"] == shown.kind
        and bool(row["group"])
        and set(row["by"]) == set(shown.by)
    )


def _row(found: Mapping[str, Any], gap: Mapping[str, Any] | None, shown: Partition, *, is_reference: bool) -> GroupRow:
    measured = found["metrics"].get(shown.metric) or {}
    denominator = measured.get("denominator")
    people = found["n"] if denominator is None else denominator
    rate = _estimate(measured)
    return GroupRow(
        label=group_label(found["group"]),
        people=found["n"],
        numerator=measured.get("numerator"),
        denominator=denominator,
        rate=rate,
        gap=None if is_reference else _estimate(gap or {}),
        state=_state(gap, is_reference=is_reference, few=rate is None or people < shown.minimum),
    )


def _state(gap: Mapping[str, Any] | None, *, is_reference: bool, few: bool) -> str:
    if is_reference:
        return "reference"
    verdict = (gap or {}).get("verdict")
    if (few and verdict is None) or str((gap or {}).get("reason", "")).startswith(SET_ASIDE):
        return "too_few"
    return str(verdict or "not_judged")


def _estimate(row: Mapping[str, Any]) -> Estimate | None:
    if row.get("value") is None:
        return None
    return Estimate(value=row["value"], low=row.get("low"), high=row.get("high"))
