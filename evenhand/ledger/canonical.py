"""Canonical JSON bytes (RFC 8785) and the digests taken over them."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from typing import TypeAlias

import rfc8785

from evenhand.errors import CanonicalError

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"

SALT_BYTES = 32


def canonical_bytes(value: Json) -> bytes:
    """Return the one byte string that stands for a JSON value (RFC 8785).

    Parameters
    ----------
    value
        None, booleans, numbers, strings, lists and dictionaries with string keys.

    Returns
    -------
    bytes
        UTF-8: keys sorted by UTF-16 code units, no white space, numbers as ECMAScript writes them.

    Raises
    ------
    CanonicalError
        For NaN, infinities, integers beyond ±(2^53 - 1), lone surrogates, and types JSON has no word for.
    """
    try:
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError) as error:
        raise CanonicalError(f"This value has no canonical JSON form: {error}.") from error


def sha256_hex(data: bytes) -> str:
    """Return the SHA-256 of some bytes as 64 lower-case hexadecimal digits.

    Parameters
    ----------
    data
        The bytes to digest.

    Returns
    -------
    str
        The digest.
    """
    return hashlib.sha256(data).hexdigest()


def canonical_digest(value: Json) -> str:
    """Return the SHA-256 of the canonical bytes of a JSON value.

    Parameters
    ----------
    value
        Any JSON value.

    Returns
    -------
    str
        64 lower-case hexadecimal digits.
    """
    return sha256_hex(canonical_bytes(value))


def make_salt() -> bytes:
    """Return 32 fresh random bytes; each revision has its own, so equal contents have unequal digests.

    Returns
    -------
    bytes
        The salt.
    """
    return secrets.token_bytes(SALT_BYTES)


def salted_digest(content: bytes, *, salt: bytes) -> bytes:
    """Return a digest that reveals nothing about its content once the salt is gone.

    HMAC-SHA256 with the salt as the key. A plain digest of a short value ("approved", a name) can be undone by
    trying values; without the salt this one cannot. Erasing content and salt therefore leaves a ledger that
    still proves its own order and shape, and nothing about a person.

    Parameters
    ----------
    content
        The canonical bytes to digest (see `canonical_bytes`).
    salt
        At least 16 random bytes, kept beside the content and erased with it.

    Returns
    -------
    bytes
        32 bytes.

    Raises
    ------
    ValueError
        For a salt shorter than 16 bytes.
    """
    if len(salt) < 16:
        raise ValueError(f"A salt of {len(salt)} bytes can be guessed; use at least 16.")
    return hmac.new(salt, content, hashlib.sha256).digest()
