"""What the registry's pages ask of the assessments: panels, what waits for a person, what is due, search hits."""

import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from assessments.models import Assessment, AssessmentStatus, FrameworkEdition
from governance.facts import Found, Panel, WaitingItem
from governance.models import Role, System, User
from governance.permissions import allowed

SHOWN = 20


def system_panels(system: System, user: User) -> list[Panel]:
    """The assessments of a system, newest first."""
    found = list(Assessment.objects.visible_to(user).with_parts().filter(system=system)[:SHOWN])
    context = {"assessments": found, "system": system, "may_start": allowed(user, "assessment.start", system)}
    return [Panel("assessments/_system_panel.html", context, order=40)]


def waiting_for(user: User) -> list[WaitingItem]:
    """Assessments returned to this person, waiting for their sign-off, or begun and not handed in."""
    return [*_returned(user), *_to_sign(user), *_drafts(user)]


def due_for(user: User) -> list[WaitingItem]:
    """Open assessments of the person's teams that have a date, and parts given to them with one."""
    dated = Assessment.objects.visible_to(user).with_parts().still_open().filter(due_on__isnull=False)
    items = [_item(assessment, "Assessment is due", "Open") for assessment in dated.order_by("due_on")[:SHOWN]]
    given = user.assignments.filter(due_on__isnull=False, assessment__status__in=("draft", "returned"))
    for part in given.select_related("assessment__team", "assessment__system")[:SHOWN]:
        name = part.question_id or part.section_id
        items.append(_item(part.assessment, f"Your part: {name}", "Answer", due_on=part.due_on))
    return sorted(items, key=lambda item: item.due_on or datetime.date.max)


def search(user: User, text: str) -> list[Found]:
    """Assessments and frameworks by title, or by the name of the system."""
    assessments = Assessment.objects.visible_to(user).with_parts()
    hits = assessments.filter(Q(title__icontains=text) | Q(system__name__icontains=text))[:SHOWN]
    editions = FrameworkEdition.objects.visible_to(user).filter(title__icontains=text)[:5]
    return [
        *(Found(each.title, f"{each.subject_name}, {each.status}", url_of(each), "assessment") for each in hits),
        *(
            Found(str(each), "Framework", reverse("assessments:framework-detail", args=[each.uid]), "framework")
            for each in editions
        ),
    ]


def url_of(assessment: Assessment) -> str:
    return reverse("assessments:assessment-detail", args=[assessment.uid])


def _returned(user: User) -> list[WaitingItem]:
    rows = Assessment.objects.visible_to(user).with_parts().filter(status=AssessmentStatus.RETURNED)
    mine = rows.filter(Q(started_by=user) | Q(submitted_by=user) | Q(assignments__assignee=user)).distinct()
    items = []
    for assessment in mine.prefetch_related("signoffs__person")[:SHOWN]:
        last = list(assessment.signoffs.all())[-1:]
        detail = f"Returned by {last[0].person}: {last[0].comment}" if last else "Returned for changes"
        items.append(_item(assessment, detail, "Correct"))
    return items


def _to_sign(user: User) -> list[WaitingItem]:
    teams = [row.team_id for row in user.memberships.filter(role=Role.APPROVER, is_active=True)]
    rows = Assessment.objects.visible_to(user).with_parts().awaiting_decision().filter(team__in=teams)
    return [
        _item(assessment, f"Submitted by {assessment.submitted_by}, waits for a decision", "Review")
        for assessment in rows.not_written_by(user)[:SHOWN]
    ]


def _drafts(user: User) -> list[WaitingItem]:
    rows = Assessment.objects.visible_to(user).with_parts().filter(status=AssessmentStatus.DRAFT)
    return [_item(each, "Begun and not handed in yet", "Continue") for each in rows.concerning(user)[:SHOWN]]


def _item(assessment: Assessment, detail: str, verb: str, due_on: datetime.date | None = None) -> WaitingItem:
    due_on = due_on or assessment.due_on
    return WaitingItem(
        title=assessment.title,
        detail=detail,
        url=url_of(assessment),
        verb=verb,
        system_name=assessment.subject_name,
        due_on=due_on,
        late=due_on is not None and due_on < timezone.localdate(),
    )
