"""Reads large tables row by row, and turns rows into entries of the pure ledger."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection

from audits.models.records import SEALED_FIELDS
from evenhand.ledger.entries import Entry

CHUNK = 5_000
ENTRY_COLUMNS = ", ".join(f"entry.{name}" for name in SEALED_FIELDS)
HASHES = ("previous_hash", "before_digest", "after_digest", "context_digest")


def stream(statement: str) -> Iterator[tuple[Any, ...]]:
    """Rows of a statement through a cursor of the server; memory stays flat."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement)
        while rows := cursor.fetchmany(CHUNK):
            yield from rows


def entry_of(values: Sequence[Any]) -> Entry:
    """The entry whose columns were read in the order of `ENTRY_COLUMNS`."""
    fields = dict(zip(SEALED_FIELDS, values, strict=True))
    for name in HASHES:
        fields[name] = None if fields[name] is None else bytes(fields[name])
    return Entry(**fields)
