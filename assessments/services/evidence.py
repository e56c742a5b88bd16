"""Evidence for an answer: a file known by its digest, or a link."""

from __future__ import annotations

import datetime
from contextlib import nullcontext
from pathlib import PurePath
from urllib.parse import urlsplit

from django.core.files import File
from django.db import transaction
from django.utils import timezone

from assessments.models import AnswerAuthor, Assessment, Evidence
from assessments.services.locking import locked, note_author
from assessments.services.parts import part_of
from governance.errors import ConflictError, InvalidError
from governance.events import publish, snapshot
from governance.models import User
from governance.permissions import require
from governance.services.files import check_upload, digest_of, stored


@transaction.atomic
def add_evidence(
    *,
    assessment: Assessment,
    question_id: str,
    by: User,
    title: str = "",
    file: File[bytes] | None = None,
    file_name: str = "",
    link: str = "",
    valid_until: datetime.date | None = None,
) -> Evidence:
    """Add a file or a link, one of the two, to a question. The same file again changes nothing."""
    assessment = locked(assessment)
    require(by, "evidence.add", part_of(assessment, question_id))
    link = link.strip()
    if (file is None) == (not link):
        raise InvalidError("Choose a file or give a link, one of the two.", fields={"file": ["a file or a link"]})
    piece = Evidence(
        assessment=assessment, question_id=question_id, title=title.strip(), valid_until=valid_until, added_by=by
    )
    if file is not None:
        same = _fill_from_file(piece, file, file_name or file.name or "file")
        if same is not None:
            return same
    else:
        _check_link(link)
        piece.link = link
        piece.title = piece.title or link
    piece.title = piece.title[:200]
    with stored(piece.file, piece.file_name, file) if file is not None else nullcontext():
        piece.save()
        note_author(assessment, by, AnswerAuthor.Act.EVIDENCED)
        publish("evidence.added", subject=piece, by=by)
    return piece


@transaction.atomic
def withdraw_evidence(*, evidence: Evidence, by: User) -> Evidence:
    """Take a piece of evidence out of what will be signed. It stays on the record."""
    locked(evidence.assessment)
    evidence = Evidence.objects.select_related("assessment__team").get(pk=evidence.pk)
    require(by, "evidence.withdraw", evidence)
    if evidence.withdrawn_at is not None:
        raise ConflictError("This piece of evidence was withdrawn already.")
    before = snapshot(evidence)
    evidence.withdrawn_at = timezone.now()
    evidence.save(update_fields=["withdrawn_at"])
    note_author(evidence.assessment, by, AnswerAuthor.Act.EVIDENCED)
    publish("evidence.withdrawn", subject=evidence, by=by, before=before)
    return evidence


def _fill_from_file(piece: Evidence, file: File[bytes], name: str) -> Evidence | None:
    """Take the file's facts; returns the row that has the same bytes already, if there is one."""
    name = PurePath(name).name[-200:]
    check_upload(file, name)
    sha256 = digest_of(file)
    same: Evidence | None = Evidence.objects.filter(
        assessment=piece.assessment, question_id=piece.question_id, sha256=sha256, withdrawn_at=None
    ).first()
    if same is not None:
        return same
    piece.title = piece.title or name
    piece.file_name, piece.sha256, piece.size = name, sha256, file.size
    return None


def _check_link(link: str) -> None:
    try:
        address = urlsplit(link)
    except ValueError:  # such as https://[
        address = urlsplit("")
    if address.scheme not in ("http", "https") or not address.netloc or len(link) > 1000:
        raise InvalidError(
            "A link starts with https:// and has at most 1,000 characters.", fields={"link": ["not a web address"]}
        )
