"""Audits: dated records of what was tested, when, by whom, on which data, for which uses, with which gaps."""

from django.db import models
from django.db.models import Q

from governance.models import Recorded, System, Team, User, Version


class AuditState(models.TextChoices):
    OPEN = "open"
    CONCLUDED = "concluded"


class ReportKind(models.TextChoices):
    """What a reader may expect of the report. Only the last is an auditor's own opinion."""

    MANAGEMENT_RECORD = "management_record", "Management record"
    SECOND_LINE_REVIEW = "second_line_review", "Second-line review"
    INTERNAL_AUDIT = "internal_audit", "Internal audit"
    INDEPENDENT_ENGAGEMENT = "independent_engagement", "Independent engagement"


class Audit(Recorded):
    """One audit of a system. Open while it is written; concluded it stays as it is."""

    KIND = "audit"

    team = models.ForeignKey(Team, models.PROTECT, related_name="audits")
    number = models.PositiveIntegerField()
    system = models.ForeignKey(System, models.PROTECT, related_name="audits")
    version = models.ForeignKey(Version, models.PROTECT, related_name="audits")
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=30, choices=ReportKind.choices, default=ReportKind.MANAGEMENT_RECORD)
    tested_on = models.DateField()
    scope = models.TextField()
    data_used = models.TextField(blank=True)
    population_gaps = models.TextField(blank=True)
    uses = models.TextField(blank=True)
    outside = models.TextField(blank=True)
    independence = models.TextField(blank=True)
    conclusion = models.TextField(blank=True)
    next_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=20, choices=AuditState.choices, default=AuditState.OPEN)
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="opened_audits")
    concluded_by = models.ForeignKey(User, models.PROTECT, related_name="concluded_audits", null=True, blank=True)
    concluded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "number"], name="audit_number_once_in_team"),
            models.CheckConstraint(
                condition=Q(state="open") | (~Q(conclusion="") & Q(concluded_by__isnull=False)),
                name="concluded_audit_has_a_conclusion",
            ),
        ]
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"{self.label}: {self.title}"

    @property
    def label(self) -> str:
        return f"A-{self.number}"

    @property
    def is_open(self) -> bool:
        return self.state == AuditState.OPEN
