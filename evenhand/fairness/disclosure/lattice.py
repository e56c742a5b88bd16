"""Every table that may be published, and how its numbers hang together: everyone, attributes, intersections."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evenhand.fairness.counts.groups import subsets
from evenhand.fairness.counts.table import Counts
from evenhand.fairness.disclosure.shape import Shape, Whole

By = tuple[str, ...]
Key = tuple[str, ...]
EVERYONE = 0


@dataclass(frozen=True)
class Lattice:
    """The groups of all margins up to an order, as sums of ``atoms``: the finest groups a reader can reason about.

    ``members`` names the atoms of each group, ``people`` has shape (atoms, kinds). With an order of 1 the levels of
    each attribute are atoms of their own, and ``links`` says that every attribute adds up to the same people.
    """

    shape: Shape
    order: int
    groups: tuple[tuple[By, Key], ...]
    members: tuple[tuple[int, ...], ...]
    people: Whole
    linked: tuple[tuple[int, ...], ...] = ()

    @cached_property
    def values(self) -> Whole:
        """All numbers of all groups, shape (groups, numbers of a group)."""
        kinds = np.array([self.people[list(atoms)].sum(axis=0) for atoms in self.members])
        return np.asarray(kinds @ self.shape.masks.T)

    @property
    def n(self) -> Whole:
        """People in each group."""
        return self.values[:, 0]

    @cached_property
    def incidence(self) -> Any:
        """Which atoms each group consists of, as a sparse matrix."""
        return _incidence(self.members, len(self.people))

    @cached_property
    def rows(self) -> Any:
        """Every number of every group as a sum of unknown kinds of atoms, as a sparse matrix in the order of values."""
        from scipy import sparse  # slow to import: only when something is published

        return sparse.kron(self.incidence, sparse.csr_array(self.shape.masks), format="csr")

    @cached_property
    def links(self) -> Any:
        """Sums that are equal whatever is published: kinds of people of one attribute and of the next."""
        from scipy import sparse

        every = _incidence(self.linked, len(self.people))
        apart = every[1:] - every[[0] * (len(self.linked) - 1)]
        return sparse.kron(apart, sparse.eye_array(self.people.shape[1], dtype=np.int64), format="csr")

    def number(self, group: int, part: str, place: int) -> int:
        """The row of a number."""
        return group * len(self.shape.masks) + int(self.shape.places[part].start) + place


def lattice(counts: Counts, *, order: int) -> Lattice:
    """The groups of everyone, of each attribute and of each intersection of up to ``order`` attributes."""
    shape = Shape.of(counts.columns)
    keys, people = _finest(counts, shape)
    attributes = counts.attributes
    wanted = ((), *(subsets(attributes, order=min(order, len(attributes))) if order else ()))
    tables = {by: _projected(keys, [attributes.index(name) for name in by]) for by in wanted}
    groups = tuple((by, key) for by, table in tables.items() for key in sorted(table))
    members = tuple(tuple(tables[by][key]) for by, key in groups)
    if order > 1:
        return Lattice(shape, order, groups, members, people)
    return _of_single_attributes(shape, order, groups, members, people)


def _of_single_attributes(
    shape: Shape, order: int, groups: tuple[tuple[By, Key], ...], members: Sequence[tuple[int, ...]], people: Whole
) -> Lattice:
    """One-way tables: any of them that add up alike are possible together, so each level is an atom."""
    summed = np.array([people[list(atoms)].sum(axis=0) for atoms in members])
    if order == 0:
        return Lattice(shape, order, groups, ((0,),), summed)
    levels = [index for index, (by, _) in enumerate(groups) if by]
    linked: dict[By, list[int]] = {}
    for atom, index in enumerate(levels):
        linked.setdefault(groups[index][0], []).append(atom)
    sets = tuple(tuple(atoms) for atoms in linked.values())
    return Lattice(shape, order, groups, (sets[0], *((atom,) for atom in range(len(levels)))), summed[levels], sets)


def _finest(counts: Counts, shape: Shape) -> tuple[list[Key], Whole]:
    keys = sorted({cell.group for cell in counts.cells if cell.n})
    row = {key: index for index, key in enumerate(keys)}
    people = np.zeros((len(keys), len(shape.kinds)), dtype=np.int64)
    for cell in counts.cells:
        if cell.n:
            for kind, n in shape.people(cell, counts.columns).items():
                people[row[cell.group], kind] += n
    return keys, people


def _projected(keys: Sequence[Key], chosen: Sequence[int]) -> dict[Key, list[int]]:
    found: dict[Key, list[int]] = {}
    for index, key in enumerate(keys):
        found.setdefault(tuple(key[place] for place in chosen), []).append(index)
    return found


def _incidence(members: Sequence[Sequence[int]], width: int) -> Any:
    from scipy import sparse

    rows: NDArray[np.intp] = np.repeat(np.arange(len(members)), [len(atoms) for atoms in members])
    columns = np.array([atom for atoms in members for atom in atoms], dtype=np.intp)
    ones = np.ones(len(columns), dtype=np.int64)
    return sparse.csr_array((ones, (rows, columns)), shape=(len(members), width))
