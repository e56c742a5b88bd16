"""Signed notes of C2SP (c2sp.org/signed-note) with Ed25519: keys, signing, opening."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from evenhand.errors import InputError, SignatureError

_ED25519 = b"\x01"
_PRIVATE_PREFIX = "PRIVATE+KEY+"
_DASH = "\N{EM DASH} "
_MAX_SIGNATURES = 100


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A named public key, written ``name+id+base64``.

    Attributes
    ----------
    name
        Schema-less URL of the log or witness, without spaces and plus signs.
    public_bytes
        The 32 bytes of the Ed25519 public key.
    """

    name: str
    public_bytes: bytes

    def __post_init__(self) -> None:
        """Refuse names and keys that a note cannot carry."""
        _check_name(self.name)
        if len(self.public_bytes) != 32:
            raise InputError(f"The public key of {self.name} has {len(self.public_bytes)} bytes, not 32.")

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """Read a key from its line.

        Parameters
        ----------
        text
            ``name+id+base64``.

        Returns
        -------
        VerifierKey
            The key.

        Raises
        ------
        InputError
            When the line is not such a key, or its identifier does not fit its bytes.
        """
        name, key_id, data = _split_key(text.strip())
        key = cls(name, data)
        if key.key_id.hex() != key_id:
            raise InputError(
                f"The key of {name} is damaged: its identifier is {key_id}, its bytes say {key.key_id.hex()}."
            )
        return key

    @property
    def key_id(self) -> bytes:
        """First four bytes of SHA-256 over name, newline, type and public key."""
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.public_bytes).digest()[:4]

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the public key, 64 hexadecimal digits: what people compare over another channel."""
        return hashlib.sha256(self.public_bytes).hexdigest()

    def verify(self, message: bytes, signature: bytes) -> None:
        """Check a plain Ed25519 signature.

        Parameters
        ----------
        message
            What was signed.
        signature
            64 bytes.

        Raises
        ------
        SignatureError
            When it does not fit.
        """
        try:
            Ed25519PublicKey.from_public_bytes(self.public_bytes).verify(signature, message)
        except InvalidSignature as error:
            raise SignatureError(f"The signature of {self.name} does not fit what it should sign.") from error

    def __str__(self) -> str:
        """Return the key's line."""
        return f"{self.name}+{self.key_id.hex()}+{_b64(_ED25519 + self.public_bytes)}"


@dataclass(frozen=True, slots=True)
class SignerKey:
    """A named private key, written ``PRIVATE+KEY+name+id+base64``.

    Attributes
    ----------
    name
        As in `VerifierKey`.
    seed
        The 32 bytes of the Ed25519 private key; never shown by ``repr``.
    """

    name: str
    seed: bytes = field(repr=False)

    @classmethod
    def generate(cls, name: str) -> SignerKey:
        """Make a new key.

        Parameters
        ----------
        name
            Its name.

        Returns
        -------
        SignerKey
            From the operating system's randomness.
        """
        _check_name(name)
        raw = Ed25519PrivateKey.generate().private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
        return cls(name, raw)

    @classmethod
    def parse(cls, text: str) -> SignerKey:
        """Read a key from its line.

        Parameters
        ----------
        text
            ``PRIVATE+KEY+name+id+base64``.

        Returns
        -------
        SignerKey
            The key.

        Raises
        ------
        InputError
            When the line is not such a key. The message never repeats the line.
        """
        text = text.strip()
        if not text.startswith(_PRIVATE_PREFIX):
            raise InputError("This is not a private ledger key: it does not begin with PRIVATE+KEY+.")
        name, key_id, seed = _split_key(text.removeprefix(_PRIVATE_PREFIX))
        key = cls(name, seed)
        if key.verifier.key_id.hex() != key_id:
            raise InputError(f"The private key of {name} is damaged: its identifier does not fit its bytes.")
        return key

    @property
    def verifier(self) -> VerifierKey:
        """The public half."""
        public = Ed25519PrivateKey.from_private_bytes(self.seed).public_key()
        return VerifierKey(self.name, public.public_bytes(Encoding.Raw, PublicFormat.Raw))

    def sign(self, message: bytes) -> bytes:
        """Return the plain Ed25519 signature of a message.

        Parameters
        ----------
        message
            What to sign.

        Returns
        -------
        bytes
            64 bytes.
        """
        return Ed25519PrivateKey.from_private_bytes(self.seed).sign(message)

    def to_text(self) -> str:
        """Return the key's line, for the key file only.

        Returns
        -------
        str
            ``PRIVATE+KEY+name+id+base64``.
        """
        return f"{_PRIVATE_PREFIX}{self.name}+{self.verifier.key_id.hex()}+{_b64(_ED25519 + self.seed)}"


def sign_note(text: str, *signers: SignerKey) -> str:
    """Return a text with signature lines below it.

    Parameters
    ----------
    text
        Ends in a newline; no control characters but newlines.
    *signers
        One or more keys.

    Returns
    -------
    str
        Text, blank line, one line for each signer.

    Raises
    ------
    InputError
        When the text cannot be a note.
    """
    _check_text(text)
    lines = [
        f"{_DASH}{signer.name} {_b64(signer.verifier.key_id + signer.sign(text.encode()))}\n" for signer in signers
    ]
    return f"{text}\n{''.join(lines)}"


def open_note(note: str, trusted: Iterable[VerifierKey]) -> tuple[str, list[VerifierKey]]:
    """Return the text of a note and the trusted keys that signed it.

    Signatures by unknown keys are ignored, as the specification asks; one by a known key that does not fit makes
    the whole note bad.

    Parameters
    ----------
    note
        The whole note.
    trusted
        Keys whose word counts.

    Returns
    -------
    tuple[str, list[VerifierKey]]
        The text with its final newline, and at least one key.

    Raises
    ------
    SignatureError
        When the note is malformed, a known key's signature does not fit, or no trusted key signed.
    """
    text, signatures = split_note(note)
    known = {(key.name, key.key_id): key for key in trusted}
    signed_by: list[VerifierKey] = []
    for name, key_id, signature in signatures:
        key = known.get((name, key_id))
        if key is None or key in signed_by:
            continue
        key.verify(text.encode(), signature)
        signed_by.append(key)
    if not signed_by:
        raise SignatureError("No trusted key signed this note.")
    return text, signed_by


def split_note(note: str) -> tuple[str, list[tuple[str, bytes, bytes]]]:
    """Take a note apart without believing any of it.

    Parameters
    ----------
    note
        The whole note.

    Returns
    -------
    tuple[str, list[tuple[str, bytes, bytes]]]
        The text, and name, key identifier and signature of each signature line.

    Raises
    ------
    SignatureError
        When it is not a signed note.
    """
    head, separator, tail = note.rpartition("\n\n")
    if not separator or not tail.endswith("\n") or any(ord(letter) < 32 and letter != "\n" for letter in note):
        raise SignatureError("This is not a signed note: a text, a blank line and signature lines are expected.")
    lines = tail.removesuffix("\n").split("\n")
    if len(lines) > _MAX_SIGNATURES:
        raise SignatureError(f"This note has {len(lines)} signatures; at most {_MAX_SIGNATURES} are read.")
    return f"{head}\n", [_read_signature(line) for line in lines]


def _read_signature(line: str) -> tuple[str, bytes, bytes]:
    name, _space, encoded = line.removeprefix(_DASH).partition(" ")
    try:
        data = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        data = b""
    if not line.startswith(_DASH) or not name or len(data) < 5:
        raise SignatureError(f"This is not a signature line of a note: {line[:80]!r}.")
    return name, data[:4], data[4:]


def _split_key(text: str) -> tuple[str, str, bytes]:
    parts = text.split("+", 2)
    try:
        name, key_id, encoded = parts
        data = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InputError("This is not a ledger key: name+identifier+base64 is expected.") from error
    if data[:1] != _ED25519 or len(data) != 33:
        raise InputError(f"The key of {name} is not an Ed25519 key.")
    return name, key_id, data[1:]


def _check_name(name: str) -> None:
    if not name or "+" in name or any(letter.isspace() or ord(letter) < 32 for letter in name):
        raise InputError(f"{name!r} cannot name a ledger key: no spaces, no plus signs, not empty.")


def _check_text(text: str) -> None:
    if not text.endswith("\n") or any(ord(letter) < 32 and letter != "\n" for letter in text):
        raise InputError("A note's text ends in a newline and has no control characters.")


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()
