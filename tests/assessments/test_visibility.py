"""What a person may not see does not exist: other teams get 404 on every page, resource and file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from assessments import services
from assessments.models import Assessment, Evidence
from governance.models import User

PAGES = [
    "/assessments/{assessment}/", "/assessments/{assessment}/people/", "/assessments/{assessment}/organisation/",
    "/assessments/{assessment}/check/", "/assessments/{assessment}/review/",
    "/assessments/{assessment}/questions/purpose/", "/evidence/{evidence}/",
]  # fmt: skip
POSTS = [
    "/assessments/{assessment}/questions/purpose/", "/assessments/{assessment}/questions/purpose/save/",
    "/assessments/{assessment}/questions/purpose/conflict/", "/assessments/{assessment}/check/",
    "/assessments/{assessment}/review/", "/assessments/{assessment}/withdraw/", "/assessments/{assessment}/people/",
    "/assessments/{assessment}/organisation/", "/assessments/{assessment}/evidence/purpose/",
    "/assessments/{assessment}/comments/purpose/", "/evidence/{evidence}/withdraw/",
]  # fmt: skip
RESOURCES = [
    "/api/v1/assessments/{assessment}", "/api/v1/assessments/{assessment}/answers",
    "/api/v1/assessments/{assessment}/evidence", "/api/v1/assessments/{assessment}/comments",
    "/api/v1/assessments/{assessment}/assignments", "/api/v1/assessments/{assessment}/signoffs",
    "/api/v1/evidence/{evidence}", "/api/v1/evidence/{evidence}/file", "/api/v1/signoffs/{signoff}",
]  # fmt: skip
WRITES = [
    ("put", "answers/purpose"), ("post", "submit"), ("post", "withdraw"), ("post", "take-over"), ("post", "return"),
    ("post", "signoffs"), ("post", "evidence"), ("post", "comments"), ("post", "assignments"),
]  # fmt: skip


@pytest.fixture
def rows(draft: Assessment, signed_practice: Assessment, compliance: User) -> dict[str, Any]:
    evidence: Evidence = services.add_evidence(
        assessment=draft, question_id="purpose", file=ContentFile(b"proof", name="proof.txt"), by=compliance
    )
    return {"assessment": draft.uid, "evidence": evidence.uid, "signoff": signed_practice.signoffs.get().uid}


def test_pages_and_files(
    rows: dict[str, Any], compliance: User, auditor: User, stranger: User, client_of: Callable[[User], Client]
) -> None:
    for path in PAGES:
        for seeing in (compliance, auditor):
            response = client_of(seeing).get(path.format(**rows))
            assert response.status_code == 200, path
            response.getvalue()
        assert client_of(stranger).get(path.format(**rows)).status_code == 404, path
        assert Client().get(path.format(**rows)).status_code == 302, path


def test_forms_of_another_team(rows: dict[str, Any], stranger: User, client_of: Callable[[User], Client]) -> None:
    for path in POSTS:
        assert client_of(stranger).post(path.format(**rows)).status_code == 404, path


def test_resources(rows: dict[str, Any], auditor: User, stranger: User, api_of: Callable[..., Any]) -> None:
    mine, theirs = api_of(auditor), api_of(stranger)
    for path in RESOURCES:
        response = mine.get(path.format(**rows))
        assert response.status_code == 200, path
        response.getvalue()
        assert theirs.get(path.format(**rows)).status_code == 404, path


def test_writes_of_another_team(rows: dict[str, Any], stranger: User, api_of: Callable[..., Any]) -> None:
    theirs = api_of(stranger)
    for verb, path in WRITES:
        response = getattr(theirs, verb)(f"/api/v1/assessments/{rows['assessment']}/{path}", {}, format="json")
        assert response.status_code == 404, path
    assert theirs.post(f"/api/v1/evidence/{rows['evidence']}/withdraw").status_code == 404


def test_lists_show_the_own_teams_only(
    rows: dict[str, Any], compliance: User, stranger: User, api_of: Callable[..., Any], client_of: Callable[..., Client]
) -> None:
    for resource, name in (("assessments", "assessment"), ("evidence", "evidence"), ("signoffs", "signoff")):
        seen = {row["uid"] for row in api_of(compliance).get(f"/api/v1/{resource}").data["results"]}
        hidden = {row["uid"] for row in api_of(stranger).get(f"/api/v1/{resource}").data["results"]}
        assert str(rows[name]) in seen
        assert hidden == set()
    for path in ("/assessments/", "/search/?q=Small"):
        assert str(rows["assessment"]) in client_of(compliance).get(path).content.decode()
        assert str(rows["assessment"]) not in client_of(stranger).get(path).content.decode()


def test_frameworks_are_for_everybody_signed_in(
    rows: dict[str, Any], stranger: User, api_of: Callable[..., Any], client_of: Callable[..., Client]
) -> None:
    found = api_of(stranger).get("/api/v1/frameworks").data["results"]
    assert [row["framework_id"] for row in found] == ["small-check"]
    detail = api_of(stranger).get(f"/api/v1/frameworks/{found[0]['uid']}").data
    assert detail["document"]["framework"]["id"] == "small-check"
    assert client_of(stranger).get(f"/frameworks/{found[0]['uid']}/").status_code == 200
    assert client_of(stranger).get("/frameworks/").status_code == 200
    assert Client().get("/frameworks/").status_code == 302
    assert Client().get("/api/v1/frameworks").status_code == 401
