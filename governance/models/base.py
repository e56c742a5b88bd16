"""What every row on the record has: a public id, a kind, a team."""

import uuid
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models

from governance.querysets import TeamScopedQuerySet

if TYPE_CHECKING:
    from governance.models.accounts import Team


class Recorded(models.Model):
    """A row whose changes go on the ledger. `KIND` names it there; `TEAM_PATH` says who may see it."""

    KIND: ClassVar[str] = ""
    TEAM_PATH: ClassVar[str] = "team"
    UNRECORDED: ClassVar[frozenset[str]] = frozenset({"id"})

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[Any] = TeamScopedQuerySet.as_manager()

    class Meta:
        abstract = True

    def record_team(self) -> "Team | None":
        """The team whose people see this row, by walking `TEAM_PATH`."""
        found: Any = self
        if self.TEAM_PATH == "self":
            return found  # type: ignore[no-any-return]  # a team is its own team
        for step in self.TEAM_PATH.split("__"):
            found = getattr(found, step) if found is not None else None
        return found  # type: ignore[no-any-return]  # the path ends at a team
