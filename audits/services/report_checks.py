"""What this server can check of an issued report, done again each time it is asked."""

import hashlib
import json
from dataclasses import dataclass

from audits import recorder
from audits.models import Report
from evenhand.ledger.canonical import canonical_bytes, sha256_hex

PIECE = 1024 * 1024


@dataclass(frozen=True)
class Check:
    """A row of the table: what was checked, what that shows, and how it came out (a state's code)."""

    what: str
    shows: str
    code: str


def check_report(report: Report) -> list[Check]:
    """The checks of an issued report, then its gaps, then what no check shows."""
    content = report.content or {}
    attached = sum(1 for section in content.get("evaluations", []) if section["counts"])
    return [
        Check(
            "The file is the one that was issued",
            "Its SHA-256 is the one in the record.",
            _held(_file_is_recorded(report)),
        ),
        Check(
            "What it says was frozen first",
            f"Entry {report.frozen_entry} holds the digest of its content, from before a page was drawn.",
            _held(_content_is_frozen(report)),
        ),
        Check(
            "The head of the record is printed in it",
            "The checkpoint covers that entry. Later heads must extend it.",
            _held(bool(report.checkpoint) and report.checkpoint == (report.proof or {}).get("checkpoint")),
        ),
        Check(
            "Counts are attached" if attached else "No counts are attached",
            f"Files of counts: {attached}. Every figure can be computed again from them.",
            "holds" if attached else "gap",
        ),
        *(Check("Gap", gap, "gap") for gap in content.get("gaps", [])),
        Check(
            "That the right people were counted",
            "Counts prove arithmetic, not truth. Each evaluation says who counted, and from what.",
            "not_shown",
        ),
    ]


def _held(is_so: bool) -> str:  # noqa: FBT001 - the answer of a check
    return "holds" if is_so else "fails"


def _file_is_recorded(report: Report) -> bool:
    digest = hashlib.sha256()
    try:
        with report.file.open("rb") as file:
            for piece in file.chunks(PIECE):
                digest.update(piece)
    except OSError:
        return False
    return digest.hexdigest() == report.file_sha256 == _recorded(report, "report.issued", "file_sha256")


def _content_is_frozen(report: Report) -> bool:
    if report.content is None:
        return False
    present = sha256_hex(canonical_bytes(report.content))  # as stored: an older form of the content stays as it was
    return present == _recorded(report, "report.frozen", "content_sha256")


def _recorded(report: Report, event: str, name: str) -> str:
    """What the record's entry says; empty where its content was erased."""
    entry = recorder.entry_of_event(event, report.uid)
    text = entry.revision.context if entry is not None else None
    return str((json.loads(text).get("data") or {}).get(name, "")) if text else ""
