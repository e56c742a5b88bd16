"""Two assessments side by side: answers, scores, outcomes, editions."""

from __future__ import annotations

import pytest

from assessments import services
from assessments.models import Assessment
from assessments.services.comparing import Comparison, compare_assessments
from governance import services as registry
from governance.errors import InvalidError
from governance.models import System, User
from tests.assessments.classifying import approved_with, published


@pytest.fixture
def older(system: System, compliance: User, approver: User) -> Assessment:
    started = services.start_assessment(edition=published("classify"), system=system, by=compliance)
    return approved_with(started, author=compliance, signer=approver)


@pytest.fixture
def newer(older: Assessment, compliance: User) -> Assessment:
    started = services.start_assessment(edition=older.edition, system=older.system, by=compliance)
    services.save_answer(assessment=started, question_id="domain", value="shop", by=compliance)
    services.save_answer(assessment=started, question_id="aim", value="Sells shoes.", by=compliance)
    services.save_answer(assessment=started, question_id="places", value=None, by=compliance)
    return started


def test_what_differs_is_said_question_by_question(older: Assessment, newer: Assessment) -> None:
    found: Comparison = compare_assessments(older, newer)
    changes = {change.question.id: change for change in found.answers}
    assert {name: change.change for name, change in changes.items()} == {
        "aim": "changed",
        "domain": "changed",
        "places": "removed",
        "anew": "removed",  # never carried over
    }
    assert changes["domain"].before[0].text == "Hiring"
    assert changes["domain"].after[0].text == "Shop"
    assert found.n_same == 4


def test_scores_and_outcomes_stand_beside_each_other(older: Assessment, newer: Assessment) -> None:
    found = compare_assessments(older, newer)
    assert [(each.title, each.before, each.after) for each in found.scores] == [("Risk points", "6 of 8", "2 of 8")]
    assert [(each.title, each.before, each.after) for each in found.outcomes] == [("Class", "High risk", "Low risk")]
    assert found.is_same_edition
    assert found.edition == ()


def test_a_newer_edition_says_what_it_changed(older: Assessment, compliance: User) -> None:
    edition = published(
        "classify", ('version: "1"', 'version: "2"'), ("prompt: What is it for?", "prompt: What does it do?")
    )
    newer = services.start_assessment(edition=edition, system=older.system, by=compliance)
    found = compare_assessments(older, newer)
    assert [(each.kind, each.id, each.fields) for each in found.edition if each.kind == "question"] == [
        ("question", "aim", ("prompt",))
    ]


def test_different_subjects_and_frameworks_are_not_compared(
    older: Assessment, system: System, engineer: User, compliance: User
) -> None:
    other = registry.register_system(team=system.team, name="Other", purpose="Else.", by=engineer)
    elsewhere = services.start_assessment(edition=older.edition, system=other, by=compliance)
    with pytest.raises(InvalidError, match="different subjects"):
        compare_assessments(older, elsewhere)
    second = services.start_assessment(edition=published("second"), system=system, by=compliance)
    with pytest.raises(InvalidError, match="answers another framework"):
        compare_assessments(older, second)
