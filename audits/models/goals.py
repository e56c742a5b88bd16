"""Fairness goals and plans: what every version of a model owes, agreed before the numbers are known."""

from django.db import models
from django.db.models import F, Q

from governance.models import DataSet, Model, Recorded, User


class GoalStatus(models.TextChoices):
    PROPOSED = "proposed"
    AGREED = "agreed"
    RETIRED = "retired"


class Goal(Recorded):
    """A fairness goal. Its document never changes: whoever wants another one proposes it."""

    KIND = "goal"
    TEAM_PATH = "model__system__team"

    model = models.ForeignKey(Model, models.PROTECT, related_name="goals")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    document = models.JSONField()
    sha256 = models.CharField(max_length=64)
    status = models.CharField(max_length=20, choices=GoalStatus.choices, default=GoalStatus.PROPOSED)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="proposed_goals")
    agreed_by = models.ForeignKey(User, models.PROTECT, related_name="agreed_goals", null=True, blank=True)
    agreed_at = models.DateTimeField(null=True, blank=True)
    retired_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["model", "number"], name="goal_number_once_in_model"),
            models.UniqueConstraint(
                fields=["model", "name"], condition=~Q(status="retired"), name="goal_name_once_in_model"
            ),
            models.CheckConstraint(
                condition=Q(status="proposed")
                | Q(status="retired")
                | Q(agreed_by__isnull=False, agreed_at__isnull=False),
                name="agreed_goal_has_agreement",
            ),
            models.CheckConstraint(
                condition=Q(agreed_by__isnull=True) | ~Q(agreed_by=F("proposed_by")), name="goal_agreed_by_another"
            ),
        ]
        ordering = ["model", "number"]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        return f"G-{self.number}"


class Plan(Recorded):
    """The goals and the data that every version of a model owes an evaluation. A new plan takes the old one's place."""

    KIND = "plan"
    TEAM_PATH = "model__system__team"

    model = models.ForeignKey(Model, models.PROTECT, related_name="plans")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    data_set = models.ForeignKey(DataSet, models.PROTECT, related_name="plans")
    # {"groups": [...], "label": "", "prediction": "", "score": "", "positive": "1", "features": [...]}
    columns = models.JSONField()
    filter = models.CharField(max_length=500, blank=True)
    # {"reference": {"race": "Caucasian"}, "confidence": 0.95}
    options = models.JSONField(default=dict, blank=True)
    goals = models.ManyToManyField(Goal, related_name="plans", blank=True)
    set_by = models.ForeignKey(User, models.PROTECT, related_name="plans_set")
    is_current = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["model", "number"], name="plan_number_once_in_model"),
            models.UniqueConstraint(
                fields=["model", "name"], condition=Q(is_current=True), name="one_current_plan_of_a_name"
            ),
        ]
        ordering = ["model", "-number"]

    def __str__(self) -> str:
        return self.name

    @property
    def groups(self) -> list[str]:
        return list(self.columns.get("groups", []))
