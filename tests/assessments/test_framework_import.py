"""A framework of another format handed in on a page becomes a draft, with what is missing at its top."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from assessments import services
from assessments.models import FrameworkDraft
from governance.models import Team, User

ClientOf = Callable[[User], Client]
AT = "/framework-drafts/import/"
SURVEY = {
    "title": "Depot form",
    "pages": [
        {
            "elements": [
                {"type": "radiogroup", "name": "size-RS", "choices": ["small-1", "large-3"], "defaultValue": "small-1"},
                {"type": "text", "name": "why", "visibleIf": "{size-RS} = 'large-3'"},
            ]
        }
    ],
}


def upload(content: Any, name: str = "form.json") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content if isinstance(content, bytes) else json.dumps(content).encode())


def test_it_becomes_a_draft_that_can_be_published(team: Team, compliance: User, client_of: ClientOf) -> None:
    client = client_of(compliance)
    assert "Import a framework" in client.get("/frameworks/").content.decode()
    assert "SurveyJS form" in client.get(AT).content.decode()
    form = {"team": team.uid, "source": "surveyjs", "points": "-([0-9]+)$", "scores": "RS=raw", "file": upload(SURVEY)}
    answer = client.post(AT, form)
    draft = FrameworkDraft.objects.get()
    assert answer.headers["Location"] == f"/framework-drafts/{draft.uid}/"
    assert draft.text.startswith("# What could not be carried over")
    assert "# form.json, line 1: pages.0.elements.0.defaultValue (size-RS): 'defaultValue'" in draft.text
    edition = services.publish_framework_draft(draft=draft, by=compliance)
    assert [question.source_id for question in edition.framework.questions] == ["size-RS", "why"]
    assert [score.id for score in edition.framework.scores] == ["raw"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"source": "oscal"}, "is not an OSCAL catalog or profile"),
        ({"file": upload(b"{", "form.json")}, "is not valid JSON"),
        ({"file": upload(b"x" * 5_000_001, "form.json")}, "at most 5,000,000 are read"),
        ({"points": "("}, "is not a regular expression"),
        ({"scores": "RS"}, "SUFFIX=score"),
    ],
)
def test_what_is_refused_is_said_and_nothing_is_kept(
    change: dict[str, Any], said: str, team: Team, compliance: User, client_of: ClientOf
) -> None:
    form = {"team": team.uid, "source": "surveyjs", "points": "-([0-9]+)$", "file": upload(SURVEY)} | change
    answer = client_of(compliance).post(AT, form)
    assert (answer.status_code, said in answer.content.decode()) == (422, True)
    assert FrameworkDraft.objects.count() == 0


def test_others_are_refused(engineer: User, client_of: ClientOf) -> None:
    assert client_of(engineer).get(AT).status_code == 403
