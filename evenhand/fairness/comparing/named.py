"""Comparisons with names of their own: the spread of one or more rates over all groups."""

from typing import NamedTuple

from evenhand.fairness.results import Kind


class NamedFigure(NamedTuple):
    """A named comparison; of several rates the larger spread counts, or the smaller ratio."""

    name: str
    rates: tuple[str, ...]
    kind: Kind


NAMED = (
    NamedFigure("demographic_parity_difference", ("selection_rate",), "difference"),
    NamedFigure("demographic_parity_ratio", ("selection_rate",), "ratio"),
    NamedFigure("impact_ratio", ("selection_rate",), "ratio"),
    NamedFigure("final_impact_ratio", ("final_selection_rate",), "ratio"),
    NamedFigure("scoring_rate_ratio", ("scoring_rate",), "ratio"),
    NamedFigure("equal_opportunity_difference", ("true_positive_rate",), "difference"),
    NamedFigure("equalized_odds_difference", ("true_positive_rate", "false_positive_rate"), "difference"),
    NamedFigure("equalized_odds_ratio", ("true_positive_rate", "false_positive_rate"), "ratio"),
    NamedFigure("predictive_parity_difference", ("positive_predictive_value",), "difference"),
    NamedFigure(
        "conditional_use_accuracy_difference",
        ("positive_predictive_value", "negative_predictive_value"),
        "difference",
    ),
    NamedFigure("accuracy_equality_difference", ("accuracy",), "difference"),
)
# Spreads of metrics that are no share of people.
TREATMENT = (
    NamedFigure("treatment_equality_difference", ("treatment_equality",), "difference"),
    NamedFigure("treatment_equality_ratio", ("treatment_equality",), "ratio"),
)
# exp(-epsilon) of differential fairness: the smallest ratio between groups of the chance of either decision.
DIFFERENTIAL = NamedFigure("differential_fairness_ratio", ("selection_rate",), "ratio")
# Rates of which a group's ratio to the best eligible group has a name of its own.
IMPACT_RATIOS = {
    "selection_rate": "impact_ratio",
    "final_selection_rate": "final_impact_ratio",
    "scoring_rate": "scoring_rate_ratio",
}
KINDS: tuple[Kind, Kind] = ("difference", "ratio")
SCORED = (
    "balanced_accuracy",
    "f1_score",
    "treatment_equality",
    "mean_score",
    "auc",
    "brier_score",
    "calibration_gap",
    "calibration_error",
)
SCORED_NAMED = {"auc_difference": "auc", "calibration_difference": "calibration_gap"}  # spreads over all groups
