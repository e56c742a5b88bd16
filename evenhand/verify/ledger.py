"""The report's content in the ledger: entry, inclusion, checkpoint, and an older checkpoint the reader kept."""

import json
from dataclasses import dataclass
from typing import Any

from evenhand.errors import EvenhandError, ProofError
from evenhand.ledger.canonical import canonical_bytes, salted_digest, sha256_hex
from evenhand.ledger.checkpoints import Checkpoint, read_checkpoint, verify_checkpoint
from evenhand.ledger.entries import Entry
from evenhand.ledger.notes import VerifierKey
from evenhand.ledger.paths import verify_consistency, verify_inclusion
from evenhand.verify.findings import Verification

FORMAT = "evenhand-proofs/1"
EVENT = "report.frozen"
PARTS = {"before": "before_digest", "after": "after_digest", "context": "context_digest"}


@dataclass(frozen=True, slots=True)
class Anchored:
    """What the ledger says of a report."""

    checkpoint: Checkpoint
    key: VerifierKey
    entry: Entry


def check_ledger(
    content: bytes, note: bytes, proofs: bytes, *, kept: str | None, found: Verification
) -> Anchored | None:
    """Check that exactly this content stands in the ledger under this checkpoint.

    Parameters
    ----------
    content, note, proofs
        The attached ``content.json``, ``checkpoint.txt`` and ``proofs.json``.
    kept
        Text of an older checkpoint the reader kept, or None.
    found
        Where to record.

    Returns
    -------
    Anchored | None
        None where something failed.
    """
    try:
        parsed = read_proofs(proofs)
        key = VerifierKey.parse(parsed["ledger_key"])
        checkpoint = verify_checkpoint(note.decode(), [key])
        found.holds(
            "checkpoint",
            f"The checkpoint over {checkpoint.size:,} entries is signed by the ledger {checkpoint.origin}.",
        )
        entry = check_frozen(parsed["frozen"], sha256_hex(content), checkpoint)
        if str(entry.subject_uid) != json.loads(content).get("uid"):
            raise ProofError("The entry is about another report")
        found.holds(
            "content",
            f"This content is in the ledger: entry {parsed['frozen']['index'] + 1:,}, recorded "
            f"{entry.recorded_at:%Y-%m-%d %H:%M} UTC, is under that checkpoint.",
        )
    except (EvenhandError, KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        found.fails("content", f"The content is not proven to be in the ledger: {_said(error)}.")
        return None
    if kept is not None:
        _check_kept(kept, checkpoint, key, parsed, found)
    return Anchored(checkpoint, key, entry)


def read_proofs(data: bytes) -> dict[str, Any]:
    """Return the parsed proofs file.

    Parameters
    ----------
    data
        Its bytes.

    Returns
    -------
    dict[str, Any]
        In the form ``evenhand-proofs/1``.

    Raises
    ------
    ProofError
        When it is something else.
    """
    parsed = json.loads(data)
    if not isinstance(parsed, dict) or parsed.get("format") != FORMAT:
        raise ProofError(f"proofs.json is not in the form {FORMAT}")
    return parsed


def check_issued(pdf: bytes, data: bytes, found: Verification, *, proofs: bytes | None) -> None:
    """Check that the signed file itself is on the ledger, as a bundle's ``issued.json`` says.

    Parameters
    ----------
    pdf
        The signed report.
    data
        ``issued.json``: ``format, ledger_key, checkpoint`` (the note) and ``issued`` (as ``frozen`` in proofs.json).
    found
        Where to record.
    proofs
        The report's own ``proofs.json``: both must be of one ledger and about one report.
    """
    try:
        parsed = read_proofs(data)
        checkpoint = verify_checkpoint(parsed["checkpoint"], [VerifierKey.parse(parsed["ledger_key"])])
        entry = check_frozen(parsed["issued"], sha256_hex(pdf), checkpoint, event="report.issued", named="file_sha256")
        inside = read_proofs(proofs or b"{}")
        if inside["ledger_key"] != parsed["ledger_key"]:
            raise ProofError("It is the proof of another ledger than the one in the report")
        if Entry.from_json(inside["frozen"]["entry"]).subject_uid != entry.subject_uid:
            raise ProofError("It is the proof of another report")
    except (EvenhandError, KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        found.fails("issued", f"The signed file is not proven to be in the ledger: {_said(error)}.")
        return
    found.holds("issued", f"The signed file is in the ledger, issued {entry.recorded_at:%Y-%m-%d %H:%M} UTC.")


def check_frozen(
    proof: dict[str, Any], digest: str, checkpoint: Checkpoint, *, event: str = EVENT, named: str = "content_sha256"
) -> Entry:
    """Check one proof: entry in the tree, disclosed part in the entry, digest in the part.

    Parameters
    ----------
    proof
        ``entry, index, path, disclosed``.
    digest
        The digest the entry must have put on record.
    checkpoint
        A checkpoint whose signature was checked.
    event
        Name the entry must bear.
    named
        Field of the disclosed part that holds the digest.

    Returns
    -------
    Entry
        The entry.

    Raises
    ------
    ProofError
        Naming the first thing that does not hold.
    """
    entry = Entry.from_json(proof["entry"])
    path = [bytes.fromhex(step) for step in proof["path"]]
    verify_inclusion(entry.leaf_hash(), proof["index"], checkpoint.size, path, checkpoint.root)
    if entry.event != event:
        raise ProofError(f"The entry says {entry.event}, not {event}")
    disclosed = proof["disclosed"]
    stated = getattr(entry, PARTS[disclosed["part"]])
    made = salted_digest(canonical_bytes(disclosed["content"]), salt=bytes.fromhex(disclosed["salt"]))
    if stated is None or stated != made:
        raise ProofError("What is disclosed of the entry is not what the entry has the digest of")
    if _put_on_record(disclosed["content"], named) != digest:
        raise ProofError(f"The ledger has another {named} of this report than this one")
    return entry


def _put_on_record(part: dict[str, Any], named: str) -> Any:
    """The digest in a disclosed part: the event's data inside a context, or the part itself."""
    data = part.get("data")
    return (data if isinstance(data, dict) else part).get(named)


def _check_kept(kept: str, now: Checkpoint, key: VerifierKey, proofs: dict[str, Any], found: Verification) -> None:
    try:
        older = verify_checkpoint(kept, [key])
        if older.size > now.size:
            found.fails("history", _newer(older, now))
            return
        path = [] if older.size in (0, now.size) else _consistency(proofs, older.size)
        if path is None:
            found.fails("history", _unproven(older, now))
            return
        verify_consistency(older.size, now.size, path, older.root, now.root)
    except (EvenhandError, KeyError, TypeError, ValueError) as error:
        found.fails("history", f"The history does not continue the checkpoint you kept: {_said(error)}.")
        return
    found.holds("history", f"The ledger continues the checkpoint over {older.size:,} entries that you kept.")


def _consistency(proofs: dict[str, Any], size: int) -> list[bytes] | None:
    for proof in proofs.get("consistency", []):
        if proof["first"] == size:
            return [bytes.fromhex(step) for step in proof["path"]]
    return None


def _unproven(older: Checkpoint, now: Checkpoint) -> str:
    return (
        f"The report carries no proof from the {older.size:,} entries you kept to its {now.size:,}; ask the server for "
        f"/api/v1/ledger/proofs/consistency?first={older.size}&second={now.size} and compare."
    )


def _newer(older: Checkpoint, now: Checkpoint) -> str:
    return (
        f"The checkpoint you gave covers {older.size:,} entries, more than the report's {now.size:,}; "
        "give one that is older than the report."
    )


def origin_of(note: str) -> str:
    """Return the ledger's name in a checkpoint, unchecked.

    Parameters
    ----------
    note
        The signed note.

    Returns
    -------
    str
        Its first line.
    """
    return read_checkpoint(note).origin


def _said(error: Exception) -> str:
    text = f"{error.args[0]!r} is missing" if isinstance(error, KeyError) and error.args else str(error)
    return " ".join(text.split())[:300].rstrip(".")
