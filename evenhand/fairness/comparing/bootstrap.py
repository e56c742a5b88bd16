"""Doubt of figures over many groups: multinomial draws of the cells, made once and used for everything.

Drawing the cells of the table is the same as drawing the rows again, at a cost that does not grow with rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evenhand.fairness.measuring.intervals import Array, Interval
from evenhand.fairness.measuring.margins import Finest, Margin
from evenhand.fairness.measuring.rates import Rate, parts

REPLICATES = 10_000
SEED = 20_260_101
DRAWN_AT_ONCE = 2_000_000  # cells held in memory at a time
MOST_UNDEFINED = 0.05


@dataclass(frozen=True)
class Extremes:
    """For one rate over the groups of one margin: the highest and lowest rate in each replicate."""

    highest: Array
    lowest: Array

    @property
    def difference(self) -> Array:
        """Highest minus lowest."""
        return self.highest - self.lowest

    @property
    def ratio(self) -> Array:
        """Lowest over highest; undefined where no group has any."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(self.highest > 0, self.lowest / self.highest, np.nan)


Wanted = tuple[Margin, Rate, NDArray[np.bool_]]


def extremes(table: Finest, wanted: Sequence[Wanted], *, seed: int, replicates: int) -> list[Extremes]:
    """The extremes of each wanted margin and rate, over its eligible groups, in every replicate."""
    generator = np.random.default_rng(seed)
    flat = table.cells.reshape(-1)
    total = int(flat.sum())
    step = max(1, DRAWN_AT_ONCE // len(flat))
    collected: list[list[tuple[Array, Array]]] = [[] for _ in wanted]
    for start in range(0, replicates, step):
        size = min(step, replicates - start)
        draws = generator.multinomial(total, flat / total, size=size).reshape(size, -1, 4)
        summed: dict[tuple[str, ...], NDArray[np.int64]] = {}
        for held, (margin, rate, eligible) in zip(collected, wanted, strict=True):
            if margin.by not in summed:
                summed[margin.by] = _margin_draws(draws, margin)
            held.append(_extremes(summed[margin.by][:, eligible], rate))
    return [
        Extremes(np.concatenate([high for high, _ in held]), np.concatenate([low for _, low in held]))
        for held in collected
    ]


def percentile_interval(replicates: Array, *, confidence: float) -> Interval:
    """The percentile interval; ``nan`` where more than one replicate in twenty is undefined, or where all are equal.

    Draws from groups in which everybody is alike never differ: that is too little data, not certainty.
    """
    known = replicates[np.isfinite(replicates)]
    if len(known) < (1 - MOST_UNDEFINED) * len(replicates) or not len(known) or known.min() == known.max():
        return Interval(np.array(np.nan), np.array(np.nan))
    tail = (1 - confidence) / 2
    low, high = np.quantile(known, [tail, 1 - tail])
    return Interval(low, high)


def _margin_draws(draws: NDArray[np.int64], margin: Margin) -> NDArray[np.int64]:
    """Draws of the finest cells summed to the groups of a margin."""
    order = np.argsort(margin.place, kind="stable")
    starts = np.searchsorted(margin.place[order], np.arange(len(margin.keys)))
    summed: NDArray[np.int64] = np.add.reduceat(draws[:, order], starts, axis=1)
    return summed


def _extremes(draws: NDArray[np.int64], rate: Rate) -> tuple[Array, Array]:
    numerator, denominator = parts(draws, rate)
    with np.errstate(invalid="ignore", divide="ignore"):
        rates = numerator / denominator
    empty = denominator == 0
    high = np.where(empty, -np.inf, rates).max(axis=1)
    low = np.where(empty, np.inf, rates).min(axis=1)
    nothing = empty.all(axis=1)
    return np.where(nothing, np.nan, high), np.where(nothing, np.nan, low)
