"""Moving an open assessment to a newer edition: what carries over is said before anybody does it."""

from dataclasses import dataclass

from django.db import transaction

from assessments.models import Answer, Assessment, FrameworkEdition, LookAgain
from assessments.services.locking import locked
from assessments.services.looking import raise_look_again
from evenhand.questionnaire.carrying import asks_the_same, still_fits
from evenhand.questionnaire.editions import Difference, diff_editions
from evenhand.questionnaire.schema import Framework, Question
from governance.errors import ConflictError, InvalidError
from governance.events import publish, snapshot
from governance.models import User
from governance.permissions import require


@dataclass(frozen=True)
class Upgrade:
    """What moving to a newer edition would do with each answer. Questions that are not asked any more keep theirs."""

    differences: tuple[Difference, ...]
    kept: tuple[Question, ...]  # the question is the same, and so is the answer
    to_look_at: tuple[Question, ...]  # the answer stays, the question reads differently
    to_answer_again: tuple[Question, ...]  # the new question cannot take the old answer
    new: tuple[Question, ...]  # asked for the first time
    not_asked: tuple[Question, ...]  # answered, and not asked any more: kept, never counted


def newer_edition_of(assessment: Assessment) -> FrameworkEdition | None:
    """The newest edition of the same framework that the assessment's team may use, if it is newer than its own."""
    mine = assessment.edition
    newer = FrameworkEdition.objects.usable_by(assessment.team).filter(
        framework_id=mine.framework_id, published_at__gt=mine.published_at
    )
    return newer.exclude(pk=mine.pk).order_by("-published_at", "-id").first()


def plan_upgrade(assessment: Assessment, edition: FrameworkEdition) -> Upgrade:
    """What would become of each answer. Raises for an edition the assessment cannot move to."""
    _check(assessment, edition)
    return what_becomes_of(assessment, edition.framework)


def what_becomes_of(assessment: Assessment, framework: Framework) -> Upgrade:
    """What would become of each answer under a newer text of its framework, published or not."""
    old, new = assessment.framework, _asked_by(framework, assessment)
    answers = {answer.question_id: answer for answer in assessment.answers.all() if not answer.is_blank}
    found: dict[str, list[Question]] = {"kept": [], "look": [], "again": [], "new": []}
    for question in new.questions:
        if question.takes_answer:
            before = old.questions_by_id.get(question.id)
            found[_fate(before, question, answers.get(question.id))].append(question)
    return Upgrade(
        differences=diff_editions(assessment.edition.framework, framework),
        kept=tuple(found["kept"]),
        to_look_at=tuple(found["look"]),
        to_answer_again=tuple(found["again"]),
        new=tuple(found["new"]),
        not_asked=tuple(q for q in old.questions if q.id in answers and q.id not in new.questions_by_id),
    )


@transaction.atomic
def upgrade_assessment(*, assessment: Assessment, edition: FrameworkEdition, by: User) -> Assessment:
    """Move an open assessment to a newer edition. Answers to changed questions are to be looked at again."""
    assessment = locked(assessment)
    require(by, "assessment.upgrade", assessment)
    planned = plan_upgrade(assessment, edition)
    before = snapshot(assessment)
    old_name = str(assessment.edition)
    if assessment.profile not in edition.framework.profiles_by_id:
        assessment.profile = ""
    assessment.edition = edition
    assessment.save(update_fields=["edition", "profile"])
    publish("assessment.upgraded", subject=assessment, by=by, before=before)
    for question in planned.to_look_at:
        _doubt(assessment, question, f"The question changed between {old_name} and {edition}.", by)
    for question in planned.to_answer_again:
        _set_aside(assessment, question, edition, by)
    return assessment


def _fate(before: Question | None, question: Question, answer: Answer | None) -> str:
    if answer is None:
        return "new" if before is None else "kept"
    if not still_fits(question, answer.said()):
        return "again"
    same = before is not None and asks_the_same(before, question)
    return "kept" if same else "look"


def _set_aside(assessment: Assessment, question: Question, edition: FrameworkEdition, by: User) -> None:
    """The old answer leaves the form; the doubt keeps its words beside the question until somebody answers again."""
    answer = assessment.answers.get(question_id=question.id)
    before, old = snapshot(answer), answer.content()
    reason = f"{edition} asks this differently and cannot take the earlier answer. Please answer it again."
    _doubt(assessment, question, reason, by, old)
    answer.value, answer.not_applicable, answer.na_reason, answer.dont_know = None, False, "", False
    answer.revision += 1
    answer.save()
    publish("answer.saved", subject=answer, by=by, before=before)


def _doubt(
    assessment: Assessment, question: Question, reason: str, by: User, old: dict[str, object] | None = None
) -> None:
    raise_look_again(
        assessment=assessment,
        question_id=question.id,
        kind=LookAgain.Kind.EDITION_CHANGED,
        about=assessment.edition.sha256,
        reason=reason,
        source={"earlier": old} if old else None,
        by=by,
    )


def _asked_by(framework: Framework, assessment: Assessment) -> Framework:
    """What it would ask here: by the same profile, or everything where it has no such profile."""
    part = framework.for_scope(assessment.scope)
    return part.for_profile(assessment.profile) if assessment.profile in framework.profiles_by_id else part


def _check(assessment: Assessment, edition: FrameworkEdition) -> None:
    mine = assessment.edition
    if edition.framework_id != mine.framework_id or not edition.is_usable_by(assessment.team):
        raise InvalidError(f"{edition} is no edition of {mine.title}.", fields={"edition": ["another framework"]})
    if edition.pk == mine.pk:
        raise ConflictError(f"This assessment is on {edition} already.", fields={"edition": ["the same"]})
    if edition.published_at < mine.published_at:
        raise InvalidError(f"{edition} is older than {mine}, so it is no way on.", fields={"edition": ["older"]})
    if assessment.scope not in edition.scopes:
        raise InvalidError(f"{edition} asks nothing of this any more.", fields={"edition": ["asks nothing of this"]})
