"""The evidence of matched pairs: for two levels of an attribute, how both rows of each pair came out."""

import hashlib
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import rfc8785

from evenhand.errors import IncompatibleCountsError, InputError
from evenhand.fairness.counts.cells import Source
from evenhand.fairness.counts.columns import Filter
from evenhand.fairness.pairs import document


@dataclass(frozen=True, slots=True)
class PairColumns:
    """The named columns of matched pairs; what is not used is None."""

    pair: str
    group: str
    prediction: str | None = None
    score: str | None = None
    threshold: float | None = None
    positive: str = "1"

    def __post_init__(self) -> None:
        if self.prediction is None and self.score is None:
            raise InputError("Name a prediction (--prediction) or a score (--score) to compare within pairs.")
        if self.threshold is not None and (self.score is None or self.prediction is not None):
            raise InputError("A threshold needs a score column and no prediction column.")
        if self.pair == self.group:
            raise InputError("The pair column and the group column are the same; name two.")

    @property
    def decides(self) -> bool:
        """Whether each row has a decision."""
        return self.prediction is not None or self.threshold is not None


@dataclass(frozen=True, slots=True)
class PairTable:
    """Pairs by the decision on their two rows: ``n10`` have yes for the ``first`` level and no for the ``second``.

    ``score_sum`` and ``score_squares`` are of the score of the first minus that of the second, in millionths.
    """

    first: str
    second: str
    n11: int
    n10: int
    n01: int
    n00: int
    score_sum: int = 0
    score_squares: int = 0

    @property
    def n(self) -> int:
        """How many pairs."""
        return self.n11 + self.n10 + self.n01 + self.n00


@dataclass(frozen=True)
class PairedCounts:
    """Matched pairs counted: one table for each two levels that are compared.

    Without decisions all pairs are in ``n00``.
    """

    columns: PairColumns
    tables: tuple[PairTable, ...]
    filters: tuple[Filter, ...] = ()
    sources: tuple[Source, ...] = ()

    def __post_init__(self) -> None:
        if not self.tables or not self.tables[0].n:
            raise InputError("There are no pairs to compare.")
        if len({table.n for table in self.tables}) > 1:
            raise InputError("The tables of matched pairs do not have the same number of pairs.")

    @property
    def n_pairs(self) -> int:
        """How many cases, each with one row for every level."""
        return self.tables[0].n

    @cached_property
    def sha256(self) -> str:
        """Digest of what was counted, without its sources: the same for any order of rows and any engine."""
        content = {name: value for name, value in self.to_json().items() if name != "sources"}
        return hashlib.sha256(rfc8785.dumps(content)).hexdigest()

    def canonical(self) -> bytes:
        """The document as canonical JSON bytes (RFC 8785)."""
        return rfc8785.dumps(self.to_json())

    def to_json(self) -> dict[str, Any]:
        """The document as JSON values; ``evenhand schema pairs`` describes it."""
        return document.written(self.columns, self.tables, self.filters, self.sources)

    @classmethod
    def from_json(cls, value: Any) -> "PairedCounts":
        """Read and check a document of matched pairs; raises InputError naming what is wrong."""
        columns, tables, filters, sources = document.read(value)
        return cls(
            columns=PairColumns(**columns),
            tables=tuple(PairTable(**table) for table in tables),
            filters=filters,
            sources=sources,
        )

    def __add__(self, other: "PairedCounts") -> "PairedCounts":
        """The pairs of both together; an error says why two counts do not add up."""
        mine, theirs = ([(table.first, table.second) for table in each.tables] for each in (self, other))
        for what, one, two in (
            ("columns", self.columns, other.columns),
            ("filters", self.filters, other.filters),
            ("levels", mine, theirs),
        ):
            if one != two:
                raise IncompatibleCountsError(f"These pairs do not add up: their {what} differ ({one} and {two}).")
        digests = {source.sha256 for source in self.sources if source.sha256}
        for source in other.sources:
            if source.sha256 in digests:
                raise IncompatibleCountsError(f"{source.name} is in both counts; its pairs would count twice.")
        return replace(
            self,
            tables=tuple(_added(one, two) for one, two in zip(self.tables, other.tables, strict=True)),
            sources=tuple(sorted((*self.sources, *other.sources), key=lambda each: (each.name, each.sha256 or ""))),
        )


def _added(one: PairTable, two: PairTable) -> PairTable:
    return PairTable(
        one.first,
        one.second,
        one.n11 + two.n11,
        one.n10 + two.n10,
        one.n01 + two.n01,
        one.n00 + two.n00,
        one.score_sum + two.score_sum,
        one.score_squares + two.score_squares,
    )
