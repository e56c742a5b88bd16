"""A change of a fact marks the answers that rely on it, on open and on approved assessments alike."""

from __future__ import annotations

import pytest

from assessments import services
from assessments.models import Assessment, LookAgain
from governance import services as registry
from governance.errors import NotAllowedError
from governance.models import System, User
from tests.assessments.classifying import answer, approved_with, published


@pytest.fixture
def open_one(system: System, compliance: User) -> Assessment:
    """Answered, not handed in."""
    started = services.start_assessment(edition=published("classify"), system=system, by=compliance)
    answer(started, compliance)
    return started


def doubts(assessment: Assessment) -> dict[str, LookAgain]:
    return {f"{row.question_id}/{row.about}": row for row in assessment.look_agains.filter(settled_at=None)}


def test_an_answer_keeps_what_the_registry_said(open_one: Assessment, system: System) -> None:
    assert open_one.answers.get(question_id="aim").relied_on == {"system.purpose": system.purpose}
    assert open_one.answers.get(question_id="people").relied_on == {
        "system.people_affected": None,
        "system.decision": None,
    }
    assert open_one.answers.get(question_id="log").relied_on == {}


def test_a_changed_fact_is_told_with_old_and_new(open_one: Assessment, system: System, engineer: User) -> None:
    before = system.purpose
    registry.change_system(system=system, purpose="Advises judges on bail.", by=engineer)
    assert set(doubts(open_one)) == {"aim/system.purpose"}
    doubt = doubts(open_one)["aim/system.purpose"]
    assert doubt.kind == LookAgain.Kind.FACT_CHANGED
    assert doubt.source == {"fact": "system.purpose", "old": before, "new": "Advises judges on bail."}
    assert "Advises judges on bail." in doubt.reason
    standing = services.standing_of(open_one)
    assert standing.state_of(open_one.framework.question("aim")) == "look_again"
    assert [item.question for item in standing.missing] == ["aim"]


def test_other_facts_and_other_systems_leave_it_alone(open_one: Assessment, system: System, engineer: User) -> None:
    registry.change_system(system=system, name="Renamed", by=engineer)
    other = registry.register_system(team=system.team, name="Other", purpose="Else.", by=engineer)
    registry.change_system(system=other, purpose="Something else.", by=engineer)
    assert doubts(open_one) == {}


def test_a_fact_that_changes_again_is_one_doubt_and_one_that_changes_back_is_none(
    open_one: Assessment, system: System, engineer: User
) -> None:
    first = system.purpose
    registry.change_system(system=system, purpose="Second.", by=engineer)
    registry.change_system(system=system, purpose="Third.", by=engineer)
    assert doubts(open_one)["aim/system.purpose"].source == {"fact": "system.purpose", "old": first, "new": "Third."}
    registry.change_system(system=system, purpose=first, by=engineer)
    assert doubts(open_one) == {}
    assert open_one.look_agains.get().settled_by == engineer


def test_confirming_settles_it_against_the_new_fact(
    open_one: Assessment, system: System, engineer: User, compliance: User
) -> None:
    registry.change_system(system=system, purpose="Second.", by=engineer)
    assert services.confirm_answers(assessment=open_one, question_ids=["aim"], by=compliance) == 1
    assert doubts(open_one) == {}
    assert open_one.answers.get(question_id="aim").relied_on == {"system.purpose": "Second."}


def test_a_signed_answer_stays_as_it_is_and_is_doubted(
    open_one: Assessment, system: System, engineer: User, compliance: User, approver: User
) -> None:
    signed = approved_with(open_one, author=compliance, signer=approver)
    before = services.content_sha256(signed)
    registry.change_system(system=system, purpose="Second.", by=engineer)
    assert set(doubts(signed)) == {"aim/system.purpose"}
    assert services.content_sha256(signed) == before
    with pytest.raises(NotAllowedError, match="its answers are fixed"):
        services.confirm_answers(assessment=signed, question_ids=["aim"], by=compliance)


def test_a_new_assessment_shows_what_changed_since_the_last(
    open_one: Assessment, system: System, engineer: User, compliance: User, approver: User
) -> None:
    approved_with(open_one, author=compliance, signer=approver)
    system = registry.change_system(system=system, purpose="Second.", by=engineer)
    again = services.start_assessment(edition=open_one.edition, system=system, by=compliance)
    assert {row.kind for row in again.look_agains.filter(question_id="aim")} == {"carried", "fact_changed"}


def test_a_superseded_assessment_is_left_in_peace(
    open_one: Assessment, system: System, engineer: User, compliance: User, approver: User
) -> None:
    approved_with(open_one, author=compliance, signer=approver)
    again = services.start_assessment(edition=open_one.edition, system=system, by=compliance)
    services.confirm_answers(
        assessment=again, question_ids=["aim", "people", "domain", "oversight", "places", "log"], by=compliance
    )
    services.submit_assessment(assessment=again, by=compliance)
    services.sign_off(assessment=again, by=approver)
    registry.change_system(system=system, purpose="Second.", by=engineer)
    assert doubts(open_one) == {}
    assert set(doubts(again)) == {"aim/system.purpose"}


def test_the_doubt_is_on_the_record_after_the_change_that_raised_it(
    open_one: Assessment, system: System, engineer: User
) -> None:
    from audits.models.records import Entry

    registry.change_system(system=system, purpose="Second.", by=engineer)
    names = list(Entry.objects.order_by("-id").values_list("event", flat=True)[:2])
    assert names == ["look_again.raised", "system.changed"]
    assert open_one.status == "draft"
