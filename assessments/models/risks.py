"""The risk register of a system, and what is done about each risk."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from assessments.models.assessments import Assessment
from governance.models import Recorded, System, User

SCALE = [MinValueValidator(1), MaxValueValidator(5)]


def _scale(field: str) -> Q:
    return Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__gte": 1, f"{field}__lte": 5})


class HarmKind(models.TextChoices):
    ALLOCATIVE = "allocative", "allocative: somebody is refused something"
    REPRESENTATIONAL = "representational", "representational: somebody is demeaned, erased or stereotyped"
    QUALITY = "quality_of_service", "quality of service: it works worse for some"
    SAFETY = "safety", "safety, health or property"
    RIGHTS = "rights", "privacy or another right"
    OTHER = "other"


class RiskStatus(models.TextChoices):
    OPEN = "open"
    MITIGATED = "mitigated"
    ACCEPTED = "accepted"
    CLOSED = "closed"


class Risk(Recorded):
    """A possible harm, on whom it falls, and how likely and how bad it is before and after what is done (1 to 5)."""

    KIND = "risk"
    TEAM_PATH = "system__team"

    system = models.ForeignKey(System, models.PROTECT, related_name="risks")
    # The answer it was raised from, where it was.
    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="risks", null=True, blank=True)
    question_id = models.CharField(max_length=80, blank=True)
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    harm = models.CharField(max_length=20, choices=HarmKind.choices)
    falls_on = models.TextField()
    likelihood_before = models.PositiveSmallIntegerField(validators=SCALE)
    severity_before = models.PositiveSmallIntegerField(validators=SCALE)
    likelihood_after = models.PositiveSmallIntegerField(validators=SCALE, null=True, blank=True)
    severity_after = models.PositiveSmallIntegerField(validators=SCALE, null=True, blank=True)
    owner = models.ForeignKey(User, models.PROTECT, related_name="risks", null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=20, choices=RiskStatus.choices, default=RiskStatus.OPEN)
    status_reason = models.TextField(blank=True)
    raised_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="risk_is_rated_from_one_to_five",
                condition=_scale("likelihood_before")
                & _scale("severity_before")
                & _scale("likelihood_after")
                & _scale("severity_after"),
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def rated_before(self) -> tuple[int | None, int | None]:
        """Likelihood and severity before anything is done."""
        return self.likelihood_before, self.severity_before

    @property
    def rated_after(self) -> tuple[int | None, int | None]:
        """Likelihood and severity after what is done, where they are rated."""
        return self.likelihood_after, self.severity_after

    @property
    def score_before(self) -> int:
        return self.likelihood_before * self.severity_before

    @property
    def score_after(self) -> int | None:
        if self.likelihood_after is None or self.severity_after is None:
            return None
        return self.likelihood_after * self.severity_after


class Mitigation(Recorded):
    """One thing that is done about a risk."""

    KIND = "mitigation"
    TEAM_PATH = "risk__system__team"

    risk = models.ForeignKey(Risk, models.PROTECT, related_name="mitigations")
    text = models.TextField()
    owner = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text
