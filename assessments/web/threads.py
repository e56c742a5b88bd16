"""A comment as its component shows it."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONArray
from django.urls import reverse

from assessments.models import Comment


def with_those_told(comments: QuerySet[Comment]) -> QuerySet[Comment]:
    """With author, with who settled it, and the names of those it tells, all in one query."""
    told = Comment.mentions.through.objects.filter(comment=OuterRef("pk"))
    people = told.values(found=JSONArray("user__name", "user__email"))
    return comments.select_related("author", "settled_by").annotate(told=ArraySubquery(people))


def shown_comment(comment: Comment, *, may_settle: bool) -> dict[str, Any]:
    """Who said what, whom it tells, and whether what it asks for is done. It was read with those told."""
    is_open = comment.asks_for_change and comment.settled_at is None
    return {
        "anchor": f"comment-{comment.uid}",
        "author": comment.author,
        "at": comment.created_at,
        "text": comment.text,
        "told": ", ".join(sorted(name or email for name, email in vars(comment)["told"])),
        "for_report": comment.for_report,
        "asks_for_change": comment.asks_for_change,
        "settled_by": comment.settled_by,
        "settle_url": reverse("assessments:comment-settle", args=[comment.uid]) if is_open and may_settle else "",
    }
