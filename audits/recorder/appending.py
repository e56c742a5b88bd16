"""Writes an entry for every event, in the transaction of the change. If it cannot be written, nothing changes."""

from __future__ import annotations

import json
import time
import uuid
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction

from audits.models.records import Entry, Revision
from audits.recorder.keys import signer
from evenhand.ledger.canonical import canonical_bytes, make_salt, salted_digest
from evenhand.ledger.receipts import sign_receipt
from governance.events import Event, Receipt
from governance.queue import enqueue

# An attempt changes nothing, and its subject's fields in memory may never have been saved.
WITHOUT_CONTENT = frozenset({"attempt.refused"})
NUDGE_AFTER_SECONDS = 1.0
_last_nudge = float("-inf")

CLAIM_NUMBER = """
INSERT INTO audits_subjecthead AS head (subject_uid, number, hash) VALUES (%s, 1, NULL)
ON CONFLICT (subject_uid) DO UPDATE SET number = head.number + 1
RETURNING number, hash
"""
KEEP_CONTENT_AND_HEAD = """
WITH moved AS (UPDATE audits_subjecthead SET hash = %s WHERE subject_uid = %s)
INSERT INTO audits_revision (entry_id, before, after, context, salt) VALUES (%s, %s, %s, %s, %s)
"""


def append(event: Event) -> Receipt:
    """Write the entry and its revision; the subject's story stays locked until the change is committed."""
    salt, parts = make_salt(), _parts(event)
    number, previous_hash = _claim_number(event.subject.uid)
    entry = Entry.objects.create(
        uid=uuid.uuid4(),
        event=event.name,
        **_actor(event),
        interface=event.interface,
        team_uid=event.team.uid if event.team else None,
        subject_kind=event.subject.KIND,
        subject_uid=event.subject.uid,
        subject_number=number,
        previous_hash=previous_hash,
        correlation_uid=event.correlation_uid,
        occurred_on=event.occurred_on,
        **{f"{name}_digest": salted_digest(text, salt=salt) if text else None for name, text in parts.items()},
    )
    leaf_hash = entry.as_sealable().leaf_hash()
    texts = [text.decode() if text else None for text in parts.values()]
    with connection.cursor() as cursor:
        cursor.execute(KEEP_CONTENT_AND_HEAD, [leaf_hash, event.subject.uid, entry.pk, *texts, salt])
    transaction.on_commit(_nudge, robust=True)
    signature = sign_receipt(signer(), entry_uid=entry.uid, leaf_hash=leaf_hash)
    return Receipt(entry_uid=entry.uid, leaf_hash=leaf_hash.hex(), signature=signature)


def erase_content(*, entry_uids: list[uuid.UUID]) -> int:
    """Erase the content and salts beside these entries. The entries, their digests and their proofs stay."""
    rows = Revision.objects.filter(entry__uid__in=entry_uids, salt__isnull=False)
    return rows.update(before=None, after=None, context=None, salt=None)


def _claim_number(subject_uid: uuid.UUID) -> tuple[int, bytes | None]:
    with connection.cursor() as cursor:
        cursor.execute(CLAIM_NUMBER, [subject_uid])
        number, previous = cursor.fetchone()
    return number, bytes(previous) if previous is not None else None


def _actor(event: Event) -> dict[str, Any]:
    kind = "token" if event.token else "user" if event.by else "system"
    return {
        "actor_kind": kind,
        "actor_uid": event.by.uid if event.by else None,
        "token_uid": event.token.uid if event.token else None,
    }


def _parts(event: Event) -> dict[str, bytes | None]:
    """What the revision keeps: fields that changed, before and after, and who and what was meant, by name."""
    before, after = _changes(event)
    context = {
        "actor": {"name": event.by.name, "email": event.by.email} if event.by else None,
        "data": event.data or None,
        "subject": str(event.subject),
        "team": event.team.name if event.team else None,
        "token": event.token.name if event.token else None,
    }
    return {"before": _text(before), "after": _text(after), "context": _text(context)}


def _changes(event: Event) -> tuple[dict[str, Any], dict[str, Any]]:
    if event.name in WITHOUT_CONTENT:
        return {}, {}
    if event.before is None:
        return {}, event.after
    names = [name for name in {**event.before, **event.after} if event.before.get(name) != event.after.get(name)]
    return (
        {name: event.before[name] for name in names if name in event.before},
        {name: event.after[name] for name in names if name in event.after},
    )


def _text(content: dict[str, Any]) -> bytes | None:
    """Canonical JSON; dates, decimals and uids that a service put into its data become text."""
    return canonical_bytes(json.loads(json.dumps(content, cls=DjangoJSONEncoder))) if content else None


def _nudge() -> None:
    """Ask a worker to seal, at most once a second from each process; beat makes good what is missed."""
    global _last_nudge
    now = time.monotonic()
    if now - _last_nudge >= NUDGE_AFTER_SECONDS:
        _last_nudge = now
        enqueue("audits.seal_ledger", 0)
