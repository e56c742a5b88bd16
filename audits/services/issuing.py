"""Making a report: freeze what it says, seal the record, draw, sign, issue. Each step can be taken up after a crash."""

import hashlib
import uuid
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from audits import recorder
from audits.models import Evaluation, Report, ReportStatus
from audits.reports.attachments import AttachmentError
from audits.reports.codec import from_plain, to_plain
from audits.reports.content import RecordProof, ReportContent
from audits.reports.fonts import Fonts, MissingFontsError
from audits.reports.render import render_report as draw
from audits.reports.signing import SigningKey, SigningKeyError, ensure_signing_key, sign
from audits.services import jobs
from audits.services.proving import prove_frozen
from audits.services.report_content import gather
from audits.services.reports import RENDER
from evenhand.errors import EvenhandError
from evenhand.fairness import Counts
from governance.errors import DomainError
from governance.events import publish, snapshot

log = structlog.get_logger(__name__)
RELATED = ("team", "audit", "version__model__system__team", "requested_by")
FONTS = Path(settings.BASE_DIR) / "config" / "static" / "vendor" / "fonts-ttf"
# Errors whose sentence tells the reader what to do; any other is ours to look up.
TOLD = (EvenhandError, DomainError, AttachmentError, MissingFontsError, SigningKeyError)


def render_report(*, report_id: int) -> None:
    """Make a queued report. Whoever claims it first does it; everybody else changes nothing."""
    job = jobs.claim(Report, report_id)
    if job is None:
        return
    try:
        with job.kept_alive():
            _make(job)
    except TOLD as error:
        fail_report(job, " ".join(str(error).split()))
    except Exception:
        reference = uuid.uuid4().hex[:12]
        log.exception("report_failed", report=report_id, reference=reference)
        fail_report(job, f"Something went wrong on our side. The operator finds it in the log as {reference}.")


def sweep_reports() -> int:
    """Send again what is stuck."""
    with transaction.atomic():
        return jobs.sweep(Report, task=RENDER, give_up=fail_report)


def _make(job: jobs.Claim) -> None:
    job.step("gathering what the report says")
    recorder.seal()  # so that the entries it names have their numbers
    report = _frozen(job)
    if report is None or report.content is None:
        return
    content = ReportContent.from_json(report.content)
    job.step("sealing the record and signing its head")
    proof = _proven(job, report)
    job.step("drawing pages, tables and charts")
    pdf = draw(content, proof, counts=_counts(content), fonts=Fonts.from_folder(FONTS))
    job.step("signing the file")
    key = ensure_signing_key(Path(settings.KEYS_DIR), settings.ORGANISATION)
    signed = sign(pdf, key=key, reason=f"Report {content.number}", name=settings.ORGANISATION)
    _issue(job, signed, key)


@transaction.atomic
def _frozen(job: jobs.Claim) -> Report | None:
    """The report with its content frozen: gathered once, its digest on the record before a page is drawn."""
    report: Report | None = job.held.select_for_update(of=("self",)).select_related(*RELATED).first()
    if report is None or report.content is not None:
        return report
    before = snapshot(report)
    content = gather(report)
    report.content, report.content_sha256 = content.to_json(), content.sha256
    report.save(update_fields=["content", "content_sha256"])
    publish("report.frozen", subject=report, by=None, before=before, data={"content_sha256": content.sha256})
    return report


def _proven(job: jobs.Claim, report: Report) -> RecordProof:
    """The ledger's side, made once and kept, so that a second attempt prints the same checkpoint."""
    if report.proof is not None:
        return from_plain(RecordProof, report.proof)
    proof = prove_frozen(report)
    job.held.update(proof=to_plain(proof), checkpoint=proof.checkpoint, frozen_entry=proof.frozen_entry)
    return proof


def _counts(content: ReportContent) -> dict[str, bytes]:
    """The counts files to attach, by name, as the canonical bytes of their digest."""
    named = {section.uid: section.counts for section in content.evaluations if section.counts}
    rows = Evaluation.objects.filter(uid__in=named)
    return {named[str(row.uid)]: Counts.from_json(row.counts).canonical() for row in rows}


@transaction.atomic
def _issue(job: jobs.Claim, signed: bytes, key: SigningKey) -> None:
    report = job.held.select_for_update(of=("self",)).select_related(*RELATED).first()
    if report is None:  # the sweep gave the row to another worker; its file counts
        return
    before = snapshot(report)
    report.file_sha256, report.file_size = hashlib.sha256(signed).hexdigest(), len(signed)
    report.signer_fingerprint = key.fingerprint
    report.issued_at, report.status, report.step = timezone.now(), ReportStatus.ISSUED, ""
    report.file.save(f"{report.label}-{report.uid}.pdf", ContentFile(signed), save=False)
    report.save()
    data: dict[str, Any] = {"file_sha256": report.file_sha256, "content_sha256": report.content_sha256}
    publish("report.issued", subject=report, by=None, before=before, data=data)


@transaction.atomic
def fail_report(job: jobs.Claim, reason: str) -> None:
    """Write why it failed, if this claim still holds the row."""
    report = job.held.select_for_update(of=("self",)).select_related(*RELATED).first()
    if report is None:
        return
    before = snapshot(report)
    report.status, report.error = ReportStatus.FAILED, reason
    report.save(update_fields=["status", "error"])
    publish("report.failed", subject=report, by=None, before=before, data={"reason": reason})
