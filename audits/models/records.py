"""The record tables: entries, their erasable revisions, the tree's leaves and subtrees, checkpoints, heads.

Only `audits.recorder` imports this module. Entries, leaves, subtrees and checkpoints are append-only in PostgreSQL
itself (migration 0002): triggers refuse UPDATE, DELETE and TRUNCATE even for the owner, and the app's role has no
such rights.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.db import models
from django.db.models.functions import Now

from evenhand.ledger.entries import Entry as SealableEntry
from governance.models import Membership, Role, Team, User

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

# Who reads the record of a team. Contributors and approvers see the objects they work on, not the whole log.
READING_ROLES = (Role.ENGINEER, Role.COMPLIANCE, Role.AUDITOR, Role.ADMIN)


class EntryQuerySet(models.QuerySet["Entry"]):
    """Reads of the log. Every list starts from `visible_to(user)`."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Entries of the teams whose record the person may read, and of the accounts of these teams' members."""
        if not isinstance(user, User) or not user.is_active:
            return self.none()
        mine = Membership.objects.filter(user=user, is_active=True, role__in=READING_ROLES)
        teams = Team.objects.filter(pk__in=mine.values("team"))
        people = User._default_manager.filter(memberships__team__in=teams)
        of_people = models.Q(team_uid=None, subject_kind=User.KIND, subject_uid__in=people.values("uid"))
        return self.filter(models.Q(team_uid__in=teams.values("uid")) | of_people)

    def about(self, subject_uid: Any) -> Self:
        return self.filter(subject_uid=subject_uid).order_by("subject_number")


class Entry(models.Model):
    """One change, as evenhand.ledger.entries.Entry describes it. Never updated, never deleted."""

    uid = models.UUIDField(unique=True)
    event = models.CharField(max_length=100, db_index=True)
    actor_kind = models.CharField(max_length=10)
    actor_uid = models.UUIDField(null=True)
    interface = models.CharField(max_length=20)
    token_uid = models.UUIDField(null=True)
    team_uid = models.UUIDField(null=True)
    subject_kind = models.CharField(max_length=40)
    subject_uid = models.UUIDField()
    subject_number = models.PositiveBigIntegerField()
    previous_hash = models.BinaryField(null=True)
    before_digest = models.BinaryField(null=True)
    after_digest = models.BinaryField(null=True)
    context_digest = models.BinaryField(null=True)
    correlation_uid = models.UUIDField(null=True)
    # Both are set by a trigger, whatever is sent: the database's clock, and the comparison with it.
    recorded_at = models.DateTimeField(db_default=Now())
    occurred_on = models.DateField(null=True)
    entered_afterwards = models.BooleanField(db_default=False)

    objects: ClassVar[Any] = EntryQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject_uid", "subject_number"], name="entry_number_once")]
        indexes = [
            models.Index(fields=["team_uid", "-id"], name="entry_by_team"),
            models.Index(fields=["subject_kind", "team_uid"], name="entry_by_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.event} ({self.uid})"

    def as_sealable(self) -> SealableEntry:
        """The entry as the pure ledger knows it, ready to be hashed."""
        return SealableEntry(**{name: getattr(self, name) for name in SEALED_FIELDS})


SEALED_FIELDS = tuple(SealableEntry.__dataclass_fields__)


class Revision(models.Model):
    """The content beside an entry: canonical JSON texts and the salt of their digests. Erasing sets all to NULL."""

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True, related_name="revision")
    before = models.TextField(null=True)  # noqa: DJ001  # NULL means: nothing there, or erased
    after = models.TextField(null=True)  # noqa: DJ001
    context = models.TextField(null=True)  # noqa: DJ001
    salt = models.BinaryField(null=True)

    def __str__(self) -> str:
        return f"content of {self.entry_id}"


class Unsealed(models.Model):
    """Entries that have no leaf yet; filled by a trigger, emptied by the sequencer."""

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True, related_name="unsealed")

    def __str__(self) -> str:
        return f"unsealed {self.entry_id}"


class Leaf(models.Model):
    """An entry's place in the tree and the hash that was sealed there."""

    index = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(Entry, models.PROTECT, related_name="leaf")
    hash = models.BinaryField()

    def __str__(self) -> str:
        return f"leaf {self.index}"


class Subtree(models.Model):
    """Hash of a full subtree of 2^level leaves, levels 1 and up."""

    pk = models.CompositePrimaryKey("level", "place")
    level = models.PositiveSmallIntegerField()
    place = models.BigIntegerField()
    hash = models.BinaryField()

    def __str__(self) -> str:
        return f"subtree {self.level}/{self.place}"


class Checkpoint(models.Model):
    """A signed head of the ledger, exactly as it was published."""

    size = models.BigIntegerField(db_index=True)
    root = models.BinaryField()
    heads_size = models.BigIntegerField()
    heads_root = models.BinaryField()
    note = models.TextField()
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"checkpoint at {self.size}"


class SubjectHead(models.Model):
    """Where a subject's story ends, unsealed entries included. Locked by each append; the counter of its numbers."""

    subject_uid = models.UUIDField(primary_key=True)
    number = models.PositiveBigIntegerField()
    hash = models.BinaryField(null=True)

    def __str__(self) -> str:
        return f"head of {self.subject_uid}"


class SealedHead(models.Model):
    """Where a subject's sealed story ends. Written by the sequencer alone; the leaves of the heads tree."""

    subject_uid = models.UUIDField(primary_key=True)
    number = models.PositiveBigIntegerField()
    hash = models.BinaryField()

    def __str__(self) -> str:
        return f"sealed head of {self.subject_uid}"
