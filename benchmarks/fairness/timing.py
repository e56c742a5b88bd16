"""Time and memory of a task: medians of several repeats, wall clock and processor, in a process of its own."""

import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

STATUS = Path("/proc/self/status")
UNITS = 1024.0 if sys.platform != "darwin" else 1024.0**2  # of ru_maxrss in a MiB


def peak() -> float:
    """The most memory this process has held so far, in MiB.

    On Linux ``ru_maxrss`` would begin with what the parent held, so the kernel's own high-water mark is read.
    """
    if STATUS.is_file():
        line = next(line for line in STATUS.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / UNITS


def timed(task: Callable[[], Any], *, repeats: int, warm: bool = True) -> dict[str, Any]:
    """Median seconds of a task (``wall`` and ``cpu``), all wall times, and the memory it added to what was held.

    The first run is not timed where ``warm``: it imports and fills caches for every contestant alike.
    """
    held = peak()
    if warm:
        task()
    wall, cpu = [], []
    for _ in range(repeats):
        start, used = time.perf_counter(), time.process_time()
        task()
        wall.append(time.perf_counter() - start)
        cpu.append(time.process_time() - used)
    return {"wall": median(wall), "cpu": median(cpu), "all": wall, "mib": peak() - held}
