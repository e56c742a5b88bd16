"""Reports: signed PDFs of audits, and the jobs that make them."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from audits.models.audits import Audit, ReportKind
from audits.querysets import ReportQuerySet
from governance.models import Recorded, Team, User, Version


class ReportStatus(models.TextChoices):
    QUEUED = "queued"
    RUNNING = "running"
    ISSUED = "issued"
    FAILED = "failed"


class Report(Recorded):
    """A report and its job. Issued, it never changes; what it says was frozen before a page was drawn."""

    KIND = "report"
    # The frozen content is on the record by its digest; the job's life is not history.
    UNRECORDED = frozenset({"id", "content", "proof", "step", "attempts", "claimed_at", "heartbeat_at"})

    team = models.ForeignKey(Team, models.PROTECT, related_name="reports")
    number = models.PositiveIntegerField()
    audit = models.ForeignKey(Audit, models.PROTECT, related_name="reports")
    version = models.ForeignKey(Version, models.PROTECT, related_name="reports")
    kind = models.CharField(max_length=30, choices=ReportKind.choices)
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="requested_reports")

    # the job
    status = models.CharField(max_length=20, choices=ReportStatus.choices, default=ReportStatus.QUEUED)
    step = models.CharField(max_length=200, blank=True)
    error = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)

    # what it says, and the ledger's side of it
    content = models.JSONField(null=True, blank=True)
    content_sha256 = models.CharField(max_length=64, blank=True)
    frozen_entry = models.CharField(max_length=80, blank=True)
    checkpoint = models.TextField(blank=True)
    proof = models.JSONField(null=True, blank=True)

    # the signed file
    file = models.FileField(upload_to="reports/%Y/%m/", blank=True, max_length=300)
    file_sha256 = models.CharField(max_length=64, blank=True)
    file_size = models.BigIntegerField(null=True, blank=True)
    signer_fingerprint = models.CharField(max_length=64, blank=True)
    issued_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = ReportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "number"], name="report_number_once_in_team"),
            models.CheckConstraint(
                condition=~Q(status="issued") | (~Q(file_sha256="") & ~Q(content_sha256="")),
                name="issued_report_has_a_file",
            ),
            models.CheckConstraint(condition=~Q(status="failed") | ~Q(error=""), name="failed_report_says_why"),
        ]
        indexes = [models.Index(fields=["status", "heartbeat_at"], name="report_by_status")]
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"{self.label}: {self.version}"

    @property
    def label(self) -> str:
        return f"AR-{self.number}"

    @property
    def is_under_way(self) -> bool:
        return self.status in (ReportStatus.QUEUED, ReportStatus.RUNNING)
