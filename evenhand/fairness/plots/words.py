"""Plain words for metrics and groups, and which metrics are shares of people."""

from collections.abc import Mapping, Sequence
from typing import Any

from evenhand.fairness.measuring.rates import RATES

# Metrics that are shares of people: printed in percent, their differences in percentage points.
SHARES = frozenset(RATES) | {"balanced_accuracy", "f1_score", "scoring_rate"}

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
    "treatment_equality": "Missed for each wrongly flagged",
    "override_rate": "Changed by a person",
    "override_to_positive_rate": "Flagged by a person, not the model",
    "override_to_negative_rate": "Passed by a person, flagged by the model",
    "final_selection_rate": "Flagged in the end",
    "final_accuracy": "Right in the end",
    "final_true_positive_rate": "Rightly flagged in the end",
    "final_false_positive_rate": "Wrongly flagged in the end",
    "final_true_negative_rate": "Rightly passed in the end",
    "final_false_negative_rate": "Missed in the end",
    "final_positive_predictive_value": "Right flags in the end",
    "final_negative_predictive_value": "Right passes in the end",
}


# Of outcomes that are classes, quantities or places in a list.
OTHER_KINDS = {
    "macro_recall": "Found, classes weighed alike",
    "macro_precision": "Right when named, classes weighed alike",
    "macro_f1_score": "F1 score, classes weighed alike",
    "mean_outcome": "Mean outcome",
    "mean_prediction": "Mean prediction",
    "mean_error": "Predicted too high",
    "mean_absolute_error": "Missed by, on average",
    "root_mean_squared_error": "Root mean squared error",
    "r_squared": "Share of variance explained",
    "mean_exposure": "Mean exposure",
    "exposure_share": "Share of all exposure",
}


def is_share(metric: str) -> bool:
    """Whether a metric is a share of people, also of one class: ``true_positive_rate[cat]``."""
    return metric.partition("[")[0] in SHARES


def metric_in_words(metric: str) -> str:
    """Plain words for a metric name: "Wrongly flagged"; the name itself, spaced, where there are none."""
    plain, name = _parts(metric)
    return ({**IN_WORDS, **OTHER_KINDS}.get(plain) or plain.replace("_", " ")) + name


def metric_name(metric: str) -> str:
    """The metric's name as the literature writes it."""
    plain, name = _parts(metric)
    return {"auc": "AUC", "f1_score": "F1 score"}.get(plain, plain.replace("_", " ")) + name


def _parts(metric: str) -> tuple[str, str]:
    """The metric and, where it is about one class, that class in words."""
    plain, bracket, name = metric.partition("[")
    return plain, f" ({name.removesuffix(']')})" if bracket else ""


def group_label(group: Mapping[str, Any]) -> str:
    """ "African-American" or "African-American, Female"; "Everybody" for the overall row."""
    return ", ".join(str(level) for level in group.values()) or "Everybody"


def by_label(by: Sequence[str]) -> str:
    """The head over group names: "Race", "Age cat and sex"."""
    return sentence_case(" and ".join(column.replace("_", " ") for column in by))


def sentence_case(text: str) -> str:
    """The same words with a capital at the beginning."""
    return text[:1].upper() + text[1:]
