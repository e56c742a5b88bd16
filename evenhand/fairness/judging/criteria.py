"""Which criterion of fairness a goal stands for, whatever metric it is written in."""

from collections.abc import Sequence

from evenhand.fairness.judging.goals import FairnessGoal

# criterion -> what is equal where it holds, as said in a sentence
CRITERIA = {
    "demographic_parity": "equal selection rates",
    "equal_opportunity": "equal true positive rates",
    "predictive_equality": "equal false positive rates",
    "equalized_odds": "equal true and false positive rates",
    "predictive_parity": "equal positive predictive values",
    "conditional_use_accuracy": "equal positive and negative predictive values",
    "calibration": "scores that mean the same in every group",
    "error_balance": "equal mean scores of people with the outcome, and of people without it,",
    "score_parity": "equal selection rates at every threshold",
}
_OF_METRIC = {
    "selection_rate": "demographic_parity",
    "true_positive_rate": "equal_opportunity",
    "false_negative_rate": "equal_opportunity",
    "false_positive_rate": "predictive_equality",
    "true_negative_rate": "predictive_equality",
    "positive_predictive_value": "predictive_parity",
    "false_discovery_rate": "predictive_parity",
    "negative_predictive_value": "negative_predictive_parity",
    "false_omission_rate": "negative_predictive_parity",
}
_ABOUT_SCORES = {"equalized_odds": "error_balance", "demographic_parity": "score_parity"}
_SAME = {
    "false_negative_rate": "true_positive_rate",
    "true_negative_rate": "false_positive_rate",
    "false_discovery_rate": "positive_predictive_value",
    "negative_predictive_value": "false_omission_rate",
}


def chosen_criteria(goals: Sequence[FairnessGoal]) -> frozenset[str]:
    """The criteria that goals ask for; two that make a larger one count as that one too."""
    found = {_OF_METRIC[metric] for goal in goals for metric in goal.metrics if metric in _OF_METRIC}
    if any(metric.startswith("calibration") for goal in goals for metric in (goal.metric, *goal.metrics)):
        found.add("calibration")
    if {"equal_opportunity", "predictive_equality"} <= found:
        found.add("equalized_odds")
    if {"predictive_parity", "negative_predictive_parity"} <= found:
        found.add("conditional_use_accuracy")
    if "calibration" in found:  # what they say about a decision, said about the score it is taken from
        found |= {about for criterion, about in _ABOUT_SCORES.items() if criterion in found}
    return frozenset(found & set(CRITERIA))


def agreed_margins(goals: Sequence[FairnessGoal]) -> dict[str, float]:
    """The smallest gap agreed for each metric; a rate and its complement have the same gaps."""
    margins: dict[str, float] = {}
    for goal in goals:
        if goal.kind == "difference" and goal.side == "two_sided":
            for metric in goal.metrics:
                name = _SAME.get(metric, metric)
                margins[name] = min(goal.threshold, margins.get(name, 1.0))
    return margins
