"""Sign-offs: who decided what, in which function, over exactly which content."""

from django.db import models
from django.db.models import Q

from assessments.models.assessments import Assessment
from assessments.models.routes import SignOffStep
from governance.models import Recorded, User


class Decision(models.TextChoices):
    APPROVED = "approved"
    APPROVED_WITH_CONDITIONS = "approved_with_conditions", "approved with conditions"
    RETURNED = "returned"
    REJECTED = "rejected"


class SignOff(Recorded):
    """A decision on an assessment. Never changed; the database refuses a signer who submitted or wrote any of it."""

    KIND = "signoff"
    TEAM_PATH = "assessment__team"

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="signoffs")
    function = models.CharField(max_length=80)
    person = models.ForeignKey(User, models.PROTECT, related_name="signoffs")
    decision = models.CharField(max_length=30, choices=Decision.choices)
    conditions = models.TextField(blank=True)
    comment = models.TextField(blank=True)
    signed_sha256 = models.CharField(max_length=64)
    signed_at = models.DateTimeField()
    # The step of the route it answers; none for those of before there were routes.
    step = models.ForeignKey(SignOffStep, models.PROTECT, related_name="signoffs", null=True, blank=True)
    on_behalf_of = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    minutes = models.TextField(blank=True)
    attestation = models.TextField(blank=True)

    class Meta:
        ordering = ["signed_at", "id"]
        constraints = [
            models.CheckConstraint(
                name="signoff_against_says_why", condition=~Q(decision__in=("returned", "rejected")) | ~Q(comment="")
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.function}: {self.decision}"


class UseCondition(Recorded):
    """A restriction on use under which somebody approved, with who sees to it and by when. The gate reads it."""

    KIND = "use_condition"
    TEAM_PATH = "assessment__team"

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="use_conditions")
    signoff = models.ForeignKey(SignOff, models.PROTECT, related_name="use_conditions")
    text = models.TextField()
    owner = models.ForeignKey(User, models.PROTECT, related_name="use_conditions")
    due_on = models.DateField()
    met_at = models.DateTimeField(null=True, blank=True)
    met_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    met_note = models.TextField(blank=True)

    class Meta:
        ordering = ["due_on", "id"]

    def __str__(self) -> str:
        return self.text
