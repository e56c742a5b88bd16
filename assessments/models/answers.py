"""Answers, who wrote them, and those copied from the organisation's own assessment."""

from typing import Any

from django.db import models

from assessments.models.assessments import Assessment
from evenhand.questionnaire.answers import Answer as Said
from evenhand.questionnaire.answers import AnswerState
from governance.models import Recorded, User


class Origin(models.TextChoices):
    WRITTEN = "written"
    CARRIED = "carried", "carried over from the last assessment"
    OFFERED = "offered", "taken from another framework's answer"
    PREFILLED = "prefilled", "taken from the registry"
    IMPORTED = "imported", "imported from a file"


class Answer(Recorded):
    """The present answer to one question. Earlier ones are in the ledger."""

    KIND = "answer"
    TEAM_PATH = "assessment__team"

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="answers")
    question_id = models.CharField(max_length=80)
    value = models.JSONField(null=True, blank=True)
    not_applicable = models.BooleanField(default=False)
    na_reason = models.TextField(blank=True)
    dont_know = models.BooleanField(default=False)
    # Counts the saves: a save made on an older one is a conflict, not a silent loss.
    revision = models.PositiveIntegerField(default=1)
    answered_by = models.ForeignKey(User, models.PROTECT, related_name="answers")
    # Where the words came from, when nobody typed them here; source says which assessment, fact or file.
    origin = models.CharField(max_length=20, choices=Origin.choices, default=Origin.WRITTEN)
    origin_source = models.JSONField(null=True, blank=True)
    # What the registry said of the facts it relies on when it was answered: {fact: value}.
    relied_on = models.JSONField(default=dict, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["assessment", "question_id"], name="answer_once")]

    def __str__(self) -> str:
        return f"{self.question_id} of {self.assessment}"

    def content(self) -> dict[str, Any]:
        """What is said, without who and when: this is what a digest is taken of.

        A text kept under "does not apply" is not said, so it is not part of it.
        """
        value = None if self.not_applicable else self.value
        return {"value": value, "not_applicable": self.not_applicable, "na_reason": self.na_reason}

    @property
    def is_blank(self) -> bool:
        """Nothing said at all: an answer that was taken back."""
        return self.value is None and not self.not_applicable and not self.dont_know

    def said(self) -> Said:
        """The answer as the questionnaire reads it."""
        if self.not_applicable:
            return Said(state=AnswerState.NOT_APPLICABLE, reason=self.na_reason)
        if self.dont_know:
            return Said(state=AnswerState.UNKNOWN)
        return Said(self.value)


class AnswerAuthor(models.Model):
    """Who had a hand in what is signed. Written with every save, never changed, never emptied (triggers)."""

    class Act(models.TextChoices):
        ANSWERED = "answered"
        EVIDENCED = "evidenced"
        SUBMITTED = "submitted"

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="authors")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    act = models.CharField(max_length=20, choices=Act.choices)
    first_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["assessment", "user", "act"], name="author_once")]

    def __str__(self) -> str:
        return f"{self.user} {self.act} {self.assessment}"


class AnswerDraft(models.Model):
    """What somebody typed while another person saved the same answer. Kept until they choose; not on the record."""

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="drafts")
    question_id = models.CharField(max_length=80)
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    content = models.JSONField()
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["assessment", "question_id", "user"], name="draft_once")]

    def __str__(self) -> str:
        return f"Draft of {self.question_id} by {self.user}"


class CopiedAnswer(Recorded):
    """A signed answer of the organisation's own assessment as it stood when it was taken over, known by its digest.

    Nothing here changes by itself: a newer signed answer makes it stale, and a person takes that one over.
    """

    KIND = "copied_answer"
    TEAM_PATH = "assessment__team"

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="copied_answers")
    question_id = models.CharField(max_length=80)
    source = models.ForeignKey(Assessment, models.PROTECT, related_name="+")
    # {"value": ..., "not_applicable": ..., "na_reason": ..., "evidence": [{"title", "what": sha256 or link}]}
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    copied_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["assessment", "question_id"], name="copied_answer_once")]

    def __str__(self) -> str:
        return f"{self.question_id} of {self.assessment}, copied"

    def said(self) -> Said:
        """The answer as the questionnaire reads it."""
        if self.content["not_applicable"]:
            return Said(state=AnswerState.NOT_APPLICABLE, reason=self.content["na_reason"])
        return Said(self.content["value"])
