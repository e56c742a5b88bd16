"""Reads. Every list and every detail starts from `visible_to(user)`; what a person may not see does not exist."""

from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db import models

if TYPE_CHECKING:
    from governance.models import Notice, User  # noqa: F401  # named in the type of a class below

Row = TypeVar("Row", bound=models.Model)


class TeamScopedQuerySet(models.QuerySet[Row]):
    """Rows that belong to a team, found by the path in the model's `TEAM_PATH`."""

    def visible_to(self, user: "User | Any") -> Self:
        if not (user.is_authenticated and user.is_active):
            return self.none()
        path = getattr(self.model, "TEAM_PATH", "team")
        key = "pk__in" if path == "self" else f"{path}__in"
        teams = user.memberships.filter(is_active=True).values("team")  # type: ignore[misc]  # models import us
        return self.filter(**{key: teams})


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Messages: everybody sees their own, and no others."""

    def visible_to(self, user: "User | Any") -> Self:
        return self.filter(user=user) if user.is_authenticated and user.is_active else self.none()

    def unread(self) -> Self:
        return self.filter(read_at=None)
