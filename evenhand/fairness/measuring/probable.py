"""Rates of groups that are known by probability only: an estimate with its doubt, its bias, and worst-case bounds.

The estimate weighs each person by the probability of belonging to the group. It is right only if, among people with
the same probabilities, belonging to the group says nothing about the outcome; otherwise it is off by
``-E[Cov(group, outcome | probabilities)] / P(group)`` whatever the number of people (Chen, Kallus, Mao, Svacha and
Udell 2019), which no interval shows. The bounds assume only that the probabilities are right.
"""

from dataclasses import dataclass

import numpy as np

from evenhand.errors import InputError
from evenhand.fairness.counts.columns import MICRO, Columns
from evenhand.fairness.counts.memberships import SHARE, MembershipCounts
from evenhand.fairness.measuring.intervals import Array, Interval, newcombe, wilson
from evenhand.fairness.measuring.rates import Rate, available, spread
from evenhand.fairness.measuring.samples import MOST_CORRELATED, People, Sample, sample
from evenhand.fairness.results import defined

METHOD = "weighted by membership probability"
BIAS = (
    "Estimates weigh people by the probability of belonging to the group. They are right only if, among people of "
    "equal probabilities, belonging to the group says nothing about the outcome; otherwise they are off however many "
    "people there are, which low and high do not show. The bounds, lowest and highest, need no such assumption."
)


@dataclass(frozen=True, slots=True)
class MembershipRate:
    """A rate of one level. ``low`` to ``high`` is about chance, ``lowest`` to ``highest`` about unknown membership.

    ``people`` is the expected number of people of the level in the rate's denominator.
    """

    metric: str
    level: str
    people: float
    value: float | None
    low: float | None
    high: float | None
    lowest: float | None
    highest: float | None
    method: str


@dataclass(frozen=True, slots=True)
class MembershipDifference:
    """The rate of a level minus that of another, with the same two kinds of doubt."""

    metric: str
    level: str
    reference: str
    value: float | None
    low: float | None
    high: float | None
    lowest: float | None
    highest: float | None
    method: str


def membership_rates(counts: MembershipCounts, *, confidence: float = 0.95) -> tuple[MembershipRate, ...]:
    """Every rate of every level: the probability-weighted estimate (see above for its bias), Wilson's interval with
    the effective number of people, and the Frechet bounds (Kallus, Mao and Zhou 2022), which hold for each level.

    Bounds take people in 20 bands of probability as all there is to know; they are about the people counted.
    """
    who, found = _people(counts), []
    for rate in _rates(counts):
        seen, bounds = sample(who, rate), frechet_bounds(counts, rate)
        low, high = wilson(*seen.effective(confidence=confidence), confidence=confidence)
        for place, level in enumerate(counts.levels):
            some = bool(seen.mass[place] > 0)
            found.append(
                MembershipRate(
                    metric=rate.name,
                    level=level,
                    people=float(seen.mass[place]),
                    value=float(seen.x[place] / seen.n[place]) if some else None,
                    low=defined(low[place]) if some else None,
                    high=defined(high[place]) if some else None,
                    lowest=defined(bounds.low[place]),
                    highest=defined(bounds.high[place]),
                    method=f"wilson, {METHOD}",
                )
            )
    return tuple(found)


def membership_differences(
    counts: MembershipCounts, reference: str, *, confidence: float = 0.95
) -> tuple[MembershipDifference, ...]:
    """Every rate of every other level minus that of ``reference``.

    Everybody counts a little for both levels, so Newcombe's interval takes the correlation of the two estimates. The
    bounds are those of the two levels taken apart; the truth lies between them, but they may not be reached.
    """
    if reference not in counts.levels:
        raise InputError(f"There is no level {reference!r} of {counts.attribute} ({', '.join(counts.levels)}).")
    second = counts.levels.index(reference)
    others = np.array([place for place in range(len(counts.levels)) if place != second], dtype=np.intp)
    same = np.full(len(others), second)
    who, found = _people(counts), []
    for rate in _rates(counts):
        seen, bounds = sample(who, rate), frechet_bounds(counts, rate)
        one, other = seen.of(others), seen.of(same)
        together = _correlation(counts, rate, seen)[others, second]
        sizes = (*one.effective(confidence=confidence), *other.effective(confidence=confidence))
        low, high = newcombe(*sizes, confidence=confidence, correlation=together)
        with np.errstate(invalid="ignore", divide="ignore"):
            value = np.where((one.mass > 0) & (other.mass > 0), one.x / one.n - other.x / other.n, np.nan)
        for row, place in enumerate(others):
            some = bool(np.isfinite(value[row]))
            found.append(
                MembershipDifference(
                    metric=rate.name,
                    level=counts.levels[place],
                    reference=reference,
                    value=defined(value[row]),
                    low=defined(low[row]) if some else None,
                    high=defined(high[row]) if some else None,
                    lowest=defined(bounds.low[place] - bounds.high[second]),
                    highest=defined(bounds.high[place] - bounds.low[second]),
                    method=f"newcombe, {METHOD}",
                )
            )
    return tuple(found)


def frechet_bounds(counts: MembershipCounts, rate: Rate) -> Interval:
    """The lowest and highest rate of each level that its probabilities allow, band by band; ``nan`` for nobody.

    In a band of ``N`` people of whom ``P`` belong to the level, at least ``max(0, P - others)`` and at most
    ``min(P, N1)`` of the ``N1`` in the numerator do. The highest rate has all it can in the numerator, then outside
    the denominator, and only what is left in the rest of the denominator; both extremes are reached at once.
    """
    top = spread(rate.numerator, 4).astype(np.float64)
    rest = spread(rate.denominator, 4) - top
    most, least = np.zeros((len(counts.levels), 2)), np.zeros((len(counts.levels), 2))
    for band in counts.bands:
        n, belong = np.array(band.n, dtype=np.float64), sum(band.mass) / MICRO
        with_it, without = float(n @ top), float(n @ rest)
        outside = float(n.sum()) - with_it - without
        most[band.level] += (min(belong, with_it), max(0.0, belong - with_it - outside))
        least[band.level] += (max(0.0, belong - without - outside), min(belong, without))
    return Interval(*(_share(part[:, 0], part.sum(axis=1)) for part in (least, most)))


def _people(counts: MembershipCounts) -> People:
    """The levels as weighted people: everybody has a share in each."""
    cells = np.zeros((len(counts.levels), 4), dtype=np.int64)
    weights = np.zeros((len(counts.levels), 4, 2))
    for band in counts.bands:
        cells[band.level] += band.n
        weights[band.level, :, 0] += np.array(band.mass, dtype=np.float64) / MICRO
    for pair in counts.pairs:
        if pair.first == pair.second:
            weights[pair.first, :, 1] = np.array(pair.products, dtype=np.float64) / SHARE**2
    return People(cells, weights, None, None)


def _correlation(counts: MembershipCounts, rate: Rate, seen: Sample) -> Array:
    """How the estimates of two levels go together: everybody's share in both."""
    size = len(counts.levels)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.nan_to_num(seen.x / seen.n)
        away = spread(rate.numerator, 4) - share[:, None] * spread(rate.denominator, 4)
        covariance = np.zeros((size, size))
        for pair in counts.pairs:
            products = np.array(pair.products, dtype=np.float64) / SHARE**2
            total = (away[pair.first] * away[pair.second]) @ products / (seen.mass[pair.first] * seen.mass[pair.second])
            covariance[pair.first, pair.second] = covariance[pair.second, pair.first] = total
        assert seen.worth is not None
        error = np.sqrt(share * (1 - share) / (seen.n * seen.worth))
        found = np.nan_to_num(covariance / np.outer(error, error), posinf=0.0, neginf=0.0)
    limited: Array = np.clip(found, -MOST_CORRELATED, MOST_CORRELATED)
    return limited


def _rates(counts: MembershipCounts) -> list[Rate]:
    return available(Columns(groups=(counts.attribute,), label=counts.label, prediction=counts.prediction))


def _share(x: Array, n: Array) -> Array:
    found: Array = np.divide(x, n, out=np.full(len(n), np.nan), where=n > 0)
    return found
