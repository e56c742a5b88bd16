"""The entry: its canonical bytes, its hash, reading it back."""

import hashlib
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.errors import ProofError
from evenhand.ledger.canonical import canonical_bytes
from evenhand.ledger.entries import Entry, format_instant, is_entered_afterwards

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
HASHES = st.none() | st.binary(min_size=32, max_size=32)
UIDS = st.none() | st.uuids()
ENTRIES = st.builds(
    Entry,
    uid=st.uuids(),
    event=TEXT,
    actor_kind=st.sampled_from(["user", "token", "system"]),
    actor_uid=UIDS,
    interface=TEXT,
    token_uid=UIDS,
    team_uid=UIDS,
    subject_kind=TEXT,
    subject_uid=st.uuids(),
    subject_number=st.integers(1, 2**53 - 1),
    previous_hash=HASHES,
    before_digest=HASHES,
    after_digest=HASHES,
    context_digest=HASHES,
    correlation_uid=UIDS,
    recorded_at=st.datetimes(timezones=st.just(UTC)),
    occurred_on=st.none() | st.dates(),
    entered_afterwards=st.booleans(),
)
OTHER_VALUE: dict[str, Any] = {
    "uid": UUID(int=1),
    "event": "system.retired",
    "actor_kind": "system",
    "actor_uid": None,
    "interface": "api",
    "token_uid": UUID(int=2),
    "team_uid": None,
    "subject_kind": "model",
    "subject_uid": UUID(int=3),
    "subject_number": 2,
    "previous_hash": bytes(32),
    "before_digest": b"b" * 32,
    "after_digest": None,
    "context_digest": b"c" * 32,
    "correlation_uid": None,
    "recorded_at": datetime(2020, 1, 1, tzinfo=UTC),
    "occurred_on": date(2020, 1, 1),
    "entered_afterwards": True,
}


@given(ENTRIES)
def test_the_bytes_are_the_canonical_form(entry: Entry) -> None:
    assert entry.canonical_bytes() == canonical_bytes(entry.to_json())


@given(ENTRIES)
def test_an_entry_is_read_back_as_it_was(entry: Entry) -> None:
    assert Entry.from_json(entry.to_json()) == entry


def test_the_hash_is_that_of_an_rfc_9162_leaf(entry: Entry) -> None:
    assert entry.leaf_hash() == hashlib.sha256(b"\x00" + entry.canonical_bytes()).digest()


@pytest.mark.parametrize("name", [field.name for field in fields(Entry)])
def test_every_field_is_hashed(entry: Entry, name: str) -> None:
    assert replace(entry, **{name: OTHER_VALUE[name]}).leaf_hash() != entry.leaf_hash()


@pytest.mark.parametrize(
    "change",
    [
        {"uid": "no uid"},
        {"previous_hash": "xyz"},
        {"recorded_at": "yesterday"},
        {"name": "Ada Lovelace"},
        {"format": "2"},
    ],
)
def test_anything_else_is_not_an_entry(entry: Entry, change: dict[str, str]) -> None:
    with pytest.raises(ProofError):
        Entry.from_json({**entry.to_json(), **change})


def test_a_missing_field_is_noticed(entry: Entry) -> None:
    document = entry.to_json()
    del document["event"]
    with pytest.raises(ProofError, match="not an entry"):
        Entry.from_json(document)


def test_instants_are_written_in_utc_with_microseconds() -> None:
    moment = datetime(2026, 11, 23, 19, 5, tzinfo=timezone(timedelta(hours=1)))
    assert format_instant(moment) == "2026-11-23T18:05:00.000000Z"
    with pytest.raises(ValueError, match="no time zone"):
        format_instant(moment.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("occurred_on", "expected"),
    [(None, False), (date(2026, 11, 23), False), (date(2026, 11, 24), False), (date(2026, 11, 22), True)],
)
def test_an_earlier_day_is_entered_afterwards(occurred_on: date | None, expected: bool) -> None:
    recorded_at = datetime(2026, 11, 24, 0, 30, tzinfo=timezone(timedelta(hours=2)))  # the 23rd in UTC
    assert is_entered_afterwards(recorded_at=recorded_at, occurred_on=occurred_on) is expected
