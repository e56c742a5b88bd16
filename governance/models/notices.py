"""Messages to people: shown in their inbox, and sent by mail once."""

import uuid
from typing import ClassVar

from django.db import models

from governance.models.accounts import Team, User
from governance.querysets import NoticeQuerySet


class Notice(models.Model):
    """One message to one person. Not on the record: what it tells of is.

    `key` says what it is about (`assessment-due:<uid>:2026-12-01`), so that the same thing is told once.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="notices")
    # About whose things it is; a token of one team reads no others.
    team = models.ForeignKey(Team, models.CASCADE, related_name="+", null=True, blank=True)
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=200)
    title = models.CharField(max_length=200)
    detail = models.TextField(blank=True)
    url = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)
    # Claimed by a conditional update before sending, so that a second worker sends nothing.
    mail_claimed_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)
    mail_error = models.TextField(blank=True)

    objects: ClassVar[NoticeQuerySet] = NoticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="notice_once")]
        indexes = [models.Index(fields=["mailed_at", "created_at"], name="notice_to_mail")]

    def __str__(self) -> str:
        return f"{self.title}, to {self.user}"
