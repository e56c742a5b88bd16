"""The disclosure report: how many cells of a count table are small, before anything is published."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from evenhand.errors import InputError
from evenhand.fairness.counts.table import Counts
from evenhand.fairness.disclosure.heads import heads
from evenhand.fairness.disclosure.lattice import lattice
from evenhand.fairness.disclosure.shape import N
from evenhand.fairness.disclosure.suppression import MINIMUM


@dataclass(frozen=True, slots=True)
class TableReport:
    """The small numbers of one combination of attributes.

    ``cells`` are the finest cells (group x label x prediction) with anybody in them, ``small_cells`` those with fewer
    than ``minimum`` people (or units, at the least), ``single_cells`` those with one. ``small_groups`` are groups
    of that few people in all.
    ``uniform_groups`` are larger groups in which nobody has one of the labels or predictions that others have.
    """

    by: tuple[str, ...]
    groups: int
    small_groups: int
    cells: int
    small_cells: int
    single_cells: int
    uniform_groups: int


@dataclass(frozen=True, slots=True)
class DisclosureReport:
    """How far counts are from being fit to be shown to anybody."""

    minimum: int
    n_rows: int
    tables: tuple[TableReport, ...]
    score_bins: int
    small_score_bins: int

    @property
    def small_cells(self) -> int:
        """Small cells in the finest table, of which all others are sums."""
        return self.tables[-1].small_cells

    def to_json(self) -> dict[str, Any]:
        """The report as JSON values."""
        return {**asdict(self), "tables": [{**asdict(each), "by": list(each.by)} for each in self.tables]}


def disclosure(counts: Counts, *, minimum: int = MINIMUM) -> DisclosureReport:
    """How many cells of each table are small: everyone, each attribute, each intersection.

    A score bin is small where it, or its people with or without the label, are 1 to ``minimum - 1``.
    """
    if minimum < 2:
        raise InputError(f"The smallest number that is not small must be 2 or more, not {minimum}.")
    parts = [part for axis in counts.score_bins for part in axis.bins]
    small = [
        part
        for part in parts
        if any(0 < n < minimum for n in (part.n, part.n_positive or 0, part.n - (part.n_positive or 0)))
    ]
    return DisclosureReport(
        minimum=minimum,
        n_rows=counts.n_rows,
        tables=tuple(_tables(counts, minimum)),
        score_bins=len(parts),
        small_score_bins=len(small),
    )


def _tables(counts: Counts, minimum: int) -> Iterator[TableReport]:
    table = lattice(counts, order=len(counts.attributes))
    shape, people = table.shape, heads(counts, table)
    finest = shape.places[shape.parts[-1]]
    for by in dict.fromkeys(by for by, _ in table.groups):
        chosen = [index for index, (other, _) in enumerate(table.groups) if other == by]
        values = people[chosen]
        cells, n = values[:, finest], values[:, shape.places[N]][:, 0]
        telling = (values == 0) & (table.values[0] > 0)[None, :]
        telling[:, finest] = False
        yield TableReport(
            by=by,
            groups=len(values),
            small_groups=int((n < minimum).sum()),
            cells=int((cells > 0).sum()),
            small_cells=int(((cells > 0) & (cells < minimum)).sum()),
            single_cells=int((cells == 1).sum()),
            uniform_groups=int((telling.any(axis=1) & (n >= minimum)).sum()),
        )
