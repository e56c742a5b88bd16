"""Repeated rows of one unit: what each group's counts are worth follows from the sums of products over units."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from evenhand.fairness.counts.units import Units

Array = NDArray[np.float64]
Places = NDArray[np.intp]


@dataclass(frozen=True)
class Products:
    """For pairs of cells of the finest table the sum over units of rows in the one x rows in the other.

    ``first`` and ``second`` are places in the flattened table; each pair of different cells stands twice, once each
    way round, so that sums over all entries are sums over the whole symmetric matrix. ``units`` is how many there are.
    """

    first: Places
    second: Places
    total: Array
    width: int
    units: int

    @classmethod
    def of(cls, units: Units, places: Places, *, width: int) -> "Products":
        """The products of a count; ``places`` says where each of its cells stands in the finest table."""
        first, second, total = (np.array(part) for part in zip(*units.pairs, strict=True))
        first, second = places[first.astype(np.intp)], places[second.astype(np.intp)]
        apart = first != second
        return cls(
            first=np.concatenate([first, second[apart]]),
            second=np.concatenate([second, first[apart]]),
            total=np.concatenate([total, total[apart]]).astype(np.float64),
            width=width,
            units=units.n,
        )

    def clusters(self, place: Places, units: Units, by: tuple[str, ...], keys: Sequence[tuple[str, ...]]) -> "Clusters":
        """The products of the groups of one margin."""
        held = {each.group: each.n for each in units.groups if each.by == by}
        return Clusters(
            n=np.array([held.get(key, np.nan) for key in keys], dtype=np.float64),
            first=place[self.first // self.width],
            second=place[self.second // self.width],
            cell=self.first % self.width,
            other=self.second % self.width,
            total=self.total,
            width=self.width,
        )

    def matrix(self, size: int) -> Array:
        """The whole symmetric matrix of products over ``size`` cells."""
        found = np.zeros((size, size))
        np.add.at(found, (self.first, self.second), self.total)
        return found


@dataclass(frozen=True)
class Clusters:
    """The units of a margin's groups. ``n``: units in each group (``nan`` where that was not counted)."""

    n: Array
    first: Places
    second: Places
    cell: Places
    other: Places
    total: Array
    width: int

    @cached_property
    def within(self) -> Array:
        """For each group the products of its own cells: shape (groups, cells, cells)."""
        same = self.first == self.second
        return self._blocks(self.first[same], same)

    @cached_property
    def across(self) -> Array:
        """For each group the products of its cells with everyone's: shape (groups, cells, cells)."""
        return self._blocks(self.first, np.ones(len(self.first), dtype=np.bool_))

    def between(self, one: Places, another: Places) -> Array:
        """For each pair of groups the products of their cells: shape (pairs, cells, cells)."""
        groups = len(self.n)
        wanted = one * groups + another
        order = np.argsort(wanted, kind="stable")
        codes = self.first * groups + self.second
        at = np.minimum(np.searchsorted(wanted[order], codes), len(wanted) - 1)
        fits = wanted[order][at] == codes if len(wanted) else np.zeros(len(codes), dtype=np.bool_)
        found = np.zeros((len(wanted), self.width, self.width))
        np.add.at(found, (order[at[fits]], self.cell[fits], self.other[fits]), self.total[fits])
        return found

    @cached_property
    def shared(self) -> bool:
        """Whether any unit has rows in two groups."""
        return bool((self.first != self.second).any())

    def _blocks(self, row: Places, chosen: NDArray[np.bool_]) -> Array:
        found = np.zeros((len(self.n), self.width, self.width))
        np.add.at(found, (row, self.cell[chosen], self.other[chosen]), self.total[chosen])
        return found
