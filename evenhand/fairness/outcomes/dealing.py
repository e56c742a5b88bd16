"""Ranks dealt at random: how far apart mean exposures then are, given that every place is dealt once."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from evenhand.fairness.counts.columns import MICRO
from evenhand.fairness.measuring.intervals import Array
from evenhand.fairness.outcomes.mean_groups import MeanGroups, MeanMetric, Places

LONGEST_DEALT = 1000  # lists up to here are dealt again and again; longer ones need no more than their mean and spread
AT_ONCE = 1000
CLOSE = 1e-9


def exposures(n: int) -> NDArray[np.int64]:
    """The exposure of ranks 1 to ``n`` in millionths, as it is counted."""
    found: NDArray[np.int64] = np.floor(MICRO / np.log2(1.0 + np.arange(1, n + 1)) + 0.5).astype(np.int64)
    return found


def is_whole_list(metric: MeanMetric) -> bool:
    """Whether the people counted are one whole list: the ranks 1 to n, each once."""
    n, total, squares = (sum(part) for part in zip(*metric.sums, strict=True))
    of_list = exposures(n)
    return bool(total == of_list.sum() and squares == (of_list**2).sum())


@dataclass(frozen=True)
class Dealing:
    """The test that ranks do not depend on groups: places are dealt to people at random (Pitman 1937).

    Of one whole list of up to 1,000 people the places are dealt ``replicates`` times. Otherwise the difference of two
    mean exposures is taken to be normal, with the variance that dealing without replacement has exactly:
    ``S2 (1 / n1 + 1 / n2)``, S2 the variance of exposure over everyone with n - 1 in its denominator.
    """

    metric: MeanMetric
    is_whole: bool
    seed: int
    replicates: int

    @classmethod
    def of(cls, metric: MeanMetric, *, seed: int, replicates: int) -> "Dealing":
        """For the people of a metric of exposure."""
        return cls(metric, is_whole_list(metric), seed, replicates)

    @property
    def is_dealt(self) -> bool:
        """Whether p-values come from dealing, rather than from the normal distribution."""
        return self.is_whole and sum(each.n for each in self.metric.sums) <= LONGEST_DEALT

    def of_pairs(self, groups: MeanGroups, first: Places, second: Places | None) -> Array:
        """p-values of equal mean exposures of groups, or of a group and everyone else."""
        means, others = groups.means, groups.others
        n1 = means.n[first]
        n2, mean2 = (others.n[first], others.mean[first]) if second is None else (means.n[second], means.mean[second])
        seen = np.abs(means.mean[first] - mean2)
        if not self.is_dealt:
            return self._normal(groups, seen, n1, n2)
        dealt = self._dealt_means(groups)
        rest = (self._total - dealt * means.n) / np.maximum(groups.everyone.n - means.n, 1)
        apart = np.abs(dealt[:, first] - (rest[:, first] if second is None else dealt[:, second]))
        found = ((apart >= seen - CLOSE).sum(axis=0) + 1) / (self.replicates + 1)
        return np.where((n1 > 0) & (n2 > 0), found, np.nan)

    def of_all(self, groups: MeanGroups, chosen: Places) -> float | None:
        """p-value that the chosen groups' mean exposures spread as dealing makes them spread."""
        variance = self._variance(groups)
        if not variance > 0:
            return None
        means = groups.means.at(chosen)
        if self.is_dealt:
            dealt = self._dealt_means(groups)[:, chosen]
            beyond = _between(dealt, means.n) >= _between(means.mean[None, :], means.n)[0] - CLOSE
            return float((beyond.sum() + 1) / (self.replicates + 1))
        from scipy.special import chdtrc  # SciPy is slow to import: only when a test needs it

        return float(chdtrc(len(chosen) - 1, float(_between(means.mean[None, :], means.n)[0]) / variance))

    def _normal(self, groups: MeanGroups, seen: Array, n1: Array, n2: Array) -> Array:
        from scipy.special import ndtr

        variance = self._variance(groups)
        with np.errstate(invalid="ignore", divide="ignore"):
            error = np.sqrt(variance * (1 / n1 + 1 / n2)) if variance > 0 else np.full(len(n1), np.nan)
            return np.asarray(2 * ndtr(-seen / error), dtype=np.float64)

    def _variance(self, groups: MeanGroups) -> float:
        n, total, squares = groups.everyone
        return (n * squares - total**2) / (n * (n - 1) * MICRO**2) if n > 1 else 0.0

    @property
    def _total(self) -> float:
        return sum(each.total for each in self.metric.sums) / MICRO

    def _dealt_means(self, groups: MeanGroups) -> Array:
        """The mean exposure of each group of a margin in each dealing, of shape (replicates, groups)."""
        summed = np.zeros((len(groups.sums), self.replicates))
        np.add.at(summed, groups.margin.place, self._dealt.T)
        found: Array = summed.T / groups.means.n / MICRO
        return found

    @cached_property
    def _dealt(self) -> Array:
        """The summed exposure of each of the finest groups in each dealing."""
        sizes = [each.n for each in self.metric.sums]
        starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.intp)
        deck = exposures(sum(sizes))
        random = np.random.default_rng(self.seed)
        portions = []
        for start in range(0, self.replicates, AT_ONCE):
            shape = (min(AT_ONCE, self.replicates - start), len(deck))
            portions.append(np.add.reduceat(random.permuted(np.broadcast_to(deck, shape), axis=1), starts, axis=1))
        return np.concatenate(portions).astype(np.float64)


def _between(means: Array, n: Array) -> Array:
    """How far group means lie from their common mean: squares, weighted by people."""
    middle = (means * n).sum(axis=1, keepdims=True) / n.sum()
    return np.asarray((n * (means - middle) ** 2).sum(axis=1))
