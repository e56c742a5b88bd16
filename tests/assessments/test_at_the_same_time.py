"""Two people at the very same moment, each with a connection of their own: one save wins, nothing is lost."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from assessments import services
from assessments.errors import AnswerConflictError
from assessments.models import Answer, AnswerDraft, Assessment
from audits.models.records import Entry
from evenhand.questionnaire.parsing import parse_framework
from governance import services as registry
from governance.errors import ConflictError, NotAllowedError
from governance.models import User
from tests.assessments.conftest import SMALL
from tests.assessments.filling import answer_all
from tests.threads import in_thread


@pytest.fixture
def hers(committed_db: str) -> Assessment:
    """The organisation's own assessment, really committed."""
    edition = services.publish_edition(framework=parse_framework(SMALL.read_bytes(), name="small.yaml"), by=None)
    team = registry.create_team(slug="pretrial", name="Pretrial services", by=None)
    for role in ("compliance", "engineer", "approver"):
        person = registry.create_person(email=f"{role}@example.org", name=role.title(), password=None, by=None)
        registry.grant_role(team=team, user=person, role=role, by=None)
    return services.start_assessment(edition=edition, team=team, by=User.objects.get(email="compliance@example.org"))


def person(role: str) -> User:
    return User.objects.get(email=f"{role}@example.org")


def test_two_saves_of_one_answer(hers: Assessment) -> None:
    def save(role: str) -> Any:
        return services.save_answer(
            assessment=hers, question_id="house_1_1", value=f"{role}'s text.", by=person(role), revision=0
        )

    with transaction.atomic():
        save("compliance")
        late = in_thread(lambda: save("engineer"), wait=False)  # waits for the row until this one is through
    with pytest.raises(AnswerConflictError):
        late.result(timeout=30)
    assert Answer.objects.get(assessment=hers).value == "compliance's text."
    assert AnswerDraft.objects.get(assessment=hers).content["value"] == "engineer's text."


def test_an_answer_cannot_slip_in_while_it_is_handed_in(hers: Assessment) -> None:
    answer_all(hers, person("compliance"))
    with transaction.atomic():
        services.submit_assessment(assessment=hers, by=person("compliance"))
        late = in_thread(
            lambda: services.save_answer(
                assessment=hers, question_id="house_1_1", value="Slipped in.", by=person("engineer")
            ),
            wait=False,
        )
    with pytest.raises(NotAllowedError, match="handed in"):
        late.result(timeout=30)
    hers.refresh_from_db()
    assert hers.answers_sha256 == services.content_sha256(hers)


def test_two_assessments_begun_at_once(committed_db: str) -> None:
    edition = services.publish_edition(framework=parse_framework(SMALL.read_bytes(), name="small.yaml"), by=None)
    team = registry.create_team(slug="pretrial", name="Pretrial services", by=None)
    officer = registry.create_person(email="compliance@example.org", name="Officer", password=None, by=None)
    registry.grant_role(team=team, user=officer, role="compliance", by=None)

    def start() -> Any:
        return services.start_assessment(edition=edition, team=team, by=officer)

    with transaction.atomic():
        start()
        late = in_thread(start, wait=False)
    with pytest.raises(ConflictError, match="under way"):
        late.result(timeout=30)
    assert Assessment.objects.count() == 1


def test_two_people_sign_the_last_two_steps_at_once(hers: Assessment) -> None:
    team = hers.team
    second = registry.create_person(email="second@example.org", name="Second", password=None, by=None)
    registry.grant_role(team=team, user=second, role="approver", by=None)
    steps = [services.NewStep(1, "privacy"), services.NewStep(1, "legal")]
    services.set_route(team=team, by=person("compliance"), steps=steps)
    answer_all(hers, person("compliance"))
    services.submit_assessment(assessment=hers, by=person("compliance"))
    with transaction.atomic():
        services.sign_off(assessment=hers, by=person("approver"), function="privacy")
        late = in_thread(lambda: services.sign_off(assessment=hers, by=person("second"), function="legal"), wait=False)
    late.result(timeout=30)
    hers.refresh_from_db()
    assert hers.status == "approved"
    assert hers.signoffs.count() == 2
    assert Entry.objects.filter(event="assessment.approved", subject_uid=hers.uid).count() == 1


def test_two_people_sign_the_same_step_at_once(hers: Assessment) -> None:
    second = registry.create_person(email="second@example.org", name="Second", password=None, by=None)
    registry.grant_role(team=hers.team, user=second, role="approver", by=None)
    answer_all(hers, person("compliance"))
    services.submit_assessment(assessment=hers, by=person("compliance"))
    with transaction.atomic():
        services.sign_off(assessment=hers, by=person("approver"))
        late = in_thread(lambda: services.sign_off(assessment=hers, by=person("second")), wait=False)
    with pytest.raises(NotAllowedError, match="handed in and not yet decided"):
        late.result(timeout=30)
    assert hers.signoffs.count() == 1
