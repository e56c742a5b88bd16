"""Starts an installation of its own, fills it, and measures pages over HTTP: `make bench-pages`."""

import argparse
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import socket

import django

from benchmarks.pages import report

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 300  # seconds to start


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure pages of assessments with many of them open.")
    parser.add_argument("--assessments", type=int, default=500, help="how many are open (500)")
    parser.add_argument("--requests", type=int, default=300, help="how many times each kind of page is asked for (300)")
    parser.add_argument("--quick", action="store_true", help="few of both, to see that it works; writes no page")
    given = parser.parse_args()
    n_assessments, n_requests = (10, 20) if given.quick else (given.assessments, given.requests)
    with tempfile.TemporaryDirectory(prefix="evenhand-pages-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # the database server runs as somebody else where we are root
        with _installation(folder / "var") as url:
            os.environ.update(
                EVENHAND_HOME=str(folder / "var"), EVENHAND_URL=url, DJANGO_SETTINGS_MODULE="config.settings"
            )
            django.setup()
            from benchmarks.pages import measuring  # its models need the settings of this installation

            found = measuring.measure(url, n_assessments=n_assessments, n_requests=n_requests)
    report.show(found)
    if not given.quick:
        report.write(found, ROOT / "docs" / "benchmarks-pages.md")
    return 0


@contextmanager
def _installation(home: Path) -> Iterator[str]:
    """A running Evenhand without the demo, stopped at the end."""
    with socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port = trial.getsockname()[1]
    environment = {**os.environ, "EVENHAND_HOME": str(home), "PORT": str(port), "EVENHAND_DEMO": "0"}
    server = subprocess.Popen(
        [sys.executable, "-m", "config.supervisor", "run"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
    )
    try:
        _wait_until_ready(port, server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=60)


def _wait_until_ready(port: int, server: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + LONGEST
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    raise SystemExit("The installation did not become ready; run `make run` to see why.")


if __name__ == "__main__":
    raise SystemExit(main())
