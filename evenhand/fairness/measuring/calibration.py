"""How far scores are from what came true: over all of a group, and band by band."""

import math
from collections.abc import Sequence

import numpy as np

from evenhand.fairness.counts.columns import MICRO
from evenhand.fairness.measuring.axes import Axis
from evenhand.fairness.measuring.intervals import Array, normal_quantile
from evenhand.fairness.results import MetricValue

CALIBRATION_BINS = 10
# Of the absolute value of a standard normal number: mean, variance, third central moment.
FOLDED_MEAN = math.sqrt(2 / math.pi)
FOLDED_VARIANCE = 1 - 2 / math.pi
FOLDED_THIRD = FOLDED_MEAN * (4 / math.pi - 1)


def calibration_gap(
    n: int, n_positive: int, sums: Sequence[int], squares: Sequence[int], *, confidence: float
) -> MetricValue:
    """Mean score minus base rate ("calibration in the large"), exact, with the normal interval of a mean.

    ``sums`` and ``squares`` are those of scores under label 0 and 1, in millionths. Over 0 the scores promise more
    positives than came true. No interval for fewer than two people or where all gaps are alike.
    """
    total = sum(sums) - n_positive * MICRO
    value = total / (n * MICRO)
    if n < 2:
        return MetricValue(value, None, None, "normal", None, n)
    of_squares = sum(squares) - 2 * MICRO * sums[1] + n_positive * MICRO**2
    variance = (n * of_squares - total * total) / (n * (n - 1)) / MICRO**2
    if not variance:
        return MetricValue(value, None, None, "normal", None, n)
    half = normal_quantile(confidence) * math.sqrt(variance / n)
    return MetricValue(value, max(-1.0, value - half), min(1.0, value + half), "normal", None, n)


def calibration_error(axis: Axis, *, confidence: float) -> MetricValue:
    """Expected calibration error over ten equal score bands (Naeini and others 2015), with bounds that hold its bias.

    The figure ``sum of share x |gap|`` is never below 0 and lies too high by chance even for perfect scores. With
    ``D`` the same sum over the errors of the gaps, the triangle inequality puts the true figure above the one seen
    minus the upper quantile of ``D``, and below the one seen plus the quantile of a sum of normal errors. So the
    interval holds at least as often as it says: exactly so below for perfect scores, more often otherwise.
    """
    people, band = axis.n, np.minimum((axis.mean * CALIBRATION_BINS).astype(np.intp), CALIBRATION_BINS - 1)
    n, positive, promised = (
        np.bincount(band, weights=each, minlength=CALIBRATION_BINS)
        for each in (people, axis.positive, axis.mean * people)
    )
    total = float(n.sum())
    value = float(np.abs(promised - positive).sum() / total)
    rate = (positive + 1) / (n + 2)  # never 0 or 1: a band without positives is not known to have none
    errors = np.sqrt(n * rate * (1 - rate)) / total  # of each band's share of the figure
    low = max(0.0, value - _folded_quantile(errors, confidence=confidence))
    high = min(1.0, value + normal_quantile(confidence) * float(np.sqrt((errors**2).sum())))
    return MetricValue(value, low, high, "10 equal bands, triangle bounds", None, int(total))


def _folded_quantile(errors: Array, *, confidence: float) -> float:
    """The upper quantile of a sum of folded normal errors, from three moments (Cornish and Fisher 1938)."""
    spread = math.sqrt(FOLDED_VARIANCE * float((errors**2).sum()))
    skew = FOLDED_THIRD * float((errors**3).sum()) / spread**3
    z = normal_quantile(confidence)
    return FOLDED_MEAN * float(errors.sum()) + spread * (z + (z * z - 1) / 6 * skew)
