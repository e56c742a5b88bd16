"""What a comparison could have shown: the smallest difference it would have found, and the people it would take.

Silence of a test is no parity: with 40 people a difference of 20 points goes unnoticed more often than not.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from evenhand.errors import InputError
from evenhand.fairness.comparing.normal import quantile
from evenhand.fairness.measuring.intervals import Array
from evenhand.fairness.measuring.searching import crossing
from evenhand.fairness.results import defined

POWER = 0.8
STEPS = 50


class SampleSize(NamedTuple):
    """People needed in the group and in its reference."""

    group: int
    reference: int


def detectable(rate: ArrayLike, n1: ArrayLike, n2: ArrayLike, *, confidence: float, power: float = POWER) -> Array:
    """The smallest true difference from ``rate`` that the score test of ``n1`` against ``n2`` people would have shown.

    Shown means with chance ``power``, two-sided at ``1 - confidence``; the larger of the two directions where both can
    be shown. ``nan`` where nobody is there, or where not even a rate of 0 or 1 in the group would have been noticed.
    Normal approximation (Fleiss, Levin and Paik 2003, section 4.2), which is optimistic under about five expected.
    """
    p2, m, n = np.broadcast_arrays(*(np.asarray(each, dtype=np.float64) for each in (rate, n1, n2)))
    side = np.array([1.0, -1.0]).reshape(2, *[1] * p2.ndim)
    end = np.array([1 - p2, p2])

    def excess(difference: Array) -> Array:
        return _excess(p2, p2 + side * difference, m, n, confidence, power)

    with np.errstate(invalid="ignore", divide="ignore"):
        none = np.zeros(end.shape)
        smallest = crossing(excess, none, end, at_inner=excess(none))
        return np.asarray(np.fmax(*np.where(excess(end) >= 0, smallest, np.nan)))


def detectable_difference(
    rate: float, n1: int, n2: int, *, confidence: float = 0.95, power: float = POWER
) -> float | None:
    """The smallest true difference that ``n1`` people would have shown against ``n2`` with ``rate``; None where none.

    ``detectable_difference(0.3, 40, 1000)`` is 0.22: a gap under 22 points would have been missed more than one time
    in five.
    """
    _check(rate, confidence, power)
    if n1 < 1 or n2 < 1:
        raise InputError("Both groups need at least one person.")
    return defined(detectable(rate, n1, n2, confidence=confidence, power=power))


def sample_size(
    rate: float, difference: float, *, times: float = 1.0, confidence: float = 0.95, power: float = POWER
) -> SampleSize:
    """How many people show that a group's rate is ``rate + difference``, where the reference's is ``rate``.

    Parameters
    ----------
    rate
        The reference's rate, from 0 to 1.
    difference
        The true difference to be shown, not 0; negative where the group's rate is lower.
    times
        How many times as many people the reference has as the group.
    confidence, power
        Of the two-sided score test, and its chance to show the difference.
    """
    _check(rate, confidence, power)
    if difference == 0 or not 0 <= rate + difference <= 1 or times <= 0:
        raise InputError("The difference must not be 0, must leave a rate from 0 to 1, and groups must have people.")
    low, high = 1.0, 1.0
    while _excess(rate, rate + difference, high, high * times, confidence, power) < 0:
        high *= 2
    for _ in range(STEPS):
        middle = (low + high) / 2
        enough = _excess(rate, rate + difference, middle, middle * times, confidence, power) >= 0
        low, high = (low, middle) if enough else (middle, high)
    return SampleSize(math.ceil(high - 1e-6), math.ceil((high - 1e-6) * times))


def _excess(p2: ArrayLike, p1: ArrayLike, n1: ArrayLike, n2: ArrayLike, confidence: float, power: float) -> Array:
    """By how much a difference exceeds what the test needs; rising in the difference and in people."""
    first, second, m, n = (np.asarray(each, dtype=np.float64) for each in (p1, p2, n1, n2))
    pooled = (m * first + n * second) / (m + n)
    null = np.sqrt(np.maximum(pooled * (1 - pooled), 0) * (1 / m + 1 / n))
    true = np.sqrt(np.maximum(first * (1 - first), 0) / m + np.maximum(second * (1 - second), 0) / n)
    return np.asarray(np.abs(first - second) - quantile(0.5 + confidence / 2) * null - quantile(power) * true)


def _check(rate: float, confidence: float, power: float) -> None:
    if not 0 <= rate <= 1:
        raise InputError(f"The rate {rate:g} must lie from 0 to 1.")
    if not 0.5 <= confidence < 1 or not 0.5 <= power < 1:
        raise InputError("Confidence and power must be at least 0.5 and under 1.")
