"""The evidence library of a team, the pieces attached to answers, and what people say beside them."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from assessments.models.assessments import Assessment
from governance.models import Recorded, Team, User


class EvidenceItem(Recorded):
    """Something a team can show again and again: a policy, a test report. Its bytes are in its revisions."""

    KIND = "evidence_item"

    team = models.ForeignKey(Team, models.PROTECT, related_name="evidence_items")
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    owner = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["title", "id"]

    def __str__(self) -> str:
        return self.title


class EvidenceRevision(Recorded):
    """One state of an item: a file known by its SHA-256, or a link. Never changed; the next one takes its place."""

    KIND = "evidence_revision"
    TEAM_PATH = "item__team"

    item = models.ForeignKey(EvidenceItem, models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    file = models.FileField(upload_to="evidence/%Y/%m/", blank=True, max_length=300)
    file_name = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.BigIntegerField(null=True, blank=True)
    link = models.URLField(max_length=1000, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    note = models.TextField(blank=True)
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["item", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="evidence_revision_once"),
            models.CheckConstraint(
                name="evidence_revision_is_a_file_or_a_link",
                condition=(Q(link="") & ~Q(sha256="")) | (~Q(link="") & Q(sha256="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item}, revision {self.number}"


class Evidence(Recorded):
    """A file known by its SHA-256, or a link. Withdrawn evidence stays on the record and counts no longer."""

    KIND = "evidence"
    TEAM_PATH = "assessment__team"

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="evidence")
    question_id = models.CharField(max_length=80)
    title = models.CharField(max_length=200)
    file = models.FileField(upload_to="evidence/%Y/%m/", blank=True, max_length=300)
    file_name = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.BigIntegerField(null=True, blank=True)
    link = models.URLField(max_length=1000, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    # The state of the library's item it was taken from. The facts above are its copy and freeze with the assessment.
    revision = models.ForeignKey(EvidenceRevision, models.PROTECT, related_name="attached", null=True, blank=True)
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "evidence"
        constraints = [
            models.CheckConstraint(
                name="evidence_is_a_file_or_a_link",
                condition=(Q(link="") & ~Q(sha256="")) | (~Q(link="") & Q(sha256="")),
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_expired(self) -> bool:
        return self.valid_until is not None and self.valid_until < timezone.localdate()

    @property
    def where(self) -> str:
        """File name or address, as it is printed."""
        return self.link or self.file_name


class Comment(Recorded):
    """A remark on a question, or on the whole assessment. Those marked for the report are printed in it."""

    KIND = "comment"
    TEAM_PATH = "assessment__team"

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="comments")
    question_id = models.CharField(max_length=80, blank=True)
    text = models.TextField()
    for_report = models.BooleanField(default=False)
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    mentions = models.ManyToManyField(User, related_name="+", blank=True)
    # A reviewer asks for a change of this answer; settled by whoever made it.
    asks_for_change = models.BooleanField(default=False)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.author} on {self.question_id or self.assessment}"
