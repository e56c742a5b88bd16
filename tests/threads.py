"""Runs something in another thread, with database connections of its own: another process, in small."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from django.db import connections


def in_thread(work: Callable[[], Any], *, wait: bool = True) -> Any:
    """Run `work` and return its result; with wait=False return the future at once."""

    def run() -> Any:
        try:
            return work()
        finally:
            connections.close_all()

    executor = ThreadPoolExecutor(max_workers=1)
    future: Future[Any] = executor.submit(run)
    executor.shutdown(wait=False)
    return future.result(timeout=30) if wait else future
