"""Handing in: only when complete; what is missing is named; then the answers are fixed."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from assessments import services
from assessments.errors import IncompleteAnswersError
from assessments.models import Answer, Assessment, FrameworkEdition
from governance.errors import NotAllowedError
from governance.models import System, User


def test_missing_answers_are_named(draft: Assessment, compliance: User) -> None:
    services.save_answer(assessment=draft, question_id="purpose", value="To rank.", by=compliance)
    services.save_answer(assessment=draft, question_id="in_place", dont_know=True, by=compliance)
    services.save_answer(
        assessment=draft, question_id="impacts", value=[{"risk": {"likelihood": "rare"}}], by=compliance
    )
    with pytest.raises(IncompleteAnswersError) as refused:
        services.submit_assessment(assessment=draft, by=compliance)
    assert set(refused.value.fields) == {
        "in_place", "automatic", "impacts.1.what", "impacts.1.risk.severity", "watched",
    }  # fmt: skip
    assert "USE 1.3 is not answered." in refused.value.message
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_a_hidden_question_is_not_missing(complete: Assessment, compliance: User) -> None:
    services.save_answer(assessment=complete, question_id="automatic", value=True, by=compliance)
    services.save_answer(assessment=complete, question_id="why_automatic", value=None, by=compliance)
    assert [item.question for item in services.missing_in(complete)] == ["why_automatic"]
    services.save_answer(assessment=complete, question_id="automatic", value=False, by=compliance)
    assert services.missing_in(complete) == ()


def test_submitting_fixes_who_when_and_what(submitted: Assessment, compliance: User) -> None:
    assert (submitted.status, submitted.submitted_by) == ("submitted", compliance)
    assert submitted.submitted_at is not None
    assert submitted.answers_sha256 == services.content_sha256(submitted)


def test_submitted_answers_are_fixed_in_the_service(submitted: Assessment, compliance: User) -> None:
    with pytest.raises(NotAllowedError, match="handed in"):
        services.save_answer(assessment=submitted, question_id="purpose", value="Other.", by=compliance)
    with pytest.raises(NotAllowedError, match="handed in"):
        services.add_evidence(assessment=submitted, question_id="purpose", link="https://example.org", by=compliance)


def test_submitted_answers_are_fixed_in_the_database(submitted: Assessment) -> None:
    with pytest.raises(DatabaseError, match="fixed"), transaction.atomic():
        Answer.objects.filter(assessment=submitted, question_id="purpose").update(value="Other.")
    with pytest.raises(DatabaseError, match="fixed"), transaction.atomic():
        submitted.copied_answers.update(sha256="0" * 64)
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        submitted.copied_answers.all().delete()


def test_a_system_needs_the_organisations_signed_answers(
    edition: FrameworkEdition, system: System, compliance: User
) -> None:
    assessment = services.start_assessment(edition=edition, system=system, by=compliance)
    assert assessment.copied_answers.count() == 0
    first = services.missing_in(assessment)[0]
    assert "HOUSE 1: asked once for the whole organisation" in first.message


def test_taking_it_back_makes_it_a_draft_again(submitted: Assessment, compliance: User) -> None:
    services.withdraw_assessment(assessment=submitted, by=compliance)
    submitted.refresh_from_db()
    assert submitted.status == "draft"
