"""Why somebody must look at an answer again before it counts as theirs."""

from django.db import models
from django.db.models import Q

from assessments.models.assessments import Assessment
from governance.models import Recorded, User


class LookAgain(Recorded):
    """A doubt about one answer, raised by the product and settled by a person.

    Open ones keep an assessment from being handed in. Approved assessments can have them too: the signed answer stays
    as it is, and the doubt says that the world has changed since.
    """

    KIND = "look_again"
    TEAM_PATH = "assessment__team"

    class Kind(models.TextChoices):
        CARRIED = "carried", "carried over and not confirmed yet"
        OFFERED = "offered", "taken from elsewhere and not confirmed yet"
        FACT_CHANGED = "fact_changed", "what it relies on has changed"
        EVIDENCE_EXPIRED = "evidence_expired", "its evidence has expired"
        EDITION_CHANGED = "edition_changed", "the question has changed in a newer edition"

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="look_agains")
    question_id = models.CharField(max_length=80)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    # Names what it is about, so that the same doubt is raised once: a fact, a piece of evidence, an assessment.
    about = models.CharField(max_length=200, blank=True)
    reason = models.TextField()
    source = models.JSONField(null=True, blank=True)
    raised_at = models.DateTimeField(auto_now_add=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "question_id", "kind", "about"],
                condition=Q(settled_at=None),
                name="look_again_open_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.question_id}: {self.reason}"
