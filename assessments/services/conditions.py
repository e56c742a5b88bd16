"""Conditions of use: under what a system may be used, who sees to it, by when, and whether it is met."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from assessments.facts import binding
from assessments.models import AssessmentStatus, SignOff, UseCondition
from governance.errors import ConflictError, InvalidError
from governance.events import publish, snapshot
from governance.models import System, User
from governance.permissions import require

LONGEST = 2_000
MOST = 20


@dataclass(frozen=True)
class NewCondition:
    """A restriction on use as the signer sets it."""

    text: str
    owner: User
    due_on: datetime.date

    def __str__(self) -> str:
        return f"{self.text} ({self.owner}, by {self.due_on.day} {self.due_on:%B %Y})"


@transaction.atomic
def meet_condition(*, condition: UseCondition, by: User, note: str) -> UseCondition:
    """Say that a condition of use is met, and how. Its owner does, or compliance staff."""
    rows = UseCondition.objects.select_for_update(of=("self",)).select_related("assessment__team", "owner")
    condition = rows.get(pk=condition.pk)
    require(by, "use_condition.meet", condition)
    if not note.strip():
        raise InvalidError("Say how the condition is met.", fields={"note": ["required"]})
    if len(note) > LONGEST:
        raise InvalidError(f"A note has at most {LONGEST:,} characters.", fields={"note": ["too long"]})
    if condition.met_at is not None:
        raise ConflictError("This condition is met already.")
    if condition.assessment.status != AssessmentStatus.APPROVED:
        raise ConflictError("This condition holds only while its assessment is approved and not replaced.")
    before = snapshot(condition)
    condition.met_at, condition.met_by, condition.met_note = timezone.now(), by, note.strip()
    condition.save(update_fields=["met_at", "met_by", "met_note"])
    publish("use_condition.met", subject=condition, by=by, before=before)
    return condition


def open_conditions(system: System) -> list[UseCondition]:
    """The conditions under which this system may be used and that are not met yet, the first due first.

    Those of approved assessments only: a newer approval replaces the conditions of the older one, and what was signed
    in a round that was returned binds nobody.
    """
    return list(binding(UseCondition.objects.filter(assessment__system=system)))


def state_of(condition: UseCondition) -> str:
    """Met, lapsed (it binds nobody any more), overdue or open."""
    assessment, step = condition.assessment, condition.signoff.step
    if condition.met_at is not None:
        return "met"
    if assessment.status != AssessmentStatus.APPROVED or (step is not None and step.round != assessment.round):
        return "lapsed"
    return "overdue" if condition.due_on < timezone.localdate() else "open"


def checked_conditions(signoff_team_id: int, conditions: Sequence[NewCondition]) -> list[NewCondition]:
    """Conditions as they are kept: with words, an owner of the team and a day that is not past."""
    if len(conditions) > MOST:
        raise InvalidError(f"A sign-off sets at most {MOST} conditions.", fields={"conditions": ["too many"]})
    checked = []
    for number, condition in enumerate(conditions, start=1):
        text = condition.text.strip()
        if not text or len(text) > LONGEST:
            raise InvalidError(
                f"Condition {number}: say what restricts the use, in at most {LONGEST:,} characters.",
                fields={"conditions": ["text"]},
            )
        if not condition.owner.memberships.filter(team=signoff_team_id, is_active=True).exists():
            raise InvalidError(
                f"Condition {number}: {condition.owner} has no role in the team.", fields={"conditions": ["owner"]}
            )
        if condition.due_on < timezone.localdate():
            raise InvalidError(f"Condition {number}: its day is past.", fields={"conditions": ["due_on"]})
        checked.append(NewCondition(text, condition.owner, condition.due_on))
    return checked


def set_conditions(signoff: SignOff, conditions: Sequence[NewCondition], by: User) -> None:
    """Write down the conditions of a sign-off."""
    for condition in conditions:
        made = UseCondition.objects.create(assessment=signoff.assessment, signoff=signoff, **vars(condition))
        publish("use_condition.set", subject=made, by=by)
