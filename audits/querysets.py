"""Reads of evaluations, audits and reports. Every list and every detail starts from `visible_to(user)`."""

from typing import Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from governance.querysets import TeamScopedQuerySet


class EvaluationQuerySet(TeamScopedQuerySet[Any]):
    """Evaluations by what is to be done with them."""

    def of_version(self, version: Any) -> Self:
        found = self.filter(version=version).select_related("rule", "plan", "data_set", "replaces", "requested_by")
        return found.with_replacements()

    def with_replacements(self) -> Self:
        """With what replaced them, without the bulk: for lists."""
        rows = self.model._default_manager.only("uid", "number", "status", "replaces")
        return self.prefetch_related(models.Prefetch("replacements", queryset=rows))

    def of_record(self) -> Self:
        """Completed, and no later completed one has taken their place."""
        replaced = self.model._default_manager.filter(replaces=OuterRef("pk"), status="completed")
        return self.filter(status="completed").exclude(Exists(replaced))

    def owed(self) -> Self:
        return self.filter(status="waiting")

    def stuck(self, before: Any) -> Self:
        """Running without a sign of life, or queued and never taken up."""
        silent = Q(status="running") & (Q(heartbeat_at__lt=before) | Q(heartbeat_at__isnull=True))
        return self.filter(silent | Q(status="queued", heartbeat_at__lt=before))

    def with_data(self, sha256: str) -> Self:
        """Handed in from the data with this digest: of the file, or of the counts where the file stayed at home."""
        return self.filter(Q(source_sha256=sha256) | Q(source_sha256="", counts_sha256=sha256))


class ReportQuerySet(TeamScopedQuerySet[Any]):
    """Reports by what is to be done with them."""

    def stuck(self, before: Any) -> Self:
        silent = Q(status="running") & (Q(heartbeat_at__lt=before) | Q(heartbeat_at__isnull=True))
        return self.filter(silent | Q(status="queued", heartbeat_at__lt=before))


def next_number(rows: Any) -> int:
    """One more than the highest number of these rows. The caller holds a lock on what the numbers belong to."""
    return int(rows.aggregate(highest=models.Max("number"))["highest"] or 0) + 1
