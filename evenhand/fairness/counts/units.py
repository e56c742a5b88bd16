"""Repeated rows of one person, site or employer: what clusters leave behind in counts.

For every pair of cells the sum over units of (rows in the one) x (rows in the other) is kept. It is whole, it adds up
over parts that do not share a unit, and the cluster-robust variance of any rate, difference or spread follows from it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from evenhand.fairness.counts.cells import Cell
from evenhand.fairness.counts.values import decimal, group, listed, refuse, string, whole

Pair = tuple[int, int, int]  # places of two cells (the first not behind the second), and the sum of products


@dataclass(frozen=True, slots=True)
class UnitGroup:
    """How many units have rows in one group; everyone is ``by`` and ``group`` of ``()``."""

    by: tuple[str, ...]
    group: tuple[str, ...]
    n: int


@dataclass(frozen=True)
class Units:
    """The clusters of a count: how many each group has, and for each pair of cells (by place) the sum of products."""

    groups: tuple[UnitGroup, ...]
    pairs: tuple[Pair, ...]

    @property
    def n(self) -> int:
        """How many units there are."""
        return next(each.n for each in self.groups if not each.by)


def units_out(units: Units) -> dict[str, Any]:
    """The units as JSON values; sums are decimal strings, as all sums that may grow large."""
    return {
        "groups": [[list(each.by), list(each.group), each.n] for each in units.groups],
        "pairs": [[first, second, str(total)] for first, second, total in units.pairs],
    }


def units_in(value: Any, cells: Sequence[Cell], attributes: Sequence[str]) -> Units:
    """The units of a document, checked against its cells."""
    if not isinstance(value, dict):
        refuse("a unit column is named but there are no units")
    groups = tuple(_group_in(row, attributes) for row in listed(value, "groups"))
    if sum(not each.by for each in groups) != 1:
        refuse("the units do not say once how many there are")
    pairs = tuple(_pair_in(row, len(cells)) for row in listed(value, "pairs"))
    if len({pair[:2] for pair in pairs}) != len(pairs):
        refuse("a pair of cells is given twice in units")
    squares = {first: total for first, second, total in pairs if first == second}
    for place, cell in enumerate(cells):
        if not cell.n <= squares.get(place, 0) <= cell.n**2:
            refuse("the sums of products in units contradict the cells")
    for first, second, total in pairs:
        if total**2 > squares[first] * squares[second]:
            refuse("the sums of products in units contradict each other")
    return Units(tuple(sorted(groups, key=_order)), tuple(sorted(pairs)))


def together(
    first: Units, first_cells: Sequence[Cell], second: Units, second_cells: Sequence[Cell], cells: Sequence[Cell]
) -> Units:
    """The units of both tables; no unit may be in both, which counts alone cannot tell."""
    sums: dict[tuple[int, int], int] = defaultdict(int)
    place = {cell.key: index for index, cell in enumerate(cells)}
    for units, own in ((first, first_cells), (second, second_cells)):
        for one, other, total in units.pairs:
            low, high = sorted((place[own[one].key], place[own[other].key]))
            sums[low, high] += total
    held: dict[tuple[tuple[str, ...], tuple[str, ...]], int] = defaultdict(int)
    for each in (*first.groups, *second.groups):
        held[each.by, each.group] += each.n
    groups = (UnitGroup(by, levels, n) for (by, levels), n in held.items())
    return made(groups, ((one, other, total) for (one, other), total in sums.items()))


def made(groups: Iterable[UnitGroup], pairs: Iterable[Pair]) -> Units:
    """Units in the order they are written."""
    return Units(tuple(sorted(groups, key=_order)), tuple(sorted(pairs)))


def _order(each: UnitGroup) -> tuple[int, tuple[str, ...], tuple[str, ...]]:
    return (len(each.by), each.by, each.group)


def _group_in(row: Any, attributes: Sequence[str]) -> UnitGroup:
    if not isinstance(row, list) or len(row) != 3 or not isinstance(row[0], list):
        refuse("a group of units has not three values")
    by = tuple(string(name, "a column of units") for name in row[0])
    if any(name not in attributes for name in by):
        refuse(f"units name {by}, which are not all group columns")
    return UnitGroup(by, group(row[1], by), whole(row[2], "the number of units"))


def _pair_in(row: Any, n_cells: int) -> Pair:
    if not isinstance(row, list) or len(row) != 3:
        refuse("a pair of cells in units has not three values")
    first, second = (whole(part, "a cell of units") for part in row[:2])
    total = decimal(row[2], "a sum in units")
    if not first <= second < n_cells or total <= 0:
        refuse(f"the pair of cells {row} in units is not possible")
    return (first, second, total)
