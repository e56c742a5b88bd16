"""The evidence: a table of counts, which adds up and has one digest however it was made."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import rfc8785

from evenhand.errors import IncompatibleCountsError, InputError
from evenhand.fairness.counts import document
from evenhand.fairness.counts.bins import MIN_PEOPLE, GroupBins, handed_on, ordered, together
from evenhand.fairness.counts.cells import Cell, Source
from evenhand.fairness.counts.columns import Columns, Filter, level
from evenhand.fairness.counts.units import Units
from evenhand.fairness.counts.units import together as units_together


@dataclass(frozen=True)
class Counts:
    """How many people fall in each cell of group x label x prediction, with the score axis of each group.

    Use ``count`` to make one from rows, ``Counts.from_cells`` from a published table, ``Counts.from_json`` from a file.
    """

    columns: Columns
    cells: tuple[Cell, ...]
    score_bins: tuple[GroupBins, ...] = ()
    filters: tuple[Filter, ...] = ()
    sources: tuple[Source, ...] = ()
    min_bin: int = MIN_PEOPLE
    units: Units | None = None

    def __post_init__(self) -> None:
        if not any(cell.n for cell in self.cells):
            raise InputError("The table has no rows, so there is nothing to count.")

    @property
    def attributes(self) -> tuple[str, ...]:
        """The group columns, in the order they were named."""
        return self.columns.groups

    @cached_property
    def n_rows(self) -> int:
        """How many people were counted."""
        return sum(cell.n for cell in self.cells)

    @cached_property
    def sha256(self) -> str:
        """Digest of what was counted: the same for any row order, engine, thread or partition.

        The sources are not part of it (a file's own digest changes with its row order); ``document_sha256`` has them.
        """
        content = {name: value for name, value in self.to_json().items() if name != "sources"}
        return hashlib.sha256(rfc8785.dumps(content)).hexdigest()

    @cached_property
    def document_sha256(self) -> str:
        """Digest of the whole document, sources included."""
        return hashlib.sha256(self.canonical()).hexdigest()

    def canonical(self) -> bytes:
        """The document as canonical JSON bytes (RFC 8785)."""
        return rfc8785.dumps(self.to_json())

    def to_json(self) -> dict[str, Any]:
        """The document as JSON values; ``evenhand schema counts`` describes it."""
        return document.written(
            columns=self.columns,
            cells=self.cells,
            score_bins=self.score_bins,
            filters=self.filters,
            sources=self.sources,
            min_bin=self.min_bin,
            units=self.units,
        )

    @classmethod
    def from_json(cls, value: Any) -> "Counts":
        """Read and check a counts document; raises InputError naming what is wrong."""
        return cls(**document.read(value)._asdict())

    @classmethod
    def from_cells(
        cls,
        rows: Iterable[Mapping[str, Any]],
        *,
        groups: Sequence[str],
        label: str | None = None,
        prediction: str | None = None,
        source: Source | None = None,
    ) -> "Counts":
        """Counts from a ready table, such as published figures: one mapping a cell, with ``n`` people.

        The label and prediction of a row are 0 or 1. Rows for the same cell are added.
        """
        columns = Columns(groups=tuple(groups), label=label, prediction=prediction)
        cells = summed(_cell(row, columns) for row in rows)
        total = sum(cell.n for cell in cells)
        return cls(columns=columns, cells=cells, sources=(source or Source("a table of counts", n_rows=total),))

    def __add__(self, other: "Counts") -> "Counts":
        """The counts of both together; an error says why two tables do not add up.

        Where rows have units, no unit may be in both: the counts themselves cannot tell.
        """
        self._require_same(other)
        cells = summed((*self.cells, *other.cells))
        bins = {(table.by, table.group): table for table in self.score_bins}
        for table in other.score_bins:
            known = bins.get((table.by, table.group))
            bins[table.by, table.group] = together(known, table) if known else table
        return Counts(
            columns=self.columns,
            cells=cells,
            score_bins=ordered(bins.values(), self.attributes),
            filters=self.filters,
            sources=tuple(sorted((*self.sources, *other.sources), key=lambda each: (each.name, each.sha256 or ""))),
            min_bin=min(self.min_bin, other.min_bin),
            units=None
            if self.units is None or other.units is None
            else units_together(self.units, self.cells, other.units, other.cells, cells),
        )

    def guarded(self, minimum: int = MIN_PEOPLE) -> "Counts":
        """The same counts with score bins merged until each holds ``minimum`` people."""
        bins = tuple(handed_on(table, minimum=minimum) for table in self.score_bins)
        return replace(self, score_bins=bins, min_bin=max(self.min_bin, minimum))

    def _require_same(self, other: "Counts") -> None:
        if self.columns.outcome == other.columns.outcome and self.columns.classes != other.columns.classes:
            classes = [", ".join(each.columns.classes) for each in (self, other)]
            raise IncompatibleCountsError(
                f"These counts do not add up: their classes differ ({' and '.join(classes)}); "
                "count both with all classes stated (--classes)."
            )
        for what, mine, theirs in (
            ("columns", self.columns, other.columns),
            ("filters", self.filters, other.filters),
        ):
            if mine != theirs:
                raise IncompatibleCountsError(
                    f"These counts do not add up: their {what} differ ({mine} and {theirs}); count both alike."
                )
        digests = {source.sha256 for source in self.sources if source.sha256}
        for source in other.sources:
            if source.sha256 in digests:
                raise IncompatibleCountsError(f"{source.name} is in both counts; its rows would count twice.")


def summed(cells: Iterable[Cell]) -> tuple[Cell, ...]:
    """Cells with equal keys added up, in the table's order."""
    sums: dict[Any, list[Cell]] = defaultdict(list)
    for cell in cells:
        sums[cell.key].append(cell)
    return tuple(
        replace(
            same[0],
            n=sum(cell.n for cell in same),
            score_sum=sum(cell.score_sum for cell in same),
            score_squares=sum(cell.score_squares for cell in same),
            sums=tuple(map(sum, zip(*(cell.sums for cell in same), strict=True))),
        )
        for _, same in sorted(sums.items())
    )


def _cell(row: Mapping[str, Any], columns: Columns) -> Cell:
    n = row.get("n")
    if not isinstance(n, int) or isinstance(n, bool) or n < 0:
        raise InputError(f"A count must be a whole number of people, 0 or more; {n!r} is not.")
    for name in columns.used():
        if name not in row:
            raise InputError(f"A row of the table has no {name!r}; every row names its group and classes.")
    return Cell(
        group=tuple(level(row[name], column=name) for name in columns.groups),
        label=_class(row, columns.label),
        prediction=_class(row, columns.prediction),
        n=n,
    )


def _class(row: Mapping[str, Any], column: str | None) -> int | None:
    if column is None:
        return None
    if row[column] not in (0, 1):
        raise InputError(f"Column {column!r} of a table of counts must be 0 or 1; {row[column]!r} is not.")
    return int(row[column])
