"""The count table as arrays: one row a group, for everyone, each attribute and each intersection."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from evenhand.fairness.counts.bins import GroupBins
from evenhand.fairness.counts.cells import Cell
from evenhand.fairness.counts.columns import MICRO, MISSING, Columns
from evenhand.fairness.counts.groups import Group
from evenhand.fairness.counts.table import Counts
from evenhand.fairness.measuring.clusters import Clusters, Products
from evenhand.fairness.measuring.rates import CELLS, DECISION_CELLS, MEDIAN_CELLS

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Margin:
    """The groups of one combination of attributes.

    ``cells`` has shape (groups, 4): label 0 then 1, within each prediction 0 then 1; with decisions (groups, 8), with
    a median (groups, 16), as ``rates`` says. ``place`` gives the group of each finest cell, so that any draw of the
    finest cells can be summed the same way. ``unseen`` are the people of ``cells`` whose label nobody saw (they stand
    under label 0). ``weights`` has shape (groups, cells, 2): sums of weights and of squared weights;
    ``unit`` is the column of the ``clusters``.
    """

    by: tuple[str, ...]
    keys: tuple[tuple[str, ...], ...]
    cells: NDArray[np.int64]
    sums: tuple[tuple[tuple[int, int], ...], ...]
    place: NDArray[np.intp]
    bins: tuple[GroupBins | None, ...]
    unseen: NDArray[np.int64] | None = None
    weights: Array | None = None
    clusters: Clusters | None = None
    unit: str | None = None

    def method(self, name: str) -> str:
        """The name of a method with what it allows for: weights, and rows of one unit."""
        weighted = "" if self.weights is None else ", weighted"
        return name + weighted + ("" if self.clusters is None else f", clustered by {self.unit}")

    @cached_property
    def n(self) -> NDArray[np.int64]:
        """People in each group."""
        total: NDArray[np.int64] = self.cells.sum(axis=1)
        return total

    @cached_property
    def mass(self) -> Array:
        """The same table as ``cells`` in weights, where people are weighted."""
        return self.cells.astype(np.float64) if self.weights is None else self.weights[:, :, 0]

    @cached_property
    def confusion(self) -> NDArray[np.int64]:
        """The model's four cells of each group, whatever else was counted."""
        found: NDArray[np.int64] = self.cells.reshape(len(self.cells), len(CELLS), -1).sum(axis=2)
        return found

    def group(self, index: int) -> Group:
        """A group as it is written in results."""
        return self._groups[index]

    def is_named(self, index: int) -> bool:
        """Whether every level of the group is known."""
        return MISSING not in self.keys[index]

    @cached_property
    def _groups(self) -> tuple[Group, ...]:
        return tuple(dict(zip(self.by, key, strict=True)) for key in self.keys)


@dataclass(frozen=True)
class Finest:
    """Every combination of levels that occurs: the table all margins are sums of. Arrays are as those of ``Margin``."""

    keys: tuple[tuple[str, ...], ...]
    cells: NDArray[np.int64]
    unseen: NDArray[np.int64] | None = None
    weights: Array | None = None
    products: Products | None = None


def finest(counts: Counts) -> Finest:
    """The table of all attributes crossed."""
    columns = counts.columns
    keys = tuple(sorted({cell.group for cell in counts.cells if cell.n}))
    row = {key: index for index, key in enumerate(keys)}
    cells = np.zeros((len(keys), _width(columns)), dtype=np.int64)
    unseen = np.zeros_like(cells) if columns.observed == "selected" else None
    weights = np.zeros((*cells.shape, 2)) if columns.weight is not None else None
    places = np.full(len(counts.cells), -1, dtype=np.intp)
    for index, cell in enumerate(counts.cells):
        if not cell.n:
            continue
        sums = dict(zip(columns.measures, cell.sums, strict=False))
        above = sums.get("above", 0)
        at = (row[cell.group], _position(cell, columns))
        places[index] = at[0] * cells.shape[1] + at[1]
        cells[at] += cell.n - above
        if above:
            cells[at[0], at[1] + 1] += above
        if unseen is not None and cell.label is None:
            unseen[at] += cell.n - above
            unseen[at[0], at[1] + 1] += above
        if weights is not None:
            weights[at] += (sums["weight_sum"] / MICRO, sums["weight_squares"] / MICRO**2)
    products = None if counts.units is None else Products.of(counts.units, places, width=cells.shape[1])
    return Finest(keys, cells, unseen, weights, products)


def margin(counts: Counts, table: Finest, by: Sequence[str]) -> Margin:
    """The groups of one combination of attributes, as sums of the finest table."""
    chosen = [counts.attributes.index(name) for name in by]
    projected = [tuple(key[index] for index in chosen) for key in table.keys]
    keys = tuple(sorted(set(projected)))
    row = {key: index for index, key in enumerate(keys)}
    place = np.array([row[key] for key in projected], dtype=np.intp)
    axis = {each.group: each for each in counts.score_bins if each.by == tuple(by)}
    return Margin(
        by=tuple(by),
        keys=keys,
        cells=_added(table.cells, place, len(keys)),
        sums=_score_sums(counts, chosen, keys),
        place=place,
        bins=tuple(axis.get(key) for key in keys),
        unseen=None if table.unseen is None else _added(table.unseen, place, len(keys)),
        weights=None if table.weights is None else _added(table.weights, place, len(keys)),
        clusters=None
        if table.products is None or counts.units is None
        else table.products.clusters(place, counts.units, tuple(by), keys),
        unit=counts.columns.unit,
    )


def _width(columns: Columns) -> int:
    if columns.median is not None:
        return MEDIAN_CELLS
    return DECISION_CELLS if columns.decision is not None else len(CELLS)


def _position(cell: Cell, columns: Columns) -> int:
    """The place of a cell in its group's row; with an outcome that is not yes or no, all people stand in one."""
    if columns.outcome != "binary":
        return 0
    place = 2 * (cell.label or 0) + (cell.prediction or 0)
    width = _width(columns)
    return place if width == len(CELLS) else (2 * place + (cell.decision or 0)) * (width // DECISION_CELLS)


def _added(table: NDArray[np.int64] | Array, place: NDArray[np.intp], groups: int) -> NDArray:  # type: ignore[type-arg]
    """Rows of the finest table summed to groups."""
    found = np.zeros((groups, *table.shape[1:]), dtype=table.dtype)
    np.add.at(found, place, table)
    return found


def _score_sums(
    counts: Counts, chosen: Sequence[int], keys: Sequence[tuple[str, ...]]
) -> tuple[tuple[tuple[int, int], ...], ...]:
    """For each group and each label, the exact sum of scores and of their squares."""
    sums = {key: [[0, 0], [0, 0]] for key in keys}
    for cell in counts.cells:
        if cell.n and counts.columns.score is not None:  # labels may be classes where there is no score
            held = sums[tuple(cell.group[index] for index in chosen)][cell.label or 0]
            held[0] += cell.score_sum
            held[1] += cell.score_squares
    return tuple(tuple((held[0], held[1]) for held in sums[key]) for key in keys)
