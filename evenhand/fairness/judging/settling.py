"""How many more people would settle an undecided line, if rates stay as seen."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from evenhand.fairness.comparing.references import Pairs
from evenhand.fairness.judging.lines import Lines, Region, pair_limits
from evenhand.fairness.measuring.intervals import Array, Interval, normal_quantile, score_statistic

MOST = 1000.0  # times as many people as there are: beyond that, say that no number is in sight
STEPS = 24


def more_needed(
    lines: Lines,
    undecided: NDArray[np.intp],
    kind: str,
    region: Region,
    *,
    confidence: float,
    strict_confidence: float,
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """For each undecided line, how many more people of the group, and whether the reference must grow alike.

    The smallest growth with which the line would be decided if rates came out again exactly as seen. New data scatters,
    so a line whose value lies inside (or outside) is then settled in about half of all cases. -1 where even a thousand
    times as many would not settle it. A value inside the region is settled when its interval at ``confidence`` is
    inside, one outside when its interval at ``strict_confidence`` is outside.
    """
    if lines.pairs is None:
        factor = _scored_factor(lines, undecided, region, confidence, strict_confidence)
        both = np.ones(len(undecided), dtype=np.bool_)
    else:
        pairs = _some(lines.pairs, undecided)
        alone = _smallest_factor(pairs, kind, region, confidence, strict_confidence, both=False)
        together = _smallest_factor(pairs, kind, region, confidence, strict_confidence, both=True)
        both = np.isnan(alone)
        factor = np.where(both, together, alone)
    more = np.ceil(np.nan_to_num((factor - 1) * lines.people[undecided], nan=-1.0))
    return np.where(np.isnan(factor), -1, np.maximum(more, 1)).astype(np.int64), both


def _some(pairs: Pairs, places: NDArray[np.intp]) -> Pairs:
    """Some of the pairs."""

    def of(values: Array | None) -> Array | None:
        return None if values is None else values[places]

    return replace(
        pairs,
        index=pairs.index[places],
        x1=pairs.x1[places],
        n1=pairs.n1[places],
        x2=pairs.x2[places],
        n2=pairs.n2[places],
        share=pairs.share[places],
        worth1=of(pairs.worth1),
        worth2=of(pairs.worth2),
        df1=of(pairs.df1),
        df2=of(pairs.df2),
        correlation=of(pairs.correlation),
    )


def _scored_factor(
    lines: Lines, undecided: NDArray[np.intp], region: Region, confidence: float, strict: float
) -> Array:
    """The growth of both groups that settles each line, as the length of an interval falls with the root of people."""
    value = lines.value[undecided]
    wide, wider = (Interval(low[undecided], high[undecided]) for low, high in map(lines.limits, (confidence, strict)))
    with np.errstate(divide="ignore", invalid="ignore"):
        inside = np.maximum(
            (wide.high - value) / np.maximum(region.highest - value, 0),
            (value - wide.low) / np.maximum(value - region.lowest, 0),
        )
        above, below = (value - wider.low) / (value - region.highest), (wider.high - value) / (region.lowest - value)
        longer = np.where(value > region.highest, above, np.where(value < region.lowest, below, inside))
    factor = longer**2
    return np.where(np.isfinite(factor) & (factor <= MOST), factor, np.nan)


def _smallest_factor(pairs: Pairs, kind: str, region: Region, confidence: float, strict: float, *, both: bool) -> Array:
    """The smallest growth that settles each pair, by bisection on a logarithmic scale; ``nan`` where none does."""

    by_statistic = kind == "ratio" and pairs.is_plain and not pairs.share.any()

    def settled(factor: Array) -> NDArray[np.bool_]:
        grown = replace(pairs, x1=pairs.x1 * factor, n1=pairs.n1 * factor)
        if both:
            grown = replace(grown, x2=pairs.x2 * factor, n2=pairs.n2 * factor)
        if by_statistic:
            return _ratio_is_settled(grown, region, normal_quantile(confidence) ** 2, normal_quantile(strict) ** 2)
        inside = region.holds(pair_limits(grown, kind, confidence))
        return inside | region.excludes(pair_limits(grown, kind, strict))

    low, high = np.ones(len(pairs.n1)), np.full(len(pairs.n1), MOST)
    possible = settled(high)
    for _ in range(STEPS):
        middle = np.sqrt(low * high)
        done = settled(middle)
        low, high = np.where(done, low, middle), np.where(done, middle, high)
    return np.where(possible, high, np.nan)


def _ratio_is_settled(pairs: Pairs, region: Region, inner: float, outer: float) -> NDArray[np.bool_]:
    """Whether Koopman's interval lies inside or outside, without finding its limits.

    The interval is where the score statistic does not exceed a quantile, so a limit of the region lies outside the
    interval just where the statistic there exceeds it.
    """
    sample = (pairs.x1, pairs.n1, pairs.x2, pairs.n2)
    x1, n1, x2, n2 = (np.asarray(each, dtype=np.float64) for each in sample)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = (x1 * n2) / (n1 * x2)
    inside = np.ones(len(value), dtype=np.bool_)
    outside = np.zeros(len(value), dtype=np.bool_)
    for limit, within in ((region.lowest, value > region.lowest), (region.highest, value < region.highest)):
        if 0 < limit < np.inf:
            statistic = score_statistic(x1, n1, x2, n2, np.asarray(limit))
            inside &= within & (statistic > inner)
            outside |= ~within & ~np.isnan(value) & (statistic > outer)
    return inside | outside
