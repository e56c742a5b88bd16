"""Remarks on a question or on the whole assessment, and who is told of them."""

import re
from collections.abc import Collection, Sequence

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from assessments.models import Assessment, Comment
from assessments.services.locking import locked
from governance.errors import ConflictError, InvalidError
from governance.events import publish, snapshot
from governance.models import Team, User
from governance.permissions import require
from governance.services import notify

LONGEST = 10_000
SHOWN = 300


@transaction.atomic
def add_comment(
    *,
    assessment: Assessment,
    text: str,
    by: User,
    question_id: str = "",
    for_report: bool = False,
    mentions: Collection[User] = (),
    asks_for_change: bool = False,
) -> Comment:
    """Write a remark. People of the team who are named (@name, @address) or picked are told, and nobody else.

    One marked for the report is printed in it. Remarks are never part of what is signed.
    """
    assessment = locked(assessment)
    require(by, "assessment.comment", assessment)
    _check_question(assessment, question_id)
    text = _checked(text)
    people = people_of(assessment.team)
    strange = [person for person in mentions if person not in people]
    if strange:
        raise InvalidError(
            f"{strange[0]} has no role in {assessment.team.name}, so cannot be told.",
            fields={"mentions": ["not in the team"]},
        )
    addressed = sorted({*mentions, *mentioned_in(text, people)} - {by}, key=lambda person: person.pk)
    comment = Comment.objects.create(
        assessment=assessment,
        question_id=question_id,
        text=text,
        for_report=for_report,
        asks_for_change=asks_for_change,
        author=by,
    )
    comment.mentions.set(addressed)
    publish("comment.written", subject=comment, by=by, data={"mentions": [str(person.uid) for person in addressed]})
    for person in addressed:
        _tell(comment, person)
    return comment


@transaction.atomic
def settle_comment(*, comment: Comment, by: User) -> Comment:
    """Say that what a remark asked for is done. It stays where it is, marked as settled."""
    comment = Comment.objects.select_for_update(of=("self",)).select_related("assessment__team").get(pk=comment.pk)
    require(by, "comment.settle", comment)
    if comment.settled_at is not None:
        raise ConflictError("This comment is settled already.")
    before = snapshot(comment)
    comment.settled_at, comment.settled_by = timezone.now(), by
    comment.save(update_fields=["settled_at", "settled_by"])
    publish("comment.settled", subject=comment, by=by, before=before)
    return comment


def people_of(team: Team) -> list[User]:
    """Everybody who has a role in the team and is not locked out, by name."""
    members = User.objects.filter(memberships__team=team, memberships__is_active=True, is_active=True)
    return list(members.distinct().order_by("name", "email"))


def mentioned_in(text: str, people: Sequence[User]) -> set[User]:
    """The people whom a text names after an @, by name or by address; the longest name that fits counts."""
    ways = [(way, person) for person in people for way in (person.name, person.email) if way]
    found: set[User] = set()
    by_length: dict[str, list[User]] = {}
    for way, person in ways:
        by_length.setdefault(way.casefold(), []).append(person)
    for mark in re.finditer(r"(?<![\w.@])@", text):
        rest = text[mark.end() :].casefold()
        fitting = [way for way in by_length if _begins_with(rest, way)]
        if fitting:
            found.update(by_length[max(fitting, key=len)])
    return found


def _begins_with(text: str, name: str) -> bool:
    """Whether the name stands there as a whole: "Ana" is not in "Anabel", nor a short address in a longer one."""
    after = text[len(name) : len(name) + 1]
    return text.startswith(name) and not (after.isalnum() or after in ("_", "@"))


def _check_question(assessment: Assessment, question_id: str) -> None:
    if question_id and question_id not in assessment.edition.framework.questions_by_id:
        raise InvalidError(f"{question_id} is no question of {assessment.edition}.", fields={"question": ["unknown"]})


def _checked(text: str) -> str:
    text = text.strip()
    if not text:
        raise InvalidError("Write something first.", fields={"text": ["required"]})
    if len(text) > LONGEST:
        raise InvalidError(f"A remark has at most {LONGEST:,} characters.", fields={"text": ["too long"]})
    return text


def _tell(comment: Comment, person: User) -> None:
    assessment = comment.assessment
    where = assessment.edition.framework.questions_by_id.get(comment.question_id)
    place = (where.code or str(where.prompt)) if where else "the whole assessment"
    notify(
        user=person,
        team=assessment.team,
        kind="mentioned",
        key=f"mentioned:{comment.uid}",
        title=f"{comment.author} mentions you in {assessment.title}, {assessment.subject_name}",
        detail=f"On {place}: {comment.text[:SHOWN]}{'…' if len(comment.text) > SHOWN else ''}",
        url=f"{reverse('assessments:comment-list', args=[assessment.uid])}#comment-{comment.uid}",
    )
