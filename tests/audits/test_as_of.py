"""Any past moment can be rebuilt from the record, and equals a copy taken then."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from assessments import services as assessing
from audits import recorder
from audits.services import ledger
from evenhand.questionnaire.parsing import parse_framework
from governance import events, services
from governance.models import Membership, System, Team, User, Version
from tests.assessments.conftest import SMALL
from tests.assessments.filling import answer_all


def copy_of(row: Any) -> dict[str, Any]:
    """What the recorded fields say at this moment, read back from the database."""
    return events.snapshot(type(row)._default_manager.get(pk=row.pk))


def state_of(row: Any, moment: datetime.datetime) -> dict[str, Any] | None:
    past = recorder.as_of(row.KIND, row.uid, moment)
    return past.fields if past else None


def test_a_system_at_every_past_moment(system: System, engineer: User) -> None:
    copies = [(timezone.now(), copy_of(system))]
    for change in (
        {"purpose": "Second."},
        {"name": "New name", "decision": "Release"},
        {"jurisdictions": ["US", "CA"]},
    ):
        services.change_system(system=system, by=engineer, **change)
        copies.append((timezone.now(), copy_of(system)))
    services.change_system_status(system=system, status="in_assessment", reason="It begins.", by=engineer)
    copies.append((timezone.now(), copy_of(system)))
    assert len({str(copy) for _, copy in copies}) == 5
    for moment, copy in copies:
        assert state_of(system, moment) == copy


def test_before_it_was_there_it_was_not(team: Team, engineer: User) -> None:
    before = timezone.now()
    system = services.register_system(team=team, name="New", purpose="Scores.", by=engineer)
    assert state_of(system, before) is None
    assert ledger.past_state(system, before) == []
    assert ledger.past_state(system, timezone.now()) == [copy_of(system)]


def test_a_version_at_a_past_moment(version: Version, engineer: User) -> None:
    moment, copy = timezone.now(), copy_of(version)
    services.set_rule(model=version.model, name="8 and up", human_action="A judge sees it.", by=engineer)
    assert state_of(version, moment) == copy


def test_roles_as_they_were(
    team: Team, admin: User, person: Callable[..., User], other_team: Team, stranger: User
) -> None:
    eve = person("engineer", team, "eve")
    membership = Membership.objects.get(user=eve)
    moment = timezone.now()
    copies = {row.uid: copy_of(row) for row in Membership.objects.filter(team=team)}
    services.revoke_role(membership=membership, by=admin)
    services.grant_role(team=team, user=eve, role="auditor", by=admin)
    then = {past.subject_uid: past.fields for past in recorder.all_as_of("membership", moment, team_uid=team.uid)}
    assert then == copies
    now = {
        past.subject_uid: past.fields for past in recorder.all_as_of("membership", timezone.now(), team_uid=team.uid)
    }
    assert now[membership.uid]["is_active"] is False
    assert len(now) == len(then) + 1


def test_a_team_is_rebuilt_with_its_roles(team: Team, admin: User, engineer: User, api_of: Callable[..., Any]) -> None:
    moment = timezone.now()
    copies = [copy_of(row) for row in Membership.objects.filter(team=team)]
    services.revoke_role(membership=Membership.objects.get(user=engineer), by=admin)
    answer = api_of(admin).get(f"/api/v1/teams/{team.uid}", {"as_of": moment.isoformat()}).json()
    roles = answer["state"]["parts"]["membership"]
    assert sorted(roles, key=lambda row: row["uid"]) == sorted(copies, key=lambda row: row["uid"])
    assert all(role["is_active"] for role in roles)


def test_an_assessment_is_rebuilt_with_its_answers(team: Team, compliance: User) -> None:
    framework = parse_framework(SMALL.read_bytes(), name="small.yaml")
    edition = assessing.publish_edition(framework=framework, by=None)
    assessment = assessing.start_assessment(edition=edition, team=team, by=compliance)
    answer_all(assessment, compliance)
    moment, copy = timezone.now(), copy_of(assessment)
    answers = [copy_of(answer) for answer in assessment.answers.all()]
    answer = assessment.answers.filter(not_applicable=False).first()
    assert answer is not None
    assessing.mark_not_applicable(
        assessment=assessment, question_id=answer.question_id, reason="Not here.", by=compliance
    )
    assessing.submit_assessment(assessment=assessment, by=compliance)
    (then,) = ledger.past_state(assessment, moment)
    parts = then.pop("parts")
    assert then == copy
    assert sorted(parts["answer"], key=lambda row: row["uid"]) == sorted(answers, key=lambda row: row["uid"])
    assert len(answers) > 1
    (now,) = ledger.past_state(assessment, timezone.now())
    assert now["status"] == "submitted"
    assert now["parts"]["answer"] != parts["answer"]


def test_a_refused_attempt_does_not_change_the_past(system: System, auditor: User) -> None:
    copy = copy_of(system)
    system.purpose = "Never saved."
    events_before = recorder.history(system.uid).count()
    with transaction.atomic():
        events.publish("attempt.refused", subject=system, by=auditor)
    assert recorder.history(system.uid).count() == events_before + 1
    assert state_of(system, timezone.now()) == copy


def test_erased_content_is_missing_and_said_so(system: System, engineer: User) -> None:
    services.change_system(system=system, by=engineer, purpose="Mentions somebody by name.")
    _, entry = recorder.history(system.uid)
    recorder.erase_content(entry_uids=[entry.uid])
    past = recorder.as_of("system", system.uid, timezone.now())
    assert past is not None
    assert past.is_complete is False
    assert past.fields["purpose"] != "Mentions somebody by name."


@pytest.mark.parametrize("kind", ["model", "team"])
def test_another_kind_is_another_object(system: System, kind: str) -> None:
    assert recorder.as_of(kind, system.uid, timezone.now()) is None


def test_the_api_answers_with_the_past(system: System, engineer: User, api_of: Callable[..., Any]) -> None:
    moment, purpose = timezone.now(), system.purpose
    services.change_system(system=system, by=engineer, purpose="Another purpose.")
    answer = api_of(engineer).get(f"/api/v1/systems/{system.uid}", {"as_of": moment.isoformat()}).json()
    assert answer["state"]["purpose"] == purpose
