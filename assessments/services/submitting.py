"""Handing in: complete, attested, with all that follows from the answers fixed; and taking it back."""

from django.db import transaction
from django.utils import timezone

from assessments.errors import IncompleteAnswersError
from assessments.models import AnswerAuthor, Assessment, Comment, Submission
from assessments.seats import table_of
from assessments.services.content import FORM, content_of, result_to_keep
from assessments.services.locking import locked, note_author
from assessments.services.outcome import result_of_standing
from assessments.services.routes import open_steps, write_steps
from assessments.services.standing import Standing, standing_of
from evenhand.ledger.canonical import canonical_bytes, sha256_hex
from evenhand.questionnaire import workflow
from evenhand.questionnaire.scoring import Result
from governance.errors import ConflictError, InvalidError
from governance.events import publish, snapshot
from governance.models import User
from governance.permissions import require

ATTESTED_WORDS = "I have checked these answers. To the best of my knowledge they are complete and true."
LONGEST = 2_000


@transaction.atomic
def submit_assessment(*, assessment: Assessment, by: User, attestation: str = ATTESTED_WORDS) -> Assessment:
    """Hand in a complete assessment for a decision; what is missing is named, question by question.

    A new round begins: the words of the submitter, the result and the steps of the route are fixed with it.
    """
    assessment = locked(assessment)
    require(by, "assessment.submit", assessment)
    attestation = _checked_words(attestation)
    standing = standing_of(assessment)
    if standing.missing:
        raise IncompleteAnswersError(standing.missing)
    result = result_of_standing(standing)
    refuse_unless_final(standing, result)
    _refuse_open_requests(assessment)
    before = snapshot(assessment)
    assessment.status = workflow.advance(assessment.status, "submit")
    assessment.submitted_by, assessment.submitted_at = by, timezone.now()
    assessment.round += 1
    assessment.attestation, assessment.result = attestation, result_to_keep(result)
    assessment.content_format = FORM
    content = content_of(assessment)
    assessment.answers_sha256 = sha256_hex(canonical_bytes(content))
    assessment.save()
    _keep_round(assessment, content)
    note_author(assessment, by, AnswerAuthor.Act.SUBMITTED)
    write_steps(assessment)
    publish("assessment.submitted", subject=assessment, by=by, before=before)
    open_steps(assessment, by)
    return assessment


@transaction.atomic
def withdraw_assessment(*, assessment: Assessment, by: User) -> Assessment:
    """Take a submitted assessment back to draft, before anybody has decided."""
    assessment = locked(assessment)
    require(by, "assessment.withdraw", assessment)
    signed = table_of(assessment).signoffs
    if signed:
        raise ConflictError(f"{signed[0].person} has signed already. Ask for it to be returned instead.")
    before = snapshot(assessment)
    assessment.status = workflow.advance(assessment.status, "withdraw")
    assessment.save(update_fields=["status"])
    publish("assessment.withdrawn", subject=assessment, by=by, before=before)
    return assessment


def refuse_unless_final(standing: Standing, result: Result) -> None:
    """A result that is provisional, not computed or contradicts itself is not handed in."""
    faults = faults_of(standing, result)
    if faults:
        raise InvalidError(f"Not handed in: {' '.join(faults)}", fields={"result": faults}, code="result_not_final")


def faults_of(standing: Standing, result: Result) -> list[str]:
    """What stands between the result and handing it in, each in one sentence."""
    framework = standing.framework
    titles = {outcome.id: str(outcome.title) or outcome.id for outcome in framework.outcomes}
    titles |= {value.id: str(value.title) or value.id for value in framework.values}
    faults = []
    if result.is_provisional:
        faults.append("The result is provisional, because required answers are missing.")
    for failure in result.not_computed:
        name = titles.get(failure.id, failure.id)
        faults.append(f"{name} could not be computed ({failure.reason}); correct the answers it depends on.")
    known = {failure.id for failure in result.not_computed}
    faults += [
        f"{titles[outcome_id]}: no result fits these answers; check them, or ask whoever wrote the framework."
        for outcome_id, option in result.outcomes.items()
        if option is None and outcome_id not in known
    ]
    return faults + [str(check.message) for check in result.checks if check.is_error]


def open_requests(assessment: Assessment) -> list[Comment]:
    """The changes that reviewers asked for and nobody has settled yet."""
    asked = assessment.comments.filter(asks_for_change=True, settled_at=None)
    return list(asked.select_related("author").order_by("pk"))


def _checked_words(attestation: str) -> str:
    attestation = attestation.strip()
    if not attestation:
        raise InvalidError("Say that the answers are complete and true.", fields={"attestation": ["required"]})
    if len(attestation) > LONGEST:
        raise InvalidError(f"An attestation has at most {LONGEST:,} characters.", fields={"attestation": ["too long"]})
    return attestation


def _refuse_open_requests(assessment: Assessment) -> None:
    asked = open_requests(assessment)
    labels = {question.id: question.label for question in assessment.framework.questions}
    names = [labels.get(comment.question_id, comment.question_id or "the whole") for comment in asked]
    if names:
        raise InvalidError(
            f"Not handed in: a change was asked for and is not settled yet ({', '.join(dict.fromkeys(names))}).",
            fields={"requests": names},
            code="requests_open",
        )


def _keep_round(assessment: Assessment, content: dict[str, object]) -> None:
    if assessment.submitted_by is None or assessment.submitted_at is None:
        raise LookupError("nobody handed it in")
    Submission.objects.create(
        assessment=assessment,
        round=assessment.round,
        submitted_by=assessment.submitted_by,
        submitted_at=assessment.submitted_at,
        attestation=assessment.attestation,
        content=content,
        content_sha256=assessment.answers_sha256,
    )
