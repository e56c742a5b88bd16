"""Remarks on a question or on the whole assessment."""

from django.db import transaction

from assessments.models import Assessment, Comment
from assessments.services.locking import locked
from governance.errors import InvalidError
from governance.events import publish
from governance.models import User
from governance.permissions import require

LONGEST = 10_000


@transaction.atomic
def add_comment(
    *, assessment: Assessment, text: str, by: User, question_id: str = "", for_report: bool = False
) -> Comment:
    """Write a remark. One marked for the report is printed in it. Remarks are never part of what is signed."""
    assessment = locked(assessment)
    require(by, "assessment.comment", assessment)
    if question_id and question_id not in assessment.edition.framework.questions_by_id:
        raise InvalidError(f"{question_id} is no question of {assessment.edition}.", fields={"question": ["unknown"]})
    text = text.strip()
    if not text:
        raise InvalidError("Write something first.", fields={"text": ["required"]})
    if len(text) > LONGEST:
        raise InvalidError(f"A remark has at most {LONGEST:,} characters.", fields={"text": ["too long"]})
    comment = Comment.objects.create(
        assessment=assessment, question_id=question_id, text=text, for_report=for_report, author=by
    )
    publish("comment.written", subject=comment, by=by)
    return comment
