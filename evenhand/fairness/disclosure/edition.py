"""The public edition: what of a count table can be shown to anybody, and what was left out and why."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import rfc8785

from evenhand.errors import InputError
from evenhand.fairness.counts.columns import Columns, Filter
from evenhand.fairness.counts.table import Counts
from evenhand.fairness.disclosure import document
from evenhand.fairness.disclosure.public import Excluded, Omission, PublicGroup, Shown
from evenhand.fairness.disclosure.shape import Shape

_KEY = re.compile(r"[0-9a-f]{32,128}\Z")


@dataclass(frozen=True)
class PublicEdition:
    """Counts without small numbers. ``evenhand schema public`` describes its document.

    ``commitment`` ties it to the full counts without giving them away: see ``commitment_of``.
    """

    columns: Columns
    n_rows: int
    minimum: int
    order: int
    groups: tuple[PublicGroup, ...]
    filters: tuple[Filter, ...] = ()
    sources: tuple[Mapping[str, str], ...] = ()
    shown: tuple[Shown, ...] = ()
    excluded: tuple[Excluded, ...] = ()
    left_out: tuple[Omission, ...] = ()
    preset: str | None = None
    commitment: str | None = None

    @cached_property
    def shape(self) -> Shape:
        """Which parts there are."""
        return Shape.of(self.columns)

    @property
    def is_complete(self) -> bool:
        """Whether every part of every group is shown."""
        return all(len(each.parts) == len(self.shape.parts) for each in self.groups)

    @cached_property
    def sha256(self) -> str:
        """Digest of the document."""
        return hashlib.sha256(self.canonical()).hexdigest()

    def canonical(self) -> bytes:
        """The document as canonical JSON bytes (RFC 8785)."""
        return rfc8785.dumps(self.to_json())

    def to_json(self) -> dict[str, Any]:
        """The document as JSON values."""
        return document.written(**{each.name: getattr(self, each.name) for each in fields(self)})

    @classmethod
    def from_json(cls, value: Any) -> "PublicEdition":
        """Read and check a public edition; raises InputError naming what is wrong."""
        return cls(**document.read(value))

    def is_of(self, counts: Counts, *, key: str) -> bool:
        """Whether the edition was made from these counts: what its publisher shows an auditor, with the key."""
        return self.commitment is not None and self.commitment == commitment_of(counts, key=key)


def commitment_of(counts: Counts, *, key: str) -> str:
    """SHA-256 over a secret key and the digest of the counts.

    The bare digest must not be published: whoever has the edition could try every number that fits until the digest
    comes out, and so find what was withheld.
    """
    if not _KEY.match(key):
        raise InputError("The key of an edition is 32 to 128 hexadecimal digits (0-9, a-f).")
    return hashlib.sha256(f"evenhand.public/1 {key} {counts.sha256}".encode()).hexdigest()
