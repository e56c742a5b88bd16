"""Whether anybody is there to do the work. Asked only while a job waits."""

import structlog
from celery import current_app
from django.core.cache import caches

log = structlog.get_logger(__name__)
WAIT_SECONDS = 1.0
REMEMBER_SECONDS = 5


def worker_is_there() -> bool:
    """Ask the workers for a sign of life through the broker; the answer is kept for a few seconds."""
    known: bool | None = caches["process"].get("evenhand-worker-is-there")
    if known is None:
        known = _ask()
        caches["process"].set("evenhand-worker-is-there", known, REMEMBER_SECONDS)
    return known


def _ask() -> bool:
    try:
        return bool(current_app.control.inspect(timeout=WAIT_SECONDS, limit=1).ping())
    except Exception:
        log.warning("workers_cannot_be_asked", exc_info=True)
        return False
