"""Recall, precision and F1 averaged over classes, each class counting alike (macro averages)."""

import numpy as np
from numpy.typing import NDArray

from evenhand.fairness.measuring.intervals import Array, normal_quantile, wilson
from evenhand.fairness.outcomes.confusion import Confusion, Whole
from evenhand.fairness.results import MetricValue, defined

Bools = NDArray[np.bool_]
FEWEST_PER_CLASS = 10  # with fewer people for each class the delta method's interval of F1 holds the truth too rarely
AVERAGES = ("macro_recall", "macro_precision", "macro_f1_score")


def averages(confusion: Confusion, *, confidence: float) -> dict[str, list[MetricValue]]:
    """The macro averages of each group, over the classes for which they are defined there."""
    return {
        "macro_recall": _mean_share(confusion.right, confusion.labels, confidence=confidence),
        "macro_precision": _mean_share(confusion.right, confusion.predictions, confidence=confidence),
        "macro_f1_score": _mean_f1(confusion, confidence=confidence),
    }


def averaged_classes(confusion: Confusion) -> dict[str, Bools]:
    """For each average, which classes of each group it is over."""
    labels, predictions = confusion.labels > 0, confusion.predictions > 0
    return {"macro_recall": labels, "macro_precision": predictions, "macro_f1_score": labels | predictions}


def _mean_share(x: Whole, n: Whole, *, confidence: float) -> list[MetricValue]:
    """The mean of shares of different people; its interval by squaring and adding Wilson's (Zou and Donner 2008)."""
    limits = wilson(x, n, confidence=confidence)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = x / n
        known = (n > 0).sum(axis=1)
        mean = np.nansum(share, axis=1) / known
        below = np.sqrt(np.nansum((share - limits.low) ** 2, axis=1)) / known
        above = np.sqrt(np.nansum((limits.high - share) ** 2, axis=1)) / known
    return [
        MetricValue(defined(value), defined(value - down), defined(value + up), "square and add")
        for value, down, up in zip(mean, below, above, strict=True)
    ]


def _mean_f1(confusion: Confusion, *, confidence: float) -> list[MetricValue]:
    """Macro F1; its interval by the delta method (Takahashi and others 2022), on the scale of log odds.

    None where F1 is 0 or 1, or its variance is estimated as 0: nothing then says how far it may be off. None too for
    groups with fewer than 10 people for each class.
    """
    sides = (confusion.labels + confusion.predictions).astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        scores = np.where(sides > 0, 2 * confusion.right / sides, np.nan)
        known = (sides > 0).sum(axis=1)
        mean = np.nansum(scores, axis=1) / known
        error = np.sqrt(_f1_variance(confusion, sides, np.nan_to_num(scores), known))
        step = normal_quantile(confidence) * error / (mean * (1 - mean))
        odds = np.log(mean / (1 - mean))
        low, high = (1 / (1 + np.exp(-(odds + sign * step))) for sign in (-1, 1))
    shaky = ~np.isfinite(step) | (error == 0) | (confusion.people < FEWEST_PER_CLASS * confusion.n_classes)
    return [
        MetricValue(
            defined(mean[index]),
            None if shaky[index] else defined(low[index]),
            None if shaky[index] else defined(high[index]),
            "delta method, log odds",
        )
        for index in range(len(mean))
    ]


def _f1_variance(confusion: Confusion, sides: Array, scores: Array, known: Whole) -> Array:
    """Of macro F1 over multinomial cells: the sum of share x squared gradient, over people.

    The gradient at label i and prediction j is (2 [i = j] / d_i - F_i / d_i - F_j / d_j) / classes, where d is the
    share of people with the class as label plus that with it as prediction; its mean over people is 0.
    """
    people = confusion.people.astype(np.float64)
    share = sides / people[:, None]
    pull = np.divide(scores, share, out=np.zeros_like(scores), where=share > 0)
    lift = np.divide(2.0, share, out=np.zeros_like(scores), where=share > 0)
    at, i, j = confusion.place, confusion.label, confusion.prediction
    gradient = (np.where(i == j, lift[at, i], 0.0) - pull[at, i] - pull[at, j]) / known[at]
    squares = np.bincount(at, weights=confusion.n * gradient**2, minlength=confusion.groups)
    return squares / people**2
