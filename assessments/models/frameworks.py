"""Published questionnaires. An edition never changes; a new text is a new edition."""

from functools import lru_cache
from typing import ClassVar

from django.db import models

from assessments.querysets import EditionQuerySet
from evenhand.questionnaire.parsing import framework_from_document
from evenhand.questionnaire.schema import Framework
from evenhand.questionnaire.translating import in_language
from governance.models import Recorded, Team, User


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
    # The team that wrote it; none for those that come with the product, which everybody may use.
    team = models.ForeignKey(Team, models.PROTECT, related_name="framework_editions", null=True, blank=True)
    change_note = models.TextField(blank=True)

    objects: ClassVar[EditionQuerySet] = EditionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["title", "-published_at"]
        constraints = [models.UniqueConstraint(fields=["framework_id", "version"], name="edition_once")]

    def __str__(self) -> str:
        return f"{self.title} {self.version}"

    def record_team(self) -> Team | None:
        return self.team

    def is_usable_by(self, team: Team) -> bool:
        """Whether a team may answer it: everybody's may be, another team's may not."""
        return self.team_id in (None, team.pk)

    @property
    def framework(self) -> Framework:
        """The questionnaire itself, read once for each process."""
        return _read(self.sha256)

    def framework_for(self, scope: str, profile: str = "", language: str = "") -> Framework:
        """The part asked of the organisation, or of one system, as far as the profile asks it, in a language."""
        return framework_by(self.sha256, scope, profile, language)

    def framework_in(self, language: str) -> Framework:
        """The questionnaire with its texts in a language, where it has it."""
        return _read_in(self.sha256, language)

    @property
    def scopes(self) -> tuple[str, ...]:
        """Whom it asks: the organisation, a system, or both."""
        return tuple(scope.value for scope in self.framework.scopes)


class FrameworkDraft(Recorded):
    """A framework being written: its YAML as somebody left it, faults and all, until it is published."""

    KIND = "framework_draft"
    UNRECORDED = frozenset({"id", "text"})  # each save tells the text's digest; what counts is what is published

    team = models.ForeignKey(Team, models.PROTECT, related_name="framework_drafts")
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    # Counts the saves: one made on an older text is a conflict, not a silent loss.
    revision = models.PositiveIntegerField(default=1)
    updated_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    updated_at = models.DateTimeField(auto_now=True)
    published_as = models.ForeignKey(FrameworkEdition, models.PROTECT, related_name="drafts", null=True, blank=True)
    discarded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-updated_at", "-id"]

    def __str__(self) -> str:
        return self.title


@lru_cache(maxsize=32)
def _read(sha256: str) -> Framework:
    document = FrameworkEdition.objects.values_list("document", flat=True).get(sha256=sha256)
    return framework_from_document(document, is_checked=True)


@lru_cache(maxsize=32)
def _read_in(sha256: str, language: str) -> Framework:
    return in_language(_read(sha256), language)


@lru_cache(maxsize=64)
def framework_by(sha256: str, scope: str, profile: str, language: str) -> Framework:
    """The questions of an edition, known by its digest, for a scope and profile; read once for each process."""
    framework = _read_in(sha256, language).for_scope(scope)
    return framework.for_profile(profile) if profile else framework
