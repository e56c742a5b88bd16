"""From handing in to the decision: submit, take back, return, sign off, supersede."""

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from assessments.errors import IncompleteAnswersError
from assessments.models import AnswerAuthor, Assessment, AssessmentStatus, Decision, Scope, SignOff
from assessments.services.content import content_sha256
from assessments.services.copying import copy_to_those_waiting
from assessments.services.locking import locked, note_author
from assessments.services.standing import missing_in
from evenhand.questionnaire import workflow
from governance.errors import ConflictError, InvalidError
from governance.events import publish, snapshot
from governance.models import User
from governance.permissions import require

DEFAULT_FUNCTION = "second line"


@dataclass(frozen=True)
class SignedWith:
    """What a person says when they sign."""

    function: str = DEFAULT_FUNCTION
    conditions: str = ""
    comment: str = ""


@transaction.atomic
def submit_assessment(*, assessment: Assessment, by: User) -> Assessment:
    """Hand in a complete assessment for a decision; what is missing is named, question by question."""
    assessment = locked(assessment)
    require(by, "assessment.submit", assessment)
    missing = missing_in(assessment)
    if missing:
        raise IncompleteAnswersError(missing)
    before = snapshot(assessment)
    assessment.status = workflow.advance(assessment.status, "submit")
    assessment.submitted_by, assessment.submitted_at = by, timezone.now()
    assessment.answers_sha256 = content_sha256(assessment)
    assessment.save(update_fields=["status", "submitted_by", "submitted_at", "answers_sha256"])
    note_author(assessment, by, AnswerAuthor.Act.SUBMITTED)
    publish("assessment.submitted", subject=assessment, by=by, before=before)
    return assessment


@transaction.atomic
def withdraw_assessment(*, assessment: Assessment, by: User) -> Assessment:
    """Take a submitted assessment back to draft, before anybody has decided."""
    assessment = locked(assessment)
    require(by, "assessment.withdraw", assessment)
    return _move(assessment, "withdraw", "assessment.withdrawn", by)


@transaction.atomic
def return_for_changes(*, assessment: Assessment, by: User, comment: str, function: str = DEFAULT_FUNCTION) -> SignOff:
    """Send a submitted assessment back, saying what to change. A person who wrote none of it decides."""
    assessment = locked(assessment)
    require(by, "assessment.return", assessment)
    if not comment.strip():
        raise InvalidError("Say what has to change.", fields={"comment": ["required"]})
    signoff = _sign(assessment, by, Decision.RETURNED, SignedWith(function=function, comment=comment))
    _move(assessment, "return", "assessment.returned", by)
    return signoff


@transaction.atomic
def sign_off(
    *,
    assessment: Assessment,
    by: User,
    function: str = DEFAULT_FUNCTION,
    conditions: str = "",
    comment: str = "",
    seen_sha256: str = "",
) -> SignOff:
    """Approve a submitted assessment. Its authors and its submitter may not; the older approved one is superseded.

    The organisation's own answers then go to the systems' assessments that waited for them.

    `seen_sha256` is the digest on the page the person read: anything else on the table now is refused.
    """
    assessment = locked(assessment)
    require(by, "assessment.approve", assessment)
    present = content_sha256(assessment)
    if present != assessment.answers_sha256:
        raise ConflictError("The answers are not those that were handed in. Return the assessment and have it checked.")
    if seen_sha256 and seen_sha256 != present:
        raise ConflictError("The assessment is not the one you read. Read it again before you sign.")
    words = SignedWith(function=function, conditions=conditions, comment=comment)
    signoff = _sign(assessment, by, Decision.APPROVED, words)
    _move(assessment, "approve", "assessment.approved", by, decided_at=signoff.signed_at)
    for older in _approved_before(assessment):
        _supersede(older, assessment, by)
    if assessment.scope == Scope.ORGANISATION:
        copy_to_those_waiting(assessment)
    return signoff


@transaction.atomic
def supersede_assessment(*, assessment: Assessment, successor: Assessment, by: User) -> Assessment:
    """Mark an approved assessment as replaced by a newer approved one of the same subject and framework."""
    assessment = locked(assessment)
    require(by, "assessment.supersede", assessment)
    if successor.status != AssessmentStatus.APPROVED or assessment not in _approved_before(successor):
        raise InvalidError("Only a newer approved assessment of the same subject by the same framework replaces it.")
    return _supersede(assessment, successor, by)


def _sign(assessment: Assessment, by: User, decision: Decision, words: SignedWith) -> SignOff:
    function = words.function.strip()
    if not function or len(function) > 80:
        raise InvalidError(
            "Say in which function you decide, in at most 80 characters.", fields={"function": ["required"]}
        )
    signoff = SignOff.objects.create(
        assessment=assessment,
        function=function,
        person=by,
        decision=decision,
        conditions=words.conditions.strip(),
        comment=words.comment.strip(),
        signed_sha256=content_sha256(assessment),
        signed_at=timezone.now(),
    )
    publish("signoff.signed", subject=signoff, by=by)
    return signoff


def _move(
    assessment: Assessment, verb: str, event: str, by: User, *, decided_at: datetime.datetime | None = None
) -> Assessment:
    before = snapshot(assessment)
    assessment.status = workflow.advance(assessment.status, verb)
    assessment.decided_at = decided_at
    assessment.save(update_fields=["status", "decided_at"])
    publish(event, subject=assessment, by=by, before=before)
    return assessment


def _approved_before(assessment: Assessment) -> list[Assessment]:
    same = Assessment.objects.filter(
        edition__framework_id=assessment.edition.framework_id,
        team=assessment.team,
        system=assessment.system,
        scope=assessment.scope,
        status=AssessmentStatus.APPROVED,
    )
    return list(same.exclude(pk=assessment.pk).order_by("pk"))


def _supersede(assessment: Assessment, successor: Assessment, by: User) -> Assessment:
    before = snapshot(assessment)
    assessment.status = workflow.advance(assessment.status, "supersede")
    assessment.superseded_by = successor
    assessment.save(update_fields=["status", "superseded_by"])
    publish("assessment.superseded", subject=assessment, by=by, before=before)
    return assessment
