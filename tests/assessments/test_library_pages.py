"""The evidence library in the browser without script, and over the API."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from assessments import services
from assessments.models import Assessment, Evidence, EvidenceItem
from governance.models import Team, User

ClientOf = Callable[[User], Client]
NEXT_YEAR = datetime.date(2027, 11, 30)


def html(response: Any) -> str:
    return str(response.content.decode())


def upload(text: str = "first", name: str = "policy.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode())


@pytest.fixture
def item(team: Team, compliance: User) -> EvidenceItem:
    file = ContentFile(b"first", name="policy.pdf")
    return services.add_item(team=team, by=compliance, file=file, title="Data policy", valid_until=NEXT_YEAR)


def test_putting_in_finding_and_reading(
    item: EvidenceItem, team: Team, engineer: User, stranger: User, client_of: ClientOf
) -> None:
    client = client_of(engineer)
    form = {"team": team.slug, "title": "Test report", "file": upload("report"), "valid_until": "2026-12-24"}
    made = client.post("/library/new/", form)
    page = html(client.get("/library/"))
    assert page.index("Test report") < page.index("Data policy")  # what expires first stands first
    assert "Data policy" not in html(client.get("/library/?q=report"))
    assert "Data policy" in html(client.get(f"/library/?q={item.revisions.get().sha256[:12]}"))
    detail = html(client.get(made.headers["Location"]))
    assert "Test report" in detail
    assert "attached nowhere yet" in detail
    assert "Data policy" not in html(client_of(stranger).get("/library/"))
    assert client_of(stranger).get(f"/library/{item.uid}/").status_code == 404


def test_what_cannot_be_taken_comes_back_with_what_was_typed(team: Team, compliance: User, client_of: ClientOf) -> None:
    refused = client_of(compliance).post("/library/new/", {"team": team.slug, "title": "Kept title"})
    assert (refused.status_code, "Choose a file or give a link" in html(refused)) == (422, True)
    assert 'value="Kept title"' in html(refused)
    assert not EvidenceItem.objects.exists()


def test_choosing_from_the_library_without_script(
    draft: Assessment, item: EvidenceItem, engineer: User, client_of: ClientOf
) -> None:
    client, at = client_of(engineer), f"/assessments/{draft.uid}/library/purpose/"
    assert at in html(client.get(f"/assessments/{draft.uid}/questions/purpose/"))
    assert "Attach<span" in html(client.get(at))
    chosen = client.post(at, {"item": str(item.uid)})
    assert chosen.headers["Location"] == f"/assessments/{draft.uid}/questions/purpose/"
    piece = draft.evidence.get()
    assert (piece.question_id, piece.title) == ("purpose", "Data policy")
    assert "Attach<span" not in html(client.get(at))
    assert "Data policy" in html(client.get(f"/library/{item.uid}/"))
    where = client.get(f"/evidence/{piece.uid}/place/")
    assert where.headers["Location"] == f"/assessments/{draft.uid}/questions/purpose/"
    assert client.post(at, {"item": "nonsense"}).headers["Location"]
    assert draft.evidence.count() == 1


def test_a_newer_revision_is_shown_beside_the_answer_and_taken(
    draft: Assessment, item: EvidenceItem, engineer: User, client_of: ClientOf
) -> None:
    services.attach_from_library(assessment=draft, question_id="purpose", item=item, by=engineer)
    client, question = client_of(engineer), f"/assessments/{draft.uid}/questions/purpose/"
    form = {"do": "revise", "file": upload("second"), "note": "Section 4 is new.", "valid_until": "2028-01-01"}
    client.post(f"/library/{item.uid}/", form)
    page = html(client.get(question))
    assert "Revision 2 is in the library" in page
    assert "Section 4 is new." in html(client.get(f"/library/{item.uid}/"))
    old = draft.evidence.get()
    taken = client.post(f"/evidence/{old.uid}/newest/")
    assert taken.headers["Location"] == question
    revision = draft.evidence.get(withdrawn_at=None).revision
    assert revision is not None
    assert revision.number == 2
    assert "Revision 2 is in the library" not in html(client.get(question))
    client.post(f"/evidence/{old.uid}/newest/")  # twice: refused with its reason on the page
    assert Evidence.objects.filter(withdrawn_at=None).count() == 1


def test_describing_retiring_and_bringing_back(
    item: EvidenceItem, compliance: User, contributor: User, client_of: ClientOf
) -> None:
    client, at = client_of(compliance), f"/library/{item.uid}/"
    client.post(at, {"do": "change", "title": "Policy on data", "owner": str(compliance.uid)})
    bad = client.post(at, {"do": "revise", "note": "nothing new"})
    assert (bad.status_code, "Choose a file" in html(bad), 'value="nothing new"' in html(bad)) == (422, True, True)
    client.post(at, {"do": "retire"})
    item.refresh_from_db()
    assert (item.title, item.retired_at is not None) == ("Policy on data", True)
    at_item = f'href="/library/{item.uid}/"'
    assert at_item not in html(client.get("/library/"))
    assert at_item in html(client.get("/library/?show=retired"))
    client.post(at, {"do": "bring_back"})
    item.refresh_from_db()
    assert item.retired_at is None
    theirs = client_of(contributor)
    assert "Retire" not in html(theirs.get(at))
    theirs.post(at, {"do": "retire"})
    item.refresh_from_db()
    assert item.retired_at is None


def test_the_bytes_of_a_revision(item: EvidenceItem, auditor: User, stranger: User, client_of: ClientOf) -> None:
    at = f"/evidence-revisions/{item.revisions.get().uid}/file/"
    assert client_of(auditor).get(at).getvalue() == b"first"
    assert client_of(stranger).get(at).status_code == 404


def test_over_the_api(
    draft: Assessment, team: Team, engineer: User, stranger: User, api_of: Callable[..., Any]
) -> None:
    api = api_of(engineer)
    made = api.post("/api/v1/library", {"title": "Policy", "file": upload(), "valid_until": "2027-01-01"})
    assert made.status_code == 201, made.json()
    uid = made.json()["uid"]
    again = api.post("/api/v1/library", {"title": "Another", "file": upload()})
    assert again.json()["uid"] == uid
    revised = api.post(f"/api/v1/library/{uid}/revisions", {"file": upload("second"), "note": "New"})
    assert revised.json()["number"] == 2
    attach = {"assessment": str(draft.uid), "question_id": "purpose"}
    piece = api.post(f"/api/v1/library/{uid}/attach", attach, format="json")
    assert (piece.status_code, piece.json()["question_id"]) == (201, "purpose")
    uses = api.get(f"/api/v1/library/{uid}/uses").json()
    assert [use["assessment"] for use in uses] == [str(draft.uid)]
    detail = api.get(f"/api/v1/library/{uid}").json()
    assert [revision["number"] for revision in detail["revisions"]] == [2, 1]
    file = api.get(f"/api/v1/library/{uid}/revisions/2/file")
    assert file.getvalue() == b"second"
    api.post(f"/api/v1/library/{uid}/revisions", {"file": upload("third")})
    newest = api.post(f"/api/v1/evidence/{piece.json()['uid']}/newest")
    assert newest.json()["revision"] == api.get(f"/api/v1/library/{uid}").json()["revisions"][0]["uid"]
    assert api.post(f"/api/v1/library/{uid}/retire").json()["retired_at"]
    assert api.post(f"/api/v1/library/{uid}/attach", attach, format="json").status_code == 409
    assert api.post(f"/api/v1/library/{uid}/bring-back").json()["retired_at"] is None
    assert api_of(stranger).get(f"/api/v1/library/{uid}").status_code == 404
    bad = api.post("/api/v1/library", {"title": "Policy"}, format="json")
    assert (bad.status_code, bad.json()["code"]) == (422, "invalid")
