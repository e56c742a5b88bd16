"""Proofs from the stored tree: that an entry is in it, that it was only ever added to, that a story is complete."""

from __future__ import annotations

import uuid

from django.db import connection

from audits.models.records import Checkpoint, Entry, Leaf
from audits.recorder.sealing import checkpoint, seal, sealed_heads
from audits.recorder.store import DatabaseSubtreeStore
from evenhand.ledger.heads import Head, heads_path
from evenhand.ledger.paths import consistency_path, inclusion_path
from evenhand.ledger.proofs import ConsistencyProof, HeadsProof, InclusionProof
from governance.errors import InvalidError

HEADS_AT = """
SELECT DISTINCT ON (entry.subject_uid) entry.subject_uid, entry.subject_number, leaf.hash
FROM audits_leaf AS leaf JOIN audits_entry AS entry ON entry.id = leaf.entry_id
WHERE leaf.index < %s
ORDER BY entry.subject_uid, entry.subject_number DESC
"""


def sealed_checkpoint() -> Checkpoint:
    """Seal what waits and sign the head: a checkpoint over everything committed so far."""
    seal()
    return checkpoint()


def prove_inclusion(entry: Entry, at: Checkpoint) -> InclusionProof:
    """The proof that this entry is covered by that checkpoint."""
    leaf = Leaf.objects.filter(entry=entry, index__lt=at.size).first()
    if leaf is None:
        raise InvalidError(f"The entry {entry.uid} is not covered by the checkpoint of {at.size} entries.")
    path = inclusion_path(leaf.index, at.size, DatabaseSubtreeStore())
    return InclusionProof(entry.uid, bytes(leaf.hash), leaf.index, at.size, tuple(path))


def prove_consistency(first: int, second: int) -> ConsistencyProof:
    """The proof that the ledger of `second` entries continues the one of `first`."""
    return ConsistencyProof(first, second, tuple(consistency_path(first, second, DatabaseSubtreeStore())))


def prove_head(subject_uid: uuid.UUID, at: Checkpoint) -> HeadsProof | None:
    """The proof of how many entries there are about a subject at that checkpoint; None when there are none."""
    found = heads_path(_heads_at(at), subject_uid)
    if found is None:
        return None
    index, size, head, path = found
    return HeadsProof(head, index, size, tuple(path))


def _heads_at(at: Checkpoint) -> list[Head]:
    """The heads at a checkpoint: those kept by the sequencer when nothing came after, else found again."""
    if not Leaf.objects.filter(index__gte=at.size).exists():
        return list(sealed_heads())
    with connection.cursor() as cursor:
        cursor.execute(HEADS_AT, [at.size])
        return [Head(subject_uid, number, bytes(hashed)) for subject_uid, number, hashed in cursor]
