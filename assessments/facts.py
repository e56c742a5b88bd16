"""What the registry's pages ask of the assessments: panels, what waits for a person, what is due, search hits."""

import datetime
from collections import Counter
from dataclasses import replace
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from assessments.models import (
    Assessment,
    AssessmentStatus,
    Assignment,
    Campaign,
    CampaignItem,
    DutyTask,
    FrameworkEdition,
    LegacyRecord,
    Risk,
    RiskStatus,
    UseCondition,
)
from assessments.seats import tables_of
from evenhand.questionnaire.completeness import missing
from evenhand.questionnaire.evaluation import evaluate
from governance.facts import Found, Panel, WaitingItem
from governance.models import Notice, Role, System, Team, User
from governance.permissions import allowed

SHOWN = 20


def system_panels(system: System, user: User) -> list[Panel]:
    """The assessments of a system, newest first."""
    found = list(Assessment.objects.visible_to(user).with_parts().filter(system=system)[:SHOWN])
    context = {"assessments": found, "system": system, "may_start": allowed(user, "assessment.start", system)}
    risks = list(Risk.objects.visible_to(user).filter(system=system).exclude(status=RiskStatus.CLOSED))
    duties = DutyTask.objects.visible_to(user).filter(system=system, status=DutyTask.Status.OPEN)
    earlier = LegacyRecord.objects.visible_to(user).filter(system=system).select_related("system", "team", "added_by")
    may_enter = allowed(user, "legacy.add", system)
    held = binding(UseCondition.objects.visible_to(user).filter(assessment__system=system))
    return [
        Panel("assessments/_tier_panel.html", {"system": system, "lines": system.tier_basis}, order=10),
        Panel("assessments/_conditions_panel.html", {"conditions": list(held[:SHOWN])}, order=20),
        Panel("assessments/_system_panel.html", context, order=40),
        Panel(
            "assessments/_legacy_panel.html",
            {"legacy": list(earlier[:SHOWN]), "system": system, "may_enter": may_enter},
            order=41,
        ),
        Panel(
            "assessments/_duties_panel.html",
            {"duties": list(duties.select_related("owner", "team")[:SHOWN]), "today": timezone.localdate()},
            order=42,
        ),
        Panel("assessments/_risks_panel.html", _risks_context(system, risks, user), order=44),
    ]


def _risks_context(system: System, risks: list[Risk], user: User) -> dict[str, Any]:
    gravest = sorted(risks, key=lambda risk: -(risk.score_after or risk.score_before))
    return {
        "system": system,
        "risks": gravest[:5],
        "n_risks": len(risks),
        "may_raise": allowed(user, "risk.raise", system),
    }


def asked_panels(system: System, user: User) -> list[Panel]:
    """What open campaigns ask of this system, above all else on its page."""
    asked = CampaignItem.objects.visible_to(user).filter(system=system, settled_at=None, campaign__closed_at=None)
    items = list(asked.select_related("campaign", "owner").order_by("campaign__due_on", "pk")[:SHOWN])
    return [Panel("assessments/_asked_panel.html", {"items": items}, order=10)] if items else []


def team_panels(team: Team, user: User) -> list[Panel]:
    """The way to what everybody in a team has open; its people see it, whoever may give tasks away."""
    return [Panel("assessments/_team_panel.html", {"team": team})] if user.roles_in(team) else []


def waiting_for(user: User) -> list[WaitingItem]:
    """What was returned to this person, given to them, waits for their sign-off, or is begun and not handed in."""
    return [
        *_returned(user),
        *_given(user),
        *_unread(user),
        *_to_sign(user),
        *_to_look_at_again(user),
        *_drafts(user),
        *_asked(user),
    ]


def due_for(user: User) -> list[WaitingItem]:
    """Open assessments of the person's teams that have a date, and parts given to them with one."""
    dated = Assessment.objects.visible_to(user).with_parts().still_open().filter(due_on__isnull=False)
    items = [_item(assessment, "Assessment is due", "Open") for assessment in dated.order_by("due_on")[:SHOWN]]
    given = Assignment.objects.filter(assignee=user, due_on__isnull=False)
    items += [_part_item(part) for part in open_parts(given)[:SHOWN]]
    return sorted(
        [*items, *_duties(user), *_risks(user), *_conditions(user), *_asked(user)],
        key=lambda item: item.due_on or datetime.date.max,
    )


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
    for assessment in mine.prefetch_related("signoffs__person", "comments")[:SHOWN]:
        last = list(assessment.signoffs.all())[-1:]
        asked = sum(each.asks_for_change and each.settled_at is None for each in assessment.comments.all())
        count = f" ({asked} changes asked for)" if asked > 1 else ""
        detail = f"Returned by {last[0].person}: {last[0].comment}{count}" if last else "Returned for changes"
        items.append(_item(assessment, detail, "Correct"))
    return items


def _to_sign(user: User) -> list[WaitingItem]:
    """Assessments in which this person has a seat at a step that is open now."""
    teams = [row.team_id for row in user.memberships.filter(role=Role.APPROVER, is_active=True)]
    if not teams:
        return []
    rows = Assessment.objects.visible_to(user).with_parts().awaiting_decision().filter(team__in=teams)
    waiting = list(rows.not_written_by(user)[:SHOWN])
    tables = tables_of(waiting) if waiting else {}
    items = []
    for assessment in waiting:
        seats = tables[assessment.pk].seats(user)
        if seats:
            detail = f"Submitted by {assessment.submitted_by}; you sign as {seats[0]}"
            url = reverse("assessments:assessment-review", args=[assessment.uid])
            items.append(replace(_item(assessment, detail, "Review", due_on=seats[0].step.due_on), url=url))
    return items


def _drafts(user: User) -> list[WaitingItem]:
    rows = Assessment.objects.visible_to(user).with_parts().filter(status=AssessmentStatus.DRAFT, started_by=user)
    return [_item(each, "Begun and not handed in yet", "Continue") for each in rows[:SHOWN]]


def _given(user: User) -> list[WaitingItem]:
    """Parts given to this person that still lack something, the earliest first."""
    teams = user.memberships.filter(is_active=True).values("team")
    mine = Assignment.objects.filter(assignee=user, assessment__team__in=teams)
    return [_part_item(part) for part in open_parts(mine)[:SHOWN]]


def open_parts(parts: QuerySet[Assignment]) -> list[Assignment]:
    """Of these parts, those of open assessments that lack an answer or more, the earliest first."""
    related = ("assessment__team", "assessment__system", "assessment__edition", "assignee")
    rows = parts.filter(assessment__status__in=("draft", "returned")).select_related(*related)
    rows = rows.defer("assessment__edition__document")
    rows = rows.prefetch_related("assessment__answers", "assessment__evidence")
    lacking: dict[int, frozenset[str]] = {}
    found = []
    for part in rows.order_by(Coalesce("due_on", "assessment__due_on").asc(nulls_last=True), "pk"):
        assessment = part.assessment
        if assessment.pk not in lacking:
            lacking[assessment.pk] = _lacking(assessment)
        if lacking[assessment.pk] & _questions_of(part):
            found.append(part)
    return found


def _lacking(assessment: Assessment) -> frozenset[str]:
    """The questions asked here that lack something; those never answered too, where nothing requires them."""
    said = {answer.question_id: answer.said() for answer in assessment.answers.all() if not answer.is_blank}
    attached = Counter(piece.question_id for piece in assessment.evidence.all() if piece.withdrawn_at is None)
    framework = assessment.framework
    evaluation = evaluate(framework, said)
    incomplete = {item.question for item in missing(framework, said, evidence=attached, evaluation=evaluation)}
    asked = {question.id for question in evaluation.visible_questions() if question.takes_answer}
    return frozenset(incomplete | (asked - said.keys()))


def _questions_of(part: Assignment) -> frozenset[str]:
    if part.question_id:
        return frozenset({part.question_id})
    sections = (section for section in part.assessment.framework.sections if section.id == part.section_id)
    return frozenset(question.id for section in sections for question in section.questions)


def _part_item(part: Assignment) -> WaitingItem:
    framework, uid = part.assessment.framework, part.assessment.uid
    if part.question_id:
        question = framework.questions_by_id.get(part.question_id)
        name = (question.code or str(question.prompt)) if question else part.question_id
        page = next((page.id for page in framework.pages if question in page.questions), part.question_id)
        url = reverse("assessments:assessment-question", args=[uid, page])
    else:
        section = next((each for each in framework.sections if each.id == part.section_id), None)
        name = (section.code or str(section.title)) if section else part.section_id
        url = reverse("assessments:assessment-section", args=[uid, part.section_id])
    item = _item(part.assessment, f"Your part: {name}, given to you", "Answer", due_on=part.due_on)
    return replace(item, url=url)


def _unread(user: User) -> list[WaitingItem]:
    """Messages in which somebody asks this person for something, and which they have not read."""
    asked = Notice.objects.visible_to(user).unread().filter(kind="mentioned").select_related("team")
    return [WaitingItem(title=each.title, detail=each.detail[:200], url=each.url, verb="Read") for each in asked[:5]]


def _to_look_at_again(user: User) -> list[WaitingItem]:
    """Answers whose facts have changed, for the system's owner and compliance staff: one line an assessment."""
    led = user.memberships.filter(role__in=(Role.COMPLIANCE, Role.ADMIN), is_active=True).values("team")
    doubted = Q(look_agains__settled_at=None, look_agains__kind="fact_changed")
    rows = Assessment.objects.visible_to(user).with_parts().filter(status__in=("draft", "returned", "approved"))
    counted: Any = rows.annotate(n_doubted=Count("look_agains", filter=doubted)).filter(n_doubted__gt=0)
    return [
        _item(each, f"{_answers(each.n_doubted)} to look at again: what they rely on has changed", "Look again")
        for each in counted.filter(Q(system__owner=user) | Q(team__in=led))[:SHOWN]
    ]


def _answers(number: int) -> str:
    return "1 answer" if number == 1 else f"{number} answers"


def _duties(user: User) -> list[WaitingItem]:
    """Open duties that are this person's, or their team's where nobody has them, by our date or else the law's."""
    led = user.memberships.filter(role__in=(Role.COMPLIANCE, Role.ADMIN), is_active=True).values("team")
    rows = DutyTask.objects.visible_to(user).filter(status=DutyTask.Status.OPEN)
    mine = rows.filter(Q(owner=user) | Q(owner=None, team__in=led)).select_related("system", "team")
    dated = mine.annotate(day=Coalesce("due_on", "starts_on")).filter(day__isnull=False).order_by("day")
    return [
        WaitingItem(
            title=duty.title,
            detail="Duty, done by" if duty.due_on else "Duty, asked from this day",
            url=reverse("assessments:duty-detail", args=[duty.uid]),
            verb="Open",
            system_name=str(duty.system or duty.team),
            due_on=duty.due_on or duty.starts_on,
            late=duty.due_on is not None and duty.due_on < timezone.localdate(),
        )
        for duty in dated[:SHOWN]
    ]


def _risks(user: User) -> list[WaitingItem]:
    """Open risks this person owns that have a date."""
    rows = Risk.objects.visible_to(user).filter(owner=user, due_on__isnull=False, status=RiskStatus.OPEN)
    return [
        WaitingItem(
            title=risk.title,
            detail="Risk",
            url=reverse("assessments:risk-detail", args=[risk.uid]),
            verb="Open",
            system_name=risk.system.name,
            due_on=risk.due_on,
            late=risk.due_on is not None and risk.due_on < timezone.localdate(),
        )
        for risk in rows.select_related("system").order_by("due_on")[:SHOWN]
    ]


def binding(conditions: QuerySet[UseCondition]) -> QuerySet[UseCondition]:
    """Of these conditions of use those that hold: of approved assessments, of the round that was approved, not met."""
    held = conditions.filter(assessment__status=AssessmentStatus.APPROVED, met_at=None)
    held = held.filter(signoff__step__round=F("assessment__round"))
    return held.select_related("assessment__system", "owner", "signoff__person").order_by("due_on", "pk")


def _conditions(user: User) -> list[WaitingItem]:
    """Conditions of use this person sees to."""
    rows = binding(UseCondition.objects.visible_to(user).filter(owner=user))
    return [
        WaitingItem(
            title=condition.text[:200],
            detail="Condition of use",
            url=reverse("assessments:use-condition-detail", args=[condition.uid]),
            verb="Open",
            system_name=condition.assessment.subject_name,
            due_on=condition.due_on,
            late=condition.due_on < timezone.localdate(),
        )
        for condition in rows.select_related("assessment__team")[:SHOWN]
    ]


def _asked(user: User) -> list[WaitingItem]:
    """Systems that a campaign asks this person about; those without an owner wait for compliance staff."""
    teams = [row.team_id for row in user.memberships.filter(role=Role.COMPLIANCE, is_active=True)]
    rows = CampaignItem.objects.visible_to(user).filter(settled_at=None, campaign__closed_at=None)
    mine = rows.filter(Q(owner=user) | Q(owner=None, campaign__team__in=teams)).select_related("campaign", "system")
    return [_asked_item(item) for item in mine.order_by("campaign__due_on", "system__name", "pk")[:SHOWN]]


def _asked_item(item: CampaignItem) -> WaitingItem:
    campaign = item.campaign
    is_inventory = campaign.asks == Campaign.Asks.INVENTORY
    detail = "Is the entry still right?" if is_inventory else "An assessment is to be handed in."
    return WaitingItem(
        title=f"{campaign.title}: {item.system.name}",
        detail=detail if item.owner_id else f"{detail} The system has no owner.",
        url=reverse("assessments:campaign-item", args=[item.uid]),
        verb="Confirm" if is_inventory else "Open",
        system_name=item.system.name,
        due_on=campaign.due_on,
        late=campaign.due_on < timezone.localdate(),
    )


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
