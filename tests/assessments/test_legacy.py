"""Assessments from before: the document, what it claims, and that it was entered afterwards."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from assessments.models import LegacyRecord
from assessments.services.legacy import add_legacy_record
from audits.models.records import Entry
from evenhand.ledger.canonical import sha256_hex
from governance.errors import ConflictError, DomainError, InvalidError, NotAllowedError
from governance.models import System, Team, User

ClientOf = Callable[[User], Client]
PDF = b"%PDF-1.4 an old assessment"
DAY = datetime.date(2022, 3, 9)


def paper(content: bytes = PDF, name: str = "assessment 2022.pdf") -> ContentFile[bytes]:
    return ContentFile(content, name=name)


def kept_files() -> list[Path]:
    folder = Path(settings.MEDIA_ROOT)
    return [path for path in folder.rglob("*") if path.is_file()] if folder.exists() else []


@pytest.fixture
def record(team: Team, system: System, compliance: User) -> LegacyRecord:
    return add_legacy_record(
        team=team,
        system=system,
        by=compliance,
        title="DPIA of the hiring tool",
        framework="Our own DPIA form",
        result="Go, with yearly review",
        decided_by="The board",
        occurred_on=DAY,
        file=paper(),
    )


def test_it_keeps_the_bytes_the_claim_and_the_moment_it_came_in(record: LegacyRecord, compliance: User) -> None:
    with record.file.open("rb") as file:
        assert file.read() == PDF
    assert (record.sha256, record.size, record.file_name) == (sha256_hex(PDF), len(PDF), "assessment 2022.pdf")
    assert (record.occurred_on, record.added_by) == (DAY, compliance)
    assert record.created_at.date() > DAY
    entry = Entry.objects.get(event="legacy.added")
    assert entry.occurred_on == DAY
    assert entry.recorded_at.date() > DAY


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"title": "  "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"occurred_on": datetime.date(2999, 1, 1)}, "must lie between"),
        ({"occurred_on": datetime.date(1900, 1, 1)}, "must lie between"),
        ({"file": paper(name="table.csv")}, "send one of .pdf"),
        ({"file": paper(b"", "empty.pdf")}, "is empty"),
        ({"file": paper(b"MZ\x90", "virus.pdf")}, "is not what its name says"),
        ({"file": paper(PDF, "letter.docx")}, "is not what its name says"),
    ],
)
def test_what_cannot_be_entered_leaves_nothing_behind(
    change: dict[str, Any], why: str, team: Team, system: System, compliance: User
) -> None:
    given: dict[str, Any] = {"title": "Old", "occurred_on": DAY, "file": paper(), "system": system} | change
    with pytest.raises(DomainError, match=why):
        add_legacy_record(team=team, by=compliance, **given)
    assert LegacyRecord.objects.count() == 0
    assert kept_files() == []


def test_the_same_document_is_entered_once_and_another_teams_system_never(
    record: LegacyRecord, other_team: Team, team: Team, system: System, compliance: User, person: Callable[..., User]
) -> None:
    with pytest.raises(ConflictError, match=r"entered already, as DPIA of the hiring tool of 09\.03\.2022"):
        add_legacy_record(team=team, system=system, by=compliance, title="Again", occurred_on=DAY, file=paper())
    assert len(kept_files()) == 1
    officer = person("compliance", other_team, "officer-elsewhere")
    with pytest.raises(InvalidError, match="another team"):
        add_legacy_record(team=other_team, system=system, by=officer, title="x", occurred_on=DAY, file=paper())
    again = add_legacy_record(team=team, by=compliance, title="For all of us", occurred_on=DAY, file=paper())
    assert again.system is None


def test_only_those_who_lead_assessments_enter_them(team: Team, engineer: User, contributor: User) -> None:
    for by in (engineer, contributor):
        with pytest.raises(NotAllowedError):
            add_legacy_record(team=team, by=by, title="x", occurred_on=DAY, file=paper())


def test_it_is_shown_as_entered_afterwards_wherever_it_appears(
    record: LegacyRecord, system: System, engineer: User, stranger: User, client_of: ClientOf
) -> None:
    client = client_of(engineer)
    for at in (f"/systems/{system.uid}/", "/assessments/", f"/legacy-records/{record.uid}/"):
        page = client.get(at).content.decode()
        assert "Entered afterwards" in page, at
        assert "DPIA of the hiring tool" in page, at
        assert "9 Mar 2022" in page or "9 March 2022" in page, at
    assert record.sha256 in client.get(f"/legacy-records/{record.uid}/").content.decode()
    file = client.get(f"/legacy-records/{record.uid}/file/")
    assert b"".join(file.streaming_content) == PDF  # type: ignore[attr-defined]
    assert "attachment" in file.headers["Content-Disposition"]
    for at in (f"/legacy-records/{record.uid}/", f"/legacy-records/{record.uid}/file/"):
        assert client_of(stranger).get(at).status_code == 404
    assert "DPIA of the hiring tool" not in client_of(stranger).get("/assessments/").content.decode()


def test_the_form_keeps_what_was_typed_when_it_is_refused(
    system: System, compliance: User, engineer: User, client_of: ClientOf
) -> None:
    client, at = client_of(compliance), "/legacy-records/new/"
    assert "Enter an earlier assessment" in client.get(f"{at}?system={system.uid}").content.decode()
    form = {"about": f"system:{system.uid}", "title": "Old review", "occurred_on": "2021-05-04", "result": "Fine"}
    wrong = client.post(at, {**form, "file": SimpleUploadedFile("old.pdf", b"no pdf")})
    assert wrong.status_code == 422
    assert "is not what its name says" in wrong.content.decode()
    assert 'value="Old review"' in wrong.content.decode()
    done = client.post(at, {**form, "file": SimpleUploadedFile("old.pdf", PDF)})
    record = LegacyRecord.objects.get()
    assert done.headers["Location"] == f"/legacy-records/{record.uid}/"
    assert (record.system, record.result) == (system, "Fine")
    assert client_of(engineer).get(at).status_code == 403


def test_the_api_takes_lists_and_hands_out(
    system: System, compliance: User, api_of: Callable[[User], Any], stranger: User
) -> None:
    client = api_of(compliance)
    given = {"system": str(system.uid), "title": "Old", "occurred_on": "2021-05-04"}
    made = client.post("/api/v1/legacy-records", {**given, "file": SimpleUploadedFile("old.pdf", PDF)})
    assert made.status_code == 201, made.content
    assert (made.json()["entered_afterwards"], made.json()["sha256"]) == (True, sha256_hex(PDF))
    at = made.headers["Location"]
    assert client.get(at).json()["occurred_on"] == "2021-05-04"
    assert b"".join(client.get(f"{at}/file").streaming_content) == PDF
    assert len(client.get("/api/v1/legacy-records").json()["results"]) == 1
    assert api_of(stranger).get(at).status_code == 404
    late = client.post(
        "/api/v1/legacy-records", {**given, "occurred_on": "2999-01-01", "file": SimpleUploadedFile("o.pdf", PDF)}
    )
    assert late.status_code == 422
