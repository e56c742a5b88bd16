"""Nudges the workers. The row is the truth: a lost message is made good by the sweep."""

import structlog
from celery import current_app
from django.db import transaction

log = structlog.get_logger(__name__)


def enqueue(task_name: str, pk: int, *, countdown: int = 0) -> None:
    """After commit, tell a worker to look at row `pk`. A dead broker is logged, never raised."""
    transaction.on_commit(lambda: _send(task_name, pk, countdown))


def _send(task_name: str, pk: int, countdown: int) -> None:
    try:
        current_app.send_task(task_name, args=[pk], countdown=countdown, retry=False)
    except Exception:
        log.warning("queue_unreachable", task=task_name, pk=pk, exc_info=True)
