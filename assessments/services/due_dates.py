"""What is due in a team, whose it is and where it is done: one reader for each kind of row."""

import datetime
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.urls import reverse

from assessments.facts import binding, open_parts
from assessments.models import Assessment, Assignment, DutyTask, Mitigation, Risk, RiskStatus, UseCondition
from assessments.seats import tables_of
from assessments.services.assigning import part_name
from assessments.services.chasing import leads_of
from governance.models import Team, User


@dataclass(frozen=True)
class Due:
    """Something with a day, and the people who are reminded of it."""

    uid: uuid.UUID
    what: str
    about: str
    due_on: datetime.date
    url: str
    people: tuple[User, ...]
    known_since: datetime.date
    is_chased: bool = True  # also after its day


def due_in(team: Team, until: datetime.date) -> list[Due]:
    """Everything open in a team whose day is not after `until`."""
    return [due for read in READERS for due in read(team, until)]


def first_present(team: Team, candidates: Iterable[User | None]) -> tuple[User, ...]:
    """The first of these people who is still in the team; its compliance staff where none is."""
    for person in candidates:
        if person is not None and person.is_active and person.roles_in(team):
            return (person,)
    return tuple(leads_of(team))


def _assessments(team: Team, until: datetime.date) -> list[Due]:
    rows = Assessment.objects.with_parts().still_open().filter(team=team, due_on__lte=until)
    return [
        Due(
            uid=row.uid,
            what=f"{row.title}, {row.subject_name}",
            about="The assessment is to be handed in.",
            due_on=row.due_on or until,
            url=_url(row),
            people=first_present(team, (row.started_by, row.system.owner if row.system else None)),
            known_since=row.created_at.date(),
        )
        for row in rows.order_by("pk")
    ]


def _parts(team: Team, until: datetime.date) -> list[Due]:
    dated = Q(due_on__lte=until) | Q(due_on=None, assessment__due_on__lte=until)
    given = Assignment.objects.filter(dated, assessment__team=team, assignee__isnull=False)
    return [
        Due(
            uid=part.uid,
            what=f"Your part {part_name(part.assessment.framework, part)} of {part.assessment.title}",
            about=f"It is for {part.assessment.subject_name}.",
            due_on=part.due_on or part.assessment.due_on or until,
            url=_url(part.assessment),
            people=first_present(team, (part.assignee,)),
            known_since=part.created_at.date(),
        )
        for part in open_parts(given)
    ]


def _signoffs(team: Team, until: datetime.date) -> list[Due]:
    waiting = list(Assessment.objects.with_parts().awaiting_decision().filter(team=team).order_by("pk"))
    found = []
    for table in tables_of(waiting).values():
        for step in table.open_steps:
            if step.due_on is None or step.due_on > until:
                continue
            left = table.left(step)
            stand_ins = [person for member in left for person in table.stand_ins(step, member)]
            row = table.assessment
            found.append(
                Due(
                    uid=step.uid,
                    what=f"Sign-off ({step.function}) of {row.title}, {row.subject_name}",
                    about=f"{row.submitted_by} handed it in.",
                    due_on=step.due_on,
                    url=reverse("assessments:assessment-review", args=[row.uid]),
                    people=tuple(dict.fromkeys([*left, *stand_ins])) or tuple(leads_of(team)),
                    known_since=step.created_at.date(),
                )
            )
    return found


def _duties(team: Team, until: datetime.date) -> list[Due]:
    """By the day the team set; where it set none, the day from which the law asks, and never after that day."""
    dated = Q(due_on__lte=until) | Q(due_on=None, starts_on__lte=until)
    rows = DutyTask.objects.filter(dated, team=team, status=DutyTask.Status.OPEN)
    return [
        Due(
            uid=row.uid,
            what=f"Duty: {row.title}",
            about=f"It follows for {row.system.name if row.system else team.name}.",
            due_on=row.due_on or row.starts_on or until,
            url=reverse("assessments:duty-detail", args=[row.uid]),
            people=first_present(team, (row.owner, row.system.owner if row.system else None)),
            known_since=row.created_at.date(),
            is_chased=row.due_on is not None,
        )
        for row in rows.select_related("owner", "system__owner").order_by("pk")
    ]


def _conditions(team: Team, until: datetime.date) -> list[Due]:
    rows = binding(UseCondition.objects.filter(assessment__team=team, due_on__lte=until))
    return [
        Due(
            uid=row.uid,
            what=f"Condition of use of {row.assessment.subject_name}",
            about=row.text,
            due_on=row.due_on,
            url=reverse("assessments:use-condition-detail", args=[row.uid]),
            people=first_present(team, (row.owner,)),
            known_since=row.created_at.date(),
        )
        for row in rows.select_related("assessment__team").order_by("pk")
    ]


def _risks(team: Team, until: datetime.date) -> list[Due]:
    rows = Risk.objects.filter(system__team=team, status=RiskStatus.OPEN, due_on__lte=until)
    return [
        _of_risk(row, row, f"Risk: {row.title}", row.falls_on, (row.owner, row.system.owner))
        for row in rows.select_related("owner", "system__owner", "system__team").order_by("pk")
    ]


def _mitigations(team: Team, until: datetime.date) -> list[Due]:
    rows = Mitigation.objects.filter(risk__system__team=team, done_at=None, due_on__lte=until)
    rows = rows.exclude(risk__status=RiskStatus.CLOSED).select_related("owner", "risk__owner", "risk__system__owner")
    return [
        _of_risk(
            row,
            row.risk,
            f"Mitigation: {row.text[:100]}",
            f"It is against the risk {row.risk.title}.",
            (row.owner, row.risk.owner, row.risk.system.owner),
        )
        for row in rows.order_by("pk")
    ]


def _of_risk(row: Any, risk: Risk, what: str, about: str, candidates: tuple[User | None, ...]) -> Due:
    return Due(
        uid=row.uid,
        what=f"{what}, {risk.system.name}",
        about=about,
        due_on=row.due_on,
        url=reverse("assessments:risk-detail", args=[risk.uid]),
        people=first_present(risk.system.team, candidates),
        known_since=row.created_at.date(),
    )


def _url(assessment: Assessment) -> str:
    return reverse("assessments:assessment-detail", args=[assessment.uid])


READERS: tuple[Callable[[Team, datetime.date], list[Due]], ...] = (
    _assessments,
    _parts,
    _signoffs,
    _duties,
    _conditions,
    _risks,
    _mitigations,
)
