"""Handing in: only when complete; what is missing is named; then the answers are fixed."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, transaction

from assessments import services
from assessments.errors import IncompleteAnswersError
from assessments.models import Answer, Assessment, FrameworkEdition
from evenhand.questionnaire.parsing import parse_framework
from governance.errors import ConflictError, InvalidError, NotAllowedError
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


CONTRADICTION = """
evenhand_framework: 1
framework: {id: two-answers, version: "1", title: Two answers, scope: system}
sections:
- id: only
  title: Only
  questions:
  - {id: people, type: number, prompt: How many people?, required: true, min: 0}
  - {id: children, type: number, prompt: How many of them children?, required: true, min: 0}
values:
- {id: share, title: Share of children, expr: children / people}
outcomes:
- id: level
  title: Level
  options: [{id: high, label: High, if: children > 100.0}, {id: low, label: Low, if: children < 100.0}]
checks:
- {id: more, if: children > people, level: error, message: There are more children than people.}
"""


@pytest.mark.parametrize(
    ("people", "children", "sentence"),
    [
        (10, 20, "There are more children than people."),
        (200, 100, "Level: no result fits these answers"),
        (0, 0, "Share of children could not be computed"),
    ],
)
def test_a_result_that_is_not_final_is_not_handed_in(
    people: int, children: int, sentence: str, system: System, compliance: User
) -> None:
    edition = services.publish_edition(framework=parse_framework(CONTRADICTION.encode(), name="two.yaml"), by=None)
    assessment = services.start_assessment(edition=edition, system=system, by=compliance)
    for question_id, value in (("people", people), ("children", children)):
        services.save_answer(assessment=assessment, question_id=question_id, value=value, by=compliance)
    with pytest.raises(InvalidError, match=sentence):
        services.submit_assessment(assessment=assessment, by=compliance)
    assessment.refresh_from_db()
    assert (assessment.status, assessment.result) == ("draft", None)


def test_words_result_and_round_are_kept(submitted: Assessment) -> None:
    assert submitted.attestation.startswith("I have checked these answers.")
    assert submitted.result is not None
    assert (submitted.round, submitted.content_format) == (1, "evenhand-assessment/2")
    kept = submitted.submissions.get()
    assert (kept.content_sha256, kept.content["result"]) == (submitted.answers_sha256, submitted.result)
    for attempt in (lambda: submitted.submissions.update(attestation="Else."), submitted.submissions.all().delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()


def test_what_was_signed_in_the_first_form_keeps_its_digest(complete: Assessment) -> None:
    first = services.content_of(complete)
    assert first["format"] == "evenhand-assessment/1"
    assert set(first) == {"format", "assessment", "edition", "answers", "copied", "evidence"}


def test_nothing_decided_changes_in_the_database(approved: Assessment) -> None:
    changes: tuple[dict[str, Any], ...] = (
        {"result": {}}, {"attestation": "Else."}, {"answers_sha256": "0" * 64}, {"profile": "short"},
    )  # fmt: skip
    for change in changes:
        with pytest.raises(DatabaseError, match="what was decided on is fixed"), transaction.atomic():
            Assessment.objects.filter(pk=approved.pk).update(**change)
    with pytest.raises(DatabaseError, match="never becomes"), transaction.atomic():
        Assessment.objects.filter(pk=approved.pk).update(status="returned")


def test_it_is_not_taken_back_once_somebody_signed(complete: Assessment, compliance: User, approver: User) -> None:
    steps = [services.NewStep(1, "privacy"), services.NewStep(2, "legal")]
    services.set_route(team=complete.team, by=compliance, steps=steps)
    services.submit_assessment(assessment=complete, by=compliance)
    services.sign_off(assessment=complete, by=approver)
    with pytest.raises(ConflictError, match="has signed already"):
        services.withdraw_assessment(assessment=complete, by=compliance)
