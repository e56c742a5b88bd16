"""Answers are saved as they are written, checked, counted by revision, and never lost to somebody else's save."""

from __future__ import annotations

from typing import Any

import pytest

from assessments import services
from assessments.errors import AnswerConflictError, AnswerOvertakenError
from assessments.models import Answer, AnswerDraft, Assessment
from governance.errors import InvalidError
from governance.models import User


def test_a_half_written_answer_is_kept(draft: Assessment, compliance: User) -> None:
    saved = services.save_answer(assessment=draft, question_id="purpose", value="  To ra", by=compliance)
    assert (saved.value, saved.revision, saved.answered_by) == ("To ra", 1, compliance)
    saved = services.save_answer(assessment=draft, question_id="purpose", value="To rank.", by=compliance, revision=1)
    assert (saved.value, saved.revision) == ("To rank.", 2)


def test_the_same_answer_again_changes_nothing(draft: Assessment, compliance: User) -> None:
    for _ in range(2):
        saved = services.save_answer(assessment=draft, question_id="purpose", value="To rank.", by=compliance)
    assert saved.revision == 1


def test_nothing_typed_keeps_no_row(draft: Assessment, compliance: User) -> None:
    services.save_answer(assessment=draft, question_id="purpose", value=None, by=compliance, revision=0)
    assert not draft.answers.exists()
    assert not draft.authors.exists()


def test_an_answer_can_be_taken_back(draft: Assessment, compliance: User) -> None:
    services.save_answer(assessment=draft, question_id="purpose", value="To rank.", by=compliance)
    services.save_answer(assessment=draft, question_id="purpose", value=None, by=compliance)
    assert services.standing_of(draft).state_of(draft.framework.question("purpose")) == "not_started"


def test_two_people_writing_lose_nothing(draft: Assessment, compliance: User, engineer: User) -> None:
    services.save_answer(assessment=draft, question_id="purpose", value="Hers.", by=compliance, revision=0)
    with pytest.raises(AnswerConflictError, match="Compliance changed this answer") as conflict:
        services.save_answer(assessment=draft, question_id="purpose", value="His.", by=engineer, revision=0)
    assert conflict.value.status == 409
    assert Answer.objects.get(assessment=draft).value == "Hers."
    assert AnswerDraft.objects.get(assessment=draft, user=engineer).content["value"] == "His."
    services.save_answer(assessment=draft, question_id="purpose", value="His.", by=engineer, revision=1)
    assert Answer.objects.get(assessment=draft).value == "His."
    assert not AnswerDraft.objects.exists()


def test_what_was_sent_by_a_button_wins_over_an_own_autosave(draft: Assessment, compliance: User) -> None:
    writing: dict[str, Any] = {"assessment": draft, "question_id": "purpose", "by": compliance}
    services.save_answer(**writing, value="To ra", revision=0, is_autosave=True)
    services.save_answer(**writing, value="To rank.", revision=0)  # Next was pressed before the answer came back
    assert Answer.objects.get(assessment=draft).value == "To rank."


def test_an_autosave_that_comes_late_overwrites_nothing(draft: Assessment, compliance: User) -> None:
    writing: dict[str, Any] = {"assessment": draft, "question_id": "purpose", "by": compliance}
    services.save_answer(**writing, value="To rank.", revision=0)
    with pytest.raises(AnswerOvertakenError):
        services.save_answer(**writing, value="To ra", revision=0, is_autosave=True)
    assert Answer.objects.get(assessment=draft).value == "To rank."
    assert not AnswerDraft.objects.exists()


def test_two_people_writing_the_same_agree(draft: Assessment, compliance: User, engineer: User) -> None:
    for person in (compliance, engineer):
        services.save_answer(assessment=draft, question_id="purpose", value="The same.", by=person, revision=0)
    assert Answer.objects.get(assessment=draft).revision == 1


def test_dont_know_yet_keeps_the_text_and_blocks(draft: Assessment, compliance: User) -> None:
    saved = services.save_answer(
        assessment=draft, question_id="purpose", value="Perhaps.", dont_know=True, by=compliance
    )
    assert (saved.value, saved.dont_know) == ("Perhaps.", True)
    assert 'USE 1.1 is still "don\'t know yet".' in [item.message for item in services.missing_in(draft)]


def test_not_applicable_needs_its_reason(draft: Assessment, compliance: User) -> None:
    with pytest.raises(InvalidError, match="say why") as refused:
        services.mark_not_applicable(assessment=draft, question_id="purpose", reason=" ", by=compliance)
    assert refused.value.fields == {"na_reason": ["required"]}
    services.save_answer(assessment=draft, question_id="purpose", value="Kept.", by=compliance)
    saved = services.mark_not_applicable(assessment=draft, question_id="purpose", reason="No aim.", by=compliance)
    assert (saved.not_applicable, saved.na_reason, saved.value) == (True, "No aim.", "Kept.")
    assert saved.content() == {"value": None, "not_applicable": True, "na_reason": "No aim."}


def test_some_questions_cannot_be_set_aside(draft: Assessment, compliance: User) -> None:
    with pytest.raises(InvalidError, match="cannot be set aside"):
        services.mark_not_applicable(assessment=draft, question_id="automatic", reason="Never.", by=compliance)


@pytest.mark.parametrize(
    ("question_id", "value", "path"),
    [
        ("in_place", "perhaps", "in_place"),
        ("automatic", "yes", "automatic"),
        ("reviewed_on", "31 May", "reviewed_on"),
        ("impacts", [{"what": "Held", "risk": {"likelihood": "often"}}], "impacts.1.risk.likelihood"),
        ("proof", {"cases": -1}, "proof.cases"),
        ("proof", {"page": "javascript:alert(1)"}, "proof.page"),
    ],
)
def test_a_wrong_value_is_named_by_its_place(
    draft: Assessment, compliance: User, question_id: str, value: Any, path: str
) -> None:
    with pytest.raises(InvalidError) as refused:
        services.save_answer(assessment=draft, question_id=question_id, value=value, by=compliance)
    assert path in refused.value.fields
    assert not draft.answers.exists()


def test_a_question_of_another_scope_is_not_asked(draft: Assessment, compliance: User) -> None:
    with pytest.raises(InvalidError, match="house_1_1 is not asked in this assessment"):
        services.save_answer(assessment=draft, question_id="house_1_1", value="Nobody.", by=compliance)
