"""The assessment as a PDF: every answer, the draft's mark on every page, readable by machines."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest
from django.core.files.base import ContentFile
from django.test import Client
from pypdf import PdfReader

from assessments import services
from assessments.models import Assessment
from audits.services.assessment_papers import assessment_pdf
from governance.errors import NotAllowedError
from governance.models import User

ClientOf = Callable[[User], Client]


def pages_of(content: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages]


def test_a_draft_bears_its_mark_on_every_page_and_prints_every_answer(complete: Assessment, compliance: User) -> None:
    long_text = "A purpose that takes a while to tell. " * 200
    services.save_answer(assessment=complete, question_id="purpose", value=long_text, by=compliance)
    add = services.add_evidence
    add(
        assessment=complete,
        question_id="purpose",
        file=ContentFile(b"x", name="brief.pdf"),
        title="Brief",
        by=compliance,
    )
    services.mark_not_applicable(
        assessment=complete, question_id="watched", reason="<b>Nothing</b> runs", by=compliance
    )
    complete.refresh_from_db()
    found = assessment_pdf(assessment=complete, by=compliance)
    pages = pages_of(found.content)
    assert len(pages) > 2
    assert found.name.endswith("-draft.pdf")
    for page in pages:
        assert "DRAFT: being filled in. Not approved." in page
    text = " ".join(pages)
    for words in ("What is the system for?", "A purpose that takes a while", "<b>Nothing</b> runs", "brief.pdf", "E1"):
        assert words in text
    assert services.content_sha256(complete) in text.replace(" ", "")
    with pikepdf.open(io.BytesIO(found.content)) as document:
        assert document.Root.MarkInfo.Marked
        assert b"pdfuaid:part" in document.Root.Metadata.read_bytes()
        assert "/AcroForm" not in document.Root  # nobody is asked to sign an export
        assert all("/XObject" in page.Resources for page in document.pages)  # the mark behind the text


def test_an_approved_one_bears_no_mark_and_names_who_signed(approved: Assessment, compliance: User) -> None:
    found = assessment_pdf(assessment=approved, by=compliance)
    text = " ".join(pages_of(found.content))
    assert "DRAFT" not in text
    assert not found.name.endswith("-draft.pdf")
    signoff = approved.signoffs.get()
    assert str(signoff.person) in text
    assert signoff.signed_sha256 in text.replace(" ", "")


def test_it_is_linked_and_only_the_team_gets_it(
    draft: Assessment, contributor: User, stranger: User, client_of: ClientOf, api_of: Callable[[User], Any]
) -> None:
    at = f"/assessments/{draft.uid}/pdf/"
    client = client_of(contributor)
    assert at in client.get(f"/assessments/{draft.uid}/").content.decode()
    answer = client.get(at)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert client_of(stranger).get(at).status_code == 404
    over_http = api_of(contributor).get(f"/api/v1/assessments/{draft.uid}/pdf")
    assert (over_http.status_code, over_http.content[:5]) == (200, b"%PDF-")
    assert api_of(stranger).get(f"/api/v1/assessments/{draft.uid}/pdf").status_code == 404
    with pytest.raises(NotAllowedError):
        assessment_pdf(assessment=draft, by=stranger)
