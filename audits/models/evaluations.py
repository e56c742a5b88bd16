"""Evaluations: counts and goals in, results and verdicts out, with how they came about."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from audits.models.goals import Plan
from audits.querysets import EvaluationQuerySet
from governance.models import DataSet, DecisionRule, Recorded, Team, User, Version


class EvaluationStatus(models.TextChoices):
    WAITING = "waiting"  # owed, no data yet
    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INVALIDATED = "invalidated"


class Grade(models.TextChoices):
    DECLARED = "declared", "declared by the sender"
    CLIENT = "client", "counted by our client where the data lie"
    SERVER = "server", "counted by the server from a file"
    REPERFORMED = "re-performed", "re-performed by a named auditor"


class Evaluation(Recorded):
    """One evaluation of a version under a decision rule. The row is the job: its status says what is left to do."""

    KIND = "evaluation"
    # Bulky or fleeting: counts and result are on the record by their digests.
    UNRECORDED = frozenset(
        {"id", "counts", "result", "upload", "step", "attempts", "claimed_at", "heartbeat_at", "progress"}
    )

    team = models.ForeignKey(Team, models.PROTECT, related_name="evaluations")
    number = models.PositiveIntegerField()
    version = models.ForeignKey(Version, models.PROTECT, related_name="evaluations")
    rule = models.ForeignKey(DecisionRule, models.PROTECT, related_name="evaluations")
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="evaluations", null=True, blank=True)
    data_set = models.ForeignKey(DataSet, models.PROTECT, related_name="evaluations", null=True, blank=True)
    is_extra = models.BooleanField(default=False)
    replaces = models.ForeignKey("self", models.PROTECT, related_name="replacements", null=True, blank=True)
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="evaluations", null=True, blank=True)

    # the job
    status = models.CharField(max_length=20, choices=EvaluationStatus.choices, default=EvaluationStatus.WAITING)
    step = models.CharField(max_length=200, blank=True)
    progress = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    handed_in_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    # where the counts come from
    grade = models.CharField(max_length=20, choices=Grade.choices, blank=True)
    columns = models.JSONField(default=dict, blank=True)
    options = models.JSONField(default=dict, blank=True)
    filter = models.CharField(max_length=500, blank=True)
    source_name = models.CharField(max_length=300, blank=True)
    source_sha256 = models.CharField(max_length=64, blank=True)
    model_sha256 = models.CharField(max_length=64, blank=True)  # of the model file the worker predicted with
    extracted_on = models.DateField(null=True, blank=True)
    row_total = models.BigIntegerField(null=True, blank=True)
    control_total = models.BigIntegerField(null=True, blank=True)
    control_source = models.CharField(max_length=300, blank=True)
    upload = models.FileField(upload_to="evaluations/%Y/%m/", blank=True, max_length=300)
    upload_until = models.DateField(null=True, blank=True)

    # what came out
    counts = models.JSONField(null=True, blank=True)
    counts_sha256 = models.CharField(max_length=64, blank=True)
    # [{"uid", "number", "name", "sha256", "document", "agreed_at", "agreed_before"}]
    goals = models.JSONField(default=list, blank=True)
    result = models.JSONField(null=True, blank=True)
    result_sha256 = models.CharField(max_length=64, blank=True)
    verdict = models.CharField(max_length=20, blank=True)
    engine = models.CharField(max_length=80, blank=True)
    seed = models.BigIntegerField(default=0)

    objects: ClassVar[Any] = EvaluationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "number"], name="evaluation_number_once_in_team"),
            models.UniqueConstraint(
                fields=["version", "rule", "plan"], condition=Q(is_extra=False), name="evaluation_owed_once"
            ),
            models.CheckConstraint(
                condition=~Q(status="completed") | (Q(result__isnull=False) & ~Q(counts_sha256="")),
                name="completed_evaluation_has_a_result",
            ),
            models.CheckConstraint(condition=~Q(status="failed") | ~Q(error=""), name="failed_evaluation_says_why"),
        ]
        indexes = [
            models.Index(fields=["status", "heartbeat_at"], name="evaluation_by_status"),
            models.Index(fields=["version", "-created_at"], name="evaluation_by_version"),
            models.Index(fields=["source_sha256"], name="evaluation_by_source"),
            models.Index(fields=["counts_sha256"], name="evaluation_by_counts"),
        ]
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"{self.label} of {self.version}"

    @property
    def label(self) -> str:
        return f"E-{self.number}"

    @property
    def is_open(self) -> bool:
        return self.status in (EvaluationStatus.WAITING, EvaluationStatus.QUEUED, EvaluationStatus.RUNNING)

    @property
    def is_under_way(self) -> bool:
        return self.status in (EvaluationStatus.QUEUED, EvaluationStatus.RUNNING)

    @property
    def replaced_by(self) -> "Evaluation | None":
        """The completed evaluation that took this one's place, if any."""
        done = [row for row in self.replacements.all() if row.status == EvaluationStatus.COMPLETED]
        return max(done, key=lambda row: row.number, default=None)


class Drawing(models.Model):
    """A chart of a goal, drawn once from an evaluation's result. It can be drawn again and is no evidence."""

    evaluation = models.ForeignKey(Evaluation, models.CASCADE, related_name="drawings")
    goal = models.CharField(max_length=200)
    width = models.CharField(max_length=10)
    svg = models.TextField()
    alt = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["evaluation", "goal", "width"], name="drawing_once")]

    def __str__(self) -> str:
        return f"{self.goal} of {self.evaluation}, {self.width}"
