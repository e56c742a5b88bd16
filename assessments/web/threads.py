"""A comment as its component shows it."""

from typing import Any

from django.urls import reverse

from assessments.models import Comment


def shown_comment(comment: Comment, *, may_settle: bool) -> dict[str, Any]:
    """Who said what, whom it tells, and whether what it asks for is done. Its mentions are read beforehand."""
    is_open = comment.asks_for_change and comment.settled_at is None
    return {
        "anchor": f"comment-{comment.uid}",
        "author": comment.author,
        "at": comment.created_at,
        "text": comment.text,
        "told": ", ".join(str(person) for person in comment.mentions.all()),
        "for_report": comment.for_report,
        "asks_for_change": comment.asks_for_change,
        "settled_by": comment.settled_by,
        "settle_url": reverse("assessments:comment-settle", args=[comment.uid]) if is_open and may_settle else "",
    }
