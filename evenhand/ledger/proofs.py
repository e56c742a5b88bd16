"""The JSON forms of proofs, as the API and the bundle hand them out, and the check of each against checkpoints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from evenhand.errors import ProofError
from evenhand.ledger.canonical import Json
from evenhand.ledger.checkpoints import Checkpoint
from evenhand.ledger.entries import Entry
from evenhand.ledger.heads import Head
from evenhand.ledger.paths import verify_consistency, verify_inclusion

INCLUSION_FORMAT = "evenhand-inclusion/1"
CONSISTENCY_FORMAT = "evenhand-consistency/1"
HEADS_FORMAT = "evenhand-heads/1"


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """That an entry stands in the tree a checkpoint signs.

    Attributes
    ----------
    entry_uid, leaf_hash
        The entry.
    index, size
        Its place, from 0, and the size of the tree it is proven in.
    path
        Sibling hashes, from the leaf up.
    """

    entry_uid: UUID
    leaf_hash: bytes
    index: int
    size: int
    path: tuple[bytes, ...]

    def to_json(self) -> dict[str, Json]:
        """Return the proof as JSON.

        Returns
        -------
        dict[str, Json]
            Hashes in hexadecimal.
        """
        return {
            "format": INCLUSION_FORMAT,
            "entry_uid": str(self.entry_uid),
            "leaf_hash": self.leaf_hash.hex(),
            "index": self.index,
            "size": self.size,
            "path": _hexes(self.path),
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> InclusionProof:
        """Read the proof back.

        Parameters
        ----------
        document
            What `to_json` wrote.

        Returns
        -------
        InclusionProof
            The proof, not yet checked.

        Raises
        ------
        ProofError
            When a field is missing or unreadable.
        """
        reader = _Reader(document, INCLUSION_FORMAT)
        return cls(
            entry_uid=reader.uid("entry_uid"),
            leaf_hash=reader.hash("leaf_hash"),
            index=reader.number("index"),
            size=reader.number("size"),
            path=reader.path(),
        )

    def verify(self, checkpoint: Checkpoint, *, entry: Entry | None = None) -> None:
        """Check the proof against a checkpoint of the same size.

        Parameters
        ----------
        checkpoint
            One whose signature was checked.
        entry
            The entry itself, if at hand: then its hash is computed and must be the proven one.

        Raises
        ------
        ProofError
            When the proof does not hold.
        """
        if entry is not None and (entry.uid != self.entry_uid or entry.leaf_hash() != self.leaf_hash):
            raise ProofError(f"The entry {entry.uid} is not the one that this proof is about: it was altered.")
        _same_size(self.size, checkpoint.size)
        verify_inclusion(self.leaf_hash, self.index, self.size, self.path, checkpoint.root)


@dataclass(frozen=True, slots=True)
class ConsistencyProof:
    """That a newer tree contains an older one, unchanged and in order.

    Attributes
    ----------
    first, second
        Sizes of the older and the newer tree.
    path
        The hashes, in the order of RFC 9162.
    """

    first: int
    second: int
    path: tuple[bytes, ...]

    def to_json(self) -> dict[str, Json]:
        """Return the proof as JSON.

        Returns
        -------
        dict[str, Json]
            Hashes in hexadecimal.
        """
        return {
            "format": CONSISTENCY_FORMAT,
            "first": self.first,
            "second": self.second,
            "path": _hexes(self.path),
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> ConsistencyProof:
        """Read the proof back.

        Parameters
        ----------
        document
            What `to_json` wrote.

        Returns
        -------
        ConsistencyProof
            The proof, not yet checked.

        Raises
        ------
        ProofError
            When a field is missing or unreadable.
        """
        reader = _Reader(document, CONSISTENCY_FORMAT)
        return cls(first=reader.number("first"), second=reader.number("second"), path=reader.path())

    def verify(self, first: Checkpoint, second: Checkpoint) -> None:
        """Check the proof against both checkpoints.

        Parameters
        ----------
        first, second
            The older and the newer checkpoint, signatures checked.

        Raises
        ------
        ProofError
            When the history between them was changed, or they belong to different ledgers.
        """
        if first.origin != second.origin:
            raise ProofError(f"The checkpoints belong to different ledgers: {first.origin} and {second.origin}.")
        _same_size(self.first, first.size)
        _same_size(self.second, second.size)
        verify_consistency(self.first, self.second, self.path, first.root, second.root)


@dataclass(frozen=True, slots=True)
class HeadsProof:
    """That a subject's story ends, at a checkpoint, with this entry and this number.

    Attributes
    ----------
    head
        The subject, its last number, the hash of its last entry.
    index, size
        Place of the subject among all subjects, and their number.
    path
        Sibling hashes in the heads tree.
    """

    head: Head
    index: int
    size: int
    path: tuple[bytes, ...]

    def to_json(self) -> dict[str, Json]:
        """Return the proof as JSON.

        Returns
        -------
        dict[str, Json]
            Hashes in hexadecimal.
        """
        return {
            "format": HEADS_FORMAT,
            "subject_uid": str(self.head.subject_uid),
            "number": self.head.number,
            "entry_hash": self.head.entry_hash.hex(),
            "index": self.index,
            "size": self.size,
            "path": _hexes(self.path),
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> HeadsProof:
        """Read the proof back.

        Parameters
        ----------
        document
            What `to_json` wrote.

        Returns
        -------
        HeadsProof
            The proof, not yet checked.

        Raises
        ------
        ProofError
            When a field is missing or unreadable.
        """
        reader = _Reader(document, HEADS_FORMAT)
        head = Head(reader.uid("subject_uid"), reader.number("number"), reader.hash("entry_hash"))
        return cls(head=head, index=reader.number("index"), size=reader.number("size"), path=reader.path())

    def verify(self, checkpoint: Checkpoint) -> None:
        """Check the proof against a checkpoint.

        Parameters
        ----------
        checkpoint
            One whose signature was checked.

        Raises
        ------
        ProofError
            When the story does not end there at that checkpoint.
        """
        _same_size(self.size, checkpoint.heads_size)
        try:
            verify_inclusion(self.head.leaf_hash(), self.index, self.size, self.path, checkpoint.heads_root)
        except ProofError as error:
            claim = f"the story of {self.head.subject_uid} ends with number {self.head.number}"
            raise ProofError(f"The checkpoint does not say that {claim}.") from error


class _Reader:
    """Reads the fields of a proof, or says which one is bad."""

    def __init__(self, document: Mapping[str, Any], expected: str) -> None:
        self._document = document
        if document.get("format") != expected:
            raise ProofError(f"This is not a proof of the form {expected}: its format is {document.get('format')!r}.")

    def number(self, name: str) -> int:
        value = self._document.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**63:
            raise self._bad(name)
        return value

    def uid(self, name: str) -> UUID:
        try:
            return UUID(self._document[name])
        except (KeyError, ValueError, AttributeError, TypeError) as error:
            raise self._bad(name) from error

    def hash(self, name: str) -> bytes:
        return self._hash(self._document.get(name), name)

    def path(self) -> tuple[bytes, ...]:
        value = self._document.get("path")
        if not isinstance(value, list) or len(value) > 128:
            raise self._bad("path")
        return tuple(self._hash(item, "path") for item in value)

    def _hash(self, value: object, name: str) -> bytes:
        try:
            data = bytes.fromhex(value) if isinstance(value, str) else b""
        except ValueError:
            data = b""
        if len(data) != 32:
            raise self._bad(name)
        return data

    @staticmethod
    def _bad(name: str) -> ProofError:
        return ProofError(f"The proof is malformed: its field {name!r} is missing or unreadable.")


def _hexes(path: Sequence[bytes]) -> list[str]:
    return [item.hex() for item in path]


def _same_size(proof: int, checkpoint: int) -> None:
    if proof != checkpoint:
        raise ProofError(f"The proof is about a tree of {proof}, the checkpoint about one of {checkpoint}.")
