"""The sequencer: gives every committed entry its leaf, and signs the tree's head.

Entries commit in another order than their ids were given out, so nothing here asks for "ids greater than the last".
A trigger lists each new entry as unsealed in the transaction that writes it; whoever holds the lock takes what is
committed there. One subject's entries commit in order, because their story is locked while it is written.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterator, Sequence

from django.db import connection, transaction
from django.db.models import Exists, Min, OuterRef
from django.utils import timezone

from audits.errors import LedgerError
from audits.models.records import Checkpoint, Entry, Leaf, SealedHead, Subtree, Unsealed
from audits.recorder.keys import ensure_keys, signer
from audits.recorder.store import DatabaseSubtreeStore, tree_size
from evenhand.errors import ProofError
from evenhand.ledger import checkpoints
from evenhand.ledger.heads import Head, heads_root
from evenhand.ledger.merkle import Frontier, Position, root_at

LOCK = 0x6576656E  # "even": the sequencer's advisory lock in this database
BATCH = 2_000


def seal() -> int:
    """Give every committed entry without a leaf its place, in batches; return how many there were."""
    total = 0
    while sealed := _seal_batch():
        total += sealed
    return total


def queue_forgotten() -> int:
    """List again, as unsealed, every entry that has neither a leaf nor a place in the list."""
    forgotten = Entry.objects.filter(
        ~Exists(Leaf.objects.filter(entry=OuterRef("pk"))), ~Exists(Unsealed.objects.filter(entry=OuterRef("pk")))
    )
    return len(Unsealed.objects.bulk_create([Unsealed(entry=entry) for entry in forgotten], ignore_conflicts=True))


def checkpoint() -> Checkpoint:
    """Sign the present head, unless it is signed already. Refuses to sign a history that contradicts the last one."""
    with _lock():
        size = tree_size()
        latest = Checkpoint.objects.order_by("-id").first()
        if latest is not None and latest.size == size and latest.note.startswith(f"{signer().name}\n"):
            return latest
        if latest is not None:
            _check_continues(latest, size)
        ensure_keys()
        return _sign_head(size)


def age_of_oldest_unsealed() -> float:
    """Seconds since the oldest entry without a leaf was written; 0 when all are sealed."""
    oldest = Unsealed.objects.aggregate(oldest=Min("entry__recorded_at"))["oldest"]
    if oldest is None:
        return 0.0
    age: datetime.timedelta = timezone.now() - oldest
    return max(0.0, age.total_seconds())


def sealed_heads() -> Iterator[Head]:
    """The leaves of the heads tree, in their order."""
    rows = SealedHead.objects.order_by("subject_uid").values_list("subject_uid", "number", "hash")
    for subject_uid, number, hashed in rows.iterator(chunk_size=10_000):
        yield Head(subject_uid, number, bytes(hashed))


class _lock(transaction.Atomic):
    """A transaction that holds the sequencer's lock until it ends."""

    def __init__(self) -> None:
        super().__init__(using=None, savepoint=True, durable=False)

    def __enter__(self) -> None:
        super().__enter__()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _seal_batch() -> int:
    with _lock():
        waiting = list(Unsealed.objects.order_by("entry_id").values_list("entry_id", flat=True)[:BATCH])
        entries = list(Entry.objects.filter(pk__in=waiting).order_by("pk"))
        if entries:
            _write_leaves(entries)
            Unsealed.objects.filter(entry_id__in=waiting).delete()
        return len(entries)


def _write_leaves(entries: Sequence[Entry]) -> None:
    first = tree_size()
    frontier = Frontier.load(first, DatabaseSubtreeStore())
    leaves: list[Leaf] = []
    completed: list[tuple[Position, bytes]] = []
    heads: dict[uuid.UUID, SealedHead] = {}
    for index, entry in enumerate(entries, start=first):
        hashed = entry.as_sealable().leaf_hash()
        leaves.append(Leaf(index=index, entry=entry, hash=hashed))
        completed += frontier.push(hashed)
        heads[entry.subject_uid] = SealedHead(subject_uid=entry.subject_uid, number=entry.subject_number, hash=hashed)
    Leaf.objects.bulk_create(leaves)
    Subtree.objects.bulk_create(_subtrees(completed))
    SealedHead.objects.bulk_create(
        heads.values(), update_conflicts=True, unique_fields=["subject_uid"], update_fields=["number", "hash"]
    )


def _subtrees(completed: Sequence[tuple[Position, bytes]]) -> list[Subtree]:
    return [
        Subtree(level=position.level, place=position.offset, hash=hashed)
        for position, hashed in completed
        if position.level
    ]


def fits_last_checkpoint() -> bool:
    """Whether the stored tree has, at the size of the last signed head, the root that was signed."""
    latest = Checkpoint.objects.order_by("-id").first()
    return latest is None or _continues(latest, tree_size())


def _continues(latest: Checkpoint, size: int) -> bool:
    if latest.size > size:
        return False
    try:
        return root_at(latest.size, DatabaseSubtreeStore()) == bytes(latest.root)
    except ProofError:  # a part of the tree is missing
        return False


def _check_continues(latest: Checkpoint, size: int) -> None:
    if not _continues(latest, size):
        raise LedgerError(
            f"The ledger does not continue its checkpoint of {latest.size} entries, so its head is not signed. "
            "Run `manage.py verify_ledger` to see what was changed."
        )


def _sign_head(size: int) -> Checkpoint:
    heads_size, heads = heads_root(sealed_heads())
    head = checkpoints.Checkpoint(
        origin=signer().name,
        size=size,
        root=root_at(size, DatabaseSubtreeStore()),
        heads_size=heads_size,
        heads_root=heads,
    )
    return Checkpoint.objects.create(
        size=head.size,
        root=head.root,
        heads_size=head.heads_size,
        heads_root=head.heads_root,
        note=head.sign(signer()),
    )
