"""Doubt of figures over many groups: multinomial draws of the cells, made once and used for everything.

Drawing the cells of the table is the same as drawing the rows again, at a cost that does not grow with rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evenhand.fairness.comparing.processors import together
from evenhand.fairness.comparing.worth import Draws, draws_of
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
    randoms = [np.random.Generator(np.random.SFC64(each)) for each in np.random.SeedSequence(seed).spawn(len(sizes))]
    draws, sums = draws_of(table), _sums(wanted)
    portions = together(
        partial(_portion, draws, table.cells.shape[1], sums, wanted, random, size)
        for random, size in zip(randoms, sizes, strict=True)
    )
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


@dataclass(frozen=True)
class _Sum:
    """How the groups of one margin are summed from those of a finer one, or from the finest cells (None)."""

    by: tuple[str, ...]
    source: tuple[str, ...] | None
    order: NDArray[np.intp] | None
    starts: NDArray[np.intp]

    def of(self, finer: Array) -> Array:
        """The sums along the last axis."""
        if self.order is None and len(self.starts) == finer.shape[2]:
            return finer
        if self.order is not None:
            finer = np.take(finer, self.order, axis=2)
        return np.asarray(np.add.reduceat(finer, self.starts, axis=2))


def _sums(wanted: Sequence[Wanted]) -> list[_Sum]:
    """The cheapest way to each wanted margin, finer ones first."""
    margins = sorted({margin.by: margin for margin, _, _ in wanted}.values(), key=lambda each: -len(each.keys))
    return [
        _sum(margin, [each for each in margins[:at] if set(margin.by) <= set(each.by)])
        for at, margin in enumerate(margins)
    ]


def _sum(margin: Margin, finer: Sequence[Margin]) -> _Sum:
    place, source = margin.place, None
    if finer:
        source = finer[-1].by
        place = place[np.unique(finer[-1].place, return_index=True)[1]]
    order = np.argsort(place, kind="stable") if (np.diff(place) < 0).any() else None
    starts = np.flatnonzero(np.diff(place if order is None else place[order], prepend=-1))
    return _Sum(margin.by, source, order, starts)


def _portion(
    draws: Draws, kinds: int, sums: Sequence[_Sum], wanted: Sequence[Wanted], random: np.random.Generator, size: int
) -> list[Array]:
    """For each wanted margin and rate the highest and lowest of ``size`` replicates, as an array of two rows.

    Draws are held as (kinds of cell, replicates, groups): all true negatives, then all false positives and so on.
    """
    drawn = draws.draw(random, size).reshape(size, kinds, -1)
    groups: dict[tuple[str, ...] | None, Array] = {None: drawn.transpose(1, 0, 2).astype(np.float64, order="C")}
    for each in sums:
        groups[each.by] = each.of(groups[each.source])
    spans = _Spans(groups)
    return [spans.of(margin.by, rate, eligible) for margin, rate, eligible in wanted]


class _Spans:
    """Highest and lowest rates over groups; what several rates share is found once."""

    def __init__(self, groups: Mapping[tuple[str, ...] | None, Array]) -> None:
        self._groups = groups
        self._people: dict[Any, Array] = {}
        self._found: dict[Any, Array] = {}

    def of(self, by: tuple[str, ...], rate: Rate, eligible: NDArray[np.bool_]) -> Array:
        """Two rows, the highest and the lowest rate in each replicate; nan where nobody is there to divide by."""
        where = (by, eligible.tobytes())
        key = (where, rate.numerator, rate.denominator)
        rest = tuple(below - above for below, above in zip(rate.denominator, rate.numerator, strict=True))
        if key not in self._found:
            opposite = self._found.get((where, rest, rate.denominator))
            self._found[key] = self._span(rate, by, eligible) if opposite is None else 1.0 - opposite[::-1]
        return self._found[key]

    def _span(self, rate: Rate, by: tuple[str, ...], eligible: NDArray[np.bool_]) -> Array:
        with np.errstate(invalid="ignore", divide="ignore"):
            rates = self._sum(by, rate.numerator, eligible) / self._sum(by, rate.denominator, eligible)
        return np.array([np.fmax.reduce(rates, axis=1), np.fmin.reduce(rates, axis=1)])  # which leave out 0/0, a nan

    def _sum(self, by: tuple[str, ...], mask: Mask, eligible: NDArray[np.bool_]) -> Array:
        key = (by, mask, eligible.tobytes())
        if key not in self._people:
            kinds = self._groups[by]
            finer = len(kinds) // len(mask)  # a table with a decision has several kinds for one of the mask
            counted = [kinds[place] for place in range(len(kinds)) if mask[place // finer]]
            total = sum(counted[1:], start=counted[0])
            self._people[key] = total if eligible.all() else total[:, eligible]
        return self._people[key]
