"""Assessments made before Evenhand was there: the document itself, and what it claims of its day."""

from __future__ import annotations

import datetime
from pathlib import PurePath

from django.core.files import File
from django.db import transaction
from django.utils import timezone

from assessments.models import LegacyRecord
from governance.errors import ConflictError, InvalidError
from governance.events import claimed_to_have_occurred, publish
from governance.models import System, Team, User
from governance.permissions import require
from governance.services.files import check_upload, digest_of, stored

SUFFIXES = (".pdf", ".docx", ".doc", ".odt", ".rtf")
_STARTS = {
    ".pdf": b"%PDF-",
    ".docx": b"PK\x03\x04",
    ".odt": b"PK\x03\x04",
    ".doc": b"\xd0\xcf\x11\xe0",
    ".rtf": b"{\\rtf",
}
EARLIEST = datetime.date(1990, 1, 1)


@transaction.atomic
def add_legacy_record(
    *,
    team: Team,
    by: User,
    title: str,
    occurred_on: datetime.date,
    file: File[bytes],
    file_name: str = "",
    system: System | None = None,
    framework: str = "",
    result: str = "",
    decided_by: str = "",
) -> LegacyRecord:
    """Keep a finished assessment from elsewhere. Its day is what it claims; when it came in is what the clock says."""
    require(by, "legacy.add", team)
    name = PurePath(file_name or file.name or "document").name[-200:]
    _check(team, system, title, occurred_on)
    check_upload(file, name, suffixes=SUFFIXES)
    _check_start(file, name)
    sha256 = digest_of(file)
    _check_new(team, system, sha256)
    record = LegacyRecord(
        team=team,
        system=system,
        title=title.strip(),
        framework=framework.strip(),
        result=result.strip(),
        decided_by=decided_by.strip(),
        occurred_on=occurred_on,
        file_name=name,
        sha256=sha256,
        size=file.size or 0,
        added_by=by,
    )
    with stored(record.file, name, file):
        record.save()
        with claimed_to_have_occurred(occurred_on):
            publish("legacy.added", subject=record, by=by)
    return record


def _check(team: Team, system: System | None, title: str, occurred_on: datetime.date) -> None:
    if system is not None and system.team_id != team.pk:
        raise InvalidError("This system belongs to another team.", fields={"system": ["not found"]})
    if not title.strip() or len(title.strip()) > 200:
        raise InvalidError("Give it a title of at most 200 characters.", fields={"title": ["required"]})
    if not EARLIEST <= occurred_on <= timezone.localdate():
        message = f"The day it was decided must lie between {EARLIEST:%d.%m.%Y} and today."
        raise InvalidError(message, fields={"occurred_on": ["not a day it can have happened"]})


def _check_start(file: File[bytes], name: str) -> None:
    """What the file begins with must fit what its name says."""
    start = _STARTS[next(suffix for suffix in SUFFIXES if name.lower().endswith(suffix))]
    head = file.read(len(start))
    file.seek(0)
    if head != start:
        raise InvalidError(
            f"{name} is not what its name says; send the document itself.", fields={"file": ["wrong kind"]}
        )


def _check_new(team: Team, system: System | None, sha256: str) -> None:
    same = LegacyRecord.objects.filter(team=team, system=system, sha256=sha256).first()
    if same is not None:
        message = f"This document was entered already, as {same.title} of {same.occurred_on:%d.%m.%Y}."
        raise ConflictError(message, fields={"file": ["entered already"]})
