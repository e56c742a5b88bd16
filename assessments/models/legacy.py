"""Assessments made before Evenhand was there."""

from django.db import models

from governance.models import Recorded, System, Team, User


class LegacyRecord(Recorded):
    """A finished document from elsewhere, with the day it claims. Everywhere shown as entered afterwards."""

    KIND = "legacy_record"

    team = models.ForeignKey(Team, models.PROTECT, related_name="legacy_records")
    system = models.ForeignKey(System, models.PROTECT, related_name="legacy_records", null=True, blank=True)
    title = models.CharField(max_length=200)
    framework = models.CharField(max_length=200, blank=True)  # in words: it need not be one of ours
    result = models.TextField(blank=True)
    decided_by = models.CharField(max_length=200, blank=True)
    occurred_on = models.DateField()
    file = models.FileField(upload_to="legacy/%Y/%m/", max_length=300)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-occurred_on", "-id"]

    def __str__(self) -> str:
        return self.title
