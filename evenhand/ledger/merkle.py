"""The Merkle tree of RFC 9162 over stored full subtrees: growing it, and its root at any size, in logarithmic time.

A tree of any size is made of *full* subtrees (2^level leaves, starting at a multiple of 2^level). Their hashes
never change once complete, so they are stored once and never again touched. Everything else, the ragged right
edge, is folded from them when it is asked for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

from evenhand.errors import ProofError

EMPTY_ROOT = hashlib.sha256(b"").digest()


class Position(NamedTuple):
    """Place of a full subtree: it covers the leaves ``offset * 2**level`` up to ``(offset + 1) * 2**level``."""

    level: int
    offset: int


class Span(NamedTuple):
    """A run of leaves, from ``start`` up to but not including ``end``."""

    start: int
    end: int


class SubtreeStore(Protocol):
    """Where the hashes of full subtrees are kept. Level 0 are the leaf hashes themselves."""

    def fetch(self, positions: Sequence[Position]) -> Mapping[Position, bytes]:
        """Return the hashes at these positions, all in one go; a missing one is simply absent."""
        ...


class MemorySubtreeStore:
    """Full subtrees in a dictionary: for tests, for small trees, for verifying."""

    def __init__(self) -> None:
        self.hashes: dict[Position, bytes] = {}
        self.size = 0

    def fetch(self, positions: Sequence[Position]) -> Mapping[Position, bytes]:
        """Return the known hashes among these positions.

        Parameters
        ----------
        positions
            What is asked for.

        Returns
        -------
        Mapping[Position, bytes]
            The hashes found.
        """
        return {position: self.hashes[position] for position in positions if position in self.hashes}

    def extend(self, leaf_hashes: Iterable[bytes]) -> None:
        """Append leaves and keep every subtree they complete.

        Parameters
        ----------
        leaf_hashes
            Hashes made by `leaf_hash`, in order.
        """
        frontier = Frontier.load(self.size, self)
        for hashed in leaf_hashes:
            self.hashes.update(frontier.push(hashed))
        self.size = frontier.size


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of a leaf: SHA-256 of 0x00 and the data (RFC 9162, section 2.1.1).

    Parameters
    ----------
    data
        The bytes of the entry.

    Returns
    -------
    bytes
        32 bytes.
    """
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node: SHA-256 of 0x01 and both children (RFC 9162, section 2.1.1).

    Parameters
    ----------
    left, right
        Hashes of the children.

    Returns
    -------
    bytes
        32 bytes.
    """
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """The right edge of a growing tree: the hashes of its largest full subtrees, at most one per level.

    Holds log2(size) hashes whatever the size, so a tree of any length can be streamed through it.
    """

    def __init__(self, peaks: Sequence[tuple[int, bytes]] = (), size: int = 0) -> None:
        self._peaks = list(peaks)
        self.size = size

    @classmethod
    def load(cls, size: int, store: SubtreeStore) -> Frontier:
        """Take up a stored tree at its end.

        Parameters
        ----------
        size
            Number of leaves already in the store.
        store
            Where their full subtrees are.

        Returns
        -------
        Frontier
            Ready for the leaf number ``size``.

        Raises
        ------
        ProofError
            When the store lacks a subtree that a tree of this size must have.
        """
        positions = full_subtrees(Span(0, size))
        hashes = _fetched(positions, store)
        return cls([(position.level, hashes[position]) for position in positions], size)

    def push(self, hashed: bytes) -> Iterator[tuple[Position, bytes]]:
        """Append one leaf.

        Parameters
        ----------
        hashed
            The leaf's hash.

        Returns
        -------
        Iterator[tuple[Position, bytes]]
            Every full subtree that this leaf completes, itself (level 0) first.
        """
        completed = [(Position(0, self.size), hashed)]
        level, offset = 0, self.size
        while self._peaks and self._peaks[-1][0] == level:
            hashed = node_hash(self._peaks.pop()[1], hashed)
            level, offset = level + 1, offset >> 1
            completed.append((Position(level, offset), hashed))
        self._peaks.append((level, hashed))
        self.size += 1
        return iter(completed)

    def root(self) -> bytes:
        """Return the root of the tree as it stands.

        Returns
        -------
        bytes
            32 bytes; the hash of nothing for an empty tree.
        """
        return _fold([hashed for _level, hashed in self._peaks])


def root_of(leaf_hashes: Iterable[bytes]) -> bytes:
    """Return the root over a stream of leaf hashes, holding only the right edge in memory.

    Parameters
    ----------
    leaf_hashes
        Hashes made by `leaf_hash`, in order.

    Returns
    -------
    bytes
        32 bytes.
    """
    frontier = Frontier()
    for hashed in leaf_hashes:
        frontier.push(hashed)
    return frontier.root()


def full_subtrees(span: Span) -> list[Position]:
    """Return the full subtrees that a run of leaves is made of, left to right.

    Parameters
    ----------
    span
        A run as it occurs in the tree: its start is a multiple of the largest power of two that fits into it.

    Returns
    -------
    list[Position]
        At most one per level, largest first.
    """
    positions, start = [], span.start
    while start < span.end:
        level = (span.end - start).bit_length() - 1
        positions.append(Position(level, start >> level))
        start += 1 << level
    return positions


def root_at(size: int, store: SubtreeStore) -> bytes:
    """Return the root the tree had when it held this many leaves.

    Parameters
    ----------
    size
        Number of leaves, 0 or more.
    store
        The full subtrees.

    Returns
    -------
    bytes
        32 bytes.

    Raises
    ------
    ProofError
        When the store does not reach that far.
    """
    return hash_spans([Span(0, size)], store)[0] if size else EMPTY_ROOT


def hash_spans(spans: Sequence[Span], store: SubtreeStore) -> list[bytes]:
    """Return the hashes of several runs of leaves, fetching all subtrees they need at once.

    Parameters
    ----------
    spans
        Runs as they occur in the tree.
    store
        The full subtrees.

    Returns
    -------
    list[bytes]
        One hash for each run.

    Raises
    ------
    ProofError
        When the store lacks a subtree.
    """
    parts = [full_subtrees(span) for span in spans]
    hashes = _fetched([position for part in parts for position in part], store)
    return [_fold([hashes[position] for position in part]) for part in parts]


def _fetched(positions: Sequence[Position], store: SubtreeStore) -> Mapping[Position, bytes]:
    hashes = store.fetch(positions)
    missing = next((position for position in positions if position not in hashes), None)
    if missing is not None:
        start = missing.offset << missing.level
        raise ProofError(
            f"The tree is incomplete: the subtree of leaves {start} to {start + 2**missing.level - 1} is missing."
        )
    return hashes


def _fold(hashes: Sequence[bytes]) -> bytes:
    if not hashes:
        return EMPTY_ROOT
    result = hashes[-1]
    for left in reversed(hashes[:-1]):
        result = node_hash(left, result)
    return result
