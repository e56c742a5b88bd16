"""Versions with their files and cards, and the decision rules that turn scores into decisions."""

from django.db import models

from governance.models.accounts import User
from governance.models.base import Recorded
from governance.models.datasets import DataSet
from governance.models.systems import Model


class VersionStatus(models.TextChoices):
    REGISTERED = "registered"
    UNDER_REVIEW = "under_review"
    APPROVED = "approved"
    REJECTED = "rejected"
    SUSPENDED = "suspended"
    RETIRED = "retired"


class ChangeClass(models.TextChoices):
    FIRST = "first", "first version"
    SAME_DATA = "same_data", "retrain on the same data"
    NEW_DATA = "new_data", "new data"
    NEW_FEATURE = "new_feature", "new feature"
    NEW_USE = "new_use", "new use"
    VENDOR_UPDATE = "vendor_update", "vendor's update"


class DecisionRule(Recorded):
    """How scores become decisions. Never changed: a new one takes its place."""

    KIND = "rule"
    TEAM_PATH = "model__system__team"

    model = models.ForeignKey(Model, models.PROTECT, related_name="rules")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    threshold = models.DecimalField(max_digits=20, decimal_places=6, null=True, blank=True)
    score_minimum = models.DecimalField(max_digits=20, decimal_places=6, default=0)
    score_maximum = models.DecimalField(max_digits=20, decimal_places=6, default=1)
    positive_means = models.CharField(max_length=200, blank=True)
    human_action = models.TextField()
    post_processing = models.TextField(blank=True)
    overrides = models.TextField(blank=True)
    is_current = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["model", "number"], name="rule_number_once_in_model"),
            models.UniqueConstraint(
                fields=["model"], condition=models.Q(is_current=True), name="one_current_rule_in_model"
            ),
        ]
        ordering = ["model", "-number"]

    def __str__(self) -> str:
        return self.name


class Version(Recorded):
    """An immutable release of a model."""

    KIND = "version"
    TEAM_PATH = "model__system__team"

    model = models.ForeignKey(Model, models.PROTECT, related_name="versions")
    name = models.CharField(max_length=80)
    status = models.CharField(max_length=20, choices=VersionStatus.choices, default=VersionStatus.REGISTERED)
    change_class = models.CharField(max_length=20, choices=ChangeClass.choices, default=ChangeClass.FIRST)
    commit = models.CharField(max_length=200, blank=True)
    run_url = models.URLField(max_length=500, blank=True)
    training_data = models.ForeignKey(DataSet, models.PROTECT, related_name="trained_versions", null=True, blank=True)
    content_sha256 = models.CharField(max_length=64)
    registered_by = models.ForeignKey(User, models.PROTECT, related_name="registered_versions")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["model", "name"], name="version_name_once_in_model")]
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.model.name} {self.name}"


class VersionFile(Recorded):
    """One file of a version, known by its SHA-256; the bytes are kept where they were handed in."""

    KIND = "version_file"
    TEAM_PATH = "version__model__system__team"

    version = models.ForeignKey(Version, models.PROTECT, related_name="files")
    name = models.CharField(max_length=300)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=120, blank=True)
    content = models.FileField(upload_to="versions/%Y/%m/", blank=True, max_length=300)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "name"], name="file_name_once_in_version")]
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ModelCard(Recorded):
    """The document of a version. Each publication is a new row; the last one counts."""

    KIND = "card"
    TEAM_PATH = "version__model__system__team"

    version = models.ForeignKey(Version, models.PROTECT, related_name="cards")
    number = models.PositiveIntegerField()
    document = models.JSONField()
    sha256 = models.CharField(max_length=64)
    published_by = models.ForeignKey(User, models.PROTECT, related_name="published_cards")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "number"], name="card_number_once_in_version")]
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"Card {self.number} of {self.version}"
