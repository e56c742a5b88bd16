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
