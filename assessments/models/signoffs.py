"""Sign-offs: who decided what, in which function, over exactly which content."""

from django.db import models
from django.db.models import Q

from assessments.models.assessments import Assessment
from governance.models import Recorded, User


class Decision(models.TextChoices):
    APPROVED = "approved"
    RETURNED = "returned"


class SignOff(Recorded):
    """A decision on an assessment. Never changed; the database refuses a signer who submitted or wrote any of it."""

    KIND = "signoff"
    TEAM_PATH = "assessment__team"

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="signoffs")
    function = models.CharField(max_length=80)
    person = models.ForeignKey(User, models.PROTECT, related_name="signoffs")
    decision = models.CharField(max_length=20, choices=Decision.choices)
    conditions = models.TextField(blank=True)
    comment = models.TextField(blank=True)
    signed_sha256 = models.CharField(max_length=64)
    signed_at = models.DateTimeField()

    class Meta:
        ordering = ["signed_at", "id"]
        constraints = [
            models.CheckConstraint(name="signoff_returned_says_why", condition=~Q(decision="returned") | ~Q(comment=""))
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.function}: {self.decision}"
