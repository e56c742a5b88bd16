"""What follows from the answers now: level, scores, what drives it, how far the next is, duties, checks, follow-ups."""

from __future__ import annotations

import pytest
import time_machine

from assessments import services
from assessments.models import Assessment
from assessments.services.outcome import Outlook, outlook_of
from governance.models import System, User
from tests.assessments.classifying import answer, published


@pytest.fixture
def open_one(system: System, compliance: User) -> Assessment:
    return services.start_assessment(edition=published("classify"), system=system, by=compliance)


def outlook(assessment: Assessment) -> Outlook:
    return outlook_of(services.standing_of(assessment))


def test_it_is_provisional_while_anything_is_missing_or_unconfirmed(open_one: Assessment, compliance: User) -> None:
    assert outlook(open_one).is_provisional
    answer(open_one, compliance)
    found = outlook(open_one)
    assert not found.is_provisional
    (conclusion,) = found.conclusions
    assert (conclusion.title, conclusion.label, conclusion.tier) == ("Class", "High risk", "high")
    assert [(each.title, each.text) for each in found.scores] == [("Risk points", "6 of 8")]


def test_it_names_what_drives_it_and_how_far_the_next_is(open_one: Assessment, compliance: User) -> None:
    answer(open_one, compliance)
    (conclusion,) = outlook(open_one).conclusions
    first = conclusion.drivers[0]
    assert (first.question.id, first.total) == ("domain", 6)
    (distance,) = conclusion.distances
    assert distance.up is None
    assert distance.down is not None
    assert (distance.down.change, conclusion.label_of(distance.down.outcome)) == (-1, "Low risk")


def test_duties_say_whether_they_are_asked_already(open_one: Assessment, compliance: User) -> None:
    answer(open_one, compliance)
    with time_machine.travel("2026-11-24", tick=False):
        found = {each.duty.id: each.when for each in outlook(open_one).duties}
    assert found == {"keep": "in_force", "tell": "in_force", "file": "upcoming"}


def test_checks_and_follow_ups_appear_with_their_questions(open_one: Assessment, compliance: User) -> None:
    answer(open_one, compliance, log=False)
    found = outlook(open_one)
    ((check, questions),) = found.checks
    assert str(check.message) == "High risk without a log."
    assert [question.id for question in questions] == ["log"]
    assert [each.framework for each in found.follow_ups] == ["second-check"]
