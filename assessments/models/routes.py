"""Who has to sign: routes as data, who signs in which function, and the steps of one assessment."""

from django.db import models
from django.db.models import F, Q

from assessments.models.assessments import Assessment
from governance.models import Recorded, Team, User


class Route(Recorded):
    """The functions that sign an assessment, by framework and risk tier. The most specific active one counts."""

    KIND = "route"

    team = models.ForeignKey(Team, models.PROTECT, related_name="routes")
    title = models.CharField(max_length=200)
    framework_id = models.SlugField(max_length=80, blank=True)  # blank: every framework
    tier = models.CharField(max_length=20, blank=True)  # blank: every tier, and none
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["title", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["team", "framework_id", "tier"], condition=Q(is_active=True), name="one_active_route_for_each"
            )
        ]

    def __str__(self) -> str:
        return self.title


class RouteStep(Recorded):
    """One function of a route. Steps with the same position sign side by side, the next ones after them."""

    KIND = "route_step"
    TEAM_PATH = "route__team"

    route = models.ForeignKey(Route, models.PROTECT, related_name="steps")
    position = models.PositiveIntegerField()
    function = models.CharField(max_length=80)
    quorum = models.PositiveIntegerField(default=1)  # how many people have to agree; more than one is a committee
    needs_minutes = models.BooleanField(default=False)
    within_days = models.PositiveIntegerField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.CheckConstraint(name="route_step_needs_somebody", condition=Q(quorum__gte=1))]

    def __str__(self) -> str:
        return f"{self.position}. {self.function}"


class Signatory(Recorded):
    """A person who signs in a function (privacy, legal ...). Where nobody is named, every approver of the team may."""

    KIND = "signatory"

    team = models.ForeignKey(Team, models.PROTECT, related_name="signatories")
    function = models.CharField(max_length=80)
    user = models.ForeignKey(User, models.PROTECT, related_name="signatory_of")
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["function", "id"]
        constraints = [models.UniqueConstraint(fields=["team", "function", "user"], name="signatory_once")]

    def __str__(self) -> str:
        return f"{self.user}, {self.function}"


class Delegation(Recorded):
    """For some days somebody signs, and does the open tasks, in another person's place."""

    KIND = "delegation"

    team = models.ForeignKey(Team, models.PROTECT, related_name="delegations")
    giver = models.ForeignKey(User, models.PROTECT, related_name="delegations_given")
    holder = models.ForeignKey(User, models.PROTECT, related_name="delegations_held")
    function = models.CharField(max_length=80, blank=True)  # blank: every function of the giver
    starts_on = models.DateField()
    ends_on = models.DateField()
    reason = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-starts_on", "-id"]
        constraints = [
            models.CheckConstraint(name="delegation_ends_after_it_starts", condition=Q(ends_on__gte=F("starts_on"))),
            models.CheckConstraint(name="delegation_is_to_somebody_else", condition=~Q(giver=F("holder"))),
        ]

    def __str__(self) -> str:
        return f"{self.holder} for {self.giver}"


class Recusal(Recorded):
    """Somebody who could sign steps aside, and says why."""

    KIND = "recusal"
    TEAM_PATH = "assessment__team"

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="recusals")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    reason = models.TextField()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["assessment", "user"], name="recusal_once")]

    def __str__(self) -> str:
        return f"{self.user} steps aside from {self.assessment}"


class SignOffStep(Recorded):
    """A function that has to sign one assessment in one round: the route as it was when it was handed in."""

    KIND = "signoff_step"
    TEAM_PATH = "assessment__team"

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="steps")
    round = models.PositiveIntegerField()
    position = models.PositiveIntegerField()
    function = models.CharField(max_length=80)
    quorum = models.PositiveIntegerField(default=1)
    needs_minutes = models.BooleanField(default=False)
    due_on = models.DateField(null=True, blank=True)
    # The route it comes from; none for the one step that stands where an organisation has set no route.
    route = models.ForeignKey(Route, models.PROTECT, related_name="+", null=True, blank=True)
    # Given to one person; blank: whoever may sign in this function.
    assignee = models.ForeignKey(User, models.PROTECT, related_name="signoff_steps", null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["round", "position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "round", "position", "function"], name="signoff_step_once_in_round"
            ),
            models.CheckConstraint(name="signoff_step_needs_somebody", condition=Q(quorum__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.function}, {self.assessment}"
