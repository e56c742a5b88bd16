"""Conditions of use: shown to who sees to them, met on a page, and binding only while their approval holds."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from assessments import facts, services
from assessments.models import Assessment, UseCondition
from assessments.services.conditions import state_of
from assessments.services.due_dates import due_in
from governance.errors import NotAllowedError
from governance.models import User


@pytest.fixture
def condition(submitted: Assessment, approver: User, engineer: User) -> UseCondition:
    """The system may be used in a pilot only; the engineer sees to it."""
    due = timezone.localdate() + datetime.timedelta(days=9)
    services.sign_off(
        assessment=submitted,
        by=approver,
        decision="approved_with_conditions",
        conditions=[services.NewCondition("Pilot only.", engineer, due)],
    )
    return UseCondition.objects.get()


def test_whoever_sees_to_it_meets_it_on_its_page(
    condition: UseCondition, engineer: User, auditor: User, stranger: User, client_of: Callable[[User], Client]
) -> None:
    at = f"/use-conditions/{condition.uid}/"
    (mine,) = [item for item in facts.due_for(engineer) if item.detail == "Condition of use"]
    assert (mine.url, mine.due_on) == (at, condition.due_on)
    assert "Pilot only." in client_of(engineer).get(f"/systems/{condition.assessment.system.uid}/").content.decode()  # type: ignore[union-attr]
    assert "aria-disabled" in client_of(auditor).get(at).content.decode()
    assert client_of(stranger).get(at).status_code == 404
    assert client_of(engineer).post(at, {"note": ""}).status_code == 422
    assert client_of(engineer).post(at, {"note": "Ten people, by letter."}).status_code == 302
    assert "Ten people, by letter." in client_of(auditor).get(at).content.decode()
    assert [item for item in facts.due_for(engineer) if item.detail == "Condition of use"] == []


def test_nobody_else_says_that_it_is_met(condition: UseCondition, contributor: User) -> None:
    with pytest.raises(NotAllowedError, match="its owner, compliance staff"):
        services.meet_condition(condition=condition, by=contributor, note="Done.")


def test_a_condition_of_a_returned_round_binds_nobody(
    complete: Assessment, compliance: User, person: Callable[..., User], engineer: User
) -> None:
    team, due = complete.team, timezone.localdate()
    ana, ben = person("approver", team, "ana"), person("approver", team, "ben")
    steps = [services.NewStep(1, "privacy"), services.NewStep(1, "legal")]
    services.set_route(team=team, by=compliance, steps=steps)
    services.submit_assessment(assessment=complete, by=compliance)
    services.sign_off(
        assessment=complete,
        by=ana,
        decision="approved_with_conditions",
        conditions=[services.NewCondition("Adults only.", engineer, due)],
    )
    services.return_for_changes(assessment=complete, by=ben, comment="Say more.")
    services.submit_assessment(assessment=complete, by=compliance)
    services.sign_off(assessment=complete, by=ana)
    services.sign_off(assessment=complete, by=ben)
    complete.refresh_from_db()
    assert complete.status == "approved"
    assert complete.system is not None
    assert services.open_conditions(complete.system) == []
    assert state_of(UseCondition.objects.get()) == "lapsed"
    assert not any("Condition" in each.what for each in due_in(team, due))


def test_its_words_never_change(condition: UseCondition) -> None:
    for change in ({"text": "Anywhere."}, {"due_on": datetime.date(2099, 1, 1)}):
        with pytest.raises(DatabaseError, match="stays as it was set"), transaction.atomic():
            UseCondition.objects.filter(pk=condition.pk).update(**change)
