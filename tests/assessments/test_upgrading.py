"""Moving an open assessment to a newer edition: said before, nothing lost, never by surprise."""

from __future__ import annotations

import pytest

from assessments import services
from assessments.models import Answer, Assessment, FrameworkEdition, LookAgain
from audits.models.records import Entry
from evenhand.questionnaire.parsing import parse_framework
from governance.errors import ConflictError, InvalidError, NotAllowedError
from governance.models import User
from tests.assessments.test_drafts import SMALL

CHANGES = (
    ('version: "1"', 'version: "2"'),
    ("prompt: What is the system for?", "prompt: What is the system for, and for whom?"),
    ("prompt: Is it in use?, required: true, choices: practice, tally: true", "prompt: Since when?, required: true"),
    ("{id: in_place, code: USE 1.2, type: single", "{id: in_place, code: USE 1.2, type: date"),
    ("  - {id: reviewer, code: USE 2.4, type: person, prompt: By whom, topic: review}\n", ""),
    ("prompt: Last reviewed, topic: review}", "prompt: Last reviewed}\n  - {id: seen, type: text, prompt: By whom}"),
)
SECOND = SMALL
for old, new in CHANGES:
    assert old in SECOND
    SECOND = SECOND.replace(old, new)


@pytest.fixture
def answered(draft: Assessment, compliance: User) -> Assessment:
    for question_id, value in (
        ("purpose", "To rank."), ("in_place", "partly"), ("automatic", True), ("reviewer", "Elena Moreau"),
    ):  # fmt: skip
        services.save_answer(assessment=draft, question_id=question_id, value=value, by=compliance)
    return draft


@pytest.fixture
def second() -> FrameworkEdition:
    return services.publish_edition(framework=parse_framework(SECOND), by=None)


def ids(questions: tuple[object, ...]) -> list[str]:
    return [question.id for question in questions]  # type: ignore[attr-defined]


def test_what_would_happen_is_said_before(answered: Assessment, second: FrameworkEdition) -> None:
    assert services.newer_edition_of(answered) == second
    planned = services.plan_upgrade(answered, second)
    assert ids(planned.to_look_at) == ["purpose"]
    assert ids(planned.to_answer_again) == ["in_place"]
    assert ids(planned.new) == ["seen"]
    assert ids(planned.not_asked) == ["reviewer"]
    assert "automatic" in ids(planned.kept)
    assert {(str(item.change), item.kind, item.id) for item in planned.differences} >= {
        ("changed", "question", "purpose"), ("removed", "question", "reviewer"), ("added", "question", "seen"),
    }  # fmt: skip
    answered.refresh_from_db()
    assert answered.edition.version == "1"


def test_moving_keeps_what_fits_and_asks_again_for_the_rest(
    answered: Assessment, second: FrameworkEdition, compliance: User
) -> None:
    moved = services.upgrade_assessment(assessment=answered, edition=second, by=compliance)
    values = dict(Answer.objects.filter(assessment=moved).values_list("question_id", "value"))
    assert values == {"purpose": "To rank.", "in_place": None, "automatic": True, "reviewer": "Elena Moreau"}
    doubts = {doubt.question_id: doubt for doubt in LookAgain.objects.filter(assessment=moved, settled_at=None)}
    assert doubts.keys() == {"purpose", "in_place"}
    assert doubts["in_place"].source == {"earlier": {"value": "partly", "not_applicable": False, "na_reason": ""}}
    assert Entry.objects.filter(event="assessment.upgraded").count() == 1
    assert "in_place" in {item.question for item in services.missing_in(moved)}
    assert services.newer_edition_of(moved) is None


def test_only_open_assessments_move_and_only_by_those_who_lead(
    answered: Assessment, second: FrameworkEdition, engineer: User, stranger: User
) -> None:
    for other in (engineer, stranger):
        with pytest.raises(NotAllowedError):
            services.upgrade_assessment(assessment=answered, edition=second, by=other)


def test_a_submitted_assessment_stays_where_it_is(
    submitted: Assessment, second: FrameworkEdition, compliance: User
) -> None:
    with pytest.raises(NotAllowedError, match="handed in"):
        services.upgrade_assessment(assessment=submitted, edition=second, by=compliance)


def test_moving_back_across_or_nowhere_is_refused(
    answered: Assessment, second: FrameworkEdition, nist: FrameworkEdition, compliance: User
) -> None:
    first = answered.edition
    with pytest.raises(InvalidError, match="is no edition of Small check"):
        services.upgrade_assessment(assessment=answered, edition=nist, by=compliance)
    moved = services.upgrade_assessment(assessment=answered, edition=second, by=compliance)
    with pytest.raises(ConflictError, match="is on Small check 2 already"):
        services.upgrade_assessment(assessment=moved, edition=second, by=compliance)
    with pytest.raises(InvalidError, match="older than"):
        services.upgrade_assessment(assessment=moved, edition=first, by=compliance)
