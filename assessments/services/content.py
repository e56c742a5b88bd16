"""What exactly is signed: the edition, every answer and every piece of evidence, in one canonical digest."""

from collections.abc import Iterable
from typing import Any

from assessments.models import Assessment
from evenhand.ledger.canonical import canonical_bytes, sha256_hex

FORMAT = "evenhand-assessment/1"


def content_of(assessment: Assessment) -> dict[str, Any]:
    """The signed content as plain JSON. People, dates and comments are not part of it."""
    return {
        "format": FORMAT,
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


def content_sha256(assessment: Assessment) -> str:
    """SHA-256 of the canonical JSON of what is signed."""
    return sha256_hex(canonical_bytes(content_of(assessment)))


def digests_of(assessment_ids: Iterable[int]) -> dict[int, str]:
    """The present digest of each assessment, a few queries for all of them."""
    rows = Assessment.objects.with_parts().filter(pk__in=set(assessment_ids))
    return {row.pk: content_sha256(row) for row in rows.prefetch_related("answers", "copied_answers", "evidence")}
