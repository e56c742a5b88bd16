"""What somebody has open in a team goes to another person in one step, and nobody signs what they wrote."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from assessments import services
from assessments.models import Assessment, Assignment, DutyTask, EvidenceItem, Mitigation, Risk, SignOffStep
from assessments.services.campaigns import start_campaign
from assessments.services.conditions import NewCondition
from assessments.services.delegating import assign_step
from assessments.services.duties import change_duty
from assessments.services.leaving import open_counts, open_tasks_of, reassign_tasks
from assessments.services.risks import plan_mitigation, raise_risk
from audits import recorder
from governance import services as registry
from governance.errors import ConflictError, InvalidError, NotAllowedError
from governance.models import Membership, Notice, Role, System, Team, User
from tests.assessments.classifying import answer, published

SOON = datetime.timedelta(days=20)
KINDS = ["part of an assessment", "risk", "mitigation", "duty", "condition of use", "campaign", "system", "evidence"]


@pytest.fixture
def leaver(person: Callable[..., User], team: Team) -> User:
    """Somebody with an approver's and an engineer's work, who wrote no assessment."""
    user = person("engineer", team, "leaver")
    registry.grant_role(team=team, user=user, role="approver", by=None)
    return user


@pytest.fixture
def approved(system: System, compliance: User, approver: User, leaver: User) -> Assessment:
    """Approved under a condition that the leaver sees to; its duties are theirs by the system's owner."""
    registry.change_system(system=system, owner=leaver, by=compliance)
    started = services.start_assessment(edition=published("classify"), system=system, by=compliance)
    answer(started, compliance)
    services.submit_assessment(assessment=started, by=compliance)
    only = NewCondition("Only for clerks.", leaver, timezone.localdate() + SOON)
    services.sign_off(assessment=started, by=approver, decision="approved_with_conditions", conditions=(only,))
    started.refresh_from_db()
    return started


@pytest.fixture
def everything(
    approved: Assessment, draft: Assessment, system: System, team: Team, leaver: User, compliance: User
) -> None:
    """One of each kind, all of them the leaver's."""
    section = draft.framework.sections[0]
    services.assign(assessment=draft, section_id=section.id, assignee=leaver, by=compliance)
    risk = raise_risk(
        system=system,
        title="Women are passed over",
        harm="allocative",
        falls_on="Women who apply",
        likelihood_before=4,
        severity_before=3,
        owner=leaver,
        by=compliance,
    )
    plan_mitigation(risk=risk, text="Test again.", owner=leaver, by=compliance)
    duty, *others = DutyTask.objects.filter(system=system)
    change_duty(duty=duty, owner=leaver, due_on=timezone.localdate() + SOON, by=compliance)
    for other in others:
        change_duty(duty=other, owner=compliance, due_on=None, by=compliance)
    start_campaign(team=team, title="Check", asks="inventory", due_on=timezone.localdate() + SOON, by=compliance)
    services.add_item(team=team, title="Policy", link="https://example.org/policy", owner=leaver, by=compliance)


def waiting_step(assessment: Assessment, assignee: User, by: User) -> SignOffStep:
    """The one step of a submitted assessment, given to a person."""
    step = SignOffStep.objects.get(assessment=assessment, round=assessment.round)
    return assign_step(step=step, assignee=assignee, by=by)


def test_every_kind_is_found_and_nothing_of_others(
    everything: None, leaver: User, engineer: User, team: Team, other_team: Team
) -> None:
    tasks = open_tasks_of(leaver, team)
    assert [task.kind for task in tasks] == KINDS
    assert all(task.title and task.url.startswith("/") for task in tasks)
    assert open_tasks_of(leaver, other_team) == []
    assert open_tasks_of(engineer, team) == []
    assert open_counts(team)[leaver.pk] == len(KINDS)


def test_all_of_it_goes_to_one_person_each_on_the_record(
    everything: None, system: System, leaver: User, engineer: User, compliance: User, team: Team
) -> None:
    done = reassign_tasks(team=team, giver=leaver, receiver=engineer, by=compliance)
    assert [task.kind for task in done.given] == KINDS
    assert done.left == ()
    assert open_tasks_of(leaver, team) == []
    assert [task.kind for task in open_tasks_of(engineer, team)] == KINDS
    events = Counter(
        entry.event
        for row in (
            *Assignment.objects.all(),
            *Risk.objects.all(),
            *Mitigation.objects.all(),
            *DutyTask.objects.filter(owner=engineer),
            *EvidenceItem.objects.filter(owner=engineer),
            system,
            team,
        )
        for entry in [list(recorder.history(row.uid))[-1]]
    )
    assert events == {
        "assessment.assigned": 1,
        "risk.changed": 1,
        "mitigation.changed": 1,
        "duty.changed": 1,
        "evidence_item.changed": 1,
        "system.changed": 1,
        "tasks.reassigned": 1,
    }
    assert Notice.objects.get(user=engineer, kind="tasks").title == "8 tasks of Leaver are yours now"
    assert set(Notice.objects.filter(user=engineer).values_list("kind", flat=True)) == {"tasks"}


def test_a_sign_off_goes_to_another_approver(
    submitted: Assessment, leaver: User, approver: User, compliance: User, team: Team
) -> None:
    step = waiting_step(submitted, leaver, compliance)
    done = reassign_tasks(team=team, giver=leaver, receiver=approver, by=compliance)
    assert [task.kind for task in done.given] == ["sign-off"]
    step.refresh_from_db()
    assert step.assignee == approver


def test_nobody_gets_a_sign_off_of_what_they_wrote(
    complete: Assessment, leaver: User, engineer: User, compliance: User, team: Team
) -> None:
    registry.grant_role(team=team, user=engineer, role=Role.APPROVER, by=None)
    services.save_answer(assessment=complete, question_id="purpose", value="In my words.", by=engineer)
    services.submit_assessment(assessment=complete, by=compliance)
    complete.refresh_from_db()
    step = waiting_step(complete, leaver, compliance)
    done = reassign_tasks(team=team, giver=leaver, receiver=engineer, by=compliance)
    assert done.given == ()
    ((task, why),) = done.left
    assert task.kind == "sign-off"
    assert "had a hand in the assessment" in why
    step.refresh_from_db()
    assert step.assignee is None


def test_what_cannot_be_is_refused_and_changes_nothing(
    everything: None, leaver: User, engineer: User, compliance: User, stranger: User, team: Team
) -> None:
    for receiver, words in ((leaver, "somebody else"), (stranger, "no role in Pretrial services")):
        with pytest.raises(InvalidError, match=words):
            reassign_tasks(team=team, giver=leaver, receiver=receiver, by=compliance)
    for by in (engineer, stranger):
        with pytest.raises(NotAllowedError):
            reassign_tasks(team=team, giver=leaver, receiver=compliance, by=by)
    with pytest.raises(InvalidError, match="nothing open"):
        reassign_tasks(team=team, giver=engineer, receiver=compliance, by=compliance)
    assert [task.kind for task in open_tasks_of(leaver, team)] == KINDS


def test_one_refusal_in_the_middle_undoes_all(
    everything: None,
    leaver: User,
    engineer: User,
    compliance: User,
    team: Team,
) -> None:
    """A risk whose rating the database holds but no service accepts: the parts given before it come back."""
    Risk.objects.update(title="")
    with pytest.raises(InvalidError):
        reassign_tasks(team=team, giver=leaver, receiver=engineer, by=compliance)
    assert [task.kind for task in open_tasks_of(leaver, team)] == KINDS
    assert not Notice.objects.filter(user=engineer, kind="tasks").exists()


def test_who_left_already_is_found_too(
    everything: None, leaver: User, engineer: User, admin: User, team: Team, client_of: Callable[[User], Client]
) -> None:
    client = client_of(admin)
    first, last = Membership.objects.filter(user=leaver)
    said = client.post(f"/memberships/{first.uid}/revoke/", follow=True).content.decode()
    assert "open tasks are left" not in said
    said = client.post(f"/memberships/{last.uid}/revoke/", follow=True).content.decode()
    assert "It was the last role, and 8 open tasks are left behind" in said
    assert f"/teams/{team.uid}/tasks/" in said
    page = client.get(f"/teams/{team.uid}/tasks/").content.decode()
    assert "no role any more" in page
    assert page.index("Leaver") < page.index("Engineer")
    assert reassign_tasks(team=team, giver=leaver, receiver=engineer, by=admin).given


def test_the_page_shows_them_by_kind_and_gives_them(
    everything: None,
    leaver: User,
    engineer: User,
    compliance: User,
    stranger: User,
    team: Team,
    client_of: Callable[[User], Client],
) -> None:
    url = f"/teams/{team.uid}/tasks/"
    client = client_of(compliance)
    page = client.get(f"{url}?person={leaver.uid}").content.decode()
    assert "8 tasks are open." in page
    assert "Women are passed over" in page
    nobody = client.post(f"{url}?person={leaver.uid}", {"receiver": ""})
    assert nobody.status_code == 422
    given = client.post(f"{url}?person={leaver.uid}", {"receiver": engineer.uid}, follow=True).content.decode()
    assert "8 tasks are with Engineer now" in given
    assert "Nothing is open." in given
    seen = client_of(engineer).get(f"{url}?person={engineer.uid}").content.decode()
    assert "This needs" in seen
    assert 'name="receiver"' not in seen
    assert client.get(f"{url}?person={stranger.uid}").status_code == 404
    assert client.get(f"{url}?person=nonsense").status_code == 404
    assert client_of(stranger).get(url).status_code == 404


def test_ended_things_are_nobodys_task(
    everything: None, approved: Assessment, leaver: User, compliance: User, approver: User, team: Team
) -> None:
    services.meet_condition(condition=approved.use_conditions.get(), note="Told them.", by=leaver)
    services.retire_item(item=EvidenceItem.objects.get(owner=leaver), by=compliance)
    kinds = [task.kind for task in open_tasks_of(leaver, team)]
    assert kinds == [kind for kind in KINDS if kind not in ("condition of use", "evidence")]
    with pytest.raises(ConflictError):
        services.meet_condition(condition=approved.use_conditions.get(), note="Again.", by=leaver)
