"""Rows that are jobs: claimed by a conditional update, kept alive by a heartbeat, finished only by who holds them."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from django.db import connection
from django.db.models import F
from django.utils import timezone

from governance.queue import enqueue

log = structlog.get_logger(__name__)

HEARTBEAT_SECONDS = 10.0
SILENT_FOR = timedelta(seconds=60)  # a running row without a heartbeat for so long has lost its worker
UNTOUCHED_FOR = timedelta(seconds=120)  # a queued row nobody took: its message may be lost
MAX_ATTEMPTS = 3


@dataclass(frozen=True)
class Claim:
    """The right to work on a row. `attempt` fences it: after a sweep gave the row away, this claim moves nothing."""

    model: Any
    pk: int
    attempt: int

    @property
    def held(self) -> Any:
        """The row, if this claim still holds it; an empty queryset otherwise."""
        return self.model.objects.filter(pk=self.pk, status="running", attempts=self.attempt)

    def step(self, text: str, progress: int = 0) -> None:
        """Say what is being done, and that the worker lives."""
        news: dict[str, Any] = {"step": text, "heartbeat_at": timezone.now()}
        if hasattr(self.model, "progress"):
            news["progress"] = progress
        self.held.update(**news)

    @contextmanager
    def kept_alive(self) -> Iterator[None]:
        """Beat in a thread of its own while long work runs."""
        done = threading.Event()
        thread = threading.Thread(target=self._beat, args=(done,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()

    def _beat(self, done: threading.Event) -> None:
        while not done.wait(HEARTBEAT_SECONDS):
            try:
                self.held.update(heartbeat_at=timezone.now())
            except Exception:
                log.warning("heartbeat_missed", pk=self.pk, exc_info=True)
            finally:
                connection.close()


def claim(model: Any, pk: int) -> Claim | None:
    """Take a queued row. None when another worker was faster or there is nothing to do."""
    now = timezone.now()
    taken = model.objects.filter(pk=pk, status="queued").update(
        status="running", attempts=F("attempts") + 1, claimed_at=now, heartbeat_at=now, step="starting"
    )
    if not taken:
        return None
    return Claim(model, pk, model.objects.values_list("attempts", flat=True).get(pk=pk))


def sweep(model: Any, *, task: str, give_up: Callable[[Claim, str], None]) -> int:
    """Send again what lost its worker or its message; give up after a bounded number of attempts."""
    now = timezone.now()
    moved = 0
    for row in model.objects.filter(status="running", heartbeat_at__lt=now - SILENT_FOR):
        lost = Claim(model, row.pk, row.attempts)
        if row.attempts >= MAX_ATTEMPTS:
            give_up(lost, f"The worker was lost {row.attempts} times while it was at this. Ask an operator to look.")
        else:
            moved += lost.held.filter(heartbeat_at__lt=now - SILENT_FOR).update(
                status="queued", step="sent again", heartbeat_at=now
            )
            enqueue(task, row.pk)
    for pk in model.objects.filter(status="queued", heartbeat_at__lt=now - UNTOUCHED_FOR).values_list("pk", flat=True):
        moved += model.objects.filter(pk=pk, status="queued").update(heartbeat_at=now)
        enqueue(task, pk)
    return moved
