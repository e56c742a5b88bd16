"""Confirming, offers, filling, outcome, comparison, risks and duties by the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from assessments import services
from assessments.models import Assessment, DutyTask
from governance.models import System, User
from tests.assessments.classifying import approved_with, published

Client = Callable[..., Any]


@pytest.fixture
def last(system: System, compliance: User, approver: User) -> Assessment:
    started = services.start_assessment(edition=published("classify"), system=system, by=compliance)
    return approved_with(started, author=compliance, signer=approver)


@pytest.fixture
def again(last: Assessment, system: System, compliance: User, api_of: Client) -> Assessment:
    """Started by the API, for the profile meant for its tier."""
    body = {"framework": "class-check", "system": str(system.uid)}
    response = api_of(compliance).post("/api/v1/assessments", body, format="json")
    assert response.status_code == 201, response.json()
    assert (response.json()["based_on"], response.json()["profile"]) == (str(last.uid), "full")
    return Assessment.objects.get(uid=response.json()["uid"])


def test_answers_are_confirmed_and_doubts_listed(again: Assessment, compliance: User, api_of: Client) -> None:
    client, at = api_of(compliance), f"/api/v1/assessments/{again.uid}"
    open_ones = [row for row in client.get(f"{at}/look-again").json() if row["settled_at"] is None]
    assert {row["question_id"] for row in open_ones} == {"aim", "people", "domain", "oversight", "places", "log"}
    assert client.post(f"{at}/answers/aim/confirm", {"revision": 5}, format="json").status_code == 409
    assert client.post(f"{at}/answers/aim/confirm", {"revision": 1}, format="json").json() == {"confirmed": 1}
    body = {"questions": ["people", "domain", "oversight"]}
    assert client.post(f"{at}/confirm", body, format="json").json() == {"confirmed": 3}
    answers = {row["question_id"]: row for row in client.get(f"{at}/answers").json()["answers"]}
    assert answers["aim"]["origin"] == "carried"


def test_offers_are_listed_and_taken(again: Assessment, system: System, compliance: User, api_of: Client) -> None:
    client, at = api_of(compliance), f"/api/v1/assessments/{again.uid}/answers/aim/offers"
    (offer,) = client.get(at).json()
    assert (offer["key"], offer["fits"], offer["value"]) == ("system.purpose", True, system.purpose)
    assert client.post(at, {"key": "system.name"}, format="json").status_code == 409
    assert client.post(at, {"key": offer["key"]}, format="json").json()["value"] == system.purpose
    services.save_answer(assessment=again, question_id="aim", value=None, by=compliance)
    filled = client.post(f"/api/v1/assessments/{again.uid}/fill", {"section": "use"}, format="json").json()
    assert filled == {"taken": ["aim"], "gaps": []}


def test_what_it_is_about_changes_with_a_match(again: Assessment, compliance: User, api_of: Client) -> None:
    client, at = api_of(compliance), f"/api/v1/assessments/{again.uid}"
    tag = client.get(at)["ETag"]
    changed = client.patch(at, {"profile": "short"}, format="json", headers={"If-Match": tag})
    assert changed.json()["profile"] == "short"
    assert client.patch(at, {"profile": ""}, format="json", headers={"If-Match": tag}).status_code == 412
    wrong = client.patch(at, {"profile": "nonsense"}, format="json")
    assert wrong.status_code == 422
    assert "has no profile nonsense" in wrong.json()["detail"]


def test_outcome_and_comparison(again: Assessment, last: Assessment, compliance: User, api_of: Client) -> None:
    client = api_of(compliance)
    services.save_answer(assessment=again, question_id="domain", value="leisure", by=compliance)
    outcome = client.get(f"/api/v1/assessments/{again.uid}/outcome").json()
    assert outcome["outcomes"] == {"class": "low"}
    assert outcome["provisional"] is True
    assert outcome["why"]["class"]["distance"][0]["up"] == {"change": 6, "value": 6, "outcome": "high"}
    found = client.get(f"/api/v1/assessments/{again.uid}/compare").json()
    assert found["older"] == str(last.uid)
    assert found["outcomes"] == [{"id": "class", "title": "Class", "before": "High risk", "after": "Low risk"}]
    assert client.get(f"/api/v1/assessments/{again.uid}/compare?with={again.uid}").status_code == 422


def test_risks_from_raising_to_closing(
    last: Assessment, system: System, compliance: User, approver: User, api_of: Client
) -> None:
    client = api_of(compliance)
    body = {
        "system": str(system.uid), "assessment": str(last.uid), "question_id": "people", "title": "Passed over",
        "harm": "allocative", "falls_on": "Women", "likelihood_before": 4, "severity_before": 3,
        "owner": str(compliance.uid),
    }  # fmt: skip
    assert client.post("/api/v1/risks", {**body, "likelihood_before": 9}, format="json").status_code == 400
    made = client.post("/api/v1/risks", body, format="json", headers={"Idempotency-Key": "r1"})
    assert made.status_code == 201, made.json()
    assert client.post("/api/v1/risks", body, format="json", headers={"Idempotency-Key": "r1"}).json() == made.json()
    at = f"/api/v1/risks/{made.json()['uid']}"
    rated = client.patch(at, {"likelihood_after": 2, "severity_after": 3}, format="json")
    assert rated.json()["likelihood_after"] == 2
    todo = client.post(f"{at}/mitigations", {"text": "Leave names out."}, format="json").json()
    assert client.post(f"{at}/mitigations/{todo['uid']}/done").json()["done_by"] == str(compliance.uid)
    accepting = {"status": "accepted", "reason": "Small."}
    assert client.post(f"{at}/move", accepting, format="json").status_code == 403
    assert api_of(approver).post(f"{at}/move", accepting, format="json").json()["status"] == "accepted"


def test_duties_are_given_and_settled(last: Assessment, compliance: User, stranger: User, api_of: Client) -> None:
    duty = DutyTask.objects.get(duty_id="tell")
    client, at = api_of(compliance), f"/api/v1/duties/{duty.uid}"
    assert {row["duty_id"] for row in client.get("/api/v1/duties?status=open").json()["results"]} == {
        "tell",
        "file",
        "keep",
    }
    given = client.patch(at, {"owner": str(compliance.uid)}, format="json").json()
    assert (given["owner"], given["due_on"]) == (str(compliance.uid), None)
    assert client.post(f"{at}/settle", {"status": "set_aside"}, format="json").status_code == 422
    assert client.post(f"{at}/settle", {"status": "done"}, format="json").json()["status"] == "done"
    assert client.patch(at, {"owner": str(stranger.uid)}, format="json").status_code == 422
    assert api_of(stranger).get(at).status_code == 404
