"""The kinds of tasks a person can have open in a team: which rows, whose they are, how they read and are given."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet
from django.urls import reverse

from assessments.models import (
    Assignment,
    CampaignItem,
    DutyTask,
    EvidenceItem,
    Mitigation,
    Risk,
    RiskStatus,
    SignOffStep,
    UseCondition,
)
from assessments.services import giving
from assessments.services.assigning import part_name
from assessments.services.campaigns import ENDED
from governance.facts import OpenTask
from governance.models import System, Team, User


def _due_on(row: Any) -> datetime.date | None:
    found: datetime.date | None = getattr(row, "due_on", None)
    return found


@dataclass(frozen=True)
class Kind:
    """One kind of task. `give` answers with nothing, or with why the task is left without anybody."""

    name: str
    person: str
    rows: Callable[[Team], QuerySet[Any]]
    title: Callable[[Any], str]
    url: Callable[[Any], str]
    give: giving.Giver
    due: Callable[[Any], datetime.date | None] = _due_on

    def open_for(self, user: User, team: Team) -> QuerySet[Any]:
        return self.rows(team).filter(**{self.person: user}).order_by("pk")

    def as_task(self, row: Any) -> OpenTask:
        return OpenTask(kind=self.name, title=self.title(row), url=self.url(row), due_on=self.due(row))


def _about(row: Any) -> str:
    return f"{row.assessment.title}, {row.assessment.subject_name}"


def _assessment_url(name: str = "assessment-detail") -> Callable[[Any], str]:
    return lambda row: reverse(f"assessments:{name}", args=[row.assessment.uid])


def _of_assessment(rows: Any) -> Any:
    related = ("assessment__team", "assessment__system", "assessment__edition")
    return rows.select_related(*related).defer("assessment__edition__document")


KINDS = (
    Kind(
        "part of an assessment",
        "assignee",
        lambda team: _of_assessment(
            Assignment.objects.filter(assessment__team=team, assessment__status__in=("draft", "returned"))
        ),
        lambda row: f"{part_name(row.assessment.framework, row)}: {_about(row)}",
        _assessment_url(),
        giving.give_part,
    ),
    Kind(
        "sign-off",
        "assignee",
        lambda team: _of_assessment(
            SignOffStep.objects.filter(
                assessment__team=team,
                assessment__status="submitted",
                round=F("assessment__round"),
                completed_at=None,
            )
        ),
        lambda row: f"{row.function}: {_about(row)}",
        _assessment_url("assessment-review"),
        giving.give_step,
    ),
    Kind(
        "risk",
        "owner",
        lambda team: (
            Risk.objects.filter(system__team=team)
            .exclude(status=RiskStatus.CLOSED)
            .select_related("system__team", "owner")
        ),
        lambda row: f"{row.title}, {row.system.name}",
        lambda row: reverse("assessments:risk-detail", args=[row.uid]),
        giving.give_risk,
    ),
    Kind(
        "mitigation",
        "owner",
        lambda team: (
            Mitigation.objects.filter(risk__system__team=team, done_at=None)
            .exclude(risk__status=RiskStatus.CLOSED)
            .select_related("risk__system__team", "owner")
        ),
        lambda row: f"{row.text[:120].rstrip('.')}, {row.risk.system.name}",
        lambda row: reverse("assessments:risk-detail", args=[row.risk.uid]),
        giving.give_mitigation,
    ),
    Kind(
        "duty",
        "owner",
        lambda team: DutyTask.objects.filter(team=team, status=DutyTask.Status.OPEN).select_related(
            "team", "system", "owner"
        ),
        lambda row: f"{row.title}, {row.system.name if row.system else row.team.name}",
        lambda row: reverse("assessments:duty-detail", args=[row.uid]),
        giving.give_duty,
    ),
    Kind(
        "condition of use",
        "owner",
        lambda team: _of_assessment(
            UseCondition.objects.filter(
                assessment__team=team,
                assessment__status="approved",
                signoff__step__round=F("assessment__round"),
                met_at=None,
            )
        ),
        lambda row: f"{row.text[:120].rstrip('.')}, {row.assessment.subject_name}",
        _assessment_url(),
        giving.give_condition,
    ),
    Kind(
        "campaign",
        "owner",
        lambda team: CampaignItem.objects.filter(
            campaign__team=team, campaign__closed_at=None, settled_at=None
        ).select_related("campaign__team", "system", "owner"),
        lambda row: f"{row.campaign.title}: {row.system.name}",
        lambda row: reverse("assessments:campaign-item", args=[row.uid]),
        giving.give_campaign_item,
        due=lambda row: row.campaign.due_on,
    ),
    Kind(
        "system",
        "owner",
        lambda team: System.objects.filter(team=team).exclude(status__in=ENDED).select_related("team", "owner"),
        lambda row: str(row.name),
        lambda row: reverse("governance:system-detail", args=[row.uid]),
        giving.give_system,
    ),
    Kind(
        "evidence",
        "owner",
        lambda team: EvidenceItem.objects.filter(team=team, retired_at=None).select_related("team", "owner"),
        lambda row: str(row.title),
        lambda row: reverse("assessments:library-item", args=[row.uid]),
        giving.give_evidence,
    ),
)
