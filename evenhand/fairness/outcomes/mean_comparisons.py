"""Means of groups compared: differences and ratios of pairs, and the spread over all groups."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from evenhand.fairness.comparing import references, significance
from evenhand.fairness.comparing.bootstrap import percentile_interval
from evenhand.fairness.counts.groups import Group
from evenhand.fairness.measuring.intervals import Array, Interval
from evenhand.fairness.measuring.margins import Margin
from evenhand.fairness.outcomes.findings import Choices
from evenhand.fairness.outcomes.mean_groups import Bools, EqualMeans, MeanGroups, MeanMetric, Places
from evenhand.fairness.outcomes.means import Means, welch_difference, welch_ratio
from evenhand.fairness.results import Comparison, Kind, defined

FEWEST_FOR_EXPECTED = 4  # with fewer people the spread of a t distribution, and so its average, is not finite


@dataclass(frozen=True)
class MeanPairs:
    """Groups against their reference; ``second`` is None where that is everyone."""

    groups: MeanGroups
    first: Places
    second: Places | None

    @property
    def share(self) -> Array:
        """The group's share of the reference: more than 0 only where that is everyone."""
        return self.groups.share[self.first] if self.second is None else np.zeros(len(self.first))

    def difference(self) -> Array:
        """Group minus reference."""
        one, other = self._means()
        return (1 - self.share) * (one.mean - other.mean)

    def difference_interval(self, *, confidence: float) -> Interval:
        """Welch's interval; against everyone that of the group against everyone else, scaled."""
        low, high = welch_difference(*self._means(), confidence=confidence)
        return Interval((1 - self.share) * low, (1 - self.share) * high)

    def ratio(self) -> Array:
        """Group over reference; ``nan`` where the reference's mean is 0."""
        one, other = self._means()
        with np.errstate(invalid="ignore", divide="ignore"):
            return self._against_everyone(np.where(other.mean == 0, np.nan, one.mean / other.mean))

    def ratio_interval(self, *, confidence: float) -> Interval:
        """Fieller's interval with Welch's degrees of freedom; a ratio of what is never negative is not below 0."""
        low, high = welch_ratio(*self._means(), confidence=confidence)
        return Interval(self._against_everyone(np.maximum(low, 0.0)), self._against_everyone(high))

    def _against_everyone(self, ratio: Array) -> Array:
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(self.share > 0, 1 / (self.share + (1 - self.share) / ratio), ratio)

    def _means(self) -> tuple[Means, Means]:
        groups = self.groups
        other = groups.others.at(self.first) if self.second is None else groups.means.at(self.second)
        return groups.means.at(self.first), other


def mean_pairs(groups: MeanGroups, reference: references.Reference, *, min_group: int) -> MeanPairs | None:
    """Each group against the reference; None where there is no such group."""
    everyone = np.arange(len(groups.sums), dtype=np.intp)
    if reference == references.OVERALL:
        return MeanPairs(groups, everyone, None)
    if reference == references.BEST:
        chosen = best(groups, min_group=min_group)
    else:
        chosen = references.named(groups.margin, reference)
    if chosen is None:
        return None
    others = everyone[everyone != chosen]
    return MeanPairs(groups, others, np.full(len(others), chosen, dtype=np.intp))


def best(groups: MeanGroups, *, min_group: int) -> int | None:
    """The eligible group with the best mean; among equals the one with more people."""
    strict = groups.enough(min_group=max(min_group, references.BENCHMARK))
    eligible = strict if strict.sum() >= 2 else groups.enough(min_group=min_group)
    mean = groups.means.mean
    goodness = {"high": mean, "low": -mean, "zero": -np.abs(mean)}[groups.metric.better]
    usable = [int(index) for index in np.flatnonzero(eligible)]
    return max(usable, key=lambda index: (goodness[index], groups.means.n[index], -index), default=None)


def mean_comparisons(
    metric: MeanMetric, margins: Sequence[Margin], test: EqualMeans, choices: Choices
) -> Iterator[Comparison]:
    """All comparisons of one mean over all margins."""
    for margin in margins:
        groups = MeanGroups(metric, margin)
        yield from _pair_rows(groups, test, choices)
        eligible = groups.enough(min_group=choices.min_group)
        if eligible.sum() >= 2:
            yield from _spread_rows(groups, eligible, test, choices)


def _pair_rows(groups: MeanGroups, test: EqualMeans, choices: Choices) -> Iterator[Comparison]:
    pairs = mean_pairs(groups, choices.reference, min_group=choices.min_group)
    if pairs is None:
        return
    p_values = [defined(each) for each in test.of_pairs(groups, pairs.first, pairs.second)]
    adjusted = significance.holm(p_values)
    confidence = choices.confidence
    figures: list[tuple[Kind, Array, Interval, str]] = [
        ("difference", pairs.difference(), pairs.difference_interval(confidence=confidence), "welch")
    ]
    if groups.metric.has_ratio:
        figures.append(("ratio", pairs.ratio(), pairs.ratio_interval(confidence=confidence), "fieller, welch"))
    for kind, value, interval, method in figures:
        for row, index in enumerate(pairs.first):
            other: Group = {} if pairs.second is None else groups.margin.group(int(pairs.second[row]))
            yield Comparison(
                metric=groups.metric.name,
                by=groups.margin.by,
                kind=kind,
                of="pair",
                group=groups.margin.group(int(index)),
                reference=other,
                value=defined(value[row]),
                low=defined(interval.low[row]),
                high=defined(interval.high[row]),
                method=method,
                p_value=p_values[row],
                p_adjusted=adjusted[row],
            )


def _spread_rows(groups: MeanGroups, eligible: Bools, test: EqualMeans, choices: Choices) -> Iterator[Comparison]:
    """Highest minus lowest mean and, of what is never negative, lowest over highest.

    The interval draws each group's mean from its t distribution, all groups independently.
    """
    chosen = np.flatnonzero(eligible)
    means = groups.means.at(chosen)
    random = np.random.default_rng(choices.seed)
    away = random.standard_t(means.n - 1, size=(choices.replicates, len(chosen))) * np.sqrt(means.error)
    drawn = np.clip(means.mean + away, *groups.metric.ends)
    p_value = test.of_all(groups, chosen)
    kinds: list[Kind] = ["difference", "ratio"] if groups.metric.has_ratio else ["difference"]
    alike = bool((means.variance == 0).any())
    for kind in kinds:
        interval = percentile_interval(
            np.full(1, np.nan) if alike else _spread(drawn, kind), confidence=choices.confidence
        )
        expected = None
        if kind == "difference" and not alike and means.n.min() >= FEWEST_FOR_EXPECTED:
            expected = defined(_spread(away, kind).mean())
        yield Comparison(
            metric=groups.metric.name,
            by=groups.margin.by,
            kind=kind,
            of="max_min",
            group=None,
            reference=None,
            value=defined(_spread(means.mean[None, :], kind)[0]),
            low=defined(interval.low),
            high=defined(interval.high),
            method="parametric bootstrap",
            p_value=p_value,
            p_adjusted=p_value,
            expected=expected,
        )


def _spread(means: Array, kind: Kind) -> Array:
    high, low = means.max(axis=1), means.min(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(high - low if kind == "difference" else np.where(high > 0, low / high, np.nan))
