"""Frameworks that a team writes itself: drafts saved with all their faults, published only without any."""

from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from assessments.errors import FaultyFrameworkError
from assessments.models import FrameworkDraft, FrameworkEdition
from assessments.services.editions import publish_edition
from evenhand.documents import DocumentError, Problem, read_document
from evenhand.ledger.canonical import sha256_hex
from evenhand.questionnaire.parsing import MAX_BYTES, parse_framework, warnings_of
from evenhand.questionnaire.schema import Framework
from evenhand.questionnaire.shipped import shipped_ids
from governance.errors import ConflictError, InvalidError
from governance.events import publish, snapshot
from governance.models import Team, User
from governance.permissions import require

UNTITLED = "Framework without a title yet"
LONGEST_TITLE = 200


@dataclass(frozen=True)
class Reading:
    """What comes of a text: the framework, or everything that is wrong with it."""

    framework: Framework | None
    problems: tuple[Problem, ...] = ()
    warnings: tuple[str, ...] = ()


def reading_of(content: str | bytes, *, name: str = "framework") -> Reading:
    """Read and check a framework; faults are part of the answer, not an exception."""
    try:
        framework = parse_framework(content, name=name)
    except DocumentError as error:
        return Reading(None, error.problems)
    return Reading(framework, warnings=warnings_of(framework))


@transaction.atomic
def save_framework_draft(
    *, text: str, by: User, team: Team | None = None, draft: FrameworkDraft | None = None, revision: int | None = None
) -> FrameworkDraft:
    """Save a framework as far as it is written, faults and all. A save on an older text is refused, not lost."""
    if draft is None and team is None:
        raise InvalidError("Say which team writes it.", fields={"team": ["required"]})
    row = FrameworkDraft(team=team, revision=0) if draft is None else _held(draft)
    require(by, "framework.draft", row)
    _check_can_be_kept(text)
    if draft is not None and revision is not None and revision != row.revision:
        raise ConflictError(
            f"{row.updated_by} saved this draft after you opened it. Your text is below and not lost; saving again "
            "puts it in the place of theirs.",
            fields={"text": ["somebody else saved meanwhile"]},
        )
    if draft is not None and row.text == text:
        return row
    before = snapshot(row) if draft is not None else None
    row.text, row.title = text, _title_of(text) or row.title or UNTITLED
    row.updated_by, row.revision = by, row.revision + 1
    row.save()
    publish("framework.drafted", subject=row, by=by, before=before, data={"text_sha256": sha256_hex(text.encode())})
    return row


@transaction.atomic
def publish_framework_draft(*, draft: FrameworkDraft, by: User, change_note: str = "") -> FrameworkEdition:
    """Publish a draft without faults as an edition of its team; from then on it never changes."""
    row = _held(draft)
    edition = publish_team_framework(team=row.team, content=row.text, by=by, change_note=change_note)
    before = snapshot(row)
    row.published_as, row.updated_by = edition, by
    row.save()
    publish("framework.drafted", subject=row, by=by, before=before, data={"published_as": edition.sha256})
    return edition


@transaction.atomic
def publish_team_framework(
    *, team: Team, content: str | bytes, by: User, name: str = "framework", change_note: str = ""
) -> FrameworkEdition:
    """Publish a YAML or JSON text as an edition that the team's people see. Ids of other frameworks are reserved."""
    require(by, "framework.publish", team)
    reading = reading_of(content, name=name)
    if reading.framework is None:
        raise FaultyFrameworkError(reading.problems)
    _check_id_is_free(reading.framework.id, team)
    return publish_edition(framework=reading.framework, by=by, team=team, change_note=change_note)


@transaction.atomic
def discard_framework_draft(*, draft: FrameworkDraft, by: User) -> FrameworkDraft:
    """Put a draft away. It leaves the list; its row stays."""
    row = _held(draft)
    require(by, "framework.draft", row)
    before = snapshot(row)
    row.discarded_at, row.updated_by = timezone.now(), by
    row.save()
    publish("framework.discarded", subject=row, by=by, before=before)
    return row


def _held(draft: FrameworkDraft) -> FrameworkDraft:
    """The draft as it is now, held until the transaction ends, if it can still change."""
    rows = FrameworkDraft.objects.select_related("team", "updated_by", "published_as")
    row: FrameworkDraft = rows.select_for_update(of=("self",)).get(pk=draft.pk)
    if row.published_as is not None:
        raise ConflictError(f"This draft is published as {row.published_as}. Start a new one from that edition.")
    if row.discarded_at is not None:
        raise ConflictError("This draft was discarded. Start a new one.")
    return row


def _check_can_be_kept(text: str) -> None:
    """Faults are kept; what is no text at all, or far too long, is not."""
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        raise InvalidError(
            f"The text is {size:,} bytes long; at most {MAX_BYTES:,} are read. It was not saved.",
            fields={"text": [f"{size:,} bytes, at most {MAX_BYTES:,}"]},
        )
    for number, line in enumerate(text.splitlines(), start=1):
        if any(character == "\0" or "\ud800" <= character <= "\udfff" for character in line):
            raise InvalidError(
                f"Line {number} holds a character that is no text. It was not saved: take that character out.",
                fields={"text": [f"line {number}: no text"]},
            )


def _title_of(text: str) -> str:
    """The title as far as it can be read from a text with faults."""
    try:
        value: Any = read_document(text, name="draft", max_bytes=MAX_BYTES).value
    except DocumentError:
        return ""
    head = value.get("framework") if isinstance(value, dict) else None
    title = head.get("title") if isinstance(head, dict) else None
    if isinstance(title, dict):
        title = title.get("en") or next(iter(title.values()), "")
    return title.strip()[:LONGEST_TITLE] if isinstance(title, str) else ""


def _check_id_is_free(framework_id: str, team: Team) -> None:
    """Nobody publishes under the id of a framework that comes with Evenhand or belongs to another team."""
    with connection.cursor() as cursor:  # two teams publishing under one id come one after the other
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"framework {framework_id}"])
    others = FrameworkEdition.objects.filter(framework_id=framework_id).exclude(team=team)
    if framework_id in shipped_ids() or others.exists():
        raise ConflictError(
            f"The id {framework_id} belongs to a framework that your team did not write. Choose another id, such as "
            f"{team.slug}-{framework_id}.",
            fields={"framework.id": ["belongs to another framework"]},
        )
