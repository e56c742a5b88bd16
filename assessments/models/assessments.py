"""An assessment: a framework answered for a system or for the organisation itself."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from assessments.models.frameworks import FrameworkEdition
from assessments.querysets import OPEN, AssessmentQuerySet
from evenhand.questionnaire.schema import Framework
from governance.models import Recorded, System, Team, User, Version


class AssessmentStatus(models.TextChoices):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    REJECTED = "rejected"
    SUPERSEDED = "superseded"


class Scope(models.TextChoices):
    SYSTEM = "system", "a system"
    ORGANISATION = "organisation", "the organisation itself"


class Assessment(Recorded):
    """A framework edition answered once, from draft to sign-off. Approved ones never change."""

    KIND = "assessment"

    team = models.ForeignKey(Team, models.PROTECT, related_name="assessments")
    system = models.ForeignKey(System, models.PROTECT, related_name="assessments", null=True, blank=True)
    edition = models.ForeignKey(FrameworkEdition, models.PROTECT, related_name="assessments")
    scope = models.CharField(max_length=20, choices=Scope.choices)
    title = models.CharField(max_length=200)
    status = models.CharField(max_length=20, choices=AssessmentStatus.choices, default=AssessmentStatus.DRAFT)
    started_by = models.ForeignKey(User, models.PROTECT, related_name="started_assessments")
    submitted_by = models.ForeignKey(User, models.PROTECT, related_name="submitted_assessments", null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    # Only the questions of this profile are asked; blank asks all.
    profile = models.CharField(max_length=80, blank=True)
    # The earlier assessment of the same subject from which answers were carried over.
    based_on = models.ForeignKey("self", models.PROTECT, related_name="followers", null=True, blank=True)
    # What the answers are about, where they are about one version or one evaluation.
    version = models.ForeignKey(Version, models.PROTECT, related_name="assessments", null=True, blank=True)
    evaluation_uid = models.UUIDField(null=True, blank=True)
    # How often it was handed in; the sign-offs needed belong to one round.
    round = models.PositiveIntegerField(default=0)
    # The words the submitter agreed to, and what followed from the answers then: scores, values, outcomes, duties.
    attestation = models.TextField(blank=True)
    result = models.JSONField(null=True, blank=True)
    # The form of what is signed: sign-offs over an older form stay valid.
    content_format = models.CharField(max_length=40, default="evenhand-assessment/1")
    # What was handed in: digest of the edition, every answer and all evidence, taken at submission.
    answers_sha256 = models.CharField(max_length=64, blank=True)
    superseded_by = models.ForeignKey("self", models.PROTECT, related_name="supersedes", null=True, blank=True)

    # In which language a page shows the questions to its reader. Never stored, and the same questions in each.
    reading_language: str = ""

    # Read with the row where a page needs them (`with_surroundings`); a row read otherwise has neither.
    parts_given: ClassVar[list[dict[str, str]]] = []
    answered_elsewhere: ClassVar[list[dict[str, Any]] | None] = None

    objects: ClassVar[AssessmentQuerySet] = AssessmentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="assessment_is_of_a_system_or_of_the_organisation",
                condition=Q(scope="system", system__isnull=False) | Q(scope="organisation", system__isnull=True),
            ),
            models.CheckConstraint(
                name="assessment_submitted_has_its_submitter_and_digest",
                condition=Q(status__in=OPEN) | (Q(submitted_by__isnull=False) & ~Q(answers_sha256="")),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        """Whether answers may still change."""
        return self.status in OPEN

    @property
    def framework(self) -> Framework:
        """The questions asked here: those of the edition for this scope."""
        return self.edition.framework_for(self.scope, self.profile, self.reading_language)

    @property
    def about_key(self) -> str:
        """Its subject as the form that starts one names it."""
        return f"system:{self.system.uid}" if self.system else f"team:{self.team.uid}"

    @property
    def subject_name(self) -> str:
        """The system, or the team whose own practice is assessed."""
        return self.system.name if self.system else self.team.name


class Assignment(Recorded):
    """A section, or one question of it, that somebody is to answer by a date. Taking it back leaves it inactive."""

    KIND = "assignment"
    TEAM_PATH = "assessment__team"

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="assignments")
    section_id = models.CharField(max_length=80)
    question_id = models.CharField(max_length=80, blank=True)
    assignee = models.ForeignKey(User, models.PROTECT, related_name="assignments", null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "section_id", "question_id"], name="assignment_once")
        ]

    def __str__(self) -> str:
        return f"{self.question_id or self.section_id}: {self.assignee or 'nobody yet'}"
