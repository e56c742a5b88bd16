"""Runs every contestant in a process of its own and writes `docs/benchmarks.md`: `make bench-fairness`."""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.fairness import machine, people, report
from benchmarks.fairness.contestants import CONTESTANTS

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "benchmarks.md"
LONGEST = 11 * 60  # seconds; what has not begun by then is left out and said so
SPACE = 1 << 30
FULL = {"people": 1_000_000, "tens": 10_000_000, "hundreds": 100_000_000}
QUICK = {"people": 50_000, "tens": 1_000_000, "hundreds": 5_000_000}


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure the fairness engine against targets and other tools.")
    parser.add_argument("--quick", action="store_true", help="small data, to see that it works; writes no page")
    parser.add_argument("--only", nargs="*", choices=CONTESTANTS, help="these contestants alone; writes no page")
    parser.add_argument("--json", type=Path, help="also write everything measured to this file")
    given = parser.parse_args()
    rows, chosen = QUICK if given.quick else FULL, given.only or list(CONTESTANTS)
    if shutil.disk_usage(tempfile.gettempdir()).free < SPACE:
        print("Benchmarks need a gigabyte of free space for temporary files.", file=sys.stderr)
        return 1
    started, before = time.monotonic(), machine.load()
    with tempfile.TemporaryDirectory(prefix="evenhand-bench-") as name:
        folder = Path(name)
        _make_data(folder, rows, set(chosen))
        found, left_out = _measured(folder, chosen, repeats=2 if given.quick else 5, until=started + LONGEST)
    lines = report.lines(found, tens=rows["tens"], hundreds=rows["hundreds"])
    for line in lines:
        print(f"{'ok  ' if line.met else 'MISS'} {line.measure}: {line.reached} (target {line.target})")
    if given.json:
        given.json.write_text(json.dumps(found, indent=1))
    if not given.quick and not given.only:
        PAGE.write_text(_page(lines, found, left_out, before, time.monotonic() - started))
        print(f"Wrote {PAGE.relative_to(ROOT)}.")
    for peer in report.disagreements(found):
        print(f"{peer} and Evenhand disagree on the true positive rates.", file=sys.stderr)
    return 1 if report.disagreements(found) or left_out else 0


def _make_data(folder: Path, rows: dict[str, int], chosen: set[str]) -> None:
    """The files that the chosen contestants read."""
    print(f"Making up to {sum(rows.values()):,} people ...", flush=True)
    if chosen & {"evenhand", "fairlearn", "aequitas", "aif360"}:
        people.write_file(folder / "people.parquet", rows["people"])
    if chosen & {"bare_read", "scan", "scan_scores"}:
        people.write_file(folder / "tens.parquet", rows["tens"])
    if "scan_folder" in chosen:
        people.write_folder(folder / "hundreds", rows["hundreds"], files=10)


def _measured(folder: Path, chosen: list[str], *, repeats: int, until: float) -> tuple[dict[str, Any], list[str]]:
    found: dict[str, Any] = {}
    left_out = []
    for name in chosen:
        if (remaining := until - time.monotonic()) < 5:
            left_out.append(name)
            continue
        print(f"Measuring {name} ...", flush=True)
        runs = [_run(name, folder, repeats, remaining) for _ in range(5 if name == "importing" else 1)]
        complete = [run for run in runs if run is not None]
        if not complete:
            left_out.append(name)
        elif name == "importing":  # a process imports once, so there are several
            middle = median(run["import"]["wall"] for run in complete)
            found[name] = {"import": {"wall": middle}, "loaded": complete[0]["loaded"]}
        else:
            found[name] = complete[0]
    return found, left_out


def _run(name: str, folder: Path, repeats: int, seconds: float) -> dict[str, Any] | None:
    command = [sys.executable, "-m", "benchmarks.fairness.contestants", name, str(folder), "--repeats", str(repeats)]
    threads = {"OMP_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "2", "PYTHONWARNINGS": "ignore"}
    try:
        done = subprocess.run(
            command, cwd=ROOT, env={**os.environ, **threads}, capture_output=True, text=True, timeout=seconds
        )
    except subprocess.TimeoutExpired:
        print(f"{name} did not end in {seconds:.0f} s.", file=sys.stderr)
        return None
    if done.returncode:
        print(f"{name} failed:\n{done.stderr[-2000:]}", file=sys.stderr)
        return None
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def _page(lines: list[report.Line], found: dict[str, Any], left_out: list[str], before: float, seconds: float) -> str:
    targets = "\n".join(f"| {line.measure} | {line.reached} | {line.target} | {_met(line)} |" for line in lines)
    timings = "\n".join(
        f"| {name} | {part} | {wall:.3f} | {_number(cpu, 3)} | {_number(mib, 0)} |"
        for name, part, wall, cpu, mib in report.details(found)
    )
    text = (Path(__file__).parent / "page.md").read_text()
    for mark, value in {
        "MACHINE": machine.described(),
        "LIBRARIES": machine.libraries(),
        "LOAD": f"{before:.1f}",
        "MINUTES": f"{seconds / 60:.0f}",
        "DAY": datetime.now(UTC).date().isoformat(),
        "LEFT_OUT": f"Left out for want of time: {', '.join(left_out)}." if left_out else "Nothing was left out.",
        "TARGETS": targets,
        "TIMINGS": timings,
    }.items():
        text = text.replace(f"{{{mark}}}", value)
    return text


def _met(line: report.Line) -> str:
    if line.target == report.NONE:
        return ""
    return "yes" if line.met else "**no**"


def _number(value: float | None, digits: int) -> str:
    return "" if value is None else f"{value:.{digits}f}"


if __name__ == "__main__":
    sys.exit(main())
