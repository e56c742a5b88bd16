"""Two groups within strata: Mantel and Haenszel's pooled figures for many pairs of groups at once.

Every array has the shape (pairs, strata). A stratum in which one of the two groups has nobody says nothing about them
and weighs nothing.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from evenhand.fairness.comparing.normal import two_sided
from evenhand.fairness.measuring.intervals import Array, Interval, normal_quantile

STEPS = 60


@dataclass(frozen=True)
class Strata:
    """``x1`` of ``n1`` people of the group and ``x2`` of ``n2`` of its reference, in every stratum."""

    x1: Array
    n1: Array
    x2: Array
    n2: Array

    @cached_property
    def both(self) -> NDArray[np.bool_]:
        """Whether a stratum has people of both groups."""
        return np.asarray((self.n1 > 0) & (self.n2 > 0))

    @cached_property
    def total(self) -> Array:
        """People of both groups; 1 where they are not both there, so that nothing is divided by 0."""
        return np.where(self.both, self.n1 + self.n2, 1.0)

    @property
    def used(self) -> NDArray[np.int64]:
        """How many strata of each pair have both groups."""
        return np.asarray(self.both.sum(axis=1))

    def difference(self, *, confidence: float) -> tuple[Array, Interval]:
        """The pooled difference of rates (Greenland and Robins 1985) with Sato's (1989) interval, limited to -1 and 1.

        Sato's variance holds for few large strata and for many small ones.
        """
        weight = self._sum(self.n1 * self.n2 / self.total)
        value = _divided(self._sum((self.x1 * self.n2 - self.x2 * self.n1) / self.total), weight)
        first = self._sum(
            (self.n1**2 * self.x2 - self.n2**2 * self.x1 + self.n1 * self.n2 * (self.n2 - self.n1) / 2) / self.total**2
        )
        second = self._sum((self.x1 * (self.n2 - self.x2) + self.x2 * (self.n1 - self.x1)) / (2 * self.total))
        half = normal_quantile(confidence) * np.sqrt(np.maximum(_divided(value * first + second, weight**2), 0))
        half = np.where(half > 0, half, np.nan)  # a variance of 0 is too little data, not certainty
        return value, Interval(np.maximum(value - half, -1), np.minimum(value + half, 1))

    def ratio(self, *, confidence: float) -> tuple[Array, Interval]:
        """The pooled ratio of rates with Greenland and Robins's (1985) interval; ``nan`` limits where one rate is 0."""
        above, below = self._sum(self.x1 * self.n2 / self.total), self._sum(self.x2 * self.n1 / self.total)
        spread = self._sum((self.n1 * self.n2 * (self.x1 + self.x2) - self.x1 * self.x2 * self.total) / self.total**2)
        value = _divided(above, below)
        return value, _of_logarithm(value, _divided(spread, above * below), confidence)

    def odds_ratio(self, *, confidence: float) -> tuple[Array, Interval]:
        """Mantel and Haenszel's (1959) odds ratio with Robins, Breslow and Greenland's (1986) interval."""
        a, b, c, d = self._table()
        agree, differ = (a + d) / self.total, (b + c) / self.total
        above, below = a * d / self.total, b * c / self.total
        r, s = self._sum(above), self._sum(below)
        variance = (
            _divided(self._sum(agree * above), 2 * r**2)
            + _divided(self._sum(agree * below + differ * above), 2 * r * s)
            + _divided(self._sum(differ * below), 2 * s**2)
        )
        value = _divided(r, s)
        return value, _of_logarithm(value, variance, confidence)

    def no_association(self) -> Array:
        """p-values of the same rates in every stratum (Cochran, Mantel and Haenszel, without continuity correction)."""
        positive = self.x1 + self.x2
        seen, expected = self._sum(self.x1), self._sum(self.n1 * positive / self.total)
        variance = self._sum(
            self.n1 * self.n2 * positive * (self.total - positive) / (self.total**2 * np.maximum(self.total - 1, 1))
        )
        with np.errstate(invalid="ignore", divide="ignore"):
            return two_sided(np.where(variance > 0, (seen - expected) / np.sqrt(variance), np.nan))

    def one_odds_ratio(self) -> Array:
        """p-values of one odds ratio in all strata (Breslow and Day 1980, with Tarone's 1985 correction).

        ``nan`` where fewer than two strata speak, or where the pooled odds ratio is 0 or has no value.
        """
        from scipy.special import chdtrc  # SciPy is slow to import: only where strata are compared

        value, _ = self.odds_ratio(confidence=0.95)
        usable = np.isfinite(value) & (value > 0)
        ratio = np.where(usable, value, 1.0)[:, None]
        fitted = self._fitted(ratio)
        positive = self.x1 + self.x2
        four = (fitted, positive - fitted, self.n1 - fitted, self.n2 - positive + fitted)
        with np.errstate(invalid="ignore", divide="ignore"):
            spread = np.where(self._speaks, 1 / sum(1 / part for part in four), 0.0)
            away = np.where(self._speaks, self.x1 - fitted, 0.0)
            statistic = np.where(self._speaks, away**2 / spread, 0.0).sum(axis=1)
            statistic -= np.nan_to_num(_divided(away.sum(axis=1) ** 2, spread.sum(axis=1)))
        strata = self._speaks.sum(axis=1)
        known = usable & (strata > 1)
        return np.where(known, chdtrc(np.where(known, strata - 1, 1), np.maximum(statistic, 0)), np.nan)

    @cached_property
    def _speaks(self) -> NDArray[np.bool_]:
        """Whether a stratum says something about the odds ratio: both groups, and both outcomes, are there."""
        positive = self.x1 + self.x2
        return np.asarray(self.both & (positive > 0) & (positive < self.n1 + self.n2))

    def _fitted(self, ratio: Array) -> Array:
        """How many of the group would be counted in each stratum at this odds ratio, with its totals kept."""
        positive = self.x1 + self.x2
        low, high = np.maximum(0.0, positive - self.n2), np.minimum(self.n1, positive)
        for _ in range(STEPS):
            middle = (low + high) / 2
            over = middle * (self.n2 - positive + middle) > ratio * (positive - middle) * (self.n1 - middle)
            low, high = np.where(over, low, middle), np.where(over, middle, high)
        return (low + high) / 2

    def _table(self) -> tuple[Array, Array, Array, Array]:
        """Counted and others of the group, counted and others of its reference."""
        return self.x1, self.n1 - self.x1, self.x2, self.n2 - self.x2

    def _sum(self, each: Array) -> Array:
        return np.asarray(np.where(self.both, each, 0.0).sum(axis=1))


def _of_logarithm(value: Array, variance: Array, confidence: float) -> Interval:
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        half = normal_quantile(confidence) * np.sqrt(variance)
        usable = (value > 0) & np.isfinite(value) & (half > 0)
        return Interval(np.where(usable, value * np.exp(-half), np.nan), np.where(usable, value * np.exp(half), np.nan))


def _divided(above: Array, below: Array) -> Array:
    with np.errstate(invalid="ignore", divide="ignore"):
        found = above / below
    return np.where(np.isinf(found), np.nan, found)
