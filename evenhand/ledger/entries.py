"""The entry: one change on the record, its canonical bytes and its leaf hash."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal
from uuid import UUID

from evenhand.errors import ProofError
from evenhand.ledger.canonical import Json
from evenhand.ledger.merkle import leaf_hash

FORMAT = "evenhand-entry/1"

ActorKind = Literal["user", "token", "system"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One change: what, who, through which interface, about what, and where it stands in the subject's story.

    People appear by uid only. Names, addresses and contents live in the revision beside the entry, which can be
    erased; the salted digests here then still prove that there was one.

    Attributes
    ----------
    uid
        The entry's own identifier.
    event
        Registered name of the change, such as ``assessment.approved``.
    actor_kind, actor_uid, token_uid
        Who acted: a user, a user through an API token, or the system itself (then both uids are None).
    interface
        ``web``, ``api``, ``task`` or ``command``.
    team_uid
        Team the subject belonged to at that moment, None when it belongs to the organisation.
    subject_kind, subject_uid
        What the change is about.
    subject_number
        Running number of the entry among all entries about this subject, from 1.
    previous_hash
        Leaf hash of the subject's previous entry, None for its first.
    before_digest, after_digest, context_digest
        Salted digests of the revision's parts (see `salted_digest`), None where the part is empty.
    correlation_uid
        Shared by the entries of one request or task.
    recorded_at
        The database clock's time of writing, in UTC.
    occurred_on
        The day the change is claimed to have happened, None when nothing else is claimed.
    entered_afterwards
        True when ``occurred_on`` lies before the day (UTC) of ``recorded_at``.
    """

    uid: UUID
    event: str
    actor_kind: ActorKind
    actor_uid: UUID | None
    interface: str
    token_uid: UUID | None
    team_uid: UUID | None
    subject_kind: str
    subject_uid: UUID
    subject_number: int
    previous_hash: bytes | None
    before_digest: bytes | None
    after_digest: bytes | None
    context_digest: bytes | None
    correlation_uid: UUID | None
    recorded_at: datetime
    occurred_on: date | None
    entered_afterwards: bool

    def to_json(self) -> dict[str, Json]:
        """Return the entry as the JSON object its canonical bytes are made of.

        Returns
        -------
        dict[str, Json]
            Identifiers as text, hashes as hexadecimal, the time with microseconds and ``Z``.
        """
        return {
            "actor_kind": self.actor_kind,
            "actor_uid": _text(self.actor_uid),
            "after_digest": _hex(self.after_digest),
            "before_digest": _hex(self.before_digest),
            "context_digest": _hex(self.context_digest),
            "correlation_uid": _text(self.correlation_uid),
            "entered_afterwards": self.entered_afterwards,
            "event": self.event,
            "format": FORMAT,
            "interface": self.interface,
            "occurred_on": None if self.occurred_on is None else self.occurred_on.isoformat(),
            "previous_hash": _hex(self.previous_hash),
            "recorded_at": format_instant(self.recorded_at),
            "subject_kind": self.subject_kind,
            "subject_number": self.subject_number,
            "subject_uid": str(self.subject_uid),
            "team_uid": _text(self.team_uid),
            "token_uid": _text(self.token_uid),
            "uid": str(self.uid),
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Entry:
        """Read an entry back from its JSON object.

        Parameters
        ----------
        document
            What `to_json` wrote.

        Returns
        -------
        Entry
            Equal to the one written.

        Raises
        ------
        ProofError
            When a field is missing, unknown or unreadable: an entry with anything more or less is another entry.
        """
        try:
            entry = cls(
                uid=UUID(document["uid"]),
                event=document["event"],
                actor_kind=document["actor_kind"],
                actor_uid=_uuid(document["actor_uid"]),
                interface=document["interface"],
                token_uid=_uuid(document["token_uid"]),
                team_uid=_uuid(document["team_uid"]),
                subject_kind=document["subject_kind"],
                subject_uid=UUID(document["subject_uid"]),
                subject_number=document["subject_number"],
                previous_hash=_bytes(document["previous_hash"]),
                before_digest=_bytes(document["before_digest"]),
                after_digest=_bytes(document["after_digest"]),
                context_digest=_bytes(document["context_digest"]),
                correlation_uid=_uuid(document["correlation_uid"]),
                recorded_at=datetime.fromisoformat(document["recorded_at"]),
                occurred_on=None if document["occurred_on"] is None else date.fromisoformat(document["occurred_on"]),
                entered_afterwards=document["entered_afterwards"],
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ProofError(f"This is not an entry of a ledger: {error!r}.") from error
        if entry.to_json() != dict(document):
            raise ProofError(f"The entry {entry.uid} is not written in the form {FORMAT}.")
        return entry

    def canonical_bytes(self) -> bytes:
        """Return the bytes that are hashed: the RFC 8785 form of `to_json`.

        The object holds only text, small whole numbers, true, false and null under ASCII keys; for these the
        standard library writes exactly the canonical form, many times faster (a property test compares them).

        Returns
        -------
        bytes
            UTF-8.
        """
        return json.dumps(self.to_json(), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

    def leaf_hash(self) -> bytes:
        """Return the entry's hash in the tree, which is also the ``previous_hash`` of its successor.

        Returns
        -------
        bytes
            32 bytes.
        """
        return leaf_hash(self.canonical_bytes())


def is_entered_afterwards(*, recorded_at: datetime, occurred_on: date | None) -> bool:
    """Say whether a claimed day lies before the day on which it was recorded (both in UTC).

    Parameters
    ----------
    recorded_at
        Aware time of writing.
    occurred_on
        Claimed day, or None.

    Returns
    -------
    bool
        False when nothing is claimed.
    """
    return occurred_on is not None and occurred_on < recorded_at.astimezone(UTC).date()


def format_instant(moment: datetime) -> str:
    """Write an aware moment in UTC with microseconds and ``Z``, always of the same length.

    Parameters
    ----------
    moment
        An aware datetime.

    Returns
    -------
    str
        Such as ``2026-11-23T18:05:40.000000Z``.

    Raises
    ------
    ValueError
        For a naive datetime.
    """
    if moment.tzinfo is None:
        raise ValueError(f"The moment {moment.isoformat()} has no time zone.")
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def _text(uid: UUID | None) -> str | None:
    return None if uid is None else str(uid)


def _uuid(text: str | None) -> UUID | None:
    return None if text is None else UUID(text)


def _hex(data: bytes | None) -> str | None:
    return None if data is None else data.hex()


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else bytes.fromhex(text)
