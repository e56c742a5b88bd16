"""Giving a section, or one question of it, to a person of the team."""

import datetime

from django.db import transaction
from django.urls import reverse

from assessments.models import Assessment, Assignment
from assessments.services.locking import locked
from evenhand.questionnaire.schema import Framework
from governance.errors import InvalidError
from governance.events import publish, snapshot
from governance.models import User
from governance.permissions import require
from governance.services import notify


@transaction.atomic
def assign(
    *,
    assessment: Assessment,
    section_id: str,
    by: User,
    assignee: User | None,
    question_id: str = "",
    due_on: datetime.date | None = None,
    is_announced: bool = True,
) -> Assignment:
    """Give a section, or one question of it, to a person of the team, with a date; they are told. Nobody takes it back.

    `is_announced=False` is for who gives many parts at once and tells of them in one message.
    """
    assessment = locked(assessment)
    require(by, "assessment.assign", assessment)
    _check_part(assessment, section_id, question_id)
    if assignee is not None and not assignee.roles_in(assessment.team):
        raise InvalidError(
            f"{assignee} has no role in {assessment.team.name}. Give one first.",
            fields={"assignee": ["not in the team"]},
        )
    assignment = Assignment.objects.filter(
        assessment=assessment, section_id=section_id, question_id=question_id
    ).first() or Assignment(assessment=assessment, section_id=section_id, question_id=question_id)
    if assignment.pk and (assignment.assignee, assignment.due_on) == (assignee, due_on):
        return assignment
    before = snapshot(assignment) if assignment.pk else None
    is_new_to_them = assignment.assignee != assignee
    assignment.assignee, assignment.due_on = assignee, due_on
    assignment.save()
    receipt = publish("assessment.assigned", subject=assignment, by=by, before=before)
    if assignee is not None and assignee != by and is_announced and is_new_to_them:
        tell_assignee(assignment, by=by, since=str(receipt.entry_uid))
    return assignment


def tell_assignee(assignment: Assignment, *, by: User, since: str) -> None:
    """Say whose part it is now. `since` is the entry on the record, so that the same part given again is told again."""
    assessment, person = assignment.assessment, assignment.assignee
    if person is None:
        return
    due = f" It is due on {assignment.due_on:%-d %B %Y}." if assignment.due_on else ""
    notify(
        user=person,
        team=assessment.team,
        kind="assigned",
        key=f"assigned:{assignment.uid}:{since}",
        title=f"Your part: {part_name(assessment.framework, assignment)} of {assessment.title}",
        detail=f"{by} gave it to you, for {assessment.subject_name}.{due}",
        url=reverse("assessments:assessment-detail", args=[assessment.uid]),
    )


def part_name(framework: Framework, assignment: Assignment) -> str:
    """What a part is called: its code, or its words."""
    if assignment.question_id:
        question = framework.questions_by_id.get(assignment.question_id)
        return (question.code or str(question.prompt)) if question else assignment.question_id
    section = next((each for each in framework.sections if each.id == assignment.section_id), None)
    return (section.code or str(section.title)) if section else assignment.section_id


def _check_part(assessment: Assessment, section_id: str, question_id: str) -> None:
    sections = {section.id: section for section in assessment.framework.sections}
    if section_id not in sections:
        raise InvalidError(f"{section_id} is no section of {assessment.edition}.", fields={"section": ["unknown"]})
    if question_id and question_id not in {question.id for question in sections[section_id].questions}:
        raise InvalidError(f"{question_id} is no question of {section_id}.", fields={"question": ["unknown"]})
