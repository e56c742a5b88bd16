"""The checkpoint: the ledger's signed head, in the form of C2SP (c2sp.org/tlog-checkpoint)."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass

from evenhand.errors import ProofError
from evenhand.ledger.notes import SignerKey, VerifierKey, open_note, sign_note, split_note

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What the ledger's key signs: how many entries there are, and the roots over them.

    Attributes
    ----------
    origin
        Name of the ledger; also the name of its key.
    size
        Number of sealed entries.
    root
        Root of the tree of entries at that size.
    heads_size, heads_root
        Number of subjects, and root of the second tree: over each subject's last entry (see `heads`).
    """

    origin: str
    size: int
    root: bytes
    heads_size: int
    heads_root: bytes

    def text(self) -> str:
        """Return the text that is signed.

        Returns
        -------
        str
            Origin, size, root, and the extension line ``heads <number> <root>``.
        """
        return f"{self.origin}\n{self.size}\n{_b64(self.root)}\nheads {self.heads_size} {_b64(self.heads_root)}\n"

    def sign(self, signer: SignerKey) -> str:
        """Return the signed note.

        Parameters
        ----------
        signer
            The ledger's key; its name must be the origin.

        Returns
        -------
        str
            The note, ready to be published.

        Raises
        ------
        ValueError
            When the key bears another name.
        """
        if signer.name != self.origin:
            raise ValueError(f"The key of {signer.name} cannot sign a checkpoint of {self.origin}.")
        return sign_note(self.text(), signer)


def read_checkpoint(note: str) -> Checkpoint:
    """Read a checkpoint without checking its signature.

    Parameters
    ----------
    note
        The signed note.

    Returns
    -------
    Checkpoint
        What it claims.

    Raises
    ------
    ProofError
        When it is not an Evenhand checkpoint.
    """
    return _parse(split_note(note)[0])


def verify_checkpoint(note: str, trusted: Iterable[VerifierKey]) -> Checkpoint:
    """Read a checkpoint that a trusted key of the same name has signed.

    Parameters
    ----------
    note
        The signed note.
    trusted
        Public keys of the ledger, the present one and retired ones; keys of other names only co-sign.

    Returns
    -------
    Checkpoint
        What it says.

    Raises
    ------
    SignatureError
        When no trusted key signed it, or a signature does not fit.
    ProofError
        When the text is no checkpoint, or only a key of another name signed it.
    """
    text, signed_by = open_note(note, trusted)
    checkpoint = _parse(text)
    if all(key.name != checkpoint.origin for key in signed_by):
        raise ProofError(f"The checkpoint of {checkpoint.origin} is not signed by the key of that ledger.")
    return checkpoint


def _parse(text: str) -> Checkpoint:
    lines = text.removesuffix("\n").split("\n")
    if len(lines) < 4 or not all(lines):
        raise ProofError("This is not a ledger checkpoint: origin, size, root and heads are expected, a line each.")
    words = lines[3].split(" ")
    if len(words) != 3 or words[0] != "heads":
        raise ProofError(f"This checkpoint has no heads line in its fourth line: {lines[3][:80]!r}.")
    return Checkpoint(
        origin=lines[0],
        size=_read_size(lines[1]),
        root=_read_root(lines[2]),
        heads_size=_read_size(words[1]),
        heads_root=_read_root(words[2]),
    )


def _read_size(word: str) -> int:
    if not _SIZE.fullmatch(word):
        raise ProofError(f"{word[:40]!r} is not a size: a whole number without leading zeros is expected.")
    return int(word)


def _read_root(word: str) -> bytes:
    try:
        root = base64.b64decode(word, validate=True)
    except (binascii.Error, ValueError):
        root = b""
    if len(root) != 32 or _b64(root) != word:
        raise ProofError(f"{word[:80]!r} is not a root: 32 bytes in base64 are expected.")
    return root


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()
