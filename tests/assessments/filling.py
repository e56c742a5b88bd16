"""Complete answers for any question, so that tests can hand in a whole framework."""

from __future__ import annotations

from typing import Any

from assessments import services
from assessments.models import Assessment
from evenhand.questionnaire.schema import Question, QuestionType
from governance.models import User

SIMPLE: dict[QuestionType, Any] = {
    QuestionType.BOOLEAN: True,
    QuestionType.TEXT: "A few words",
    QuestionType.LONGTEXT: "What is done and what is missing.",
    QuestionType.DATE: "2026-11-30",
    QuestionType.PERSON: "Elena Moreau",
    QuestionType.LINK: "https://example.org/register",
    QuestionType.FILE: {"name": "register.pdf", "sha256": "0" * 64},
}


def complete_value(question: Question) -> Any:
    """An answer that lacks nothing."""
    match question.type:
        case QuestionType.SINGLE:
            return question.choices[0].id
        case QuestionType.MULTI:
            return [question.choices[0].id]
        case QuestionType.NUMBER:
            return question.minimum if question.minimum is not None else 1
        case QuestionType.MATRIX:
            return {"likelihood": question.likelihood[0].id, "severity": question.severity[0].id}
        case QuestionType.PARTS:
            return {part.id: complete_value(part) for part in question.questions if part.takes_answer}
        case QuestionType.GROUP:
            return [{part.id: complete_value(part) for part in question.questions}] * (question.min_rows or 1)
        case _:
            return SIMPLE[question.type]


def answer_all(assessment: Assessment, by: User) -> None:
    """Answer everything this assessment asks."""
    for question in assessment.framework.questions:
        if question.takes_answer:
            services.save_answer(assessment=assessment, question_id=question.id, value=complete_value(question), by=by)
    doubted = assessment.look_agains.filter(settled_at=None).values_list("question_id", flat=True)
    services.confirm_answers(assessment=assessment, question_ids=list(doubted), by=by)


def signed(assessment: Assessment, *, author: User, signer: User) -> Assessment:
    """Answered, handed in and approved by somebody else."""
    answer_all(assessment, author)
    services.submit_assessment(assessment=assessment, by=author)
    services.sign_off(assessment=assessment, by=signer)
    assessment.refresh_from_db()
    return assessment
