"""How many more people would settle an undecided line, if rates stay as seen."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from evenhand.fairness.comparing.references import Pairs
from evenhand.fairness.judging.lines import Region, pair_limits
from evenhand.fairness.measuring.intervals import Array

MOST = 1000.0  # times as many people as there are: beyond that, say that no number is in sight
STEPS = 24


def more_needed(
    pairs: Pairs, kind: str, region: Region, *, confidence: float, strict_confidence: float
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """For each pair, how many more people of the group, and whether the reference must grow alike.

    -1 where even a thousand times as many would not settle it. A value inside the region is settled when its interval
    at ``confidence`` is inside, one outside when its interval at ``strict_confidence`` is outside.
    """
    alone = _smallest_factor(pairs, kind, region, confidence, strict_confidence, both=False)
    together = _smallest_factor(pairs, kind, region, confidence, strict_confidence, both=True)
    both = np.isnan(alone)
    factor = np.where(both, together, alone)
    more = np.ceil(np.nan_to_num((factor - 1) * pairs.n1, nan=-1.0))
    return np.where(np.isnan(factor), -1, np.maximum(more, 1)).astype(np.int64), both


def _smallest_factor(pairs: Pairs, kind: str, region: Region, confidence: float, strict: float, *, both: bool) -> Array:
    """The smallest growth that settles each pair, by bisection on a logarithmic scale; ``nan`` where none does."""

    def settled(factor: Array) -> NDArray[np.bool_]:
        grown = replace(pairs, x1=pairs.x1 * factor, n1=pairs.n1 * factor)
        if both:
            grown = replace(grown, x2=pairs.x2 * factor, n2=pairs.n2 * factor)
        inside = region.holds(pair_limits(grown, kind, confidence))
        return inside | region.excludes(pair_limits(grown, kind, strict))

    low, high = np.ones(len(pairs.n1)), np.full(len(pairs.n1), MOST)
    possible = settled(high)
    for _ in range(STEPS):
        middle = np.sqrt(low * high)
        done = settled(middle)
        low, high = np.where(done, low, middle), np.where(done, middle, high)
    return np.where(possible, high, np.nan)
