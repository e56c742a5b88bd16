"""Frameworks over the API: published from YAML or JSON, faults with their lines, nobody else's seen."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from assessments.models import FrameworkEdition
from evenhand.documents import read_document
from governance.models import User
from tests.assessments.test_drafts import FAULTY, OURS

ApiOf = Callable[..., Any]
AT = "/api/v1/frameworks"


@pytest.mark.parametrize("media_type", ["application/yaml", "text/yaml"])
def test_a_yaml_body_is_published_for_the_tokens_team(
    compliance: User, stranger: User, api_of: ApiOf, media_type: str
) -> None:
    made = api_of(compliance).generic("POST", AT, OURS.encode(), content_type=media_type)
    assert (made.status_code, made.json()["framework_id"]) == (201, "house-check")
    edition = FrameworkEdition.objects.get()
    assert made.headers["Location"].endswith(f"{AT}/{edition.uid}")
    assert api_of(compliance).get(f"{AT}/{edition.uid}").json()["document"] == edition.document
    assert api_of(stranger).get(f"{AT}/{edition.uid}").status_code == 404
    assert api_of(stranger).get(AT).json()["results"] == []


def test_json_and_files_are_taken_too_and_the_same_again_changes_nothing(compliance: User, api_of: ApiOf) -> None:
    api, value = api_of(compliance), read_document(OURS, name="ours").value
    first = api.generic("POST", f"{AT}?change_note=New", json.dumps(value), content_type="application/json")
    again = api.post(AT, {"file": SimpleUploadedFile("ours.yaml", OURS.encode())}, format="multipart")
    assert (first.status_code, again.status_code) == (201, 201)
    assert FrameworkEdition.objects.get().change_note == "New"
    uid = first.json()["uid"]
    assert api.get(f"{AT}/{uid}/document").json() == FrameworkEdition.objects.get().document
    text = api.get(f"{AT}/{uid}/document?syntax=yaml").content.decode()
    assert read_document(text, name="back").value == FrameworkEdition.objects.get().document


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (FAULTY.encode(), "line 47"),
        (b"a: &x [1]\nb: *x", "line 1"),
        (b'{"evenhand_framework": 1,\n "framework": {"id": 5}}', "line 2"),
        (b"\xff\xfe", "not UTF-8"),
        (b"", "Send the framework as the body"),
        (b"a: " + b"x" * 3_000_000, "at most 2,000,000"),
    ],
)
def test_every_fault_is_422_with_its_line_and_nothing_is_published(
    compliance: User, api_of: ApiOf, body: bytes, said: str
) -> None:
    refused = api_of(compliance).generic("POST", AT, body, content_type="application/yaml")
    assert refused.status_code == 422
    assert refused["Content-Type"] == "application/problem+json"
    assert said in refused.content.decode()
    assert not FrameworkEdition.objects.exists()


def test_engineers_and_other_teams_do_not_publish(
    engineer: User, compliance: User, other_team: Any, api_of: ApiOf
) -> None:
    assert api_of(engineer).generic("POST", AT, OURS.encode(), content_type="application/yaml").status_code == 403
    refused = api_of(compliance).generic("POST", f"{AT}?team={other_team.uid}", OURS, content_type="application/yaml")
    assert refused.status_code == 422
    assert api_of(compliance).post(AT, {"team": "x"}, format="multipart").status_code in (400, 422)
