"""A new assessment starts from the last approved one: its answers are carried over and stay grey until confirmed."""

from collections.abc import Collection, Sequence
from typing import Any

from django.db import transaction

from assessments.models import Answer, AnswerAuthor, Assessment, Evidence, LookAgain, Origin
from assessments.services.locking import locked, note_author
from assessments.services.looking import compare_facts, raise_look_again, relied_on, settle_look_agains
from assessments.services.parts import part_of
from assessments.services.registry_facts import registry_of
from evenhand.questionnaire.carrying import CarriedAnswer, asks_the_same, carry_over
from governance.errors import ConflictError, InvalidError
from governance.events import publish, snapshot
from governance.models import User
from governance.permissions import require


@transaction.atomic
def carry_answers(*, assessment: Assessment, source: Assessment, by: User) -> int:
    """Carry the answers that still fit, and their evidence, from an approved assessment; says how many."""
    require(by, "assessment.carry", assessment)
    saved = {answer.question_id: answer for answer in source.answers.select_related("answered_by")}
    present = set(assessment.answers.values_list("question_id", flat=True))
    carried = [item for item in what_carries_over(source, assessment, saved) if item.question not in present]
    for item in carried:
        _carry(assessment, source, saved[item.question], item, by)
    _carry_evidence(assessment, source, {item.question for item in carried}, by)
    compare_facts(assessment=assessment, by=by)
    return len(carried)


@transaction.atomic
def confirm_answers(
    *, assessment: Assessment, question_ids: Sequence[str], by: User, revision: int | None = None
) -> int:
    """Say that carried, offered or doubted answers hold. Who confirms an answer is its author from then on.

    `revision` is the one that was read, for a single answer; a later one is a conflict.
    """
    assessment = locked(assessment)
    answers = {answer.question_id: answer for answer in assessment.answers.filter(question_id__in=question_ids)}
    doubted = set(
        assessment.look_agains.filter(question_id__in=question_ids, settled_at=None).values_list(
            "question_id", flat=True
        )
    )
    for question_id in question_ids:
        require(by, "assessment.answer", part_of(assessment, question_id))
        if question_id not in answers or answers[question_id].is_blank:
            raise InvalidError(f"{question_id} has no answer to confirm.", fields={"question": ["not answered"]})
    confirmed = [answers[question_id] for question_id in question_ids if question_id in doubted]
    if revision is not None and any(answer.revision != revision for answer in confirmed):
        raise ConflictError("Somebody changed this answer after you read it. Read it again, then confirm it.")
    for answer in confirmed:
        _confirm(assessment, answer, by)
    settle_look_agains(
        assessment=assessment, question_ids=[row.question_id for row in confirmed], by=by, kinds=LookAgain.Kind.values
    )
    return len(confirmed)


def what_carries_over(
    source: Assessment, target: Assessment, saved: dict[str, Answer] | None = None
) -> tuple[CarriedAnswer, ...]:
    """The answers of one assessment that fit the questions of another, also across editions."""
    answers = saved if saved is not None else {answer.question_id: answer for answer in source.answers.all()}
    said = {question_id: answer.said() for question_id, answer in answers.items() if not answer.is_blank}
    return carry_over(source.framework, target.framework, said)


def _carry(assessment: Assessment, source: Assessment, last: Answer, item: CarriedAnswer, by: User) -> None:
    answer = Answer.objects.create(
        assessment=assessment,
        question_id=item.question,
        value=last.value,
        not_applicable=last.not_applicable,
        na_reason=last.na_reason,
        dont_know=last.dont_know,
        answered_by=last.answered_by,
        origin=Origin.CARRIED,
        origin_source=_source(source),
        relied_on=last.relied_on,
    )
    publish("answer.carried", subject=answer, by=by)
    if not item.needs_confirming:
        note_author(assessment, last.answered_by, AnswerAuthor.Act.ANSWERED)
        return
    reason = f"Carried over from the assessment approved {_day(source)}; confirm it or change it."
    if _has_changed(source, assessment, item.question):
        reason += " The question reads differently in this edition."
    raise_look_again(
        assessment=assessment,
        question_id=item.question,
        kind=LookAgain.Kind.CARRIED,
        about=str(source.uid),
        reason=reason,
        source=_source(source),
        by=by,
    )


def _carry_evidence(assessment: Assessment, source: Assessment, question_ids: Collection[str], by: User) -> None:
    """The same bytes under a new row: evidence freezes with its assessment, so each has its own."""
    pieces = source.evidence.filter(withdrawn_at=None, question_id__in=question_ids).order_by("pk")
    for piece in pieces:
        copied = ("question_id", "title", "file_name", "sha256", "size", "link", "valid_until", "revision", "added_by")
        carried = Evidence(assessment=assessment, **{name: getattr(piece, name) for name in copied})
        carried.file.name = piece.file.name
        carried.save()
        publish("evidence.added", subject=carried, by=by, data={"carried_from": str(piece.uid)})


def _confirm(assessment: Assessment, answer: Answer, by: User) -> None:
    before = snapshot(answer)
    answer.answered_by = by
    answer.revision += 1
    answer.relied_on = relied_on(assessment.framework.question(answer.question_id), registry_of(assessment))
    answer.save()
    note_author(assessment, by, AnswerAuthor.Act.ANSWERED)
    publish("answer.saved", subject=answer, by=by, before=before, data={"confirmed": True})


def _has_changed(source: Assessment, assessment: Assessment, question_id: str) -> bool:
    before = source.framework.question(question_id)
    return not asks_the_same(before, assessment.framework.question(question_id))


def _source(source: Assessment) -> dict[str, Any]:
    return {
        "assessment": str(source.uid),
        "title": source.title,
        "edition": str(source.edition),
        "approved_on": source.decided_at.date().isoformat() if source.decided_at else None,
    }


def _day(source: Assessment) -> str:
    return f"{source.decided_at.day} {source.decided_at:%B %Y}" if source.decided_at else "earlier"
