"""Systems and their models."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from governance.models.accounts import Team, User
from governance.models.base import Recorded


class SystemStatus(models.TextChoices):
    PROPOSED = "proposed"
    IN_ASSESSMENT = "in_assessment"
    IN_USE = "in_use"
    SUSPENDED = "suspended"
    REJECTED = "rejected"
    RETIRED = "retired"
    NOT_AI = "not_ai"


class DeploymentMethod(models.TextChoices):
    BATCH = "batch"
    ONLINE = "online"


class Hosting(models.TextChoices):
    INTERNAL = "internal"
    CLOUD = "cloud"


class System(Recorded):
    """An AI system in its setting."""

    KIND = "system"

    team = models.ForeignKey(Team, models.PROTECT, related_name="systems")
    slug = models.SlugField(max_length=80)
    name = models.CharField(max_length=200)
    purpose = models.TextField()
    people_affected = models.TextField(blank=True)
    decision = models.TextField(blank=True)
    deployment_method = models.CharField(max_length=20, choices=DeploymentMethod.choices, blank=True)
    hosting = models.CharField(max_length=20, choices=Hosting.choices, blank=True)
    human_oversight = models.TextField(blank=True)
    jurisdictions = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    owner = models.ForeignKey(User, models.PROTECT, related_name="owned_systems", null=True, blank=True)
    status = models.CharField(max_length=20, choices=SystemStatus.choices, default=SystemStatus.PROPOSED)
    status_reason = models.TextField(blank=True)
    # Set only by an approved assessment whose outcome says so, never typed. The basis names each one that speaks:
    # [{"assessment": uid, "title", "framework", "outcome", "tier"}], the highest first.
    tier = models.CharField(max_length=20, blank=True, default="", editable=False)
    tier_basis = models.JSONField(default=list, blank=True, editable=False)
    keep_uploads_days = models.PositiveIntegerField(default=0)
    is_demo = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "slug"], name="system_slug_once_in_team")]
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Model(Recorded):
    """One trained model family of a system, own or a vendor's."""

    KIND = "model"
    TEAM_PATH = "system__team"

    class Origin(models.TextChoices):
        OWN = "own"
        VENDOR = "vendor"
        OPEN_WEIGHT = "open_weight"
        GENERATIVE = "generative"

    system = models.ForeignKey(System, models.PROTECT, related_name="models")
    slug = models.SlugField(max_length=80)
    name = models.CharField(max_length=200)
    origin = models.CharField(max_length=20, choices=Origin.choices, default=Origin.OWN)
    vendor = models.CharField(max_length=200, blank=True)
    description = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["system", "slug"], name="model_slug_once_in_system")]
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
