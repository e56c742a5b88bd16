"""The heads tree: the last entry of every subject, so that "all entries about this one" can be proven."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from evenhand.ledger.merkle import Frontier, MemorySubtreeStore, leaf_hash
from evenhand.ledger.paths import inclusion_path


@dataclass(frozen=True, slots=True)
class Head:
    """Where a subject's story ends.

    Attributes
    ----------
    subject_uid
        The subject.
    number
        Its last running number, which is also how many entries there are about it.
    entry_hash
        Leaf hash of that entry.
    """

    subject_uid: UUID
    number: int
    entry_hash: bytes

    def canonical_bytes(self) -> bytes:
        """Return the bytes of the leaf: the RFC 8785 form of ``[uid, number, hash]``.

        Returns
        -------
        bytes
            ASCII.
        """
        return f'["{self.subject_uid}",{self.number},"{self.entry_hash.hex()}"]'.encode()

    def leaf_hash(self) -> bytes:
        """Return the head's leaf hash in the heads tree.

        Returns
        -------
        bytes
            32 bytes.
        """
        return leaf_hash(self.canonical_bytes())


def heads_root(heads: Iterable[Head]) -> tuple[int, bytes]:
    """Return the number of subjects and the root of the heads tree, streaming.

    Parameters
    ----------
    heads
        Sorted by subject uid, each subject once.

    Returns
    -------
    tuple[int, bytes]
        Size and root.

    Raises
    ------
    ValueError
        When they are not sorted.
    """
    frontier = Frontier()
    for head in _sorted(heads):
        frontier.push(head.leaf_hash())
    return frontier.size, frontier.root()


def heads_path(heads: Iterable[Head], subject_uid: UUID) -> tuple[int, int, Head, list[bytes]] | None:
    """Return place, size, head and path of one subject in the heads tree.

    Parameters
    ----------
    heads
        Sorted by subject uid, each subject once.
    subject_uid
        The subject to prove.

    Returns
    -------
    tuple[int, int, Head, list[bytes]] | None
        Index, number of subjects, the head, the inclusion path; None when there is no such subject.

    Raises
    ------
    ValueError
        When the heads are not sorted.
    """
    store, found = MemorySubtreeStore(), None
    frontier = Frontier()
    for index, head in enumerate(_sorted(heads)):
        store.hashes.update(frontier.push(head.leaf_hash()))
        if head.subject_uid == subject_uid:
            found = index, head
    if found is None:
        return None
    index, head = found
    return index, frontier.size, head, inclusion_path(index, frontier.size, store)


def _sorted(heads: Iterable[Head]) -> Iterator[Head]:
    last: UUID | None = None
    for head in heads:
        if last is not None and head.subject_uid <= last:
            raise ValueError(f"The heads are not sorted: {head.subject_uid} comes after {last}.")
        last = head.subject_uid
        yield head
