"""Checks the record in the order of the tree: entry bytes, contents, leaves, subtrees, checkpoints."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from audits.recorder.keys import verifier_keys
from audits.recorder.streams import ENTRY_COLUMNS, entry_of, stream
from audits.recorder.verification import Verification
from evenhand.errors import ProofError
from evenhand.ledger.canonical import salted_digest
from evenhand.ledger.chain import Fault, SealedEntry, check_sealed
from evenhand.ledger.checkpoints import verify_checkpoint
from evenhand.ledger.entries import Entry
from evenhand.ledger.merkle import Frontier

IN_TREE_ORDER = f"""
SELECT leaf.index, leaf.hash, revision.entry_id, revision.before, revision.after, revision.context, revision.salt,
    entry.id, {ENTRY_COLUMNS}
FROM audits_leaf AS leaf
LEFT JOIN audits_entry AS entry ON entry.id = leaf.entry_id
LEFT JOIN audits_revision AS revision ON revision.entry_id = leaf.entry_id
ORDER BY leaf.index
"""  # noqa: S608  # only names of our own fields are put in
SUBTREES = "SELECT level, place, hash FROM audits_subtree ORDER BY (place + 1) << level::int, level"
CHECKPOINTS = "SELECT id, size, root, heads_size, heads_root, note FROM audits_checkpoint ORDER BY size, id"


def tree_faults(result: Verification, kept: tuple[str, ...]) -> Iterator[Fault]:
    """What does not hold in the order of the tree; `kept` are notes of checkpoints from outside the house."""
    tree = _Tree(result, kept)
    yield from tree.check_size(0)
    expected = 0
    for index, hashed, revision_id, before, after, context, salt, entry_id, *values in stream(IN_TREE_ORDER):
        result.n_entries += 1
        if entry_id is None:
            yield Fault("removed", index, None, None, f"The entry at place {index} is gone; only its leaf is left.")
        else:
            entry = entry_of(values)
            yield from check_sealed([SealedEntry(index, bytes(hashed), entry)], start=expected)
            yield from _content_faults(index, entry, revision_id, (before, after, context), salt, result)
        expected = index + 1
        yield from tree.push(bytes(hashed))
    yield from tree.finish()


class _Tree:
    """Grows the tree again and compares it, as it grows, with stored subtrees and signed heads."""

    def __init__(self, result: Verification, kept: tuple[str, ...]) -> None:
        self._result = result
        self._frontier = Frontier()
        self._subtrees = stream(SUBTREES)
        self._checkpoints = _merged_checkpoints(kept)
        self._next = next(self._checkpoints, None)
        self._keys = verifier_keys()
        self._last_good_size = 0
        self._tree_differs = self._head_differs = False

    def push(self, hashed: bytes) -> Iterator[Fault]:
        for position, computed in self._frontier.push(hashed):
            if position.level:
                yield from self._check_subtree(position.level, position.offset, computed)
        yield from self.check_size(self._frontier.size)

    def check_size(self, size: int) -> Iterator[Fault]:
        """Compare with every checkpoint of this size."""
        while self._next is not None and self._next.size <= size:
            yield from self._check_checkpoint(self._next)
            self._next = next(self._checkpoints, None)

    def finish(self) -> Iterator[Fault]:
        """What is left over when the leaves have ended was cut off."""
        size = self._frontier.size
        if self._next is not None:
            sentence = (
                f"The ledger was rolled back: {self._next.name} covers {self._next.size} entries, "
                f"and only {size} are left."
            )
            yield Fault("removed", size, None, None, sentence)
        if not self._tree_differs and next(self._subtrees, None) is not None:
            sentence = f"The tree has stored parts beyond its {size} leaves: entries were cut off at the end."
            yield Fault("removed", size, None, None, sentence)

    def _check_subtree(self, level: int, place: int, computed: bytes) -> Iterator[Fault]:
        if self._tree_differs:
            return
        stored = next(self._subtrees, None)
        if stored is None or (stored[0], stored[1], bytes(stored[2])) != (level, place, computed):
            self._tree_differs = True
            first, last = place << level, ((place + 1) << level) - 1
            sentence = (
                f"The tree differs from its stored parts at places {first} to {last}: "
                "entries there were altered, inserted, removed or reordered."
            )
            yield Fault("reordered", last, None, None, sentence)

    def _check_checkpoint(self, stored: _StoredCheckpoint) -> Iterator[Fault]:
        self._result.n_checkpoints += 1
        place = max(stored.size - 1, 0)
        try:
            signed = verify_checkpoint(stored.note, self._keys)
        except ProofError as error:
            yield Fault("altered", place, None, None, f"{stored.name.capitalize()} does not hold: {error.sentence}")
            return
        if stored.columns is not None and stored.columns != (
            signed.size,
            signed.root,
            signed.heads_size,
            signed.heads_root,
        ):
            sentence = f"{stored.name.capitalize()} does not say what its signed note says."
            yield Fault("altered", place, None, None, sentence)
        if signed.root == self._frontier.root():
            self._last_good_size = signed.size
        elif not self._head_differs:
            self._head_differs = True
            sentence = (
                f"{stored.name.capitalize()} was signed over another history: an entry between places "
                f"{self._last_good_size} and {place} was altered, inserted, removed or reordered."
            )
            yield Fault("altered", place, None, None, sentence)


@dataclass(frozen=True)
class _StoredCheckpoint:
    name: str
    size: int
    note: str
    columns: tuple[int, bytes, int, bytes] | None


def _merged_checkpoints(kept: tuple[str, ...]) -> Iterator[_StoredCheckpoint]:
    """Those of the table and those kept outside, by size."""
    outside = sorted((_kept(note) for note in kept), key=lambda item: item.size)
    for pk, size, root, heads_size, heads_root, note in stream(CHECKPOINTS):
        while outside and outside[0].size < size:
            yield outside.pop(0)
        columns = (size, bytes(root), heads_size, bytes(heads_root))
        yield _StoredCheckpoint(f"checkpoint {pk}", size, note, columns)
    yield from outside


def _kept(note: str) -> _StoredCheckpoint:
    size = verify_checkpoint(note, verifier_keys()).size
    return _StoredCheckpoint(f"the checkpoint of {size} entries kept outside", size, note, None)


def _content_faults(
    index: int, entry: Entry, revision_id: int | None, texts: tuple[str | None, ...], salt: Any, result: Verification
) -> Iterator[Fault]:
    digests = (entry.before_digest, entry.after_digest, entry.context_digest)
    if revision_id is None:
        sentence = f"The content of entry {entry.uid} was removed; content can only be erased."
        yield Fault("removed", index, entry.uid, entry.subject_uid, sentence)
    elif salt is None and not any(texts):
        result.n_erased += 1
    elif salt is None or any(
        (salted_digest(text.encode(), salt=bytes(salt)) if text is not None else None) != digest
        for text, digest in zip(texts, digests, strict=True)
    ):
        sentence = f"The content of entry {entry.uid} at place {index} was altered: its digests do not fit."
        yield Fault("altered", index, entry.uid, entry.subject_uid, sentence)
