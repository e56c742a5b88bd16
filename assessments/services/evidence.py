"""Evidence for an answer: a state of the library's item, copied so that it freezes with the assessment."""

from __future__ import annotations

import datetime

from django.core.files import File
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from assessments.models import AnswerAuthor, Assessment, Evidence, EvidenceItem, EvidenceRevision, LookAgain
from assessments.services.library import Described, kept_in_library, read_material
from assessments.services.locking import locked, note_author
from assessments.services.looking import settle_look_agains
from assessments.services.parts import part_of
from governance.errors import ConflictError, InvalidError
from governance.events import publish, snapshot
from governance.models import User
from governance.permissions import require


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
    """Add a file or a link, one of the two, to a question. It goes into the library; the same again changes nothing."""
    assessment = locked(assessment)
    require(by, "evidence.add", part_of(assessment, question_id))
    material = read_material(file=file, file_name=file_name, link=link)
    described = Described(title=title, valid_until=valid_until, owner=by)
    with kept_in_library(team=assessment.team, material=material, described=described, by=by) as revision:
        return _attach(assessment, question_id, revision, by, title=title, valid_until=valid_until)


@transaction.atomic
def attach_from_library(*, assessment: Assessment, question_id: str, item: EvidenceItem, by: User) -> Evidence:
    """Attach the newest revision of an item to a question. The same again changes nothing."""
    assessment = locked(assessment)
    require(by, "evidence.add", part_of(assessment, question_id))
    if item.team_id != assessment.team_id:
        raise InvalidError("This item is in another team's library.", fields={"item": ["not found"]})
    if item.retired_at is not None:
        raise ConflictError(f"{item.title} is retired. Bring it back in the library first.")
    return _attach(assessment, question_id, _newest(item), by)


@transaction.atomic
def take_newest_revision(*, evidence: Evidence, by: User) -> Evidence:
    """Put the newest revision of the item in the place of the attached one, which is withdrawn. Both stay on record."""
    assessment = locked(evidence.assessment)
    evidence = Evidence.objects.select_related("revision__item", "assessment").get(pk=evidence.pk)
    require(by, "evidence.add", part_of(assessment, evidence.question_id))
    newest = _newest(evidence.revision.item) if evidence.revision else None
    if evidence.withdrawn_at is not None or newest is None or newest == evidence.revision:
        raise ConflictError("This is the newest revision, or it is attached no longer.")
    piece = _attach(assessment, evidence.question_id, newest, by, title=evidence.title)
    _withdraw(evidence, by)
    return piece


@transaction.atomic
def withdraw_evidence(*, evidence: Evidence, by: User) -> Evidence:
    """Take a piece of evidence out of what will be signed. It stays on the record."""
    locked(evidence.assessment)
    evidence = Evidence.objects.select_related("assessment__team").get(pk=evidence.pk)
    require(by, "evidence.withdraw", evidence)
    if evidence.withdrawn_at is not None:
        raise ConflictError("This piece of evidence was withdrawn already.")
    return _withdraw(evidence, by)


def _withdraw(evidence: Evidence, by: User) -> Evidence:
    before = snapshot(evidence)
    evidence.withdrawn_at = timezone.now()
    evidence.save(update_fields=["withdrawn_at"])
    note_author(evidence.assessment, by, AnswerAuthor.Act.EVIDENCED)
    publish("evidence.withdrawn", subject=evidence, by=by, before=before)
    _settle_expiry(evidence, by)
    return evidence


def _settle_expiry(evidence: Evidence, by: User) -> None:
    """The doubt about expired evidence is over once none of it is attached any more."""
    beside = Evidence.objects.filter(
        assessment=evidence.assessment_id, question_id=evidence.question_id, withdrawn_at=None
    )
    if not beside.filter(valid_until__lt=timezone.localdate()).exists():
        kinds = (LookAgain.Kind.EVIDENCE_EXPIRED,)
        settle_look_agains(assessment=evidence.assessment, question_ids=[evidence.question_id], by=by, kinds=kinds)


def _attach(
    assessment: Assessment,
    question_id: str,
    revision: EvidenceRevision,
    by: User,
    *,
    title: str = "",
    valid_until: datetime.date | None = None,
) -> Evidence:
    """Copy what the revision says; a later revision never changes it."""
    attached = Evidence.objects.filter(assessment=assessment, question_id=question_id, withdrawn_at=None)
    before_the_library = Q(revision=None, sha256=revision.sha256, link=revision.link)
    same: Evidence | None = attached.filter(Q(revision=revision) | before_the_library).first()
    if same is not None:
        return same
    piece = Evidence.objects.create(
        assessment=assessment,
        question_id=question_id,
        title=(title.strip() or revision.item.title)[:200],
        file=revision.file.name,
        file_name=revision.file_name,
        sha256=revision.sha256,
        size=revision.size,
        link=revision.link,
        valid_until=valid_until or revision.valid_until,
        revision=revision,
        added_by=by,
    )
    note_author(assessment, by, AnswerAuthor.Act.EVIDENCED)
    publish("evidence.added", subject=piece, by=by)
    return piece


def _newest(item: EvidenceItem) -> EvidenceRevision:
    newest: EvidenceRevision = item.revisions.select_related("item").order_by("-number")[:1].get()
    return newest
