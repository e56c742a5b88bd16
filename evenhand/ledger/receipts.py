"""The receipt a write answers with: the ledger's signed word that an entry was written."""

from __future__ import annotations

import base64
from uuid import UUID

from evenhand.errors import SignatureError
from evenhand.ledger.canonical import canonical_bytes
from evenhand.ledger.notes import SignerKey, VerifierKey

FORMAT = "evenhand-receipt/1"


def receipt_bytes(*, origin: str, entry_uid: UUID, leaf_hash: bytes) -> bytes:
    """Return the bytes that a receipt signs.

    Parameters
    ----------
    origin
        Name of the ledger.
    entry_uid, leaf_hash
        The entry promised to be in it.

    Returns
    -------
    bytes
        Canonical JSON.
    """
    return canonical_bytes(
        {"entry_uid": str(entry_uid), "format": FORMAT, "leaf_hash": leaf_hash.hex(), "origin": origin}
    )


def sign_receipt(signer: SignerKey, *, entry_uid: UUID, leaf_hash: bytes) -> str:
    """Return the signature of a receipt.

    Parameters
    ----------
    signer
        The ledger's key.
    entry_uid, leaf_hash
        The entry.

    Returns
    -------
    str
        Base64. With it, an entry that was dropped later can be proven to have been promised.
    """
    message = receipt_bytes(origin=signer.name, entry_uid=entry_uid, leaf_hash=leaf_hash)
    return base64.b64encode(signer.sign(message)).decode()


def verify_receipt(key: VerifierKey, *, entry_uid: UUID, leaf_hash: bytes, signature: str) -> None:
    """Check a receipt.

    Parameters
    ----------
    key
        The ledger's public key.
    entry_uid, leaf_hash, signature
        What the receipt says.

    Raises
    ------
    SignatureError
        When the ledger's key did not sign it.
    """
    message = receipt_bytes(origin=key.name, entry_uid=entry_uid, leaf_hash=leaf_hash)
    try:
        data = base64.b64decode(signature, validate=True)
    except ValueError as error:
        raise SignatureError("The receipt's signature is not base64.") from error
    key.verify(message, data)
