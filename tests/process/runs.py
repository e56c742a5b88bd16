"""Starts the real supervisor in a home of its own, looks at its processes, and ends what is left."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import socket

import psutil

ROOT = Path(__file__).resolve().parent.parent.parent
NOT_OURS = (
    "DATABASE_URL",
    "MIGRATION_DATABASE_URL",
    "BROKER_URL",
    "EMBEDDED_HOME",
    "EVENHAND_",
    "PORT",
    "COV_",
    "PYTEST_",
)


def clean_environment(**variables: str) -> dict[str, str]:
    """What a person's shell would hand over: nothing of the test run's own servers."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(NOT_OURS)}
    return {**kept, **variables}


def free_port() -> int:
    with socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def supervisor(command: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """One command of the supervisor, to its end."""
    return supervisor_through((), command, **variables)


def supervisor_through(prefix: tuple[str, ...], command: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """The same, started by another program (setpriv, to be somebody else)."""
    return subprocess.run(
        [*prefix, sys.executable, "-m", "config.supervisor", command],
        cwd=ROOT,
        env=clean_environment(**variables),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


class Run:
    """`python -m config.supervisor run`, as `make run` calls it."""

    def __init__(self, home: Path, **variables: str) -> None:
        self.home = home
        self.port = free_port()
        self.output = home.parent / f"{home.name}.out"
        mine = {"EVENHAND_HOME": str(home), "PORT": str(self.port), "EVENHAND_DEMO": "0", "WEB_CONCURRENCY": "1"}
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "config.supervisor", "run"],
                cwd=ROOT,
                env=clean_environment(**{**mine, "WORKER_CONCURRENCY": "1", **variables}),
                stdout=output,
                stderr=output,
            )

    def wait_until_ready(self, seconds: float = 300) -> None:
        deadline = time.monotonic() + seconds
        while "Ctrl-C stops everything" not in self.said():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < deadline, f"not ready after {seconds} s: {self.said()}"
            time.sleep(0.1)

    def said(self) -> str:
        return self.output.read_text()

    def status(self, path: str = "/readyz") -> int:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as response:
                return int(response.status)
        except urllib.error.HTTPError as error:
            return error.code

    def interrupt(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=60)


@contextmanager
def running(home: Path, **variables: str) -> Iterator[Run]:
    """A supervisor that serves; whatever the test did, nothing of it is left afterwards."""
    started = Run(home, **variables)
    try:
        started.wait_until_ready()
        yield started
    finally:
        if started.process.poll() is None:
            started.interrupt()
        supervisor("stop", EVENHAND_HOME=str(home))


def processes_of(home: Path) -> dict[int, str]:
    """Every live process that names this home in its command, its environment or its working folder."""
    found = {}
    wanted = re.compile(re.escape(str(home)) + r"(/|$)")
    for process in psutil.process_iter():
        try:
            if process.pid == os.getpid() or process.status() == psutil.STATUS_ZOMBIE:
                continue
            command = process.cmdline()
            traces = [*command, process.cwd(), *process.environ().values()]
        except (psutil.Error, OSError):
            continue
        if any(wanted.search(trace) for trace in traces):
            found[process.pid] = " ".join(command)[:120]
    return found
