"""The machine and the libraries that figures come from; no paths and no host name."""

import os
import platform
from importlib.metadata import version
from pathlib import Path

import psutil

LIBRARIES = ("numpy", "duckdb", "narwhals", "pyarrow", "pandas", "fairlearn", "aif360", "aequitas", "scikit-learn")


def described() -> str:
    """One sentence on the machine."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"{_processor()}, {cores} cores seen and 2 used, {memory:.0f} GiB of memory, {platform.system()}, "
        f"Python {platform.python_version()}"
    )


def libraries() -> str:
    """The versions of everything that was measured."""
    return ", ".join(f"{name} {version(name)}" for name in LIBRARIES)


def load() -> float:
    """How many processes wanted a processor in the last minute; over 1 before the start, others were at work."""
    return os.getloadavg()[0]


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    if information.is_file():
        for line in information.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
