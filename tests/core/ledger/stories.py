"""Makes small ledgers to test with: stories of a few subjects, sealed in order."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid5

from evenhand.ledger.chain import SealedEntry
from evenhand.ledger.entries import Entry, is_entered_afterwards
from evenhand.ledger.heads import Head

NAMESPACE = UUID("6f1c1d9a-3c5d-4a36-9d8d-0d3f1f0f8a11")
START = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)


def uid(name: str) -> UUID:
    return uuid5(NAMESPACE, name)


def make_entry(place: int, subject: str, number: int, previous: bytes | None, occurred_on: date | None = None) -> Entry:
    recorded_at = START + timedelta(seconds=place)
    return Entry(
        uid=uid(f"entry {place}"),
        event="system.registered" if number == 1 else "system.changed",
        actor_kind="user",
        actor_uid=uid("Ada"),
        interface="web",
        token_uid=None,
        team_uid=uid("team"),
        subject_kind="system",
        subject_uid=uid(subject),
        subject_number=number,
        previous_hash=previous,
        before_digest=None if number == 1 else bytes(32),
        after_digest=bytes(range(32)),
        context_digest=None,
        correlation_uid=uid(f"request {place}"),
        recorded_at=recorded_at,
        occurred_on=occurred_on,
        entered_afterwards=is_entered_afterwards(recorded_at=recorded_at, occurred_on=occurred_on),
    )


def sealed_stories(subjects: Sequence[str]) -> list[SealedEntry]:
    """One sealed entry for each name in turn; a name that comes again continues its story."""
    heads: dict[str, tuple[int, bytes | None]] = {}
    sealed: list[SealedEntry] = []
    for place, subject in enumerate(subjects):
        number, previous = heads.get(subject, (0, None))
        entry = make_entry(place, subject, number + 1, previous)
        sealed.append(SealedEntry(place, entry.leaf_hash(), entry))
        heads[subject] = (number + 1, entry.leaf_hash())
    return sealed


def heads_of(sealed: Sequence[SealedEntry]) -> dict[UUID, Head]:
    return {
        item.entry.subject_uid: Head(item.entry.subject_uid, item.entry.subject_number, item.sealed_hash)
        for item in sealed
    }


def renumbered(sealed: Sequence[SealedEntry]) -> list[SealedEntry]:
    return [replace(item, index=place) for place, item in enumerate(sealed)]
