"""What exactly is signed, in one canonical digest: edition, answers, evidence and what followed from them."""

import math
from collections.abc import Iterable
from typing import Any

from assessments.models import Assessment
from evenhand.ledger.canonical import canonical_bytes, sha256_hex
from evenhand.questionnaire.scoring import Result

FIRST_FORM = "evenhand-assessment/1"
FORM = "evenhand-assessment/2"  # what is handed in from now on; sign-offs over the first form stay valid
MOST_EXACT = 2**53 - 1


def content_of(assessment: Assessment) -> dict[str, Any]:
    """The signed content as plain JSON, in the form it was handed in. People, dates and comments are not part of it."""
    content = {
        "format": assessment.content_format,
        "assessment": str(assessment.uid),
        "edition": assessment.edition.sha256,
        "answers": {
            answer.question_id: {**answer.content(), "dont_know": answer.dont_know}
            for answer in assessment.answers.all()
        },
        "copied": {copied.question_id: copied.sha256 for copied in assessment.copied_answers.all()},
        "evidence": sorted(
            (
                {
                    "uid": str(piece.uid),
                    "question": piece.question_id,
                    "title": piece.title,
                    "what": piece.sha256 or piece.link,
                    "valid_until": piece.valid_until.isoformat() if piece.valid_until else None,
                }
                for piece in assessment.evidence.all()
                if piece.withdrawn_at is None
            ),
            key=lambda piece: str(piece["uid"]),
        ),
    }
    return content if assessment.content_format == FIRST_FORM else {**content, **_added_by_second_form(assessment)}


def _added_by_second_form(assessment: Assessment) -> dict[str, Any]:
    return {
        "scope": assessment.scope,
        "profile": assessment.profile,
        "version": str(assessment.version.uid) if assessment.version else None,
        "evaluation": str(assessment.evaluation_uid) if assessment.evaluation_uid else None,
        "attestation": assessment.attestation,
        "result": assessment.result,
    }


def content_sha256(assessment: Assessment) -> str:
    """SHA-256 of the canonical JSON of what is signed."""
    return sha256_hex(canonical_bytes(content_of(assessment)))


def digests_of(assessment_ids: Iterable[int]) -> dict[int, str]:
    """The present digest of each assessment, a few queries for all of them."""
    rows = Assessment.objects.with_parts().select_related("version").filter(pk__in=set(assessment_ids))
    return {row.pk: content_sha256(row) for row in rows.prefetch_related("answers", "copied_answers", "evidence")}


def result_to_keep(result: Result) -> dict[str, Any]:
    """What followed from the answers, in numbers that the database and the digest write alike."""
    kept: dict[str, Any] = _exact({**result.to_json(), "sets": result.sets})
    return kept


def _exact(value: Any) -> Any:
    """A number beyond what JSON keeps exactly becomes text; everything else stays."""
    if isinstance(value, dict):
        return {key: _exact(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_exact(item) for item in value]
    if isinstance(value, float) and (not math.isfinite(value) or abs(value) > MOST_EXACT):
        return repr(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > MOST_EXACT:
        return str(value)
    return value
