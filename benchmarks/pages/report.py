"""Says what was found, and writes it down."""

from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.fairness import machine

if TYPE_CHECKING:
    from benchmarks.pages.measuring import Found

TARGETS = {"section page": (0.060, 12)}  # seconds of the slowest twentieth, queries

HEAD = """# Benchmarks of the pages

`make bench-pages` starts an installation of its own, opens {n} assessments with answers through the services, and asks
for pages as a signed-in person does, over HTTP on the same machine, one after the other. The time is from the request
to the last byte, gunicorn and the middleware included. Run {day} on: {machine}. Load before the report: {load:.1f}.

| page | middle | slowest twentieth (p95) | at most | queries, most | at most | met |
|---|---|---|---|---|---|---|
"""


def percentile(values: list[float], share: float) -> float:
    """The value that this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def rows(found: "Found") -> list[str]:
    """One line of the table for each kind of page."""
    lines = []
    for kind, seconds in found.seconds.items():
        slow, queries = percentile(seconds, 0.95), max(found.queries[kind])
        limit = TARGETS.get(kind)
        met = "" if limit is None else "yes" if slow <= limit[0] and queries <= limit[1] else "**no**"
        limits = (f"{limit[0] * 1000:.0f} ms", str(limit[1])) if limit else ("no target", "")
        lines.append(
            f"| {kind} | {median(seconds) * 1000:.0f} ms | {slow * 1000:.0f} ms | {limits[0]} | {queries} | "
            f"{limits[1]} | {met} |"
        )
    return lines


def show(found: "Found") -> None:
    for line in rows(found):
        print(line)


def write(found: "Found", page: Path) -> None:
    head = HEAD.format(
        n=found.n_assessments,
        day=f"{datetime.now(UTC):%Y-%m-%d}",
        machine=machine.described(),
        load=machine.load(),
    )
    page.write_text(head + "\n".join(rows(found)) + "\n")
    print(f"Wrote docs/{page.name}.")
