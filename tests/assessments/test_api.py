"""The API: an assessment from start to signature, and what bad input gets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from assessments import services
from assessments.models import Assessment, FrameworkEdition
from governance.models import System, Team, User
from tests.assessments.filling import complete_value


def test_from_start_to_signature(
    signed_practice: Assessment, system: System, compliance: User, approver: User, api_of: Callable[..., Any]
) -> None:
    author, signer = api_of(compliance), api_of(approver)
    body: dict[str, Any] = {"framework": "small-check", "system": str(system.uid), "due_on": "2026-12-04"}
    started = author.post("/api/v1/assessments", body, format="json", HTTP_IDEMPOTENCY_KEY="a")
    assert started.status_code == 201
    again = author.post("/api/v1/assessments", body, format="json", HTTP_IDEMPOTENCY_KEY="a")
    assert again.data["uid"] == started.data["uid"]
    at = started.headers["Location"]
    assessment = Assessment.objects.get(uid=started.data["uid"])
    for question in assessment.framework.questions:
        sent = author.put(f"{at}/answers/{question.id}", {"value": complete_value(question)}, format="json")
        assert sent.status_code == 200
        assert sent.headers["Evenhand-Receipt"]
    answers = author.get(f"{at}/answers").data
    assert answers["missing"] == []
    assert {row["question_id"] for row in answers["copied"]} == {"house_1_1", "house_1_2"}
    handed_in = author.post(f"{at}/submit")
    assert handed_in.data["status"] == "submitted"
    answers = author.get(f"{at}/answers").data
    signed = signer.post(
        f"{at}/signoffs", {"function": "model risk", "signed_sha256": answers["content_sha256"]}, format="json"
    )
    assert signed.status_code == 201
    assert (signed.data["decision"], signed.data["stale"]) == ("approved", False)
    assert signer.get(at).data["status"] == "approved"
    assert signer.get(signed.headers["Location"]).data["signed_sha256"] == answers["content_sha256"]


def test_submitting_too_early_names_what_is_missing(
    draft: Assessment, compliance: User, api_of: Callable[..., Any]
) -> None:
    refused = api_of(compliance).post(f"/api/v1/assessments/{draft.uid}/submit")
    assert refused.status_code == 422
    assert refused["Content-Type"] == "application/problem+json"
    assert refused.data["code"] == "incomplete"
    assert refused.data["fields"]["purpose"] == ["USE 1.1 is not answered."]


def test_the_submitter_approving_is_refused_and_on_the_record(
    submitted: Assessment, compliance: User, team: Team, api_of: Callable[..., Any]
) -> None:
    from audits.models.records import Entry
    from governance import services as registry

    registry.grant_role(team=team, user=compliance, role="approver", by=None)
    refused = api_of(compliance).post(f"/api/v1/assessments/{submitted.uid}/signoffs", {}, format="json")
    assert refused.status_code == 403
    assert refused.data["detail"] == "You submitted this assessment, so somebody else must decide on it."
    assert Entry.objects.filter(event="attempt.refused", subject_uid=submitted.uid).count() == 1
    assert not submitted.signoffs.exists()


def test_a_save_on_an_older_answer_is_a_conflict(
    draft: Assessment, compliance: User, engineer: User, api_of: Callable[..., Any]
) -> None:
    at = f"/api/v1/assessments/{draft.uid}/answers/purpose"
    assert api_of(compliance).put(at, {"value": "Hers.", "revision": 0}, format="json").data["revision"] == 1
    refused = api_of(engineer).put(at, {"value": "His.", "revision": 0}, format="json")
    assert (refused.status_code, refused.data["code"]) == (409, "answer_conflict")


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"value": {"cases": "many"}}, 422, "proof.cases"),
        ({"value": {"surprise": 1}}, 422, "proof.surprise"),
        ({"value": 1, "colour": "red"}, 422, "colour"),
        ({"revision": -1}, 400, "revision"),
    ],
)
def test_a_wrong_answer_is_named_by_its_place(
    body: dict[str, Any], status: int, field: str, draft: Assessment, compliance: User, api_of: Callable[..., Any]
) -> None:
    refused = api_of(compliance).put(f"/api/v1/assessments/{draft.uid}/answers/proof", body, format="json")
    assert refused.status_code == status
    assert field in refused.data["fields"]


def test_evidence_by_file_and_link(draft: Assessment, compliance: User, api_of: Callable[..., Any]) -> None:
    api, at = api_of(compliance), f"/api/v1/assessments/{draft.uid}/evidence"
    upload = SimpleUploadedFile("brief.pdf", b"%PDF-1.7 brief")
    made = api.post(at, {"question_id": "purpose", "file": upload}, format="multipart")
    assert made.status_code == 201
    assert made.data["file_name"] == "brief.pdf"
    fetched = api.get(f"{made.headers['Location']}/file")
    assert fetched.getvalue() == b"%PDF-1.7 brief"
    linked = api.post(at, {"question_id": "purpose", "link": "https://example.org/a"}, format="json")
    assert linked.status_code == 201
    refused = api.post(at, {"question_id": "purpose", "link": "javascript:alert(1)"}, format="json")
    assert (refused.status_code, list(refused.data["fields"])) == (422, ["link"])
    pickle = SimpleUploadedFile("model.pkl", b"\x80\x04")
    assert api.post(at, {"question_id": "purpose", "file": pickle}, format="multipart").status_code == 422
    odd = api.post(at, {"question_id": "purpose", "link": "https://["}, format="json")
    assert odd.status_code in (400, 422)


def test_a_token_with_the_right_to_read_only_changes_nothing(
    draft: Assessment, compliance: User, api_of: Callable[..., Any]
) -> None:
    reader = api_of(compliance, ("read",))
    refused = reader.put(f"/api/v1/assessments/{draft.uid}/answers/purpose", {"value": "x"}, format="json")
    assert (refused.status_code, refused.data["code"]) == (403, "scope_missing")


def test_returning_and_commenting(
    submitted: Assessment, approver: User, compliance: User, api_of: Callable[..., Any]
) -> None:
    at = f"/api/v1/assessments/{submitted.uid}"
    said = api_of(approver).post(f"{at}/comments", {"question_id": "purpose", "text": "Which years?"}, format="json")
    assert said.status_code == 201
    empty = api_of(approver).post(f"{at}/return", {"comment": ""}, format="json")
    assert (empty.status_code, list(empty.data["fields"])) == (422, ["comment"])
    returned = api_of(approver).post(f"{at}/return", {"comment": "Say which years."}, format="json")
    assert returned.data["decision"] == "returned"
    assert api_of(compliance).get(at).data["status"] == "returned"


def test_an_unknown_framework_is_named(team: Team, compliance: User, api_of: Callable[..., Any]) -> None:
    refused = api_of(compliance).post("/api/v1/assessments", {"framework": "no-such"}, format="json")
    assert (refused.status_code, list(refused.data["fields"])) == (422, ["framework"])


def test_the_organisations_own_assessment(
    edition: FrameworkEdition, compliance: User, api_of: Callable[..., Any]
) -> None:
    made = api_of(compliance).post("/api/v1/assessments", {"framework": str(edition.uid)}, format="json")
    assert (made.status_code, made.data["scope"], made.data["system"]) == (201, "organisation", None)
    assessment = Assessment.objects.get(uid=made.data["uid"])
    assert {question.id for question in services.standing_of(assessment).asked} == {"house_1_1", "house_1_2"}
