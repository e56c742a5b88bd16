"""Saving answers as people write them, without losing anybody's text."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from assessments.errors import AnswerConflictError, AnswerOvertakenError
from assessments.models import Answer, AnswerAuthor, AnswerDraft, Assessment, Origin
from assessments.services.locking import locked, note_author
from assessments.services.looking import relied_on, settle_look_agains
from assessments.services.parts import part_of
from assessments.services.registry_facts import registry_of
from assessments.services.standing import standing_of
from evenhand.questionnaire.answers import AnswersError, read_answer
from evenhand.questionnaire.schema import NotApplicable, Question
from governance.errors import InvalidError
from governance.events import publish, snapshot
from governance.models import User
from governance.permissions import require


@dataclass(frozen=True)
class Typed:
    """An answer as somebody gave it, before it is checked."""

    value: Any = None
    dont_know: bool = False
    not_applicable: bool = False
    na_reason: str = ""


@dataclass(frozen=True)
class Whence:
    """Where an answer's words come from, when nobody typed them here."""

    origin: str = Origin.WRITTEN
    source: dict[str, Any] | None = None


TYPED_HERE = Whence()


def save_answer(
    *,
    assessment: Assessment,
    question_id: str,
    by: User,
    value: Any = None,
    dont_know: bool = False,
    not_applicable: bool = False,
    na_reason: str = "",
    revision: int | None = None,
    is_autosave: bool = False,
    whence: Whence = TYPED_HERE,
) -> Answer:
    """Save an answer as far as it is given; the same again changes nothing.

    `revision` is the one it was written on (0 for none). If somebody else saved meanwhile, both texts are kept. A
    person's own saves may overtake each other: what they sent by a button wins over what was saved as they wrote.
    """
    typed = Typed(value, dont_know, not_applicable, na_reason.strip())
    try:
        return _save(assessment, question_id, by, typed, revision, whence, is_autosave=is_autosave)
    except AnswerConflictError as conflict:
        AnswerDraft.objects.update_or_create(
            assessment=assessment, question_id=question_id, user=by, defaults={"content": conflict.draft}
        )
        raise


def mark_not_applicable(
    *, assessment: Assessment, question_id: str, reason: str, by: User, revision: int | None = None
) -> Answer:
    """Say that a question does not apply, and why. A text written before is kept, but no longer counts."""
    saved = Answer.objects.filter(assessment=assessment, question_id=question_id).first()
    return save_answer(
        assessment=assessment,
        question_id=question_id,
        by=by,
        value=saved.value if saved else None,
        not_applicable=True,
        na_reason=reason,
        revision=revision,
    )


def discard_draft(*, assessment: Assessment, question_id: str, by: User) -> None:
    """Let go of one's own text after a conflict."""
    AnswerDraft.objects.filter(assessment=assessment, question_id=question_id, user=by).delete()


@transaction.atomic
def _save(
    assessment: Assessment,
    question_id: str,
    by: User,
    typed: Typed,
    revision: int | None,
    whence: Whence,
    *,
    is_autosave: bool,
) -> Answer:
    assessment = locked(assessment)
    require(by, "assessment.answer", part_of(assessment, question_id))
    question = assessment.framework.question(question_id)
    content = vars(_checked(question, typed))
    if whence.origin == Origin.WRITTEN:
        _refuse_hidden(assessment, question)
    saved = Answer.objects.filter(assessment=assessment, question_id=question_id).first()
    if saved is not None and all(getattr(saved, name) == value for name, value in content.items()):
        discard_draft(assessment=assessment, question_id=question_id, by=by)
        return saved
    if saved is not None and revision is not None and revision != saved.revision:
        if saved.answered_by != by:
            raise AnswerConflictError(saved, {**content, "revision": revision})
        if is_autosave:
            raise AnswerOvertakenError
    answer = saved or Answer(assessment=assessment, question_id=question_id, revision=0)
    if saved is None and content == vars(Typed()):
        return answer  # nothing was said, nothing is kept
    before = snapshot(answer) if saved else None
    for name, value in content.items():
        setattr(answer, name, value)
    answer.answered_by = by
    answer.origin, answer.origin_source = whence.origin, whence.source
    answer.relied_on = relied_on(question, registry_of(assessment))
    answer.revision += 1
    answer.save()
    note_author(assessment, by, AnswerAuthor.Act.ANSWERED)
    settle_look_agains(assessment=assessment, question_ids=[question_id], by=by)
    discard_draft(assessment=assessment, question_id=question_id, by=by)
    publish("answer.saved", subject=answer, by=by, before=before)
    return answer


def _refuse_hidden(assessment: Assessment, question: Question) -> None:
    """What nobody is asked is not answered. An answer given before its question was hidden is kept."""
    if not question.visible_if and not assessment.framework.sections_by_question[question.id].visible_if:
        return
    if question.id not in standing_of(assessment).evaluation.visible:
        raise InvalidError(
            f"{question.label} is not asked, as the other answers are now. Look at the answers it depends on.",
            code="question_hidden",
            fields={question.id: ["not asked as the other answers are now"]},
        )


def _checked(question: Question, typed: Typed) -> Typed:
    """What was typed, validated by the questionnaire; its JSON forms of the two ways out are taken too."""
    try:
        read = read_answer(question, typed.value)
        if typed.not_applicable:
            set_aside = read_answer(question, {"not_applicable": typed.na_reason})
        else:
            set_aside = read if read is not None and read.state == "not_applicable" else None
    except AnswersError as error:
        raise InvalidError(str(error), fields=error.fields)
    value = read.value if read is not None else None
    if set_aside is not None:
        if question.na is NotApplicable.REASON and not set_aside.reason:
            raise InvalidError(
                f"{question.label}: say why this question does not apply.", fields={"na_reason": ["required"]}
            )
        return Typed(value=value, not_applicable=True, na_reason=set_aside.reason)
    is_unknown = typed.dont_know or (read is not None and read.state == "unknown")
    return Typed(value=value, dont_know=is_unknown)
