"""Starting an assessment, and giving its parts to people."""

import datetime

from django.db import transaction

from assessments.models import Assessment, Assignment, FrameworkEdition, Scope
from assessments.services.copying import copy_signed_answers
from assessments.services.locking import locked
from governance.errors import ConflictError, InvalidError
from governance.events import publish, snapshot
from governance.models import System, Team, User
from governance.permissions import require


@transaction.atomic
def start_assessment(
    *,
    edition: FrameworkEdition,
    by: User,
    system: System | None = None,
    team: Team | None = None,
    title: str = "",
    due_on: datetime.date | None = None,
) -> Assessment:
    """Start answering a framework for a system, or for the team's organisation itself. One open one at a time."""
    scope = Scope.SYSTEM if system else Scope.ORGANISATION
    team = system.team if system else team
    if team is None:
        raise InvalidError(
            "Name the system, or the team whose own practice is assessed.", fields={"system": ["missing"]}
        )
    require(by, "assessment.start", team)
    if scope not in edition.scopes:
        raise InvalidError(
            f"{edition} has no questions for {scope.label}.", fields={"framework": ["asks nothing of this"]}
        )
    Team.objects.select_for_update(no_key=True).get(pk=team.pk)  # one at a time: only one may be under way
    same = Assessment.objects.filter(edition__framework_id=edition.framework_id, team=team, system=system, scope=scope)
    if same.exclude(status__in=("approved", "superseded")).exists():
        raise ConflictError(
            f"An assessment of {system or team} by {edition.title} is under way already. Finish that one first.",
            fields={"framework": ["under way already"]},
        )
    assessment = Assessment.objects.create(
        team=team,
        system=system,
        edition=edition,
        scope=scope,
        title=title.strip() or edition.title,
        started_by=by,
        due_on=due_on,
    )
    publish("assessment.started", subject=assessment, by=by)
    if system is not None:
        copy_signed_answers(assessment, by)
    return assessment


@transaction.atomic
def assign(
    *,
    assessment: Assessment,
    section_id: str,
    by: User,
    assignee: User | None,
    question_id: str = "",
    due_on: datetime.date | None = None,
) -> Assignment:
    """Give a section, or one question of it, to a person of the team, with a date. Nobody takes it back."""
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
    before = snapshot(assignment) if assignment.pk else None
    assignment.assignee, assignment.due_on = assignee, due_on
    assignment.save()
    publish("assessment.assigned", subject=assignment, by=by, before=before)
    return assignment


def _check_part(assessment: Assessment, section_id: str, question_id: str) -> None:
    sections = {section.id: section for section in assessment.framework.sections}
    if section_id not in sections:
        raise InvalidError(f"{section_id} is no section of {assessment.edition}.", fields={"section": ["unknown"]})
    if question_id and question_id not in {question.id for question in sections[section_id].questions}:
        raise InvalidError(f"{question_id} is no question of {section_id}.", fields={"question": ["unknown"]})
