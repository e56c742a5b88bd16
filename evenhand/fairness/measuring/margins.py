"""The count table as arrays: one row a group, for everyone, each attribute and each intersection."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evenhand.fairness.counts.bins import GroupBins
from evenhand.fairness.counts.columns import MISSING
from evenhand.fairness.counts.groups import Group
from evenhand.fairness.counts.table import Counts


@dataclass(frozen=True)
class Margin:
    """The groups of one combination of attributes.

    ``cells`` has shape (groups, 4): label 0 then 1, within each prediction 0 then 1. ``place`` gives the group of each
    finest cell, so that any draw of the finest cells can be summed the same way.
    """

    by: tuple[str, ...]
    keys: tuple[tuple[str, ...], ...]
    cells: NDArray[np.int64]
    sums: tuple[tuple[tuple[int, int], ...], ...]
    place: NDArray[np.intp]
    bins: tuple[GroupBins | None, ...]

    @property
    def n(self) -> NDArray[np.int64]:
        """People in each group."""
        total: NDArray[np.int64] = self.cells.sum(axis=1)
        return total

    def group(self, index: int) -> Group:
        """A group as it is written in results."""
        return dict(zip(self.by, self.keys[index], strict=True))

    def is_named(self, index: int) -> bool:
        """Whether every level of the group is known."""
        return MISSING not in self.keys[index]


@dataclass(frozen=True)
class Finest:
    """Every combination of levels that occurs: the table all margins are sums of."""

    keys: tuple[tuple[str, ...], ...]
    cells: NDArray[np.int64]


def finest(counts: Counts) -> Finest:
    """The table of all attributes crossed."""
    keys = tuple(sorted({cell.group for cell in counts.cells if cell.n}))
    row = {key: index for index, key in enumerate(keys)}
    cells = np.zeros((len(keys), 4), dtype=np.int64)
    for cell in counts.cells:
        if cell.n:
            cells[row[cell.group], 2 * (cell.label or 0) + (cell.prediction or 0)] += cell.n
    return Finest(keys, cells)


def margin(counts: Counts, table: Finest, by: Sequence[str]) -> Margin:
    """The groups of one combination of attributes, as sums of the finest table."""
    chosen = [counts.attributes.index(name) for name in by]
    projected = [tuple(key[index] for index in chosen) for key in table.keys]
    keys = tuple(sorted(set(projected)))
    row = {key: index for index, key in enumerate(keys)}
    place = np.array([row[key] for key in projected], dtype=np.intp)
    cells = np.zeros((len(keys), 4), dtype=np.int64)
    np.add.at(cells, place, table.cells)
    axis = {each.group: each for each in counts.score_bins if each.by == tuple(by)}
    return Margin(
        by=tuple(by),
        keys=keys,
        cells=cells,
        sums=_score_sums(counts, chosen, keys),
        place=place,
        bins=tuple(axis.get(key) for key in keys),
    )


def _score_sums(
    counts: Counts, chosen: Sequence[int], keys: Sequence[tuple[str, ...]]
) -> tuple[tuple[tuple[int, int], ...], ...]:
    """For each group and each label, the exact sum of scores and of their squares."""
    sums = {key: [[0, 0], [0, 0]] for key in keys}
    for cell in counts.cells:
        if cell.n:
            held = sums[tuple(cell.group[index] for index in chosen)][cell.label or 0]
            held[0] += cell.score_sum
            held[1] += cell.score_squares
    return tuple(tuple((held[0], held[1]) for held in sums[key]) for key in keys)
