"""A report is frozen, sealed, drawn, signed and issued; its file is for the team alone."""

import datetime
import hashlib
import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audits import recorder
from audits.models import Audit, Evaluation, Report
from audits.reports.content import ReportContent
from audits.services import jobs
from audits.services.audits import change_audit, conclude_audit, open_audit
from audits.services.handing_in import hand_in_counts
from audits.services.issuing import fail_report, render_report, sweep_reports
from audits.services.report_checks import check_report
from audits.services.reports import request_report, retry_report
from evenhand.verify import verify
from governance import events
from governance.errors import ConflictError, InvalidError, NotAllowedError
from governance.models import User, Version

Work = Callable[[Evaluation], Evaluation]


@pytest.fixture
def audit(version: Version, counts: dict[str, Any], engineer: User, compliance: User, work: Work) -> Audit:
    work(hand_in_counts(version=version, counts=counts, by=engineer))
    return open_audit(
        version=version,
        title="Yearly audit",
        scope="Error rates by race.",
        population_gaps="Nobody under 18.",
        tested_on=datetime.date(2026, 1, 5),
        by=compliance,
    )


@pytest.fixture
def queued(audit: Audit, auditor: User, compliance: User) -> Report:
    conclude_audit(audit=audit, conclusion="The goal is not met.", by=auditor)
    return request_report(audit=audit, by=compliance)


@pytest.fixture
def issued(queued: Report) -> Report:
    with events.acting_through("task"):
        render_report(report_id=queued.pk)
    queued.refresh_from_db()
    assert queued.status == "issued", queued.error
    return queued


def text_of(pdf: bytes) -> str:
    from pypdf import PdfReader

    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_the_story_is_frozen_then_issued_and_the_checks_hold(issued: Report) -> None:
    story = [entry.event for entry in recorder.history(issued.uid)]
    assert story == ["report.requested", "report.frozen", "report.issued"]
    content = ReportContent.from_json(issued.content)
    assert content.sha256 == issued.content_sha256
    assert [check.code for check in check_report(issued)[:3]] == ["holds"] * 3
    assert issued.checkpoint.startswith(issued.checkpoint.splitlines()[0])


def test_the_file_is_signed_says_the_figures_and_carries_the_counts(issued: Report) -> None:
    with issued.file.open("rb") as file:
        pdf = file.read()
    assert hashlib.sha256(pdf).hexdigest() == issued.file_sha256
    assert b"/ETSI.CAdES.detached" in pdf
    printed = text_of(pdf)
    for words in ("44.85", "23.45", "AR-1", "Nobody under 18.", "The goal is not met."):
        assert words in printed
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert {"counts-1.json", "content.json", "proofs.json"} <= set(document.attachments)


def test_the_offline_check_finds_everything_in_order(issued: Report, tmp_path: Path) -> None:
    found = verify(issued.file.path, key=issued.signer_fingerprint)
    assert found.is_good, found.lines()


def test_a_later_report_proves_that_its_record_continues_the_earlier_one(issued: Report, compliance: User) -> None:
    second = request_report(audit=issued.audit, by=compliance)
    render_report(report_id=second.pk)
    second.refresh_from_db()
    kept = Path(issued.file.path).with_name("kept.txt")
    kept.write_text(issued.checkpoint)
    assert verify(second.file.path, key=second.signer_fingerprint, checkpoint=kept).is_good


def test_what_was_entered_afterwards_is_said_in_the_report(issued: Report) -> None:
    notes = ReportContent.from_json(issued.content).history_notes
    assert any("claimed for 5 January 2026" in note for note in notes)


def test_an_issued_report_never_changes(issued: Report) -> None:
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        Report.objects.filter(pk=issued.pk).update(file_sha256="0" * 64)


def test_a_changed_file_does_not_hold(issued: Report) -> None:
    with issued.file.open("r+b") as file:
        file.seek(2000)
        file.write(b"X")
    assert check_report(issued)[0].code == "fails"


def test_a_second_message_issues_nothing_twice(issued: Report) -> None:
    before = issued.file_sha256
    render_report(report_id=issued.pk)
    issued.refresh_from_db()
    assert (issued.file_sha256, issued.attempts) == (before, 1)


def test_after_a_crash_the_frozen_content_is_drawn_again(queued: Report) -> None:
    from audits.services import issuing

    job = jobs.claim(Report, queued.pk)
    assert job is not None
    issuing._frozen(job)
    frozen = Report.objects.get(pk=queued.pk).content_sha256
    Report.objects.filter(pk=queued.pk).update(heartbeat_at=timezone.now() - timedelta(minutes=5))
    assert sweep_reports() == 1
    render_report(report_id=queued.pk)
    queued.refresh_from_db()
    assert (queued.status, queued.content_sha256) == ("issued", frozen)
    assert [entry.event for entry in recorder.history(queued.uid)].count("report.frozen") == 1


def test_a_failed_report_says_why_and_is_tried_again(queued: Report, compliance: User) -> None:
    job = jobs.claim(Report, queued.pk)
    assert job is not None
    fail_report(job, "The signing key cannot be opened.")
    queued.refresh_from_db()
    assert (queued.status, queued.error) == ("failed", "The signing key cannot be opened.")
    assert retry_report(report=queued, by=compliance).status == "queued"


def test_only_a_concluded_audit_is_printed(audit: Audit, compliance: User) -> None:
    with pytest.raises(ConflictError, match="Conclude A-1 first"):
        request_report(audit=audit, by=compliance)


def test_while_one_is_made_it_is_the_answer(queued: Report, compliance: User) -> None:
    assert request_report(audit=queued.audit, by=compliance) == queued


def test_a_concluded_audit_stays_as_it_is(queued: Report, compliance: User) -> None:
    with pytest.raises(ConflictError, match="was concluded"):
        change_audit(audit=queued.audit, scope="Something else.", by=compliance)
    with pytest.raises(ConflictError, match="was concluded"):
        conclude_audit(audit=queued.audit, conclusion="Better.", by=compliance)


def test_auditors_conclude_and_open_nothing(audit: Audit, auditor: User, contributor: User) -> None:
    with pytest.raises(NotAllowedError):
        change_audit(audit=audit, scope="Mine.", by=auditor)
    with pytest.raises(NotAllowedError):
        conclude_audit(audit=audit, conclusion="Done.", by=contributor)
    with pytest.raises(NotAllowedError):
        request_report(audit=conclude_audit(audit=audit, conclusion="Done.", by=auditor), by=auditor)


def test_an_audit_in_the_future_is_refused(version: Version, compliance: User) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    with pytest.raises(InvalidError, match="in the future"):
        open_audit(version=version, title="Soon", scope="All.", tested_on=tomorrow, by=compliance)


def test_the_api_tells_the_job_and_hands_out_the_file(
    api_of: Callable[..., Any], compliance: User, auditor: User, audit: Audit
) -> None:
    conclude_audit(audit=audit, conclusion="Not met.", by=auditor)
    asked = api_of(compliance).post("/api/v1/reports", {"audit": str(audit.uid)}, format="json")
    assert asked.status_code == 202
    api = api_of(auditor)
    waiting = api.get(asked["Location"]).json()
    assert (waiting["status"], waiting["worker_is_there"]) == ("queued", False)
    assert api.get(f"{asked['Location']}/file").status_code == 404
    render_report(report_id=Report.objects.get().pk)
    assert api.get(asked["Location"]).json()["status"] == "issued"
    file = api.get(f"{asked['Location']}/file")
    assert file["Content-Type"] == "application/pdf"
    assert b"".join(file.streaming_content).startswith(b"%PDF-")


def test_the_file_is_for_the_team_alone(
    client_of: Callable[[User], Client], api_of: Callable[..., Any], issued: Report, auditor: User, stranger: User
) -> None:
    page = reverse("audits:report-file", args=[issued.uid])
    answer: Any = client_of(auditor).get(page)
    assert b"".join(answer.streaming_content).startswith(b"%PDF-")
    assert client_of(stranger).get(page).status_code == 404
    assert Client().get(page).status_code == 302
    for path in (f"/api/v1/reports/{issued.uid}", f"/api/v1/reports/{issued.uid}/file"):
        assert api_of(stranger).get(path).status_code == 404


def test_the_issued_page_shows_digest_checks_and_checkpoint(
    client_of: Callable[[User], Client], issued: Report, auditor: User
) -> None:
    body = client_of(auditor).get(reverse("audits:report-detail", args=[issued.uid])).content.decode()
    assert issued.signer_fingerprint in body
    assert issued.checkpoint.splitlines()[0] in body
    assert "Download PDF" in body


def test_without_a_worker_the_page_says_so(client_of: Callable[[User], Client], queued: Report, auditor: User) -> None:
    body = client_of(auditor).get(reverse("audits:report-detail", args=[queued.uid])).content.decode()
    assert "no worker is running" in body
