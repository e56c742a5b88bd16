"""What pages, API and tasks ask of the ledger. Each read starts from what the person may see."""

from __future__ import annotations

import datetime
import json
import uuid
from dataclasses import dataclass
from typing import Any

import structlog

from audits import recorder
from evenhand.errors import ProofError
from governance import events
from governance.errors import InvalidError
from governance.facts import Health
from governance.models import Recorded, User

log = structlog.get_logger(__name__)
# Unsealed for longer than this, something is wrong: beat seals every three seconds.
UNSEALED_LIMIT_SECONDS = 30.0
# What belongs to an object and is rebuilt with it. Each names the object in a field called like the object's kind.
PARTS = {
    "assessment": ("answer", "copied_answer", "evidence", "signoff"),
    "team": ("membership",),
    "version": ("card", "version_file"),
}


@dataclass(frozen=True)
class Change:
    """One field of a revision."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Line:
    """An entry as people read it. Names come from the revision and are gone once it is erased."""

    uid: uuid.UUID
    number: int | None
    event: str
    verb: str
    actor: str
    subject: str
    subject_kind: str
    subject_uid: uuid.UUID
    subject_number: int
    interface: str
    at: datetime.datetime
    occurred_on: datetime.date | None
    afterwards: bool
    is_erased: bool
    changes: tuple[Change, ...]
    data: dict[str, Any]


@dataclass(frozen=True)
class RecordState:
    """How the record stands."""

    n_entries: int
    n_unsealed_seconds: float
    checkpoint: Any
    fits: bool
    fingerprint: str


def seal_ledger() -> str:
    """Seal what was committed and sign the head; the signed note. Called by beat, nudges, reports and proofs."""
    return str(recorder.sealed_checkpoint().note)


def queue_forgotten() -> int:
    """Let every entry be sealed that neither waits for it nor has a leaf; each time there are some is worth a look."""
    found = recorder.queue_forgotten()
    if found:
        log.warning("forgotten_entries", entries=found)
    return found


def erase_content(*, entry_uids: list[uuid.UUID]) -> int:
    """Erase names and contents beside entries; the entries and all proofs about them stay as they are."""
    return recorder.erase_content(entry_uids=entry_uids)


def entries(*, user: User, event: str = "", subject_uid: uuid.UUID | None = None, **filters: Any) -> Any:
    """Entries the person may see, newest first."""
    chosen = {"event": event} if event else {}
    about = {"subject_uid": subject_uid} if subject_uid else {}
    return recorder.entries(user=user, **chosen, **about, **filters)


def history(*, user: User, row: Recorded, limit: int = 50) -> list[Line]:
    """What happened to one object, newest first, as far as the person may read the record."""
    return [line_of(entry) for entry in entries(user=user, subject_uid=row.uid)[:limit]]


def line_of(entry: Any) -> Line:
    """The entry in words."""
    revision = getattr(entry, "revision", None)
    context = json.loads(revision.context) if revision and revision.context else {}
    is_erased = revision is not None and revision.salt is None
    actor = context.get("actor") or {}
    unnamed = "Somebody" if entry.actor_uid else "Evenhand"
    return Line(
        uid=entry.uid,
        number=entry.leaf.index + 1 if hasattr(entry, "leaf") else None,
        event=entry.event,
        verb=events.label(entry.event),
        actor=actor.get("name") or actor.get("email") or unnamed,
        subject=context.get("subject") or entry.subject_kind.replace("_", " "),
        subject_kind=entry.subject_kind,
        subject_uid=entry.subject_uid,
        subject_number=entry.subject_number,
        interface=entry.interface,
        at=entry.recorded_at,
        occurred_on=entry.occurred_on,
        afterwards=entry.entered_afterwards,
        is_erased=is_erased,
        changes=_changes(revision),
        data=context.get("data") or {},
    )


def past_state(row: Recorded, moment: datetime.datetime) -> list[dict[str, Any]]:
    """The row as the record had it at that moment, with the parts it had then; empty when it was not there yet.

    Answers the port "as_of". `content_erased` is there where something was erased since.
    """
    state = recorder.as_of(row.KIND, row.uid, moment)
    if state is None:
        return []
    parts = {
        kind: list(recorder.parts_as_of(kind, moment, field_name=row.KIND, whole_uid=row.uid))
        for kind in PARTS.get(row.KIND, ())
    }
    is_complete = state.is_complete and all(part.is_complete for found in parts.values() for part in found)
    return [
        state.fields
        | ({} if is_complete else {"content_erased": True})
        | ({"parts": {kind: [part.fields for part in found] for kind, found in parts.items()}} if parts else {})
    ]


def record_state() -> RecordState:
    """How many entries are sealed, and whether the stored tree still has the root of the last signed head."""
    return RecordState(
        n_entries=recorder.tree_size(),
        n_unsealed_seconds=recorder.age_of_oldest_unsealed(),
        checkpoint=recorder.latest_checkpoint(),
        fits=recorder.fits_last_checkpoint(),
        fingerprint=recorder.ensure_keys().fingerprint,
    )


def health() -> list[Health]:
    """The ledger's line in /readyz and doctor."""
    age = recorder.age_of_oldest_unsealed()
    detail = f"the oldest unsealed entry is {age:.1f} s old" if age else "all entries are sealed"
    if not recorder.fits_last_checkpoint():
        return [Health("ledger", False, "the stored tree does not fit its signed head: run manage.py verify_ledger")]
    return [Health("ledger", age <= UNSEALED_LIMIT_SECONDS, detail)]


def checkpoint_note() -> str:
    """The latest signed head; sealed first, so that it covers what was committed before the question."""
    return seal_ledger()


def inclusion_evidence(entry: Any) -> dict[str, Any]:
    """The entry, its proof and the checkpoint proven against. The caller has found it through `entries`."""
    at = recorder.sealed_checkpoint()
    proof = recorder.prove_inclusion(entry, at)
    return {"entry": entry.as_sealable().to_json(), "proof": proof.to_json(), "checkpoint": at.note}


def story_evidence(row: Recorded) -> dict[str, Any]:
    """All entries about an object and the proof that the checkpoint knows no further one."""
    at = recorder.sealed_checkpoint()
    proof = recorder.prove_head(row.uid, at)
    if proof is None:
        raise InvalidError("The record has no entry about this yet.")
    story = [entry.as_sealable().to_json() for entry in recorder.history(row.uid)[: proof.head.number]]
    return {"entries": story, "proof": proof.to_json(), "checkpoint": at.note}


def consistency_evidence(*, first: int, second: int) -> dict[str, Any]:
    """The proof that the ledger of `second` entries continues the one of `first`, and the checkpoints there are."""
    size = recorder.tree_size()
    if not 0 <= first <= second <= size:
        raise InvalidError(
            f"first and second are numbers of entries with 0 <= first <= second <= {size}.",
            fields={"first": ["out of range"], "second": ["out of range"]},
        )
    try:
        proof = recorder.prove_consistency(first, second)
    except ProofError as error:
        raise InvalidError(error.sentence) from error
    notes = [recorder.checkpoint_of_size(each) for each in (first, second)]
    return {
        "proof": proof.to_json(),
        "first_checkpoint": notes[0].note if notes[0] else None,
        "second_checkpoint": notes[1].note if notes[1] else None,
    }


def _changes(revision: Any) -> tuple[Change, ...]:
    before = json.loads(revision.before) if revision and revision.before else {}
    after = json.loads(revision.after) if revision and revision.after else {}
    return tuple(Change(name, before.get(name), after.get(name)) for name in sorted({**before, **after}))
