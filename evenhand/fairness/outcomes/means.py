"""Means known by exact sums: their t intervals, and Welch's comparison of two and of many.

A mean has people, a sum and a sum of squares in whole numbers; nothing else is needed, and nothing is rounded before
the last division.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from evenhand.fairness.measuring.intervals import Array, Interval

STEPS = 60


class Sums(NamedTuple):
    """People, the sum of a quantity and the sum of its squares, in millionths."""

    n: int
    total: int
    squares: int

    def plus(self, other: "Sums") -> "Sums":
        """Those of both."""
        return Sums(self.n + other.n, self.total + other.total, self.squares + other.squares)

    def minus(self, other: "Sums") -> "Sums":
        """Those of the people who are not among the other."""
        return Sums(self.n - other.n, self.total - other.total, self.squares - other.squares)


class Means(NamedTuple):
    """Means, the variance of one person (n - 1 in its denominator) and people, element by element.

    ``nan`` where there is nobody, and for the variance of one person alone.
    """

    mean: Array
    variance: Array
    n: Array

    @classmethod
    def of(cls, sums: Sequence[Sums], *, scale: int) -> "Means":
        """From exact sums in units of ``1 / scale``."""
        mean = [each.total / (each.n * scale) if each.n else np.nan for each in sums]
        variance = [
            (each.n * each.squares - each.total**2) / (each.n * (each.n - 1) * scale**2) if each.n > 1 else np.nan
            for each in sums
        ]
        return cls(np.array(mean), np.array(variance), np.array([each.n for each in sums], dtype=np.float64))

    def at(self, places: Any) -> "Means":
        """Those at some places."""
        return Means(self.mean[places], self.variance[places], self.n[places])

    @property
    def error(self) -> Array:
        """The squared standard error of each mean."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return self.variance / self.n


def t_interval(means: Means, *, confidence: float) -> Interval:
    """Student's t interval; ``nan`` for one person, and where all are alike, which is too little to go by."""
    error = np.where(means.variance > 0, means.error, np.nan)
    step = _t_quantile(means.n - 1, confidence) * np.sqrt(error)
    return Interval(means.mean - step, means.mean + step)


def welch_difference(first: Means, second: Means, *, confidence: float) -> Interval:
    """Welch's interval (1947) of ``first - second``; ``nan`` where all of one group are alike, or it is one person."""
    error, df = _welch(first, second, np.ones_like(first.mean))
    step = _t_quantile(df, confidence) * np.sqrt(error)
    difference = first.mean - second.mean
    return Interval(difference - step, difference + step)


def welch_p_value(first: Means, second: Means) -> Array:
    """p-values of equal means (Welch's t test, two-sided); ``nan`` where there is none."""
    error, df = _welch(first, second, np.ones_like(first.mean))
    with np.errstate(invalid="ignore"):
        return _two_sided((first.mean - second.mean) / np.sqrt(error), df)


def welch_ratio(first: Means, second: Means, *, confidence: float) -> Interval:
    """The ratios that Welch's test of ``first = ratio * second`` keeps (Fieller 1954; Tamhane and Logan 2004).

    ``nan`` where the second mean is not surely different from 0, so that the ratio has no bounds.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        estimate = first.mean / second.mean
    low, high = estimate, estimate
    for _ in range(STEPS):  # the degrees of freedom depend on the ratio: found by repeating, for each limit by itself
        low = np.fmin(*_fieller(first, second, _t_quantile(_welch(first, second, low)[1], confidence)))
        high = np.fmax(*_fieller(first, second, _t_quantile(_welch(first, second, high)[1], confidence)))
    return Interval(low, high)


def welch_anova(means: Means) -> float | None:
    """p-value of one mean shared by all (Welch 1951); None where a group does not vary or is a single person."""
    k = len(means.mean)
    if k < 2 or not (means.variance > 0).all():
        return None
    if k == 2:
        return float(welch_p_value(means.at([0]), means.at([1]))[0])
    from scipy.special import fdtrc  # SciPy is slow to import: only when a test needs it

    weight = 1 / means.error
    share = weight / weight.sum()
    middle = float((share * means.mean).sum())
    between = float((weight * (means.mean - middle) ** 2).sum()) / (k - 1)
    spread = float(((1 - share) ** 2 / (means.n - 1)).sum())
    statistic = between / (1 + 2 * (k - 2) / (k**2 - 1) * spread)
    return float(fdtrc(k - 1, (k**2 - 1) / (3 * spread), statistic))


def _welch(first: Means, second: Means, ratio: Array) -> tuple[Array, Array]:
    """The squared error of ``first - ratio * second`` and its degrees of freedom (Welch and Satterthwaite)."""
    one, other = first.error, ratio**2 * second.error
    with np.errstate(invalid="ignore", divide="ignore"):
        error = np.where((one > 0) & (other > 0), one + other, np.nan)
        df = error**2 / (one**2 / (first.n - 1) + other**2 / (second.n - 1))
    return error, df


def _fieller(first: Means, second: Means, quantile: Array) -> tuple[Array, Array]:
    """The two ratios at which ``first - ratio * second`` is ``quantile`` standard errors from 0."""
    with np.errstate(invalid="ignore", divide="ignore"):
        square = second.mean**2 - quantile**2 * second.error
        middle = first.mean * second.mean
        last = first.mean**2 - quantile**2 * first.error
        root = np.sqrt(np.maximum(middle**2 - square * last, 0.0))
        bounded = square > 0
        return np.where(bounded, (middle - root) / square, np.nan), np.where(bounded, (middle + root) / square, np.nan)


def _t_quantile(df: Array, confidence: float) -> Array:
    from scipy.special import stdtrit  # SciPy is slow to import: only when an interval needs it

    return np.asarray(stdtrit(np.where(df > 0, df, np.nan), 0.5 + confidence / 2), dtype=np.float64)


def _two_sided(statistic: Array, df: Array) -> Array:
    from scipy.special import stdtr

    return np.asarray(2 * stdtr(df, -np.abs(statistic)), dtype=np.float64)
