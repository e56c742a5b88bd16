"""Who signs in whose place: delegations, stepping aside, and a step given to one person."""

import datetime

from django.db import transaction
from django.utils import timezone

from assessments.models import Assessment, AssessmentStatus, Delegation, Recusal, SignOffStep
from assessments.seats import table_of
from assessments.services.locking import locked
from assessments.services.routes import checked_function
from governance.errors import ConflictError, InvalidError, NotAllowedError
from governance.events import publish, snapshot
from governance.models import Role, Team, User
from governance.permissions import require

LONGEST_DAYS = 366
LONGEST = 2_000


@transaction.atomic
def give_delegation(
    *,
    team: Team,
    giver: User,
    holder: User,
    starts_on: datetime.date,
    ends_on: datetime.date,
    by: User,
    function: str = "",
    reason: str = "",
) -> Delegation:
    """Let another approver sign in one's place for some days, in one function or in all of one's own.

    Nobody passes on what was given to them. An administrator may do it for somebody who is away.
    """
    require(by, "delegation.give", team)
    if giver != by and Role.ADMIN not in by.roles_in(team):
        raise NotAllowedError("You give your own place; an administrator may do it for somebody who is away.")
    function = checked_function(function) if function.strip() else ""
    _check_people(team, giver, holder)
    _check_days(starts_on, ends_on)
    if len(reason) > LONGEST:
        raise InvalidError(f"A reason has at most {LONGEST:,} characters.", fields={"reason": ["too long"]})
    delegation = Delegation.objects.create(
        team=team,
        giver=giver,
        holder=holder,
        function=function,
        starts_on=starts_on,
        ends_on=ends_on,
        reason=reason.strip(),
    )
    publish("delegation.given", subject=delegation, by=by)
    return delegation


@transaction.atomic
def end_delegation(*, delegation: Delegation, by: User) -> Delegation:
    """End a delegation before its day. Giver, holder or an administrator may."""
    rows = Delegation.objects.select_for_update(of=("self",)).select_related("team", "giver", "holder")
    delegation = rows.get(pk=delegation.pk)
    require(by, "delegation.give", delegation)
    if by not in (delegation.giver, delegation.holder) and Role.ADMIN not in by.roles_in(delegation.team):
        raise NotAllowedError("Only the two people or an administrator end a delegation.")
    if delegation.ended_at is not None or delegation.ends_on < timezone.localdate():
        raise ConflictError("This delegation has ended already.")
    before = snapshot(delegation)
    delegation.ended_at = timezone.now()
    delegation.save(update_fields=["ended_at"])
    publish("delegation.ended", subject=delegation, by=by, before=before)
    return delegation


@transaction.atomic
def recuse(*, assessment: Assessment, by: User, reason: str) -> Recusal:
    """Step aside from the sign-off of an assessment, and say why. It holds for every round; steps go back to all."""
    assessment = locked(assessment)
    require(by, "assessment.recuse", assessment)
    reason = reason.strip()
    if not reason or len(reason) > LONGEST:
        raise InvalidError(
            f"Say why you step aside, in at most {LONGEST:,} characters.", fields={"reason": ["required"]}
        )
    if assessment.recusals.filter(user=by).exists():
        raise ConflictError("You stepped aside already.")
    if assessment.status not in (AssessmentStatus.DRAFT, AssessmentStatus.RETURNED, AssessmentStatus.SUBMITTED):
        raise ConflictError(f"This assessment is {assessment.status}: there is nothing left to step aside from.")
    table = table_of(assessment)
    if table.is_open and any(by.pk in (each.person_id, each.on_behalf_of_id) for each in table.signoffs):
        raise ConflictError("You signed in this round already, so you can no longer step aside from it.")
    recusal = Recusal.objects.create(assessment=assessment, user=by, reason=reason)
    publish("recusal.declared", subject=recusal, by=by)
    for step in table.steps:
        if step.assignee_id == by.pk and step.completed_at is None:
            _give(step, None, step.due_on, by)
    return recusal


@transaction.atomic
def assign_step(
    *, step: SignOffStep, by: User, assignee: User | None, due_on: datetime.date | None = None
) -> SignOffStep:
    """Give a step to one person who may sign in its function, or back to all of them, with a date."""
    assessment = locked(step.assessment)
    require(by, "step.assign", assessment)
    table = table_of(assessment)
    found = next((each for each in table.steps if each.pk == step.pk), None)
    if not table.is_open or found is None or found.completed_at is not None:
        raise ConflictError("This step is not waiting for anybody any more.")
    if assignee is not None:
        if found.quorum > 1:
            raise InvalidError("A committee is not one person.", fields={"assignee": ["a committee"]})
        found.assignee = None  # those of the function, whoever has it now
        if assignee not in table.left(found):
            raise InvalidError(
                f"{assignee} cannot sign as {found.function}: not named for it, or had a hand in this assessment.",
                fields={"assignee": ["cannot sign"]},
            )
    return _give(SignOffStep.objects.get(pk=found.pk), assignee, due_on, by)


def _give(step: SignOffStep, assignee: User | None, due_on: datetime.date | None, by: User) -> SignOffStep:
    before = snapshot(step)
    step.assignee, step.due_on = assignee, due_on
    step.save(update_fields=["assignee", "due_on"])
    publish("step.assigned", subject=step, by=by, before=before)
    return step


def _check_people(team: Team, giver: User, holder: User) -> None:
    if giver == holder:
        raise InvalidError("Choose somebody else than the person who is away.", fields={"holder": ["the same person"]})
    for name, person in (("giver", giver), ("holder", holder)):
        if Role.APPROVER not in person.roles_in(team) or not person.is_active:
            raise InvalidError(f"{person} is no approver of {team.name}.", fields={name: ["not an approver"]})


def _check_days(starts_on: datetime.date, ends_on: datetime.date) -> None:
    if ends_on < starts_on:
        raise InvalidError("It ends before it starts.", fields={"ends_on": ["before the start"]})
    if starts_on < timezone.localdate():
        raise InvalidError("It starts today at the earliest.", fields={"starts_on": ["past"]})
    if (ends_on - starts_on).days >= LONGEST_DAYS:
        raise InvalidError("It lasts a year at most.", fields={"ends_on": ["too long"]})
