"""Reads of assessments that more than one page or service needs."""

from typing import TYPE_CHECKING, Any, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import OuterRef, Q
from django.db.models.functions import JSONObject

from governance.querysets import TeamScopedQuerySet

if TYPE_CHECKING:
    from assessments.models import Assessment, FrameworkEdition
    from governance.models import Team, User

OPEN = ("draft", "returned")
LIVE = (*OPEN, "submitted", "approved")


class EditionQuerySet(models.QuerySet["FrameworkEdition"]):
    """Frameworks that come with the product are everybody's; those a team wrote are read by its people."""

    def visible_to(self, user: "User | Any") -> Self:
        if not (user.is_authenticated and user.is_active):
            return self.none()
        teams = user.memberships.filter(is_active=True).values("team")  # type: ignore[misc]  # models import us
        return self.filter(Q(team=None) | Q(team__in=teams))

    def usable_by(self, team: "Team") -> Self:
        """What a team may answer: frameworks of everybody, and its own."""
        return self.filter(Q(team=None) | Q(team=team))

    def with_uid(self, uid: Any) -> "FrameworkEdition | None":
        return self.filter(uid=uid).first()

    def newest_of_each(self) -> Self:
        return self.order_by("framework_id", "-published_at", "-id").distinct("framework_id")


class AssessmentQuerySet(TeamScopedQuerySet["Assessment"]):
    """Assessments by what they wait for."""

    def with_parts(self) -> Self:
        """With team, system and edition; the edition's long document is left where it is."""
        people = ("started_by", "submitted_by", "system__owner")
        related = ("team", "system__team", "edition", "version__model", "based_on", *people)
        return self.select_related(*related).defer("edition__document")

    def with_surroundings(self) -> Self:
        """With who has which part, and the live assessments whose answers could be offered, all in the same query."""
        rows: Any = self.model  # models import this module, so their names are not known here
        parts = rows.assignments.rel.related_model.objects.filter(assessment=OuterRef("pk"))
        names = JSONObject(section="section_id", question="question_id", who="assignee__name")
        same = Q(system=OuterRef("system")) | Q(team=OuterRef("team"), scope="organisation")
        others = rows.objects.filter(same, status__in=LIVE)
        others = others.exclude(edition__framework_id=OuterRef("edition__framework_id"))
        facts = JSONObject(id="pk", edition="edition__sha256", scope="scope", profile="profile")
        return self.annotate(
            parts_given=ArraySubquery(parts.filter(assignee__isnull=False).values(found=names)),
            answered_elsewhere=ArraySubquery(others.order_by("-created_at").values(found=facts)),
        )

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

    def signed_for_team(self, team: "Team", framework_id: str) -> "Assessment | None":
        """The team's newest approved assessment of the organisation itself, or None."""
        return (
            self.filter(team=team, edition__framework_id=framework_id, scope="organisation", status="approved")
            .order_by("-decided_at", "-id")
            .first()
        )
