"""Answers already given to a post with an Idempotency-Key."""

from django.db import models

from governance.models.accounts import User


class IdempotencyKey(models.Model):
    """A creating post and its answer, so that sending it again creates nothing. Not part of the record."""

    user = models.ForeignKey(User, models.CASCADE)
    key = models.CharField(max_length=200)
    request_sha256 = models.CharField(max_length=64)
    status = models.PositiveIntegerField(null=True)
    body = models.JSONField(null=True)
    location = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="idempotency_key_once_for_user")]

    def __str__(self) -> str:
        return self.key
