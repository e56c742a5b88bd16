"""Doubt of figures over many groups: multinomial draws of the cells, made once and used for everything.

Drawing the cells of the table is the same as drawing the rows again, at a cost that does not grow with rows.
"""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from evenhand.fairness.measuring.intervals import Array, Interval
from evenhand.fairness.measuring.margins import Finest, Margin
from evenhand.fairness.measuring.rates import Mask, Rate

REPLICATES = 10_000
SEED = 20_260_101
DRAWN_AT_ONCE = 1 << 18  # cells a thread holds at a time: 2 MiB, which stays in its cache
MOST_AT_ONCE = 1250  # replicates drawn at once however few the cells are, so that there is work for several threads
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
    """The extremes of each wanted margin and rate, over its eligible groups, in every replicate.

    The replicates are drawn in portions, each with a generator of its own that is spawned from the seed. How many
    portions there are depends on the table alone, so the numbers are the same on any number of threads.
    """
    step = min(MOST_AT_ONCE, max(1, DRAWN_AT_ONCE // max(1, table.cells.size)))
    sizes = [min(step, replicates - start) for start in range(0, replicates, step)]
    seeds = np.random.SeedSequence(seed).spawn(len(sizes))
    with ThreadPoolExecutor(max_workers=min(len(sizes), _cores())) as threads:
        portions = list(threads.map(lambda portion: _portion(table, wanted, *portion), zip(seeds, sizes, strict=True)))
    return [Extremes(*np.concatenate(held, axis=1)) for held in zip(*portions, strict=True)]


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


def _cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _portion(table: Finest, wanted: Sequence[Wanted], seed: np.random.SeedSequence, size: int) -> list[Array]:
    """For each wanted margin and rate the highest and lowest of ``size`` replicates, as an array of two rows.

    Draws are held as (kinds of cell, replicates, groups): all true negatives, then all false positives and so on.
    """
    kinds = table.cells.T
    flat = kinds.reshape(-1)
    total = int(flat.sum())
    drawn = np.random.Generator(np.random.SFC64(seed)).multinomial(total, flat / total, size=size)
    finest = np.ascontiguousarray(drawn.reshape(size, *kinds.shape).transpose(1, 0, 2), dtype=np.float64)

    @cache
    def groups_of(by: tuple[str, ...]) -> Array:
        return _summed(finest, next(margin.place for margin, _, _ in wanted if margin.by == by))

    @cache
    def people(by: tuple[str, ...], mask: Mask, chosen: bytes) -> Array:
        eligible, drawn_kinds = np.frombuffer(chosen, dtype=np.bool_), groups_of(by)
        finer = len(drawn_kinds) // len(mask)  # a table with a decision has several cells for one of the mask
        found = np.add.reduce([kind for place, kind in enumerate(drawn_kinds) if mask[place // finer]])
        return found if eligible.all() else found[:, eligible]

    @cache
    def range_of(by: tuple[str, ...], numerator: Mask, denominator: Mask, chosen: bytes) -> Array:
        with np.errstate(invalid="ignore", divide="ignore"):
            rates = people(by, numerator, chosen) / people(by, denominator, chosen)
        # 0/0 is nan, which fmax and fmin leave out; nan where no group has anybody to divide by.
        return np.array([np.fmax.reduce(rates, axis=1), np.fmin.reduce(rates, axis=1)])

    found = []
    for margin, rate, eligible in wanted:
        found.append(range_of(margin.by, rate.numerator, rate.denominator, eligible.tobytes()))
    return found


def _summed(finest: Array, place: NDArray[np.intp]) -> Array:
    """Draws of the finest cells summed to the groups of a margin."""
    if (np.diff(place) < 0).any():
        order = np.argsort(place, kind="stable")
        finest, place = np.take(finest, order, axis=2), place[order]
    starts = np.flatnonzero(np.diff(place, prepend=-1))
    if len(starts) == finest.shape[2]:
        return finest
    return np.asarray(np.add.reduceat(finest, starts, axis=2))
