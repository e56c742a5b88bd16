"""The evidence library of a team: items, their revisions, and what happens to those who rely on an older one."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import PurePath
from urllib.parse import urlsplit

from django.core.files import File
from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone

from assessments.models import Evidence, EvidenceItem, EvidenceRevision
from governance.errors import ConflictError, InvalidError
from governance.events import publish, snapshot
from governance.models import Team, User
from governance.permissions import require
from governance.services import notify
from governance.services.files import check_upload, digest_of, stored

LONGEST_LINK = 1000


@dataclass(frozen=True)
class Material:
    """A file or a link, checked and not kept yet."""

    file: File[bytes] | None = None
    file_name: str = ""
    sha256: str = ""
    link: str = ""

    @property
    def name(self) -> str:
        return self.file_name or self.link


@dataclass(frozen=True)
class Described:
    """What somebody says about material they bring."""

    title: str = ""
    description: str = ""
    valid_until: datetime.date | None = None
    note: str = ""
    owner: User | None = None


@transaction.atomic
def add_item(
    *,
    team: Team,
    by: User,
    title: str = "",
    description: str = "",
    file: File[bytes] | None = None,
    file_name: str = "",
    link: str = "",
    valid_until: datetime.date | None = None,
    owner: User | None = None,
) -> EvidenceItem:
    """Put a file or a link into the library. The same bytes, or the same address, are the same item already."""
    require(by, "evidence_item.add", team)
    _check_owner(team, owner)
    material = read_material(file=file, file_name=file_name, link=link)
    described = Described(title, description, valid_until, owner=owner or by)
    with kept_in_library(team=team, material=material, described=described, by=by) as revision:
        return revision.item


@transaction.atomic
def revise_item(
    *,
    item: EvidenceItem,
    by: User,
    file: File[bytes] | None = None,
    file_name: str = "",
    link: str = "",
    valid_until: datetime.date | None = None,
    note: str = "",
) -> EvidenceRevision:
    """Add the next state of an item. What is attached stays as it is; open assessments are told and can take it."""
    item = _locked(item)
    require(by, "evidence_item.change", item)
    if item.retired_at is not None:
        raise ConflictError(f"{item.title} is retired. Bring it back first.")
    material = read_material(file=file, file_name=file_name, link=link)
    newest = item.revisions.first()
    same = _same_material(item.team, material)
    if same is not None and same.item_id != item.pk:
        raise ConflictError(
            f"This is in the library already, as {same.item.title}. Attach that one, or bring the newer document.",
            fields={"file": ["in the library already"]},
        )
    if same is not None and newest == same and newest.valid_until == valid_until:
        return newest
    with _stored_revision(item, material, Described(valid_until=valid_until, note=note), by) as revision:
        _tell_those_who_rely_on_older(revision)
    return revision


@transaction.atomic
def change_item(
    *, item: EvidenceItem, by: User, title: str, description: str = "", owner: User | None = None
) -> EvidenceItem:
    """Describe an item anew: its name, what it is, who keeps it up to date."""
    item = _locked(item)
    require(by, "evidence_item.change", item)
    title = title.strip()
    if not title or len(title) > 200:
        raise InvalidError("Give it a title of at most 200 characters.", fields={"title": ["required"]})
    _check_owner(item.team, owner)
    before = snapshot(item)
    item.title, item.description, item.owner = title, description.strip(), owner
    if snapshot(item) != before:
        item.save(update_fields=["title", "description", "owner"])
        publish("evidence_item.changed", subject=item, by=by, before=before)
    return item


@transaction.atomic
def retire_item(*, item: EvidenceItem, by: User) -> EvidenceItem:
    """Offer an item no longer. Where it is attached it stays, and its bytes stay on the record."""
    item = _locked(item)
    require(by, "evidence_item.change", item)
    if item.retired_at is not None:
        raise ConflictError(f"{item.title} is retired already.")
    before = snapshot(item)
    item.retired_at = timezone.now()
    item.save(update_fields=["retired_at"])
    publish("evidence_item.retired", subject=item, by=by, before=before)
    return item


@transaction.atomic
def bring_back_item(*, item: EvidenceItem, by: User) -> EvidenceItem:
    """Offer a retired item again."""
    item = _locked(item)
    require(by, "evidence_item.change", item)
    if item.retired_at is None:
        raise ConflictError(f"{item.title} is not retired.")
    before = snapshot(item)
    item.retired_at = None
    item.save(update_fields=["retired_at"])
    publish("evidence_item.changed", subject=item, by=by, before=before)
    return item


@contextmanager
def kept_in_library(*, team: Team, material: Material, described: Described, by: User) -> Iterator[EvidenceRevision]:
    """The library's revision of this material, made where it is new. A file is deleted again if what follows fails."""
    same = _same_material(team, material)
    if same is None:
        Team.objects.select_for_update(no_key=True).get(pk=team.pk)  # the same bytes twice at once are one item
        same = _same_material(team, material)
    if same is not None:
        if same.item.retired_at is not None:
            raise ConflictError(
                f"{same.item.title} in the evidence library holds this, and it was retired. Bring it back there first.",
                fields={"file": ["retired in the library"]},
            )
        yield same
        return
    item = EvidenceItem.objects.create(
        team=team,
        title=(described.title.strip() or material.name)[:200],
        description=described.description.strip(),
        owner=described.owner,
    )
    publish("evidence_item.added", subject=item, by=by)
    with _stored_revision(item, material, described, by) as revision:
        yield revision


def read_material(*, file: File[bytes] | None = None, file_name: str = "", link: str = "") -> Material:
    """A file or a link, one of the two; anything else is refused with its reason."""
    link = link.strip()
    if (file is None) == (not link):
        raise InvalidError("Choose a file or give a link, one of the two.", fields={"file": ["a file or a link"]})
    if file is None:
        _check_link(link)
        return Material(link=link)
    name = PurePath(file_name or file.name or "file").name[-200:]
    check_upload(file, name)
    return Material(file=file, file_name=name, sha256=digest_of(file))


def uses_of(item: EvidenceItem) -> Iterable[Evidence]:
    """Where an item is attached, newest first; pieces of before there was a library are known by their bytes."""
    digests = [revision.sha256 for revision in item.revisions.all() if revision.sha256]
    by_bytes = Q(revision=None, assessment__team=item.team_id, sha256__in=digests)
    rows = Evidence.objects.filter(Q(revision__item=item) | by_bytes)
    related = ("assessment__team", "assessment__system", "assessment__edition", "revision")
    return rows.select_related(*related).defer("assessment__edition__document").order_by("-created_at", "-pk")


@contextmanager
def _stored_revision(
    item: EvidenceItem, material: Material, described: Described, by: User
) -> Iterator[EvidenceRevision]:
    newest = item.revisions.first()
    revision = EvidenceRevision(
        item=item,
        number=newest.number + 1 if newest else 1,
        file_name=material.file_name,
        sha256=material.sha256,
        size=material.file.size if material.file else None,
        link=material.link,
        valid_until=described.valid_until,
        note=described.note.strip(),
        added_by=by,
    )
    with stored(revision.file, material.file_name, material.file) if material.file else nullcontext():
        revision.save()
        publish("evidence_item.revised", subject=revision, by=by)
        yield revision


def _same_material(team: Team, material: Material) -> EvidenceRevision | None:
    """The newest revision in the team's library with these bytes, or with this address."""
    known = Q(sha256=material.sha256) if material.sha256 else Q(link=material.link)
    rows = EvidenceRevision.objects.filter(known, item__team=team).select_related("item__team")
    found: EvidenceRevision | None = rows.order_by("-pk").first()
    return found


def _tell_those_who_rely_on_older(revision: EvidenceRevision) -> None:
    item = revision.item
    pieces = Evidence.objects.filter(
        revision__item=item, withdrawn_at=None, assessment__status__in=("draft", "returned")
    ).exclude(revision=revision)
    for piece in pieces.select_related("assessment__started_by", "added_by").defer("assessment__edition__document"):
        assessment = piece.assessment
        for person in {assessment.started_by, piece.added_by} - {revision.added_by}:
            if person.roles_in(item.team):
                notify(
                    user=person,
                    team=item.team,
                    kind="evidence_newer",
                    key=f"evidence-newer:{revision.uid}:{assessment.uid}",
                    title=f"A newer revision of {item.title} exists",
                    detail=f"{assessment.title} has an older one attached; beside the answer you can take the newer.",
                    url=reverse("assessments:assessment-detail", args=[assessment.uid]),
                )


def _locked(item: EvidenceItem) -> EvidenceItem:
    found: EvidenceItem = EvidenceItem.objects.select_for_update(of=("self",)).select_related("team").get(pk=item.pk)
    return found


def _check_owner(team: Team, owner: User | None) -> None:
    if owner is not None and not owner.roles_in(team):
        raise InvalidError(f"{owner} has no role in {team.name}.", fields={"owner": ["not in the team"]})


def _check_link(link: str) -> None:
    try:
        address = urlsplit(link)
    except ValueError:  # such as https://[
        address = urlsplit("")
    if address.scheme not in ("http", "https") or not address.netloc or len(link) > LONGEST_LINK:
        raise InvalidError(
            "A link starts with https:// and has at most 1,000 characters.", fields={"link": ["not a web address"]}
        )


def with_newest(pieces: QuerySet[Evidence]) -> QuerySet[Evidence]:
    """With the number of the newest revision of each piece's item, read along with the pieces."""
    newest = EvidenceRevision.objects.filter(item=OuterRef("revision__item")).order_by("-number")
    return pieces.annotate(newest=Subquery(newest.values("number")[:1]))


def newer_than(piece: Evidence) -> int | None:
    """The number of the item's newest revision where it is not the one attached; for pieces read with it."""
    newest: int | None = vars(piece)["newest"]
    return newest if piece.revision and newest and newest > piece.revision.number else None
