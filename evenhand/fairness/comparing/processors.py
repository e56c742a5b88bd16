"""Work that releases the interpreter, such as drawing, spread over all processors of the machine."""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")


def together(tasks: Iterable[Callable[[], Result]]) -> list[Result]:
    """The results of all tasks, in their order."""
    listed = list(tasks)
    if not listed:
        return []
    with ThreadPoolExecutor(max_workers=min(len(listed), processors())) as threads:
        return [each.result() for each in [threads.submit(task) for task in listed]]


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
