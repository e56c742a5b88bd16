"""The ledger's side of a report: the checkpoint over its frozen content, and the proof that goes into the file."""

import base64
import json
from typing import Any

from django.db.models import QuerySet

from audits import recorder
from audits.models import Audit, Evaluation, Report
from audits.reports.content import RecordProof
from governance.errors import ConflictError
from governance.models import Recorded

PROOFS = "evenhand-proofs/1"
KEPT_HEADS = 20


def prove_frozen(report: Report) -> RecordProof:
    """Seal what waits, sign the head, and prove that the entry with the content's digest is under it."""
    entry = recorder.entry_of_event("report.frozen", report.uid)
    if entry is None:
        raise ConflictError(f"The record has no entry that freezes {report.label}.")
    at = recorder.sealed_checkpoint()
    inclusion = recorder.prove_inclusion(entry, at)
    key = str(recorder.ensure_keys())
    return RecordProof(
        checkpoint=at.note,
        tree_size=at.size,
        root=base64.b64encode(bytes(at.root)).decode(),
        checkpoint_at=at.created_at,
        entries=sum(recorder.history(row.uid).count() for row in subjects(report.audit)),
        frozen_entry=f"{inclusion.index + 1:,}",
        ledger_key=key,
        proofs={
            "format": PROOFS,
            "ledger_key": key,
            "consistency": _consistency(report, at.size),
            "frozen": _proof(entry, inclusion),
        },
    )


def prove_issued(report: Report) -> dict[str, Any]:
    """What a bundle's issued.json says: the entry with the file's digest is under a checkpoint signed now."""
    entry = recorder.entry_of_event("report.issued", report.uid)
    if entry is None:
        raise ConflictError(f"The record has no entry that issues {report.label}.")
    at = recorder.sealed_checkpoint()
    return {
        "format": PROOFS,
        "ledger_key": str(recorder.ensure_keys()),
        "checkpoint": at.note,
        "issued": _proof(entry, recorder.prove_inclusion(entry, at)),
    }


def _proof(entry: Any, inclusion: Any) -> dict[str, Any]:
    """An entry, its path to the root, and the one part of it that is disclosed."""
    return {
        "entry": entry.as_sealable().to_json(),
        "index": inclusion.index,
        "path": [step.hex() for step in inclusion.path],
        "disclosed": _disclosed(entry),
    }


def _consistency(report: Report, size: int) -> list[dict[str, Any]]:
    """That this head continues earlier heads, for readers who kept one of them: from a report, or downloaded."""
    earlier = Report.objects.filter(team=report.team, proof__isnull=False).exclude(pk=report.pk).order_by("-number")
    printed = {int(found) for found in earlier.values_list("proof__tree_size", flat=True)[:KEPT_HEADS]}
    return [
        {"first": first, "path": [step.hex() for step in recorder.prove_consistency(first, size).path]}
        for first in sorted(printed | set(recorder.earlier_sizes(size)))
        if 0 < first < size
    ]


def entry_number(event: str, subject: Recorded) -> str:
    """The number of the latest entry of this event about a subject; empty while it is not sealed."""
    entry = recorder.entry_of_event(event, subject.uid)
    return f"{entry.leaf.index + 1:,}" if entry is not None and hasattr(entry, "leaf") else ""


def _disclosed(entry: Any) -> dict[str, Any]:
    """The part of the entry's content that holds the digest, with the salt of its digest. It names nobody."""
    revision = entry.revision
    return {"part": "context", "salt": bytes(revision.salt).hex(), "content": json.loads(revision.context)}


def subjects(audit: Audit) -> list[Recorded]:
    """Everything a report about this audit rests on, each with a story of its own on the record."""
    version = audit.version
    evaluations: QuerySet[Evaluation] = Evaluation.objects.filter(version=version).select_related("rule", "plan")
    found: list[Recorded] = [audit.system, version.model, version, audit, *version.cards.all(), *version.files.all()]
    found += [*version.model.rules.all(), *version.model.goals.all(), *version.model.plans.all(), *evaluations]
    return found


def entered_afterwards(audit: Audit) -> list[Any]:
    """Entries about these subjects that say something happened on an earlier day."""
    rows = [entry for row in subjects(audit) for entry in recorder.history(row.uid).filter(entered_afterwards=True)]
    return sorted(rows, key=lambda entry: entry.recorded_at)
