"""Routes of sign-offs: which one counts, who signs where and when, committees, stand-ins, conditions, no."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from assessments import services
from assessments.models import Assessment, SignOff, UseCondition
from assessments.seats import table_of
from assessments.services.routes import tier_at_stake
from governance import services as registry
from governance.errors import ConflictError, InvalidError, NotAllowedError
from governance.models import System, Team, User

Step = services.NewStep


@pytest.fixture
def approvers(person: Callable[..., User], team: Team) -> dict[str, User]:
    return {name: person("approver", team, name) for name in ("ana", "ben", "cleo", "dan")}


def handed_in(assessment: Assessment, by: User) -> Assessment:
    services.submit_assessment(assessment=assessment, by=by)
    assessment.refresh_from_db()
    return assessment


def functions(assessment: Assessment) -> list[str]:
    return [step.function for step in table_of(assessment).open_steps]


def may_sign(assessment: Assessment, people: dict[str, User]) -> dict[str, list[str]]:
    table = table_of(assessment)
    found = {name: [str(seat) for seat in table.seats(person)] for name, person in people.items()}
    return {name: seats for name, seats in found.items() if seats}


# --- which route counts


def test_the_most_specific_route_counts(complete: Assessment, team: Team, compliance: User, system: System) -> None:
    framework = complete.edition.framework_id
    for framework_id, tier, function in (
        ("", "", "any"), ("", "high", "tier"), (framework, "", "framework"), (framework, "high", "both"),
    ):  # fmt: skip
        services.set_route(
            team=team, by=compliance, framework_id=framework_id, tier=tier, steps=[Step(position=1, function=function)]
        )
    chosen = {tier: services.route_for(complete, tier) for tier in ("", "minimal", "high")}
    assert {tier: route and route.steps.get().function for tier, route in chosen.items()} == {
        "": "framework", "minimal": "framework", "high": "both",
    }  # fmt: skip
    both = services.route_for(complete, "high")
    assert both is not None
    services.end_route(route=both, by=compliance)
    left = services.route_for(complete, "high")
    assert left is not None
    assert left.steps.get().function == "framework"


def test_without_a_route_one_second_line_signs(submitted: Assessment, approver: User) -> None:
    assert functions(submitted) == ["second line"]
    services.sign_off(assessment=submitted, by=approver)
    submitted.refresh_from_db()
    assert submitted.status == "approved"


def test_the_tier_is_that_of_the_system_where_the_answers_set_none(
    complete: Assessment, system: System, compliance: User
) -> None:
    registry.set_tier(system=system, tier="high", basis=[], by=None)
    assert tier_at_stake(handed_in(complete, compliance)) == "high"


def test_a_round_keeps_the_steps_it_began_with(
    submitted: Assessment, team: Team, compliance: User, approver: User
) -> None:
    services.set_route(team=team, by=compliance, steps=[Step(position=1, function="legal")])
    assert functions(submitted) == ["second line"]
    services.return_for_changes(assessment=submitted, by=approver, comment="Once more.")
    assert functions(handed_in(submitted, compliance)) == ["legal"]


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ([], "from 1 to 20 steps"),
        ([Step(position=0, function="legal")], "its place is a number"),
        ([Step(position=1, function=" ")], "Name the function"),
        ([Step(position=1, function="legal", quorum=0)], "people have to agree"),
        ([Step(position=1, function="legal"), Step(position=1, function="Legal")], "stands twice"),
        ([Step(position=1, function="legal", within_days=0)], "days"),
    ],
)
def test_a_route_that_cannot_be(team: Team, compliance: User, steps: list[Step], words: str) -> None:
    with pytest.raises(InvalidError, match=words):
        services.set_route(team=team, by=compliance, steps=steps)


def test_only_compliance_sets_routes(team: Team, engineer: User, approver: User) -> None:
    for person in (engineer, approver):
        with pytest.raises(NotAllowedError):
            services.set_route(team=team, by=person, steps=[Step(position=1, function="legal")])


# --- in order, side by side, by those named


def test_side_by_side_then_one_after(
    complete: Assessment, team: Team, compliance: User, admin: User, approvers: dict[str, User]
) -> None:
    services.set_route(
        team=team,
        by=compliance,
        steps=[
            Step(position=1, function="privacy"),
            Step(position=1, function="legal", within_days=5),
            Step(position=2, function="business"),
        ],
    )
    for function, name in (("privacy", "ana"), ("legal", "ben"), ("business", "cleo")):
        services.name_signatory(team=team, function=function, user=approvers[name], by=admin)
    handed_in(complete, compliance)
    assert may_sign(complete, approvers) == {"ana": ["privacy"], "ben": ["legal"]}
    due = {step.function: step.due_on for step in table_of(complete).steps}
    assert due == {
        "privacy": None, "legal": timezone.localdate() + datetime.timedelta(days=5), "business": None,
    }  # fmt: skip
    with pytest.raises(NotAllowedError, match="It waits for privacy, legal"):
        services.sign_off(assessment=complete, by=approvers["cleo"])
    services.sign_off(assessment=complete, by=approvers["ben"])
    assert may_sign(complete, approvers) == {"ana": ["privacy"]}
    services.sign_off(assessment=complete, by=approvers["ana"])
    assert may_sign(complete, approvers) == {"cleo": ["business"]}
    services.sign_off(assessment=complete, by=approvers["cleo"])
    complete.refresh_from_db()
    assert complete.status == "approved"


def test_one_person_signs_in_one_function(
    complete: Assessment, team: Team, compliance: User, approvers: dict[str, User]
) -> None:
    services.set_route(
        team=team, by=compliance, steps=[Step(position=1, function="privacy"), Step(position=1, function="legal")]
    )
    handed_in(complete, compliance)
    services.sign_off(assessment=complete, by=approvers["ana"], function="legal")
    assert "ana" not in may_sign(complete, approvers)
    with pytest.raises(NotAllowedError, match="one person signs in one function"):
        services.sign_off(assessment=complete, by=approvers["ana"], function="privacy")


def test_the_database_refuses_an_approval_with_a_step_left(
    complete: Assessment, team: Team, compliance: User, approvers: dict[str, User]
) -> None:
    services.set_route(
        team=team, by=compliance, steps=[Step(position=1, function="privacy"), Step(position=1, function="legal")]
    )
    handed_in(complete, compliance)
    services.sign_off(assessment=complete, by=approvers["ana"], function="legal")
    with (
        pytest.raises(DatabaseError, match="a step of this round is not complete"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE assessments_assessment SET status = 'approved' WHERE id = %s", [complete.pk])


def test_the_database_refuses_a_second_voice(submitted: Assessment, team: Team, approver: User) -> None:
    step = submitted.steps.get()
    services.recuse(assessment=submitted, by=approver, reason="My brother works on it.")
    with (
        pytest.raises(DatabaseError, match="who stepped aside cannot sign"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "INSERT INTO assessments_signoff (uid, created_at, function, decision, conditions, comment, signed_sha256,"
            " minutes, attestation, signed_at, assessment_id, person_id, step_id)"
            " VALUES (%s, now(), 'second line', 'approved', '', '', %s, '', '', now(), %s, %s, %s)",
            [uuid.uuid4(), "0" * 64, submitted.pk, approver.pk, step.pk],
        )


# --- committees


@pytest.fixture
def committee(complete: Assessment, team: Team, compliance: User) -> Assessment:
    services.set_route(
        team=team, by=compliance, steps=[Step(position=1, function="committee", quorum=2, needs_minutes=True)]
    )
    return handed_in(complete, compliance)


def test_a_committee_needs_its_quorum_and_minutes(committee: Assessment, approvers: dict[str, User]) -> None:
    with pytest.raises(InvalidError, match="decides with minutes"):
        services.sign_off(assessment=committee, by=approvers["ana"])
    for name, status in (("ana", "submitted"), ("ben", "approved")):
        services.sign_off(assessment=committee, by=approvers[name], minutes="Met on Monday; nobody against.")
        committee.refresh_from_db()
        assert committee.status == status


def test_one_voice_against_does_not_end_a_committee_two_do(committee: Assessment, approvers: dict[str, User]) -> None:
    for name, status in (("ana", "submitted"), ("ben", "rejected")):
        services.reject_assessment(
            assessment=committee, by=approvers[name], comment="Not before a pilot.", minutes="Met on Monday."
        )
        committee.refresh_from_db()
        assert committee.status == status


def test_a_committee_ends_when_too_few_are_left_to_agree(
    committee: Assessment, approver: User, approvers: dict[str, User]
) -> None:
    for person in (approver, approvers["ben"], approvers["cleo"]):
        services.recuse(assessment=committee, by=person, reason="I built it.")
    services.reject_assessment(assessment=committee, by=approvers["ana"], comment="No.", minutes="Met.")
    committee.refresh_from_db()
    assert committee.status == "rejected"  # only dan was left, and two have to agree


# --- in somebody's place


def test_a_stand_in_signs_from_the_first_day_to_the_last(
    complete: Assessment, team: Team, compliance: User, admin: User, approvers: dict[str, User]
) -> None:
    services.set_route(team=team, by=compliance, steps=[Step(position=1, function="legal")])
    services.name_signatory(team=team, function="legal", user=approvers["ana"], by=admin)
    today = timezone.localdate()
    first, last = today + datetime.timedelta(days=2), today + datetime.timedelta(days=4)
    services.give_delegation(
        team=team, giver=approvers["ana"], holder=approvers["ben"], starts_on=first, ends_on=last, by=approvers["ana"]
    )
    handed_in(complete, compliance)
    seats = {}
    for day in range(1, 6):
        with time_machine.travel(timezone.now() + datetime.timedelta(days=day), tick=True):
            seats[day] = may_sign(complete, approvers).get("ben", [])
    place = [f"legal, for {approvers['ana']}"]
    assert seats == {1: [], 2: place, 3: place, 4: place, 5: []}
    with time_machine.travel(timezone.now() + datetime.timedelta(days=3), tick=True):
        signoff = services.sign_off(assessment=complete, by=approvers["ben"])
    assert (signoff.person, signoff.on_behalf_of) == (approvers["ben"], approvers["ana"])


def test_nobody_stands_in_for_an_author(
    complete: Assessment, team: Team, compliance: User, approvers: dict[str, User]
) -> None:
    registry.grant_role(team=team, user=compliance, role="approver", by=None)
    compliance.forget_roles()
    today = timezone.localdate()
    services.set_route(team=team, by=compliance, steps=[Step(position=1, function="legal")])
    services.name_signatory(team=team, function="legal", user=compliance, by=_admin_of(team))
    services.give_delegation(
        team=team, giver=compliance, holder=approvers["ana"], starts_on=today, ends_on=today, by=compliance
    )
    handed_in(complete, compliance)
    assert may_sign(complete, approvers) == {}


def _admin_of(team: Team) -> User:
    user = registry.create_person(email="root@example.org", name="Root", password=None, by=None)
    registry.grant_role(team=team, user=user, role="admin", by=None)
    return user


def test_a_step_is_given_to_one_person_and_back(
    submitted: Assessment, compliance: User, approvers: dict[str, User]
) -> None:
    step = submitted.steps.get()
    services.assign_step(step=step, by=compliance, assignee=approvers["ana"])
    assert may_sign(submitted, approvers) == {"ana": ["second line"]}
    services.recuse(assessment=submitted, by=approvers["ana"], reason="I advised the vendor.")
    assert sorted(may_sign(submitted, approvers)) == ["ben", "cleo", "dan"]
    with pytest.raises(NotAllowedError, match="You stepped aside"):
        services.sign_off(assessment=submitted, by=approvers["ana"])


# --- conditions of use, and no


def test_conditions_bind_until_they_are_met(
    submitted: Assessment, approver: User, engineer: User, auditor: User
) -> None:
    assert submitted.system is not None
    due = timezone.localdate() + datetime.timedelta(days=30)
    with pytest.raises(InvalidError, match="at least one condition"):
        services.sign_off(assessment=submitted, by=approver, decision="approved_with_conditions")
    services.sign_off(
        assessment=submitted,
        by=approver,
        decision="approved_with_conditions",
        conditions=[services.NewCondition("Only in the pilot court.", engineer, due)],
    )
    submitted.refresh_from_db()
    (condition,) = services.open_conditions(submitted.system)
    assert (submitted.status, condition.text, condition.owner) == ("approved", "Only in the pilot court.", engineer)
    with pytest.raises(NotAllowedError):
        services.meet_condition(condition=condition, by=auditor, note="Looks fine.")
    services.meet_condition(condition=condition, by=engineer, note="The flag is set in production.")
    assert services.open_conditions(submitted.system) == []
    with pytest.raises(DatabaseError, match="stays as it was set"), transaction.atomic():
        UseCondition.objects.filter(pk=condition.pk).update(text="Anywhere.")


def test_a_condition_needs_words_an_owner_of_the_team_and_a_day_to_come(
    submitted: Assessment, approver: User, engineer: User, stranger: User
) -> None:
    today = timezone.localdate()
    for condition, words in (
        (services.NewCondition(" ", engineer, today), "say what restricts"),
        (services.NewCondition("Pilot only.", stranger, today), "has no role"),
        (services.NewCondition("Pilot only.", engineer, today - datetime.timedelta(days=1)), "its day is past"),
    ):
        with pytest.raises(InvalidError, match=words):
            services.sign_off(
                assessment=submitted, by=approver, decision="approved_with_conditions", conditions=[condition]
            )
    assert not SignOff.objects.filter(assessment=submitted).exists()


def test_what_is_rejected_never_changes_and_another_may_be_started(
    submitted: Assessment, approver: User, compliance: User
) -> None:
    with pytest.raises(InvalidError, match="Say why"):
        services.reject_assessment(assessment=submitted, by=approver, comment=" ")
    services.reject_assessment(assessment=submitted, by=approver, comment="No lawful purpose.")
    submitted.refresh_from_db()
    assert submitted.status == "rejected"
    with pytest.raises(NotAllowedError):
        services.save_answer(assessment=submitted, question_id="purpose", value="Else.", by=compliance)
    with pytest.raises(DatabaseError, match="never becomes"), transaction.atomic():
        Assessment.objects.filter(pk=submitted.pk).update(status="draft")
    again = services.start_assessment(edition=submitted.edition, system=submitted.system, by=compliance)
    assert again.status == "draft"


# --- asking for changes


def test_changes_asked_for_are_settled_before_it_is_handed_in_again(
    submitted: Assessment, approver: User, compliance: User
) -> None:
    services.return_for_changes(
        assessment=submitted, by=approver, comment="Two things.", changes={"purpose": "Name the people."}
    )
    submitted.refresh_from_db()
    services.save_answer(assessment=submitted, question_id="purpose", value="To rank defendants.", by=compliance)
    with pytest.raises(InvalidError, match="a change was asked for"):
        services.submit_assessment(assessment=submitted, by=compliance)
    (asked,) = services.open_requests(submitted)
    services.settle_comment(comment=asked, by=compliance)
    services.submit_assessment(assessment=submitted, by=compliance)
    submitted.refresh_from_db()
    assert (submitted.status, submitted.round) == ("submitted", 2)


def test_the_reviewer_sees_what_changed_since_the_last_round(
    submitted: Assessment, approver: User, compliance: User, client_of: Callable[[User], Client]
) -> None:
    services.return_for_changes(assessment=submitted, by=approver, comment="Say more.")
    submitted.refresh_from_db()
    services.save_answer(assessment=submitted, question_id="purpose", value="To rank defendants.", by=compliance)
    services.submit_assessment(assessment=submitted, by=compliance)
    page = client_of(approver).get(f"/assessments/{submitted.uid}/review/?only=changed").content.decode()
    assert "Changed since the last round (1)" in page
    assert "To rank defendants." in page
    assert "What is done and what is missing." in page  # what it was
    assert "USE 1.2" not in page


def test_what_was_signed_before_it_was_returned_counts_no_more(
    complete: Assessment, team: Team, compliance: User, approvers: dict[str, User]
) -> None:
    services.set_route(
        team=team, by=compliance, steps=[Step(position=1, function="privacy"), Step(position=1, function="legal")]
    )
    handed_in(complete, compliance)
    services.sign_off(assessment=complete, by=approvers["ana"], function="legal")
    services.return_for_changes(assessment=complete, by=approvers["ben"], comment="Say more.")
    complete.refresh_from_db()
    handed_in(complete, compliance)
    assert functions(complete) == ["privacy", "legal"]
    assert SignOff.objects.filter(assessment=complete).count() == 2  # kept on the record


# --- pages and API


def test_the_page_sets_routes_people_and_stand_ins(
    team: Team, admin: User, approvers: dict[str, User], client_of: Callable[[User], Client]
) -> None:
    at, client = f"/teams/{team.uid}/sign-offs/", client_of(admin)
    rows: dict[str, Any] = {"steps-TOTAL_FORMS": "5", "steps-INITIAL_FORMS": "0"}
    for number in range(5):
        rows |= {f"steps-{number}-position": "1", f"steps-{number}-quorum": "1", f"steps-{number}-function": ""}
    empty = client.post(at, {"act": "route", "framework_id": "", "tier": "high", **rows})
    assert (empty.status_code, "from 1 to 20 steps" in empty.content.decode()) == (422, True)
    sent = {**rows, "act": "route", "framework_id": "", "tier": "high", "steps-0-function": "Legal",
            "steps-1-function": "Board", "steps-1-position": "2", "steps-1-quorum": "3"}  # fmt: skip
    assert client.post(at, sent).status_code == 302
    client.post(at, {"act": "signatory", "function": "legal", "user": approvers["ana"].uid})
    day = timezone.localdate().isoformat()
    client.post(
        at,
        {"act": "delegation", "giver": approvers["ana"].uid, "holder": approvers["ben"].uid, "starts_on": day,
         "ends_on": day},
    )  # fmt: skip
    page = client.get(at).content.decode()
    for words in ("Every framework, tier high", "Board", "3 people agree", "Ana", "signs for"):
        assert words in page
    assert client.post(at, {"act": "end-route", "uid": "nothing"}).status_code == 404


def test_a_decision_with_conditions_by_form(
    submitted: Assessment, approver: User, engineer: User, client_of: Callable[[User], Client]
) -> None:
    form = {
        "decision": "approved_with_conditions", "confirmed": "on", "seen_sha256": submitted.answers_sha256,
        "conditions-TOTAL_FORMS": "3", "conditions-INITIAL_FORMS": "0", "conditions-0-text": "Pilot only.",
    }  # fmt: skip
    at = f"/assessments/{submitted.uid}/review/"
    half = client_of(approver).post(at, form)
    assert (half.status_code, "Pilot only." in half.content.decode()) == (422, True)
    due = (timezone.localdate() + datetime.timedelta(days=9)).isoformat()
    whole = {**form, "conditions-0-owner": engineer.uid, "conditions-0-due_on": due}
    assert client_of(approver).post(at, whole).status_code == 302
    assert UseCondition.objects.get().owner == engineer


def test_an_approval_of_something_else_than_was_read_is_a_conflict(submitted: Assessment, approver: User) -> None:
    with pytest.raises(ConflictError, match="not the one you read"):
        services.sign_off(assessment=submitted, by=approver, seen_sha256="0" * 64)


def test_deciding_by_api(submitted: Assessment, approver: User, engineer: User, api_of: Callable[[User], Any]) -> None:
    client, due = api_of(approver), timezone.localdate() + datetime.timedelta(days=9)
    body = {"conditions": [{"text": "Pilot only.", "owner": str(engineer.uid), "due_on": due.isoformat()}]}
    answer = client.post(f"/api/v1/assessments/{submitted.uid}/signoffs", body, format="json")
    assert (answer.status_code, answer.data["decision"]) == (201, "approved_with_conditions")
    listed = client.get("/api/v1/use-conditions", {"met_at__isnull": "true"}).data["results"]
    assert [row["text"] for row in listed] == ["Pilot only."]
    met = api_of(engineer).post(f"/api/v1/use-conditions/{listed[0]['uid']}/meet", {"note": "Set."}, format="json")
    assert (met.status_code, met.data["met_note"]) == (200, "Set.")
