"""Differences and ratios between groups, each with its interval and test."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from evenhand.fairness.comparing import references, significance
from evenhand.fairness.comparing.bootstrap import Extremes, extremes, percentile_interval
from evenhand.fairness.comparing.worth import many_p_value, pair_p_values
from evenhand.fairness.counts.groups import Group
from evenhand.fairness.measuring.intervals import Array, Interval, square_and_add
from evenhand.fairness.measuring.margins import Finest, Margin
from evenhand.fairness.measuring.rates import RATES, Rate
from evenhand.fairness.measuring.samples import people, sample
from evenhand.fairness.results import Comparison, Kind, MetricValue, defined


class NamedFigure(NamedTuple):
    """A comparison with a name of its own: the spread of one or more rates over all groups."""

    name: str
    rates: tuple[str, ...]
    kind: Kind


NAMED = (
    NamedFigure("demographic_parity_difference", ("selection_rate",), "difference"),
    NamedFigure("demographic_parity_ratio", ("selection_rate",), "ratio"),
    NamedFigure("impact_ratio", ("selection_rate",), "ratio"),
    NamedFigure("final_impact_ratio", ("final_selection_rate",), "ratio"),
    NamedFigure("scoring_rate_ratio", ("scoring_rate",), "ratio"),
    NamedFigure("equal_opportunity_difference", ("true_positive_rate",), "difference"),
    NamedFigure("equalized_odds_difference", ("true_positive_rate", "false_positive_rate"), "difference"),
    NamedFigure("predictive_parity_difference", ("positive_predictive_value",), "difference"),
    NamedFigure("accuracy_equality_difference", ("accuracy",), "difference"),
)
# Rates of which a group's ratio to the best eligible group has a name of its own.
IMPACT_RATIOS = {
    "selection_rate": "impact_ratio",
    "final_selection_rate": "final_impact_ratio",
    "scoring_rate": "scoring_rate_ratio",
}
KINDS: tuple[Kind, Kind] = ("difference", "ratio")
SCORED = ("balanced_accuracy", "f1_score", "mean_score", "auc", "brier_score")


def pair_comparisons(
    margin: Margin,
    rate: Rate,
    reference: references.Reference,
    *,
    name: str | None = None,
    min_group: int,
    confidence: float,
) -> list[Comparison]:
    """Each group against its reference: difference and ratio, or the ratio alone for a named figure."""
    eligible = references.fit_as_benchmark(margin, rate, min_group=min_group)
    pairs = references.pairs(margin, rate, reference, eligible=eligible)
    p_values = pair_p_values(pairs)
    adjusted = significance.holm(p_values)
    other: Group | None = {} if reference == references.OVERALL else None
    if pairs.reference is not None:
        other = margin.group(pairs.reference)
    figures: list[tuple[Kind, Array, Interval, str]] = [
        ("difference", pairs.difference(), pairs.difference_interval(confidence=confidence), margin.method("newcombe")),
        ("ratio", pairs.ratio(), pairs.ratio_interval(confidence=confidence), margin.method("koopman")),
    ]
    return [
        Comparison(
            metric=name or rate.name,
            by=margin.by,
            kind=kind,
            of="pair",
            group=margin.group(int(index)),
            reference=other,
            value=defined(value[row]),
            low=defined(interval.low[row]),
            high=defined(interval.high[row]),
            method=method,
            p_value=p_values[row],
            p_adjusted=adjusted[row],
        )
        for kind, value, interval, method in (figures if name is None else figures[1:])
        for row, index in enumerate(pairs.index)
    ]


def scored_comparisons(
    margin: Margin, metrics: Sequence[Mapping[str, MetricValue]], reference: references.Reference
) -> Iterator[Comparison]:
    """Differences of the metrics that are no share of people, from the interval of each group (square and add).

    Against everyone or the best group there is none: the two are not different people, or not fixed beforehand.
    """
    chosen = references.named(margin, reference) if reference not in (references.OVERALL, references.BEST) else None
    if chosen is None:
        return
    for name in SCORED:
        second = metrics[chosen].get(name)
        for index, found in enumerate(metrics):
            if index != chosen and second is not None:
                yield _scored(margin, name, index, chosen, found[name], second)


def max_min_comparisons(
    table: Finest,
    margins: Sequence[Margin],
    rates: Sequence[Rate],
    *,
    min_group: int,
    confidence: float,
    seed: int,
    replicates: int,
) -> list[Comparison]:
    """The spread of each rate over all groups of each margin, and the named figures, from one set of draws."""
    wanted = {}
    for margin in margins:
        for rate in rates:
            wanted[margin.by, rate.name] = (margin, rate, references.enough(margin, rate, min_group=min_group))
            if rate.name in IMPACT_RATIOS:  # where no handful of people is the benchmark
                fit = references.fit_as_benchmark(margin, rate, min_group=min_group)
                wanted[margin.by, IMPACT_RATIOS[rate.name]] = (margin, rate, fit)
    wanted = {key: each for key, each in wanted.items() if each[2].sum() >= 2}
    drawn = extremes(table, list(wanted.values()), seed=seed, replicates=replicates)
    spreads = {key: _Spread(*each, draws) for (key, each), draws in zip(wanted.items(), drawn, strict=True)}
    found = [
        spread.comparison(kind, confidence=confidence)
        for (_, name), spread in spreads.items()
        if name in RATES
        for kind in KINDS
    ]
    for margin in margins:
        for figure in NAMED:
            names = (figure.name,) if figure.name in IMPACT_RATIOS.values() else figure.rates
            parts_of = [spreads.get((margin.by, name)) for name in names]
            if all(part is not None for part in parts_of):
                found.append(_named(figure, [part for part in parts_of if part is not None], confidence=confidence))
    return found


class _Spread(NamedTuple):
    """One rate over the eligible groups of a margin: as seen, and as drawn."""

    margin: Margin
    rate: Rate
    eligible: NDArray[np.bool_]
    draws: Extremes

    def seen(self) -> tuple[references.People, references.People]:
        """Numerators and denominators of the eligible groups, in people; numerators as the weights have them."""
        found = sample(people(self.margin), self.rate)
        return found.x[self.eligible], found.n[self.eligible]

    @property
    def p_value(self) -> float | None:
        """That of one rate shared by all groups."""
        return many_p_value(self.margin, self.rate, self.eligible)

    def value(self, kind: Kind) -> float:
        """Highest minus lowest, or lowest over highest in whole numbers."""
        x, n = self.seen()
        low, high = int(np.argmin(x / n)), int(np.argmax(x / n))
        if kind == "difference":
            return float(x[high] / n[high] - x[low] / n[low])
        return float((x[low] * n[high]).item() / (n[low] * x[high]).item()) if x[high] else float("nan")

    def replicates(self, kind: Kind) -> Array:
        """The same in every draw; ``nan`` where units hide who is above the median."""
        if self.margin.clusters is not None and self.rate.needs_median:
            return np.full_like(self.draws.highest, np.nan)
        return self.draws.difference if kind == "difference" else self.draws.ratio

    def comparison(self, kind: Kind, *, confidence: float) -> Comparison:
        """The spread as a row of the result."""
        interval = percentile_interval(self.replicates(kind), confidence=confidence)
        return _row(self.rate.name, self.margin, kind, self.value(kind), interval, self.p_value)


def _named(figure: NamedFigure, spreads: Sequence[_Spread], *, confidence: float) -> Comparison:
    """A named figure: of several rates the larger spread."""
    value = max(spread.value(figure.kind) for spread in spreads)
    replicates = np.max([spread.replicates(figure.kind) for spread in spreads], axis=0)
    p_value = spreads[0].p_value if len(spreads) == 1 else None
    interval = percentile_interval(replicates, confidence=confidence)
    return _row(figure.name, spreads[0].margin, figure.kind, value, interval, p_value)


def _row(
    metric: str, margin: Margin, kind: Kind, value: float, interval: Interval, p_value: float | None
) -> Comparison:
    return Comparison(
        metric=metric,
        by=margin.by,
        kind=kind,
        of="max_min",
        group=None,
        reference=None,
        value=defined(value),
        low=defined(interval.low),
        high=defined(interval.high),
        method=margin.method("bootstrap percentile"),
        p_value=p_value,
        p_adjusted=p_value,
    )


def _scored(margin: Margin, name: str, index: int, chosen: int, first: MetricValue, second: MetricValue) -> Comparison:
    value = low = high = None
    if first.value is not None and second.value is not None:
        value = first.value - second.value
        shared = margin.clusters is not None and margin.clusters.shared  # how the two go together is not known
        if None not in (first.low, first.high, second.low, second.high) and not shared:
            low, high = (defined(limit) for limit in square_and_add(*_limits(first), *_limits(second)))
    return Comparison(
        metric=name,
        by=margin.by,
        kind="difference",
        of="pair",
        group=margin.group(index),
        reference=margin.group(chosen),
        value=value,
        low=low,
        high=high,
        method=margin.method("square and add"),
        p_value=None,
        p_adjusted=None,
    )


def _limits(metric: MetricValue) -> tuple[Array, Interval]:
    return np.array(metric.value), Interval(np.array(metric.low), np.array(metric.high))


def impact_ratios(margin: Margin, rates: Sequence[Rate], *, min_group: int, confidence: float) -> list[Comparison]:
    """Each group's selection (or scoring) rate over that of the eligible group with the highest."""
    return [
        row
        for rate in rates
        if rate.name in IMPACT_RATIOS
        for row in pair_comparisons(
            margin,
            rate,
            references.BEST,
            name=IMPACT_RATIOS[rate.name],
            min_group=min_group,
            confidence=confidence,
        )
    ]
