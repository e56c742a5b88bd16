"""Reads of assessments that more than one page or service needs."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

from governance.querysets import TeamScopedQuerySet

if TYPE_CHECKING:
    from governance.models import User

OPEN = ("draft", "returned")


class EditionQuerySet(models.QuerySet[Any]):
    """Frameworks belong to nobody: every signed-in person may read them."""

    def visible_to(self, user: "User | Any") -> Self:
        return self.all() if user.is_authenticated and user.is_active else self.none()

    def with_uid(self, uid: Any) -> Any:
        return self.filter(uid=uid).first()

    def newest_of_each(self) -> Self:
        return self.order_by("framework_id", "-published_at", "-id").distinct("framework_id")


class AssessmentQuerySet(TeamScopedQuerySet[Any]):
    """Assessments by what they wait for."""

    def still_open(self) -> Self:
        return self.filter(status__in=OPEN)

    def awaiting_decision(self) -> Self:
        return self.filter(status="submitted")

    def not_written_by(self, user: "User") -> Self:
        """Those this person neither submitted nor wrote a word of."""
        return self.exclude(submitted_by=user).exclude(authors__user=user)

    def concerning(self, user: "User") -> Self:
        """Those this person started or has a part of."""
        return self.filter(Q(started_by=user) | Q(assignments__assignee=user)).distinct()

    def signed_for_team(self, team: Any, framework_id: str) -> Any:
        """The team's newest approved assessment of the organisation itself, or None."""
        return (
            self.filter(team=team, edition__framework_id=framework_id, scope="organisation", status="approved")
            .order_by("-decided_at", "-id")
            .first()
        )
