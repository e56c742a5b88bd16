"""Confidence intervals in closed form, for whole arrays of groups at once.

Every function takes counts (numbers or arrays that broadcast) and returns an ``Interval`` of arrays.
What has no interval is ``nan`` in the arrays; it becomes ``null`` where results are made.
"""

from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evenhand.fairness.measuring.searching import crossing

Array = NDArray[np.float64]


class Interval(NamedTuple):
    """Lower and upper limits, element by element."""

    low: Array
    high: Array


def normal_quantile(confidence: float) -> float:
    """The two-sided normal quantile, 1.96 for 0.95."""
    return NormalDist().inv_cdf(0.5 + confidence / 2)


def wilson(positive: ArrayLike, total: ArrayLike, *, confidence: float = 0.95) -> Interval:
    """Wilson score interval of a proportion (Wilson 1927; Brown, Cai and DasGupta 2001).

    Exactly 0 at no success and exactly 1 at all successes; ``nan`` for an empty group.
    """
    x, n = _floats(positive, total)
    z = normal_quantile(confidence)
    with np.errstate(invalid="ignore", divide="ignore"):
        rate, shift = x / n, z * z / n
        center = (rate + shift / 2) / (1 + shift)
        half = z * np.sqrt(rate * (1 - rate) / n + shift / (4 * n)) / (1 + shift)
        low = np.where(x == 0, 0.0, center - half)
        high = np.where(x == n, 1.0, center + half)
    empty = n == 0
    return Interval(np.where(empty, np.nan, low), np.where(empty, np.nan, high))


def square_and_add(
    first: Array,
    first_limits: Interval,
    second: Array,
    second_limits: Interval,
    *,
    correlation: Array | None = None,
) -> Interval:
    """Interval of ``first - second`` from the interval of each (Newcombe 1998, method 10; Zou and Donner 2008).

    Without a correlation the two must come from different people. With Wilson limits this is Newcombe's hybrid score
    interval; with a correlation that of Zou and Donner (2008) for estimates that go together.
    """
    difference = first - second
    sides = (
        (first - first_limits.low, second_limits.high - second),
        (first_limits.high - first, second - second_limits.low),
    )
    below, above = (_joined(one, other, correlation) for one, other in sides)
    return Interval(difference - below, difference + above)


def newcombe(
    x1: ArrayLike,
    n1: ArrayLike,
    x2: ArrayLike,
    n2: ArrayLike,
    *,
    confidence: float = 0.95,
    correlation: Array | None = None,
) -> Interval:
    """Newcombe's hybrid score interval of the difference of two proportions (1998, method 10)."""
    a, m = _floats(x1, n1)
    b, n = _floats(x2, n2)
    with np.errstate(invalid="ignore", divide="ignore"):
        first, second = a / m, b / n
    limits = wilson(a, m, confidence=confidence), wilson(b, n, confidence=confidence)
    return square_and_add(first, limits[0], second, limits[1], correlation=correlation)


def koopman(x1: ArrayLike, n1: ArrayLike, x2: ArrayLike, n2: ArrayLike, *, confidence: float = 0.95) -> Interval:
    """Koopman's score interval of the ratio ``(x1 / n1) / (x2 / n2)`` (Biometrics 40, 1984).

    Found where the score statistic crosses, on a logarithmic scale, for all pairs at once. With no success in the
    first group the lower limit is 0; with none in the second the upper limit is infinite, which is written ``nan``
    (there is none); with none in either, nothing is known.
    """
    a, m, b, n = np.broadcast_arrays(*_floats(x1, n1), *_floats(x2, n2))
    usable = (m > 0) & (n > 0) & ((a > 0) | (b > 0))
    safe = [np.where(usable, part, fill) for part, fill in ((a, 1.0), (m, 2.0), (b, 1.0), (n, 2.0))]
    low, high = _ratio_limits(*safe, z=normal_quantile(confidence), known=np.array([a > 0, b > 0]))
    low = np.where(a == 0, 0.0, low)
    high = np.where(b == 0, np.nan, high)
    return Interval(np.where(usable, low, np.nan), np.where(usable, high, np.nan))


def pairing_gain(x1: ArrayLike, n1: ArrayLike, x2: ArrayLike, n2: ArrayLike, correlation: Array) -> Array:
    """By how much a correlation of two rates makes their ratio better known: the ratio of its variances (delta method).

    1 where a rate is 0, for which no variance is seen.
    """
    a, m, b, n = _floats(x1, n1, x2, n2)
    with np.errstate(invalid="ignore", divide="ignore"):
        first, second = (1 - a / m) / a, (1 - b / n) / b  # squared relative errors
        apart = first + second
        gain = apart / (apart - 2 * correlation * np.sqrt(first * second))
    return np.where(np.isfinite(gain), gain, 1.0)


def score_statistic(x1: Array, n1: Array, x2: Array, n2: Array, ratio: Array) -> Array:
    """Koopman's chi-square statistic of the hypothesis ``p1 = ratio * p2``."""
    total = x1 + x2
    # Maximum likelihood of p1 when p1 = ratio * p2: the smaller root of a quadratic.
    middle = ratio * (n1 + x2) + x1 + n2
    root = np.sqrt(np.maximum(middle**2 - 4 * ratio * (n1 + n2) * total, 0.0))
    p1 = 2 * ratio * total / (middle + root)
    p2 = p1 / ratio
    with np.errstate(invalid="ignore", divide="ignore"):
        first = (x1 - n1 * p1) ** 2 / (n1 * p1 * (1 - p1))
        second = (x2 - n2 * p2) ** 2 / (n2 * p2 * (1 - p2))
    # 0/0 is a group whose fitted rate is 0 or 1 exactly as seen: it does not speak against the ratio.
    return np.where(np.isnan(first), 0.0, first) + np.where(np.isnan(second), 0.0, second)


def _ratio_limits(x1: Array, n1: Array, x2: Array, n2: Array, *, z: float, known: NDArray[np.bool_]) -> Array:
    """Lower and upper limits, as two rows: outwards from the point estimate until the statistic exceeds ``z**2``.

    The root of the statistic is almost a straight line, which the search likes. Limits that are not ``known`` to exist
    are not searched for.
    """
    inner = np.log(np.maximum(x1, 0.5) / n1) - np.log(np.maximum(x2, 0.5) / n2)
    error = np.sqrt(1 / np.maximum(x1, 0.5) + 1 / np.maximum(x2, 0.5))
    side = np.array([-1.0, 1.0]).reshape(2, *[1] * inner.ndim)

    def beyond(place: Array) -> Array:
        return np.asarray(np.sqrt(np.maximum(score_statistic(x1, n1, x2, n2, np.exp(place)), 0.0)) - z)

    start, near, far = np.broadcast_arrays(inner, inner + 1.5 * z * side * error, inner + 60.0 * side)
    at_near = beyond(near)
    within = at_near <= 0
    first, last = np.where(within, near, start), np.where(within, far, near)
    return np.exp(crossing(beyond, first, np.where(known, last, first), at_inner=np.where(within, at_near, -z)))


def _joined(one: Array, other: Array, correlation: Array | None) -> Array:
    """The length of two errors together: at a right angle where they are independent."""
    if correlation is None:
        return np.asarray(np.hypot(one, other))
    return np.asarray(np.sqrt(np.maximum(one**2 + other**2 - 2 * correlation * one * other, 0.0)))


def _floats(*values: ArrayLike) -> list[Array]:
    return [np.asarray(value, dtype=np.float64) for value in values]
