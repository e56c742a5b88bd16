"""Published questionnaires. An edition never changes; a new text is a new edition."""

from typing import ClassVar

from django.db import models

from assessments.querysets import EditionQuerySet
from governance.models import Recorded, Team


class FrameworkEdition(Recorded):
    """One published version of a framework, as the checked document it was loaded from."""

    KIND = "framework"
    UNRECORDED = frozenset({"id", "document"})  # the digest stands for it; an edition never changes

    framework_id = models.SlugField(max_length=80)
    version = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    document = models.JSONField()
    sha256 = models.CharField(max_length=64, unique=True)
    published_at = models.DateTimeField()

    objects: ClassVar[EditionQuerySet] = EditionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["title", "-published_at"]
        constraints = [models.UniqueConstraint(fields=["framework_id", "version"], name="edition_once")]

    def __str__(self) -> str:
        return f"{self.title} {self.version}"

    def record_team(self) -> Team | None:
        return None
