"""Answers of the organisation's own signed assessment, copied by digest into a system's assessment."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from assessments.models import Assessment, CopiedAnswer, Scope
from assessments.services.locking import locked
from evenhand.ledger.canonical import canonical_bytes, sha256_hex
from governance.errors import InvalidError
from governance.events import publish, snapshot
from governance.models import User
from governance.permissions import require


@dataclass(frozen=True)
class SignedAnswer:
    """A signed answer of the organisation, with its evidence and digest."""

    question_id: str
    content: dict[str, Any]
    sha256: str


@transaction.atomic
def take_over_answers(*, assessment: Assessment, by: User) -> int:
    """Take over the organisation's newest signed answers; says how many changed. Earlier ones stay on the record."""
    assessment = locked(assessment)
    require(by, "assessment.take_over", assessment)
    if assessment.scope != Scope.SYSTEM:
        raise InvalidError("The organisation's own assessment has nowhere to take answers over from.")
    if newest_signed(assessment) is None:
        raise InvalidError(
            f"{assessment.team.name} has no signed assessment of its own by {assessment.edition.title} yet. "
            "Have that one signed off first."
        )
    return copy_signed_answers(assessment, by)


def copy_to_those_waiting(source: Assessment) -> None:
    """Give just signed answers of the organisation to open assessments that wait for them. Copies stay as they are."""
    waiting = Assessment.objects.still_open().filter(
        team=source.team,
        scope=Scope.SYSTEM,
        edition__framework_id=source.edition.framework_id,
        copied_answers__isnull=True,
    )
    for assessment in waiting.order_by("pk"):
        copy_signed_answers(locked(assessment), None)


def copy_signed_answers(assessment: Assessment, by: User | None) -> int:
    """Copy what differs from the newest signed answers. Does nothing where none are signed."""
    source = newest_signed(assessment)
    if source is None:
        return 0
    have = {copied.question_id: copied for copied in assessment.copied_answers.all()}
    changed = 0
    for signed in signed_answers(source):
        copied = have.get(signed.question_id)
        if copied is not None and copied.sha256 == signed.sha256:
            continue
        before = snapshot(copied) if copied else None
        copied = copied or CopiedAnswer(assessment=assessment, question_id=signed.question_id)
        copied.source, copied.content, copied.sha256 = source, signed.content, signed.sha256
        copied.copied_at = timezone.now()
        copied.save()
        publish("answer.copied", subject=copied, by=by, before=before)
        changed += 1
    return changed


def newest_signed(assessment: Assessment) -> Assessment | None:
    """The team's newest approved assessment of the organisation by the same framework."""
    return Assessment.objects.with_parts().signed_for_team(assessment.team, assessment.edition.framework_id)


def signed_answers(source: Assessment) -> list[SignedAnswer]:
    """Every answer of a signed assessment in the form in which it is copied."""
    evidence: dict[str, list[dict[str, str]]] = {}
    for piece in source.evidence.filter(withdrawn_at=None):
        evidence.setdefault(piece.question_id, []).append({"title": piece.title, "what": piece.sha256 or piece.link})
    found = []
    for answer in source.answers.all():
        content = {**answer.content(), "evidence": evidence.get(answer.question_id, [])}
        found.append(SignedAnswer(answer.question_id, content, sha256_hex(canonical_bytes(content))))
    return found


def stale_copies(assessment: Assessment) -> dict[str, Assessment]:
    """Question ids whose copied answer differs from the newest signed one, with the assessment that says so."""
    source = newest_signed(assessment) if assessment.scope == Scope.SYSTEM else None
    if source is None:
        return {}
    now = {signed.question_id: signed.sha256 for signed in signed_answers(source)}
    return {
        copied.question_id: source
        for copied in assessment.copied_answers.all()
        if now.get(copied.question_id, "") != copied.sha256
    }
