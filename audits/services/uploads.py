"""Rows of people that were handed in: deleted once counted, unless the system keeps them for stated days."""

from datetime import timedelta

import structlog
from django.db import transaction
from django.utils import timezone

from audits.models import Evaluation, EvaluationStatus
from governance.events import publish

log = structlog.get_logger(__name__)
OPEN = (EvaluationStatus.WAITING, EvaluationStatus.QUEUED, EvaluationStatus.RUNNING)


def delete_after_commit(evaluation: Evaluation) -> None:
    """Delete the rows when the result is safe, or note until when the system's setting keeps them."""
    if not evaluation.upload:
        return
    days = evaluation.version.model.system.keep_uploads_days
    if days:
        until = timezone.localdate() + timedelta(days=days)
        Evaluation.objects.filter(pk=evaluation.pk).update(upload_until=until)
        return
    transaction.on_commit(lambda: _delete(evaluation.pk))


def sweep_uploads() -> None:
    """Delete rows that a crash left behind and rows whose days are over."""
    done = Evaluation.objects.exclude(upload="").exclude(status__in=OPEN)
    for evaluation in done:
        if evaluation.upload_until is None or evaluation.upload_until < timezone.localdate():
            _delete(evaluation.pk)


@transaction.atomic
def _delete(pk: int) -> None:
    evaluation = Evaluation.objects.select_for_update(of=("self",)).filter(pk=pk).exclude(upload="").first()
    if evaluation is None:
        return
    name, storage = evaluation.upload.name, evaluation.upload.storage
    evaluation.upload, evaluation.upload_until = "", None
    evaluation.save(update_fields=["upload", "upload_until"])
    publish("evaluation.rows_deleted", subject=evaluation, by=None, data={"source_sha256": evaluation.source_sha256})
    transaction.on_commit(lambda: _remove(storage, name))


def _remove(storage: object, name: str) -> None:
    try:
        storage.delete(name)  # type: ignore[attr-defined]  # a Django storage
    except OSError:
        log.exception("upload_not_deleted", name=name)
