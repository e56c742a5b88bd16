"""What nobody is asked is not answered: clear refusals, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from assessments import services
from assessments.models import Assessment
from governance.errors import InvalidError
from governance.models import System, User
from tests.assessments.classifying import published


@pytest.fixture
def started(system: System, compliance: User) -> Assessment:
    made = services.start_assessment(edition=published("classify"), system=system, by=compliance)
    services.save_answer(assessment=made, question_id="log", value=True, by=compliance)
    services.save_answer(assessment=made, question_id="kept", value="2025-01-01", by=compliance)
    services.save_answer(assessment=made, question_id="log", value=False, by=compliance)
    return made


def test_an_answer_to_a_hidden_question_is_refused_and_the_old_one_kept(started: Assessment, compliance: User) -> None:
    with pytest.raises(InvalidError, match="C7 is not asked, as the other answers are now") as caught:
        services.save_answer(assessment=started, question_id="kept", value="2026-01-01", by=compliance)
    assert caught.value.fields == {"kept": ["not asked as the other answers are now"]}
    assert started.answers.get(question_id="kept").value == "2025-01-01"


@pytest.mark.parametrize(
    ("question_id", "value", "message"),
    [
        ("domain", "space", "domain"),
        ("log", "yes", "log"),
        ("aim", 7, "aim"),
        ("nonsense", "x", "nonsense is not asked in this assessment"),
        ("kept", "2026-01-01", "C7 is not asked"),
    ],
)
def test_the_api_names_the_question_and_the_fault(
    started: Assessment, compliance: User, api_of: Callable[..., Any], question_id: str, value: object, message: str
) -> None:
    at = f"/api/v1/assessments/{started.uid}/answers/{question_id}"
    response = api_of(compliance).put(at, {"value": value}, format="json")
    assert response.status_code == 422
    assert message in response.json()["detail"]


def test_another_team_s_question_is_not_there(
    started: Assessment, stranger: User, api_of: Callable[..., Any], client_of: Callable[[User], Client]
) -> None:
    at = f"/api/v1/assessments/{started.uid}/answers/aim"
    assert api_of(stranger).put(at, {"value": "x"}, format="json").status_code == 404
    page = client_of(stranger).post(f"/assessments/{started.uid}/questions/aim/", {"a-aim": "x"})
    assert page.status_code == 404
    assert not started.answers.filter(question_id="aim").exists()


def test_text_typed_for_a_question_that_went_away_is_shown_and_not_saved(
    started: Assessment, compliance: User, client_of: Callable[[User], Client]
) -> None:
    browser, at = client_of(compliance), f"/assessments/{started.uid}/questions/kept/"
    form = {"a-kept": "2026-02-03", "kept-revision": "1"}
    page = browser.post(at, form)
    assert page.status_code == 422
    assert "Not asked any more" in page.content.decode()
    assert "3 February 2026" in page.content.decode()
    saved = browser.post(f"{at}save/", form)
    assert saved.status_code == 422
    assert "not asked any more" in saved.json()["message"]
    assert started.answers.get(question_id="kept").value == "2025-01-01"
    assert browser.get(at).status_code == 404
