"""Plain words for metrics and groups, and which metrics are shares of people."""

from collections.abc import Mapping, Sequence
from typing import Any

# Metrics that are shares of people: printed in percent, their differences in percentage points.
SHARES = frozenset(
    {
        "base_rate",
        "selection_rate",
        "accuracy",
        "balanced_accuracy",
        "true_positive_rate",
        "false_positive_rate",
        "true_negative_rate",
        "false_negative_rate",
        "positive_predictive_value",
        "negative_predictive_value",
        "false_discovery_rate",
        "false_omission_rate",
        "scoring_rate",
        "f1_score",
    }
)

IN_WORDS = {
    "count": "People",
    "base_rate": "Actual positives",
    "selection_rate": "Flagged",
    "accuracy": "Right",
    "balanced_accuracy": "Right, both classes weighed alike",
    "true_positive_rate": "Rightly flagged",
    "false_positive_rate": "Wrongly flagged",
    "true_negative_rate": "Rightly passed",
    "false_negative_rate": "Missed",
    "positive_predictive_value": "Right flags",
    "negative_predictive_value": "Right passes",
    "false_discovery_rate": "Wrong flags",
    "false_omission_rate": "Wrong passes",
    "f1_score": "F1 score",
    "auc": "Ranks a positive above a negative",
    "brier_score": "Squared error of the score",
    "calibration_gap": "Mean score above outcomes",
    "calibration_error": "Distance of score and outcome",
    "mean_score": "Mean score",
    "scoring_rate": "Scored above the median",
}


def metric_in_words(metric: str) -> str:
    """Plain words for a metric name: "Wrongly flagged"; the name itself, spaced, where there are none."""
    return IN_WORDS.get(metric, metric.replace("_", " "))


def metric_name(metric: str) -> str:
    """The metric's name as the literature writes it."""
    return {"auc": "AUC", "f1_score": "F1 score"}.get(metric, metric.replace("_", " "))


def group_label(group: Mapping[str, Any]) -> str:
    """ "African-American" or "African-American, Female"; "Everybody" for the overall row."""
    return ", ".join(str(level) for level in group.values()) or "Everybody"


def by_label(by: Sequence[str]) -> str:
    """The head over group names: "Race", "Age cat and sex"."""
    return sentence_case(" and ".join(column.replace("_", " ") for column in by))


def sentence_case(text: str) -> str:
    """The same words with a capital at the beginning."""
    return text[:1].upper() + text[1:]
