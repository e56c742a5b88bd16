"""Reminders by the calendar: due soon, overdue, expiring; each once, to the right person."""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.utils import timezone

from assessments import services
from assessments.models import Assessment, LookAgain, Risk
from assessments.services.reminding import remind_team, sweep_reminders
from governance import services as registry
from governance.models import Notice, System, Team, User

TODAY = datetime.date(2027, 3, 1)


def on(day: datetime.date) -> Any:
    return time_machine.travel(datetime.datetime.combine(day, datetime.time(9), datetime.UTC), tick=False)


def days(number: int) -> datetime.date:
    return TODAY + datetime.timedelta(days=number)


def told(team: Team, day: datetime.date) -> list[tuple[str, str, str]]:
    """Runs the reminders of a day twice; what was told, to whom, of which kind."""
    before = set(Notice.objects.values_list("pk", flat=True))
    with on(day):
        remind_team(team_id=team.pk)
        assert remind_team(team_id=team.pk) == 0
    new = Notice.objects.exclude(pk__in=before).select_related("user").order_by("user__name", "pk")
    return [(notice.user.name, notice.kind, notice.title) for notice in new]


@pytest.fixture
def dated(draft: Assessment) -> Assessment:
    """An assessment due on 1 March 2027, begun long before."""
    Assessment.objects.filter(pk=draft.pk).update(due_on=TODAY)
    draft.refresh_from_db()
    return draft


def test_an_assessment_is_announced_a_week_and_a_day_before_and_then_every_week(
    dated: Assessment, second_officer: User
) -> None:
    name = "Small check, Recidivism risk score"
    assert told(dated.team, days(-8)) == []
    assert told(dated.team, days(-7)) == [("Compliance", "due", f"{name}: due in 7 days")]
    assert told(dated.team, days(-4)) == []
    assert told(dated.team, days(-1)) == [("Compliance", "due", f"{name}: due tomorrow")]
    assert told(dated.team, days(0)) == []
    late = told(dated.team, days(1))
    assert late == [  # to whom it concerns, and once to compliance staff
        ("Compliance", "overdue", f"{name}: 1 day late"),
        ("Second-Officer", "overdue", f"{name}: 1 day late"),
    ]
    assert told(dated.team, days(7)) == []
    assert told(dated.team, days(8)) == [("Compliance", "overdue", f"{name}: 8 days late")]
    lead = Notice.objects.get(user=second_officer)
    assert lead.detail == "It waits for Compliance. The assessment is to be handed in."


def test_days_on_which_nothing_ran_are_made_good(dated: Assessment) -> None:
    assert [kind for _, kind, _ in told(dated.team, days(-3))] == ["due"]
    assert [kind for _, kind, _ in told(dated.team, days(20))] == ["overdue"]


def test_a_new_day_is_told_anew(dated: Assessment) -> None:
    assert len(told(dated.team, days(-7))) == 1
    Assessment.objects.filter(pk=dated.pk).update(due_on=days(10))
    assert told(dated.team, days(-6)) == []
    assert len(told(dated.team, days(3))) == 1


def test_who_left_the_team_is_not_told(dated: Assessment, compliance: User, second_officer: User, admin: User) -> None:
    registry.revoke_role(membership=compliance.memberships.get(), by=admin)
    assert [name for name, _, _ in told(dated.team, days(-7))] == ["Second-Officer"]


def test_a_part_is_announced_to_its_assignee_until_it_is_done(
    draft: Assessment, compliance: User, contributor: User
) -> None:
    give: dict[str, Any] = {
        "assessment": draft,
        "section_id": "use_1",
        "assignee": contributor,
        "by": compliance,
        "due_on": TODAY,
    }
    services.assign(question_id="in_place", **give)
    assert told(draft.team, days(-7)) == [("Contributor", "due", "Your part USE 1.2 of Small check: due in 7 days")]
    services.save_answer(assessment=draft, question_id="in_place", value="partly", by=contributor)
    assert told(draft.team, days(-1)) == []


def test_a_risk_and_its_mitigation(draft: Assessment, system: System, compliance: User, engineer: User) -> None:
    from assessments.models import Mitigation

    risk = Risk.objects.create(
        system=system, title="Held too long", harm="allocative", falls_on="People who await trial",
        likelihood_before=3, severity_before=4, owner=engineer, due_on=TODAY, raised_by=compliance,
    )  # fmt: skip
    Mitigation.objects.create(risk=risk, text="Ask a judge first", due_on=TODAY)
    found = told(draft.team, days(-1))
    assert [(name, title) for name, _, title in found] == [
        ("Engineer", "Risk: Held too long, Recidivism risk score: due tomorrow"),
        ("Engineer", "Mitigation: Ask a judge first, Recidivism risk score: due tomorrow"),
    ]


def test_evidence_is_announced_a_month_and_a_week_before_and_once_it_has_expired(
    draft: Assessment, team: Team, engineer: User, compliance: User
) -> None:
    item = services.add_item(
        team=team, by=engineer, file=ContentFile(b"1", name="p.pdf"), title="Data policy", valid_until=TODAY
    )
    piece = services.attach_from_library(assessment=draft, question_id="purpose", item=item, by=compliance)
    assert told(team, days(-31)) == []
    (month,) = told(team, days(-30))
    assert month == ("Engineer", "expiring", "Data policy, in the evidence library, expires on 1 March 2027")
    assert told(team, days(-8)) == []
    assert len(told(team, days(-7))) == 1
    assert told(team, days(0)) == []
    (gone,) = told(team, days(1))
    assert gone[2].endswith("expired on 1 March 2027")
    assert told(team, days(60)) == []
    doubt = LookAgain.objects.get()
    assert (doubt.kind, doubt.question_id, doubt.reason) == (
        "evidence_expired", "purpose", "Data policy expired on 1 March 2027.",
    )  # fmt: skip
    with on(days(61)):
        services.revise_item(item=item, by=engineer, file=ContentFile(b"2", name="p.pdf"), valid_until=days(400))
        services.take_newest_revision(evidence=piece, by=compliance)
    doubt.refresh_from_db()
    assert doubt.settled_by == compliance


def test_a_doubt_that_somebody_settled_is_not_raised_again(draft: Assessment, compliance: User) -> None:
    services.save_answer(assessment=draft, question_id="purpose", value="To rank.", by=compliance)
    services.add_evidence(
        assessment=draft, question_id="purpose", link="https://example.org", valid_until=TODAY, by=compliance
    )
    told(draft.team, days(2))
    with on(days(2)):
        services.confirm_answers(assessment=draft, question_ids=["purpose"], by=compliance)
    told(draft.team, days(3))
    assert LookAgain.objects.filter(settled_at=None).count() == 0
    assert LookAgain.objects.count() == 1


def test_signed_evidence_raises_no_doubt(approved: Assessment) -> None:
    told(approved.team, days(400))
    assert not LookAgain.objects.exists()


def test_a_step_of_the_sign_off_goes_to_those_who_may_sign_it(
    submitted: Assessment, approver: User, person: Callable[..., User]
) -> None:
    person("approver", submitted.team, "other approver")
    submitted.steps.update(due_on=TODAY)
    found = told(submitted.team, days(-1))
    assert {name for name, _, _ in found} == {"Approver", "Other Approver"}
    services.sign_off(assessment=submitted, by=approver)
    assert [kind for _, kind, _ in told(submitted.team, days(1))] == []


def test_one_team_s_reminders_do_not_reach_another(dated: Assessment, other_team: Team, stranger: User) -> None:
    assert told(other_team, days(1)) == []


@pytest.mark.process
def test_the_sweep_a_worker_and_the_mail(committed_db: str, tmp_path: Path) -> None:
    """From the sweep over a real worker to the inbox and the mail folder."""
    from tests.workers import worker

    team = registry.create_team(slug="t", name="T", by=None)
    user = registry.create_person(email="reminded@example.org", name="A", password=None, by=None)
    registry.grant_role(team=team, user=user, role="engineer", by=None)
    old = timezone.now() - datetime.timedelta(days=90)
    with time_machine.travel(old, tick=True):
        services.add_item(
            team=team, by=user, link="https://example.org", valid_until=timezone.localdate() + datetime.timedelta(95)
        )
    with worker(committed_db, tmp_path):
        assert sweep_reminders() == 1
        until = time.monotonic() + 60
        while time.monotonic() < until and not Notice.objects.filter(mailed_at__isnull=False).exists():
            time.sleep(0.2)
    (notice,) = Notice.objects.all()
    assert notice.kind == "expiring"
    assert notice.mailed_at is not None, (tmp_path / "worker.log").read_text()
