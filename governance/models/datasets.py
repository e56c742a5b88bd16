"""Data sets: what they are, whom they represent, what is missing."""

from django.db import models

from governance.models.accounts import Team
from governance.models.base import Recorded


class DataSet(Recorded):
    """A named data set with its data sheet. The rows themselves are kept only if somebody hands them in."""

    KIND = "dataset"

    team = models.ForeignKey(Team, models.PROTECT, related_name="datasets")
    slug = models.SlugField(max_length=80)
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    source = models.TextField(blank=True)
    collected = models.CharField(max_length=200, blank=True)
    representation = models.TextField(blank=True)
    gaps = models.TextField(blank=True)
    # [{"column": "race", "label": "Race", "known_by": "administrative"}]
    attributes = models.JSONField(default=list, blank=True)
    content = models.FileField(upload_to="datasets/%Y/%m/", blank=True, max_length=300)
    sha256 = models.CharField(max_length=64, blank=True)
    n_rows = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "slug"], name="dataset_slug_once_in_team")]
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
