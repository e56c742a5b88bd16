"""Answers from a file: first what would happen, then all of it at once. Nothing newer is overwritten."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import transaction

from assessments.errors import RefusedRowsError
from assessments.exchange.files import Row, read_table
from assessments.exchange.reading import Given, Refused, read_rows
from assessments.models import Answer, Assessment, Origin
from assessments.services.answering import Whence, save_answer
from assessments.services.locking import locked
from assessments.services.standing import Standing, standing_of
from assessments.services.wording import words_of
from evenhand.questionnaire.answers import Answer as Said
from evenhand.questionnaire.answers import AnswerState
from evenhand.questionnaire.evaluation import evaluate
from evenhand.questionnaire.schema import NotApplicable, Question
from governance.events import publish
from governance.models import User
from governance.permissions import require


class Effect(StrEnum):
    """What a file does to an answer."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    CONFLICT = "conflict"  # somebody saved since the file was written out


@dataclass(frozen=True)
class Change:
    """One answer of the file beside the saved one."""

    question: Question
    effect: Effect
    answer: Said
    before: str
    after: str
    rows: tuple[int, ...]
    note: str = ""


@dataclass(frozen=True)
class Handed:
    """A file that was handed in, read but not judged yet."""

    name: str
    sha256: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class ImportPlan:
    """Everything a file would do, and what it cannot."""

    handed: Handed
    changes: tuple[Change, ...]
    refused: tuple[Refused, ...]

    def with_effect(self, *effects: str) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.effect in effects)

    @property
    def to_save(self) -> tuple[Change, ...]:
        return self.with_effect(Effect.NEW, Effect.CHANGED)


def read_handed_in(*, content: bytes, name: str) -> Handed:
    """The rows of a CSV or XLSX file."""
    return Handed(name[-200:], hashlib.sha256(content).hexdigest(), tuple(read_table(content, name=name[-200:])))


def plan_import(*, assessment: Assessment, handed: Handed, by: User) -> ImportPlan:
    """The dry run: for each answer of the file new, changed, same or in conflict; each bad row with its reason."""
    require(by, "assessment.import", assessment)
    standing = standing_of(assessment)
    given, refused = read_rows(standing.framework, list(handed.rows))
    found = _refused_as_not_shown(standing, given)
    found += [refusal for item in given if (refusal := _without_reason(item))]
    bad = {item.question for item in (*refused, *found)}
    changes = tuple(_change(standing, item) for item in given if item.question.id not in bad)
    return ImportPlan(handed, changes, tuple(sorted([*refused, *found], key=lambda item: item.row)))


@transaction.atomic
def import_answers(*, assessment: Assessment, handed: Handed, by: User) -> ImportPlan:
    """Save what is new and changed, in one transaction. A file with a bad row changes nothing; conflicts are left."""
    assessment = locked(assessment)
    plan = plan_import(assessment=assessment, handed=handed, by=by)
    if plan.refused:
        raise RefusedRowsError(handed.name, [(item.row, item.question, item.reason) for item in plan.refused])
    whence = Whence(Origin.IMPORTED, {"file": handed.name, "sha256": handed.sha256})
    saved = dict(assessment.answers.values_list("question_id", "revision"))
    kept = {answer.question_id: answer.value for answer in assessment.answers.all()}
    for change in plan.to_save:
        question_id = change.question.id
        save_answer(
            assessment=assessment,
            question_id=question_id,
            by=by,
            revision=saved.get(question_id, 0),
            whence=whence,
            **_typed(change.answer, kept.get(question_id)),
        )
    if plan.to_save:
        counts = {str(effect): len(plan.with_effect(effect)) for effect in Effect}
        data = {"file": handed.name, "sha256": handed.sha256, **counts}
        publish("answer.imported", subject=assessment, by=by, data=data)
    return plan


def _typed(said: Said, kept: Any) -> dict[str, Any]:
    """What the service that saves answers takes; a text written before stays under "does not apply"."""
    match said.state:
        case AnswerState.NOT_APPLICABLE:
            return {"value": kept, "not_applicable": True, "na_reason": said.reason}
        case AnswerState.UNKNOWN:
            return {"dont_know": True}
        case _:
            return {"value": said.value}


# --- judging


def _change(standing: Standing, given: Given) -> Change:
    question = given.question
    saved = standing.answers.get(question.id)
    now = saved.said() if saved and not saved.is_blank else None
    effect, note = _effect(saved, now, given)
    return Change(
        question, effect, given.answer, _shown(question, now), _shown(question, given.answer), given.rows, note
    )


def _effect(saved: Answer | None, now: Said | None, given: Given) -> tuple[Effect, str]:
    if now is None or saved is None:
        return Effect.NEW, ""
    if now.to_json() == given.answer.to_json():
        return Effect.SAME, ""
    who = f"{saved.answered_by} on {saved.updated_at:%d.%m.%Y %H:%M} UTC"
    if given.revision is None:
        return Effect.CHANGED, f"The file does not say on which save it was written; the last was by {who}."
    if given.revision != saved.revision:
        return Effect.CONFLICT, f"Saved since by {who}. It stays; change it by hand if the file is right."
    return Effect.CHANGED, ""


def _refused_as_not_shown(standing: Standing, given: Sequence[Given]) -> list[Refused]:
    """Answers to questions that would not be asked, once every answer of the file counts."""
    said = {**standing.said, **{item.question.id: item.answer for item in given}}
    visible = evaluate(standing.framework, said).visible
    reason = "this question is not asked here, given the other answers."
    return [Refused(item.rows[0], item.question.id, reason) for item in given if item.question.id not in visible]


def _without_reason(given: Given) -> Refused | None:
    """A question set aside without the reason it needs."""
    question, answer = given.question, given.answer
    is_bare = answer.state is AnswerState.NOT_APPLICABLE and not answer.reason
    if is_bare and question.na is NotApplicable.REASON:
        return Refused(given.rows[0], question.id, "say in the column 'Reason' why this question does not apply.")
    return None


def _shown(question: Question, said: Said | None) -> str:
    return "\n".join(_words(question, said))


def _words(question: Question, said: Said | None) -> Iterator[str]:
    if said is None:
        return
    if said.state is AnswerState.NOT_APPLICABLE:
        yield f"Does not apply: {said.reason}"
    elif said.state is AnswerState.UNKNOWN:
        yield "Don't know yet"
    for each in words_of(question, said):
        yield ": ".join(filter(None, [each.label, each.text]))
