"""What the nightly recomputation of the ledger found."""

from typing import Any, ClassVar

from django.db import models
from django.db.models.functions import Now


class LedgerCheck(models.Model):
    """One recomputation of the whole ledger. The record itself is not touched by it."""

    checked_at = models.DateTimeField(db_default=Now())
    n_entries = models.BigIntegerField()
    holds = models.BooleanField()
    fault = models.TextField(blank=True)

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.n_entries} entries: {'all of it fits together' if self.holds else self.fault}"
