"""What an interval chart shows, as plain rows: one per group, from a result in the shape of `evaluate --json`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MINIMUM = 30
Result = Mapping[str, Any]

# Metrics that are shares of people: printed in percent, their differences in percentage points.
SHARES = frozenset(
    (
        "base_rate selection_rate accuracy balanced_accuracy true_positive_rate false_positive_rate true_negative_rate "
        "false_negative_rate positive_predictive_value negative_predictive_value false_discovery_rate "
        "false_omission_rate scoring_rate f1_score"
    ).split()
)

IN_WORDS = {
    "count": "People",
    "base_rate": "Actual positives",
    "selection_rate": "Flagged or selected",
    "accuracy": "Right",
    "balanced_accuracy": "Right, both classes weighed alike",
    "true_positive_rate": "Rightly flagged",
    "false_positive_rate": "Wrongly flagged",
    "true_negative_rate": "Rightly passed",
    "false_negative_rate": "Missed",
    "positive_predictive_value": "Flags that were right",
    "negative_predictive_value": "Passes that were right",
    "false_discovery_rate": "Flags that were wrong",
    "false_omission_rate": "Passes that were wrong",
    "f1_score": "F1 score",
    "auc": "Ranks a positive above a negative",
    "brier_score": "Squared error of the score",
    "calibration_error": "Distance of score and outcome",
    "mean_score": "Mean score",
    "scoring_rate": "Scored above the median",
}


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


@dataclass(frozen=True, kw_only=True)
class Band:
    """The gaps a goal allows; None is no limit on that side."""

    low: float | None
    high: float | None

    def state_of(self, gap: Estimate) -> str:
        """met when the whole interval lies inside, not_met when it lies wholly beyond a limit."""
        low = gap.value if gap.low is None else gap.low
        high = gap.value if gap.high is None else gap.high
        if (self.high is not None and low > self.high) or (self.low is not None and high < self.low):
            return "not_met"
        inside = (self.high is None or high <= self.high) and (self.low is None or low >= self.low)
        return "met" if inside else "inconclusive"


def metric_in_words(metric: str) -> str:
    """Plain words for a metric name: "Wrongly flagged"; the name itself, spaced, where there are none."""
    return IN_WORDS.get(metric, metric.replace("_", " "))


def metric_name(metric: str) -> str:
    """The metric's name as the literature writes it."""
    return {"auc": "AUC", "f1_score": "F1 score"}.get(metric, metric.replace("_", " "))


def group_label(group: Mapping[str, Any]) -> str:
    """"African-American" or "African-American, Female"; "Everybody" for the overall row."""
    return ", ".join(str(level) for level in group.values()) or "Everybody"


def interval_rows(
    result: Result,
    *,
    metric: str,
    by: Sequence[str],
    kind: str = "difference",
    band: Band | None = None,
    minimum: int = MINIMUM,
) -> tuple[GroupRow, ...]:
    """The groups of one partition, largest first, each judged against the band where there is one."""
    gaps = _gaps(result, metric, by, kind)
    reference = next((gap["reference"] for gap in gaps.values()), None)
    rows = [
        _row(found, metric, gaps.get(_key(found["group"])), is_reference=found["group"] == reference, band=band, minimum=minimum)
        for found in result["groups"]
        if found["group"] and set(found["group"]) == set(by)
    ]
    return tuple(sorted(rows, key=lambda row: (-(row.denominator or row.people), row.label)))


def _key(group: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    return tuple(sorted(group.items()))


def _gaps(result: Result, metric: str, by: Sequence[str], kind: str) -> dict[Any, Mapping[str, Any]]:
    return {
        _key(row["group"]): row
        for row in result["comparisons"]
        if row["metric"] == metric
        and row["of"] == "pair"
        and row["kind"] == kind
        and set(row["by"]) == set(by)
        and row["group"] is not None
    }


def _row(
    found: Mapping[str, Any],
    metric: str,
    gap: Mapping[str, Any] | None,
    *,
    is_reference: bool,
    band: Band | None,
    minimum: int,
) -> GroupRow:
    measured = found["metrics"].get(metric) or {}
    denominator = measured.get("denominator")
    rate = _estimate(measured)
    few = rate is None or (denominator if denominator is not None else found["n"]) < minimum
    distance = None if is_reference else _estimate(gap or {})
    return GroupRow(
        label=group_label(found["group"]),
        people=found["n"],
        numerator=measured.get("numerator"),
        denominator=denominator,
        rate=rate,
        gap=distance,
        state=_state(distance, is_reference=is_reference, few=few, band=band),
    )


def _state(gap: Estimate | None, *, is_reference: bool, few: bool, band: Band | None) -> str:
    if is_reference:
        return "reference"
    if few:
        return "too_few"
    if band is None or gap is None:
        return "not_judged"
    return band.state_of(gap)


def _estimate(row: Mapping[str, Any]) -> Estimate | None:
    if row.get("value") is None:
        return None
    return Estimate(value=row["value"], low=row.get("low"), high=row.get("high"))
