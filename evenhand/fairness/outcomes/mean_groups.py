"""A mean of every group of a margin, and the tests that two or more of them are equal."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from evenhand.fairness.measuring.intervals import Array
from evenhand.fairness.measuring.margins import Margin
from evenhand.fairness.outcomes.means import Means, Sums, welch_anova, welch_p_value

Places = NDArray[np.intp]
Bools = NDArray[np.bool_]
NOTHING = Sums(0, 0, 0)


@dataclass(frozen=True)
class MeanMetric:
    """A metric that is a mean: its sums in each of the finest groups, in units of ``1 / scale``.

    ``better`` says which means are good ones (``zero``: those near 0). Ratios are made only of what cannot be
    negative. ``ends`` are the smallest and largest value it can have.
    """

    name: str
    sums: tuple[Sums, ...]
    scale: int
    better: Literal["high", "low", "zero"]
    has_ratio: bool = False
    ends: tuple[float, float] = (-np.inf, np.inf)


@dataclass(frozen=True)
class MeanGroups:
    """A mean metric over the groups of one margin."""

    metric: MeanMetric
    margin: Margin

    @cached_property
    def sums(self) -> tuple[Sums, ...]:
        """The sums of each group."""
        found = [NOTHING] * len(self.margin.keys)
        for place, each in zip(self.margin.place, self.metric.sums, strict=True):
            found[place] = found[place].plus(each)
        return tuple(found)

    @cached_property
    def everyone(self) -> Sums:
        """The sums of all groups together."""
        total = NOTHING
        for each in self.sums:
            total = total.plus(each)
        return total

    @cached_property
    def means(self) -> Means:
        """The mean of each group."""
        return self._means(self.sums)

    @cached_property
    def others(self) -> Means:
        """For each group the mean of everyone else."""
        return self._means([self.everyone.minus(each) for each in self.sums])

    @property
    def share(self) -> Array:
        """Each group's share of everyone."""
        return self.means.n / max(self.everyone.n, 1)

    def enough(self, *, min_group: int) -> Bools:
        """Which groups have enough people to have a mean and a spread."""
        return np.asarray(self.means.n >= max(min_group, 2))

    def _means(self, sums: Sequence[Sums]) -> Means:
        return Means.of(sums, scale=self.metric.scale)


class EqualMeans(Protocol):
    """A test that means are equal."""

    def of_pairs(self, groups: MeanGroups, first: Places, second: Places | None) -> Array:
        """p-values of groups against others, or against everyone else (None); ``nan`` where there is none."""

    def of_all(self, groups: MeanGroups, chosen: Places) -> float | None:
        """p-value of one mean shared by the chosen groups."""


class Welch:
    """Welch's tests: people are independent, groups may spread differently."""

    def of_pairs(self, groups: MeanGroups, first: Places, second: Places | None) -> Array:
        """Welch's t test."""
        other = groups.others.at(first) if second is None else groups.means.at(second)
        return welch_p_value(groups.means.at(first), other)

    def of_all(self, groups: MeanGroups, chosen: Places) -> float | None:
        """Welch's analysis of variance."""
        return welch_anova(groups.means.at(chosen))
