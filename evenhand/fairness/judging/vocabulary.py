"""The words a goal may use, and what its metrics are made of."""

from dataclasses import dataclass

from evenhand.fairness.comparing.named import IMPACT_RATIOS, NAMED, SCORED, SCORED_NAMED, TREATMENT

ALL_PAIRS = "all_pairs"
SIDES = ("two_sided", "at_most", "at_least")
OBSERVED = ("all", "selected", "randomised")
TOO_FEW = ("set_aside", "inconclusive")
# Means of quantities, which have no limit at 1, and of exposure in a ranked list; ratios are of what is never negative.
MEANS_OF_QUANTITIES = ("mean_outcome", "mean_prediction", "mean_error", "mean_absolute_error")
MEANS = (*MEANS_OF_QUANTITIES, "mean_exposure")
MEAN_RATIOS = frozenset({"mean_absolute_error", "mean_exposure"})

_FIGURES = (*NAMED, *TREATMENT)
RATES_OF = {
    **{figure.name: figure.rates for figure in _FIGURES},
    **{name: (of,) for name, of in SCORED_NAMED.items()},
    "exposure_ratio": ("mean_exposure",),
}
KIND_OF = {
    **{figure.name: str(figure.kind) for figure in _FIGURES},
    **dict.fromkeys(SCORED_NAMED, "difference"),
    "exposure_ratio": "ratio",
}
TO_THE_BEST = frozenset(IMPACT_RATIOS.values())  # ratios to the best eligible group

# Metrics that are no share of people; those of the second kind have no limit at 1.
JUDGED_BY_INTERVAL = tuple(dict.fromkeys((*SCORED, "calibration_error", "treatment_equality")))
UNBOUNDED = frozenset({"mean_score", "treatment_equality", *MEANS_OF_QUANTITIES})
NEEDS_SCORE = frozenset({"mean_score", "auc", "brier_score", "calibration_gap", "calibration_error"})
NEEDS_PREDICTION = frozenset({"balanced_accuracy", "f1_score", "treatment_equality", *MEANS_OF_QUANTITIES[1:]})
NEEDS_LABEL = frozenset({*JUDGED_BY_INTERVAL, *MEANS_OF_QUANTITIES}) - {"mean_score", "mean_prediction"}


def plain_metric(metric: str) -> str:
    """A metric without its class: ``true_positive_rate`` of ``true_positive_rate[cat]``."""
    return metric.partition("[")[0] if metric.endswith("]") else metric


def class_of(metric: str) -> str | None:
    """The class that a metric is about: ``cat`` of ``true_positive_rate[cat]``; None where it names none."""
    return metric.partition("[")[2][:-1] if metric.endswith("]") and "[" in metric else None


@dataclass(frozen=True, slots=True)
class Words:
    """How a goal's sentence calls things. The defaults read well for any model."""

    people: str = "people"
    outcome: str = "have the outcome"
    no_outcome: str = "do not have the outcome"
    subject: str = "the model"
    selects: str = "selects"
    rejects: str = "does not select"
