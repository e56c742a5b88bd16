"""Answers offered by the registry and by other frameworks, with their source; taken over with one click each or all."""

from __future__ import annotations

import pytest

from assessments import services
from assessments.models import Assessment, Origin
from assessments.services.offering import Offered, fill_from_registry, gaps_in, offers_for, take_offer
from governance import services as registry
from governance.errors import ConflictError, NotAllowedError
from governance.models import System, User
from tests.assessments.classifying import answer, published


@pytest.fixture
def first(system: System, compliance: User) -> Assessment:
    return services.start_assessment(edition=published("classify"), system=system, by=compliance)


@pytest.fixture
def second(system: System, compliance: User) -> Assessment:
    return services.start_assessment(edition=published("second"), system=system, by=compliance)


def offered(assessment: Assessment, question_id: str) -> tuple[Offered, ...]:
    standing = services.standing_of(assessment)
    return offers_for(standing, [standing.framework.question(question_id)]).get(question_id, ())


def test_the_registry_offers_with_its_source(first: Assessment, system: System, compliance: User) -> None:
    (offer,) = offered(first, "aim")
    assert (offer.where, offer.value, offer.text) == ("the registry", system.purpose, system.purpose)
    assert "system: purpose" in offer.basis
    taken = take_offer(assessment=first, question_id="aim", key=offer.key, by=compliance)
    assert (taken.value, taken.origin, taken.answered_by) == (system.purpose, Origin.PREFILLED, compliance)
    assert taken.origin_source == {"registry": "system.purpose", "value": system.purpose}
    assert offered(first, "aim") == ()  # it is what the answer says already


def test_what_the_registry_does_not_say_is_a_gap_and_no_offer(first: Assessment) -> None:
    assert offered(first, "oversight") == ()
    assert {gap.question.id: gap.fact for gap in gaps_in(services.standing_of(first))} == {
        "oversight": "system: human oversight",
        "places": "system: jurisdictions",
    }


def test_a_section_is_filled_at_once_and_waits_to_be_confirmed(
    first: Assessment, system: System, engineer: User, compliance: User
) -> None:
    registry.change_system(system=system, human_oversight="A recruiter reads each one.", by=engineer)
    services.save_answer(assessment=first, question_id="places", value="Spain", by=compliance)
    filled = fill_from_registry(assessment=first, section_id="care", by=compliance)
    assert [question.id for question in filled.taken] == ["oversight"]
    assert first.answers.get(question_id="places").value == "Spain"
    assert not first.answers.filter(question_id="aim").exists()  # another section
    waiting = {item.question for item in services.missing_in(first) if item.reason == "unconfirmed"}
    assert waiting == {"oversight"}
    services.confirm_answers(assessment=first, question_ids=["oversight"], by=compliance)
    assert first.answers.get(question_id="oversight").origin == Origin.PREFILLED
    assert fill_from_registry(assessment=first, section_id="care", by=compliance).taken == ()


def test_the_same_question_elsewhere_is_offered_from_either_side(
    first: Assessment, second: Assessment, compliance: User
) -> None:
    services.save_answer(assessment=first, question_id="people", value="People who apply.", by=compliance)
    (offer,) = offered(second, "who")  # "people" names it; "who" names nothing
    assert (offer.where, offer.text, offer.value) == ("Class check", "People who apply.", "People who apply.")
    assert (offer.basis, offer.state) == ("Both ask who is judged.", "draft")
    taken = take_offer(assessment=second, question_id="who", key=offer.key, by=compliance)
    assert taken.origin == Origin.OFFERED
    assert taken.origin_source is not None
    assert taken.origin_source["question"] == "people"
    services.save_answer(assessment=second, question_id="who", value="Applicants.", by=compliance)
    (back,) = [each for each in offered(first, "people") if each.origin == Origin.OFFERED]
    assert back.text == "Applicants."


def test_an_offer_that_changed_meanwhile_is_not_taken(first: Assessment, second: Assessment, compliance: User) -> None:
    with pytest.raises(ConflictError, match="not offered any more"):
        take_offer(assessment=second, question_id="who", key=f"{first.uid}:people", by=compliance)
    assert not second.answers.exists()


def test_hidden_blank_and_set_aside_answers_are_not_offered(
    first: Assessment, second: Assessment, compliance: User
) -> None:
    services.mark_not_applicable(assessment=first, question_id="people", reason="Nobody.", by=compliance)
    assert offered(second, "who") == ()


def test_other_systems_and_teams_offer_nothing(
    first: Assessment, system: System, engineer: User, compliance: User
) -> None:
    answer(first, compliance)
    other = registry.register_system(team=system.team, name="Other", purpose="Else.", by=engineer)
    theirs = services.start_assessment(edition=published("second"), system=other, by=compliance)
    assert offered(theirs, "who") == ()


def test_a_person_without_the_part_takes_nothing(first: Assessment, contributor: User, auditor: User) -> None:
    (offer,) = offered(first, "aim")
    for person in (contributor, auditor):
        with pytest.raises(NotAllowedError):
            take_offer(assessment=first, question_id="aim", key=offer.key, by=person)
        with pytest.raises(NotAllowedError):
            fill_from_registry(assessment=first, section_id="use", by=person)
    assert not first.answers.exists()
