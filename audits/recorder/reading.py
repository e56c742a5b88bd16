"""Reads of the record: lists, an object's history, and any past moment rebuilt from the revisions."""

from __future__ import annotations

import datetime
import json
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.db.models import Max, Q, QuerySet

from audits.models.records import Checkpoint, Entry, Revision
from governance.models import User


@dataclass(frozen=True)
class PastState:
    """An object as the record had it at a moment.

    `fields` are the recorded fields; where content was erased since, `is_complete` is False and what only it knew is
    missing.
    """

    subject_kind: str
    subject_uid: uuid.UUID
    fields: dict[str, Any]
    entry_uid: uuid.UUID
    recorded_at: datetime.datetime
    is_complete: bool = field(default=True)


def entries(*, user: User, **filters: Any) -> QuerySet[Entry]:
    """Entries the person may see, newest first, with their content and place."""
    rows: QuerySet[Entry] = Entry.objects.visible_to(user).filter(**filters)
    return rows.select_related("revision", "leaf").order_by("-id")


def history(subject_uid: uuid.UUID) -> QuerySet[Entry]:
    """All entries about one object in the order of their numbers. The caller has checked who may see the object."""
    rows: QuerySet[Entry] = Entry.objects.about(subject_uid).select_related("revision", "leaf")
    return rows


def entry_of_event(event: str, subject_uid: uuid.UUID) -> Entry | None:
    """The latest entry of this event about an object."""
    return Entry.objects.filter(event=event, subject_uid=subject_uid).order_by("-subject_number").first()


def checkpoint_of_size(size: int) -> Checkpoint | None:
    """The latest checkpoint of exactly this size."""
    return Checkpoint.objects.filter(size=size).order_by("-id").first()


def earlier_sizes(size: int, *, recent: int = 20) -> list[int]:
    """Sizes of checkpoints before this one: the most recent, then ever sparser ones, twice as far back each time."""
    before = Checkpoint.objects.filter(size__lt=size, size__gt=0)
    nearest = before.order_by("-size").values_list("size", flat=True).distinct()[:recent]
    steps = range(size.bit_length())
    sparse = before.aggregate(**{f"back_{step}": Max("size", filter=Q(size__lte=size - 2**step)) for step in steps})
    return sorted({*nearest, *(found for found in sparse.values() if found is not None)})


def latest_checkpoint() -> Checkpoint | None:
    return Checkpoint.objects.order_by("-id").first()


def as_of(subject_kind: str, subject_uid: uuid.UUID, moment: datetime.datetime) -> PastState | None:
    """The object at that moment; None when the record did not know it yet."""
    rows = Revision.objects.filter(
        entry__subject_uid=subject_uid, entry__subject_kind=subject_kind, entry__recorded_at__lte=moment
    )
    return next(_fold(rows), None)


def all_as_of(
    subject_kind: str, moment: datetime.datetime, *, team_uid: uuid.UUID | None = None
) -> Iterator[PastState]:
    """All objects of a kind at that moment, of one team if named: the systems, the roles there were."""
    rows = Revision.objects.filter(entry__subject_kind=subject_kind, entry__recorded_at__lte=moment)
    if team_uid is not None:
        rows = rows.filter(entry__team_uid=team_uid)
    return _fold(rows)


def parts_as_of(
    subject_kind: str, moment: datetime.datetime, *, field_name: str, whole_uid: uuid.UUID
) -> Iterator[PastState]:
    """All objects of a kind that belonged to another at that moment: the answers of an assessment, a team's roles."""
    naming = f'"{field_name}":"{whole_uid}"'  # as canonical JSON writes it
    began = Entry.objects.filter(subject_kind=subject_kind, subject_number=1, revision__after__contains=naming)
    rows = Revision.objects.filter(
        entry__subject_uid__in=began.values("subject_uid"),
        entry__subject_kind=subject_kind,
        entry__recorded_at__lte=moment,
    )
    return (part for part in _fold(rows) if part.fields.get(field_name) == str(whole_uid))


def _fold(rows: QuerySet[Revision]) -> Iterator[PastState]:
    ordered = rows.select_related("entry").order_by("entry__subject_uid", "entry__subject_number")
    for _subject_uid, story in groupby(ordered.iterator(chunk_size=2_000), key=lambda row: row.entry.subject_uid):
        yield _state_after(story)


def _state_after(story: Iterable[Revision]) -> PastState:
    fields: dict[str, Any] = {}
    is_complete = True
    for revision in story:
        last = revision.entry
        was_erased = last.after_digest is not None and revision.after is None
        is_complete = is_complete and not was_erased
        fields |= json.loads(revision.after) if revision.after else {}
    return PastState(last.subject_kind, last.subject_uid, fields, last.uid, last.recorded_at, is_complete)
