"""What was handed in, round by round, so that a reviewer sees what changed and no round is lost."""

from django.db import models

from assessments.models.assessments import Assessment
from governance.models import User


class Submission(models.Model):
    """One handing in: who attested what, when, over which content. Written once, never changed (trigger).

    The assessment itself is on the record; this keeps the words of each round beside it.
    """

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="submissions")
    round = models.PositiveIntegerField()
    submitted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField()
    attestation = models.TextField()
    content = models.JSONField()  # what the digest is taken of
    content_sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["assessment", "round"]
        constraints = [models.UniqueConstraint(fields=["assessment", "round"], name="submission_once_in_round")]

    def __str__(self) -> str:
        return f"{self.assessment}, round {self.round}"
