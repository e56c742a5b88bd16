"""The decision on what was handed in: approve, with conditions or without, return, reject; and what it replaces."""

from collections.abc import Mapping, Sequence

from django.db import transaction

from assessments.models import Assessment, AssessmentStatus, Comment, Decision, Scope, SignOff
from assessments.seats import Table
from assessments.services.conditions import NewCondition
from assessments.services.consequences import after_approval
from assessments.services.copying import copy_to_those_waiting
from assessments.services.locking import locked
from assessments.services.routes import open_steps
from assessments.services.signing import SIGNED_WORDS, SignedWith, check_content, complete_if_agreed, signed
from evenhand.questionnaire import workflow
from governance.errors import InvalidError
from governance.events import publish, snapshot
from governance.models import User
from governance.permissions import require

__all__ = ["reject_assessment", "return_for_changes", "sign_off", "supersede_assessment"]
LONGEST = 10_000


@transaction.atomic
def sign_off(
    *,
    assessment: Assessment,
    by: User,
    function: str = "",
    decision: str = Decision.APPROVED,
    conditions: Sequence[NewCondition] = (),
    comment: str = "",
    minutes: str = "",
    attestation: str = SIGNED_WORDS,
    instead_of: User | None = None,
    seen_sha256: str = "",
) -> SignOff:
    """Agree to a submitted assessment in an open step of its route. Its authors and its submitter may not.

    It is approved once every step is complete; the older approved one is superseded, and the organisation's own
    answers go to the systems' assessments that waited for them. `seen_sha256` is the digest on the page the person
    read: anything else on the table now is refused.
    """
    assessment = locked(assessment)
    require(by, "assessment.approve", assessment)
    if decision not in (Decision.APPROVED, Decision.APPROVED_WITH_CONDITIONS):
        raise InvalidError("To sign off is to approve, with conditions or without.", fields={"decision": ["not here"]})
    check_content(assessment, seen_sha256)
    words = SignedWith(function, comment, minutes, attestation, instead_of, tuple(conditions))
    signoff = signed(assessment, by, Decision(decision), words)
    if signoff.step is not None:
        _go_on(complete_if_agreed(assessment, signoff.step, by), signoff, by)
    return signoff


@transaction.atomic
def return_for_changes(
    *,
    assessment: Assessment,
    by: User,
    comment: str,
    changes: Mapping[str, str] | None = None,
    function: str = "",
    attestation: str = SIGNED_WORDS,
    instead_of: User | None = None,
) -> SignOff:
    """Send a submitted assessment back, saying what to change, as a whole and by question.

    One person with a seat is enough, also in a committee. What was signed in this round no longer counts; it stays on
    the record.
    """
    assessment = locked(assessment)
    require(by, "assessment.return", assessment)
    if not comment.strip():
        raise InvalidError("Say what has to change.", fields={"comment": ["required"]})
    wanted = _checked_changes(assessment, changes or {})
    words = SignedWith(function, comment, attestation=attestation, instead_of=instead_of)
    signoff = signed(assessment, by, Decision.RETURNED, words)
    for question_id, text in wanted.items():
        asked = Comment.objects.create(
            assessment=assessment, question_id=question_id, text=text, author=by, asks_for_change=True
        )
        publish("comment.written", subject=asked, by=by)
    _move(assessment, "return", "assessment.returned", by)
    return signoff


@transaction.atomic
def reject_assessment(
    *,
    assessment: Assessment,
    by: User,
    comment: str,
    function: str = "",
    minutes: str = "",
    attestation: str = SIGNED_WORDS,
    instead_of: User | None = None,
    seen_sha256: str = "",
) -> SignOff:
    """Say no, and why. In a step of one person this ends the assessment for good.

    A committee rejects once as many members say no as its quorum asks to agree, or once too few are left to agree.
    """
    assessment = locked(assessment)
    require(by, "assessment.reject", assessment)
    if not comment.strip():
        raise InvalidError("Say why it is rejected.", fields={"comment": ["required"]})
    check_content(assessment, seen_sha256)
    words = SignedWith(function, comment, minutes, attestation, instead_of)
    signoff = signed(assessment, by, Decision.REJECTED, words)
    if signoff.step is not None and _is_refused(complete_if_agreed(assessment, signoff.step, by), signoff):
        _move(assessment, "reject", "assessment.rejected", by, signoff)
    return signoff


@transaction.atomic
def supersede_assessment(*, assessment: Assessment, successor: Assessment, by: User) -> Assessment:
    """Mark an approved assessment as replaced by a newer approved one of the same subject and framework."""
    assessment = locked(assessment)
    require(by, "assessment.supersede", assessment)
    if successor.status != AssessmentStatus.APPROVED or assessment not in _approved_before(successor):
        raise InvalidError("Only a newer approved assessment of the same subject by the same framework replaces it.")
    replaced = _supersede(assessment, successor, by)
    after_approval(successor, by)
    return replaced


def _go_on(table: Table, signoff: SignOff, by: User) -> None:
    """After a step: ask for the next ones, or approve when every step is complete."""
    assessment, step = table.assessment, signoff.step
    if any(each.completed_at is None for each in table.steps):
        before = step is not None and any(each.position == step.position for each in table.open_steps)
        if not before:
            open_steps(assessment, by)
        return
    _move(assessment, "approve", "assessment.approved", by, signoff)
    for older in _approved_before(assessment):
        _supersede(older, assessment, by)
    if assessment.scope == Scope.ORGANISATION:
        copy_to_those_waiting(assessment)
    after_approval(assessment, by)


def _is_refused(table: Table, signoff: SignOff) -> bool:
    step = next(each for each in table.steps if each.pk == signoff.step_id)
    against = sum(each.decision == Decision.REJECTED for each in table.signed(step))
    return against >= step.quorum or table.approvals(step) + len(table.left(step)) < step.quorum


def _checked_changes(assessment: Assessment, changes: Mapping[str, str]) -> dict[str, str]:
    asked = assessment.framework.questions_by_id
    wanted = {question_id: text.strip() for question_id, text in changes.items() if text.strip()}
    for question_id, text in wanted.items():
        if question_id not in asked:
            raise InvalidError(f"{question_id} is not asked in this assessment.", fields={"changes": [question_id]})
        if len(text) > LONGEST:
            raise InvalidError(
                f"{asked[question_id].label}: a remark has at most {LONGEST:,} characters.",
                fields={"changes": [question_id]},
            )
    return wanted


def _move(assessment: Assessment, verb: str, event: str, by: User, signoff: SignOff | None = None) -> Assessment:
    before = snapshot(assessment)
    assessment.status = workflow.advance(assessment.status, verb)
    assessment.decided_at = signoff.signed_at if signoff else None
    assessment.save(update_fields=["status", "decided_at"])
    publish(event, subject=assessment, by=by, before=before)
    return assessment


def _approved_before(assessment: Assessment) -> list[Assessment]:
    """What an approval replaces. Forms that repeat are each about another event and replace nothing."""
    if assessment.edition.framework.repeats:
        return []
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
