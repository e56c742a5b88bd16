"""What asking for two criteria does to a third figure: identities, on a model's own numbers.

With base rate p in a group: FPR = p / (1 - p) * (1 - PPV) / PPV * TPR (Chouldechova 2017); selection rate
= TPR * p + FPR * (1 - p), and = (p - FOR) / (PPV - FOR) (Barocas, Hardt and Narayanan, Fairness and Machine Learning,
2023, chapter 3); of calibrated scores the mean is p, so with means m0 and m1 without and with the outcome
p * m1 + (1 - p) * m0 = p (Kleinberg, Mullainathan and Raghavan 2016).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from evenhand.fairness.measuring.intervals import Array


@dataclass(frozen=True, slots=True)
class Standing:
    """A model's numbers: the base rate of each group, and the rates of everyone taken together.

    ``score_of_negatives`` is the mean score of people without the outcome; None where scores are no probabilities.
    """

    base_rates: Array
    selection_rate: float
    true_positive_rate: float
    false_positive_rate: float
    positive_predictive_value: float
    score_of_negatives: float | None = None


@dataclass(frozen=True, slots=True)
class Trade:
    """Two criteria, the figure that gives way where both are asked for, and when they can hold all the same."""

    criteria: tuple[str, str]
    forced: str
    values: Callable[[Standing], Array]
    escapes: Callable[[Standing], str]
    keeping: str  # what is held equal in every group, said with the model's own numbers
    otherwise: str  # what differs instead, where the forced figure is not to
    canonical: bool = True  # shown whatever was chosen
    excludes: bool = True  # False: both can hold, at the price of ``forced``
    about_scores: bool = False


def forced_false_positive_rates(model: Standing) -> Array:
    """With equal PPV and TPR."""
    odds = model.base_rates / (1 - model.base_rates)
    ppv = model.positive_predictive_value
    return odds * (1 - ppv) / ppv * model.true_positive_rate


def forced_true_positive_rates(model: Standing) -> Array:
    """With equal PPV and FPR."""
    odds = (1 - model.base_rates) / model.base_rates
    ppv = model.positive_predictive_value
    return model.false_positive_rate * odds * ppv / (1 - ppv)


def forced_selection_rates(model: Standing) -> Array:
    """With equal TPR and FPR."""
    return model.true_positive_rate * model.base_rates + model.false_positive_rate * (1 - model.base_rates)


def forced_omission_rates(model: Standing) -> Array:
    """With equal selection rates and PPV."""
    selected = model.selection_rate
    return (model.base_rates - selected * model.positive_predictive_value) / (1 - selected)


def forced_scores_of_positives(model: Standing) -> Array:
    """With calibrated scores, and equal mean scores of people without the outcome."""
    without = np.nan if model.score_of_negatives is None else model.score_of_negatives
    return 1 - without * (1 - model.base_rates) / model.base_rates


def forced_mean_scores(model: Standing) -> Array:
    """With calibrated scores."""
    return model.base_rates


def _never(model: Standing) -> str:
    del model  # whatever the numbers are
    return ""


def _without_errors(model: Standing) -> str:
    if model.positive_predictive_value == 1:
        return "nobody is selected by mistake"
    return "nobody is selected rightly" if model.true_positive_rate == 0 else ""


def _blind(model: Standing) -> str:
    equal = model.true_positive_rate == model.false_positive_rate
    return "people are selected alike with and without the outcome" if equal else ""


def _perfect_scores(model: Standing) -> str:
    return "scores are perfect" if model.score_of_negatives == 0 else ""


TRADES = (
    Trade(
        ("predictive_parity", "equalized_odds"),
        "false_positive_rate",
        forced_false_positive_rates,
        _without_errors,
        "a positive predictive value of {positive_predictive_value:.1%} and a false negative rate of "
        "{false_negative_rate:.1%} in every group",
        "predictive values do",
    ),
    Trade(
        ("demographic_parity", "equalized_odds"),
        "selection_rate",
        forced_selection_rates,
        _blind,
        "a true positive rate of {true_positive_rate:.1%} and a false positive rate of "
        "{false_positive_rate:.1%} in every group",
        "error rates do",
    ),
    Trade(
        ("demographic_parity", "conditional_use_accuracy"),
        "false_omission_rate",
        forced_omission_rates,
        _never,
        "{selection_rate:.1%} selected and a positive predictive value of "
        "{positive_predictive_value:.1%} in every group",
        "selection rates do",
    ),
    Trade(
        ("calibration", "error_balance"),
        "score_of_positives",
        forced_scores_of_positives,
        _perfect_scores,
        "calibrated scores that average {score_of_negatives:.3f} among people without the outcome in every group",
        "a score means different things in different groups",
        about_scores=True,
    ),
    Trade(
        ("score_parity", "calibration"),
        "mean_score",
        forced_mean_scores,
        _never,
        "calibrated scores, which average the base rate,",
        "a score means different things in different groups",
        about_scores=True,
    ),
    Trade(
        ("predictive_parity", "equal_opportunity"),
        "false_positive_rate",
        forced_false_positive_rates,
        _without_errors,
        "a positive predictive value of {positive_predictive_value:.1%} and a false negative rate of "
        "{false_negative_rate:.1%} in every group",
        "predictive values do",
        canonical=False,
        excludes=False,
    ),
    Trade(
        ("predictive_parity", "predictive_equality"),
        "true_positive_rate",
        forced_true_positive_rates,
        _without_errors,
        "a positive predictive value of {positive_predictive_value:.1%} and a false positive rate of "
        "{false_positive_rate:.1%} in every group",
        "predictive values do",
        canonical=False,
        excludes=False,
    ),
    Trade(
        ("demographic_parity", "predictive_parity"),
        "false_omission_rate",
        forced_omission_rates,
        _never,
        "{selection_rate:.1%} selected and a positive predictive value of "
        "{positive_predictive_value:.1%} in every group",
        "selection rates do",
        canonical=False,
        excludes=False,
    ),
)
