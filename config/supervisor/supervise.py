"""The foreground supervisor: starts everything in order, restarts what dies, stops everything."""

import os
import re
import signal
import subprocess
import time
from dataclasses import dataclass, field

import psutil

from config.supervisor import frameworks, migrations, preflight
from config.supervisor.application import SUPERVISED, Installation, Program
from config.supervisor.errors import StartError
from config.supervisor.home import Home
from config.supervisor.preflight import ROOT
from config.supervisor.processes import ProcessRecord, end_with_parent, group_of, start_mark, stop_groups, stop_process
from config.supervisor.servers import Server, embedded, is_external

LONGEST_PAUSE = 30.0
STEADY_SECONDS = 60.0
STOP_SECONDS = 25.0


def say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - the supervisor's voice is the terminal


@dataclass
class Child:
    """A program that should always run."""

    program: Program
    process: "subprocess.Popen[bytes] | None" = None
    started: float = 0.0
    due: float = 0.0
    pause: float = 1.0

    def has_died(self) -> bool:
        return self.process is not None and self.process.poll() is not None


@dataclass
class Supervisor:
    """Runs one installation until it is told to stop."""

    installation: Installation
    stopping: bool = False
    children: list[Child] = field(default_factory=list)
    servers: list[Server] = field(default_factory=list)

    def run(self) -> int:
        self._listen()
        home = self.installation.home
        home.prepare()
        record = ProcessRecord(home.processes / "supervisor.json")
        with home.locked():
            record.write(os.getpid())
            try:
                stop_orphans(home)
                self._start()
                while not self.stopping:
                    self._tend()
                    time.sleep(0.5)
            finally:
                self._stop()
                record.remove()
        return 0

    def _listen(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup stays nohup
                signal.signal(number, self._stop_soon)

    def _stop_soon(self, number: int, frame: object) -> None:
        self.stopping = True

    def _start(self) -> None:
        self._check()
        self.servers = embedded(self.installation.home)
        for server in self.servers:
            server.start()
        self._migrate()
        if not self.stopping and self.installation.loads_demo and self.installation.is_empty():
            say("Loading the demo organisation ...")
            self._once("load_demo")
        web, *others = map(Child, self.installation.programs())
        self._launch(web)
        self._wait_until("/healthz")  # on a small machine all at once would take longer to serve the first page
        for child in others:
            self._launch(child)
        self._wait_until("/readyz")
        if not self.stopping:
            say(self.installation.welcome())

    def _migrate(self) -> None:
        home, url = self.installation.home, self.installation.variables()["DATABASE_URL"]
        if not migrations.are_applied(home, url):
            self._once("migrate", "--noinput", "--skip-checks")
            migrations.remember(home, url)
        if not self.stopping and not frameworks.are_published(url):
            self._once("load_frameworks")

    def _check(self) -> None:
        place, variables = self.installation, self.installation.variables()
        problems = [preflight.missing_libraries(), preflight.missing_assets()]
        problems.append(preflight.taken_port(place.host, place.port))
        if is_external("DATABASE_URL"):
            problems.append(preflight.unreachable_database(variables["DATABASE_URL"]))
            owner = variables.get("MIGRATION_DATABASE_URL")
            problems.append(owner and preflight.unreachable_database(owner, name="MIGRATION_DATABASE_URL"))
        if is_external("BROKER_URL"):
            problems.append(preflight.unreachable_broker(variables["BROKER_URL"]))
        for problem in problems:
            if problem:
                raise StartError(problem)

    def _once(self, name: str, *arguments: str) -> None:
        """Run a command of manage.py to its end; its last line is the reason when it fails."""
        program = self.installation.command(name, *arguments)
        process = self._popen(program)
        while process.poll() is None:
            if self.stopping:
                stop_groups([process.pid], grace=STOP_SECONDS)
            time.sleep(0.05)
        if process.returncode and not self.stopping:
            raise StartError(f"`manage.py {name}` failed ({last_line(program)}): see {program.log}.")

    def _launch(self, child: Child) -> None:
        if self.stopping:
            return
        if child not in self.children:
            self.children.append(child)
        child.process = self._popen(child.program)
        child.started = time.monotonic()

    def _popen(self, program: Program) -> "subprocess.Popen[bytes]":
        with program.log.open("ab") as log:
            return subprocess.Popen(  # noqa: S603 - our own programs
                program.command,
                cwd=ROOT,
                env=self.installation.variables(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=end_with_parent,
            )

    def _wait_until(self, path: str) -> None:
        deadline = time.monotonic() + 120
        while not self.stopping and not self.installation.answers(path):
            for child in self.children:
                if child.has_died():
                    line = last_line(child.program)
                    raise StartError(f"The {child.program.name} did not start ({line}): see {child.program.log}.")
            if time.monotonic() > deadline:
                raise StartError(f"Not ready after 120 s: {self.installation.why_not_ready()}.")
            time.sleep(0.25)

    def _tend(self) -> None:
        for server in self.servers:
            if not server.is_alive():
                say(f"{server.name} stopped by itself; starting it again.")
                server.start()
        for child in self.children:
            if child.has_died():
                self._plan_restart(child)
            elif child.process is None and time.monotonic() >= child.due:
                self._launch(child)

    def _plan_restart(self, child: Child) -> None:
        assert child.process is not None
        stop_groups([child.process.pid], grace=5)
        now = time.monotonic()
        child.pause = 1.0 if now - child.started > STEADY_SECONDS else min(child.pause * 2, LONGEST_PAUSE)
        child.due = now + child.pause
        status, child.process = child.process.returncode, None
        say(f"{child.program.name} stopped (status {status}), again in {child.pause:.0f} s; see {child.program.log}")

    def _stop(self) -> None:
        """Children first and all at once, then the servers; nothing of ours is left."""
        running = [child.process for child in self.children if child.process is not None]
        try:
            stop_groups([process.pid for process in running], grace=STOP_SECONDS)
            for process in running:
                process.wait(timeout=10)
            stop_orphans(self.installation.home)
        finally:
            for server in reversed(self.servers):
                server.stop()


def stop_orphans(home: Home) -> None:
    """End what an earlier supervisor of this home left: every process of ours bears its mark."""
    groups = {group_of(process.pid) for process in supervised(home)} - {None, os.getpgrp()}
    stop_groups([group for group in groups if group is not None], grace=10)


def supervised(home: Home) -> list[psutil.Process]:
    return [process for process in psutil.process_iter() if _mark(process) == str(home.path)]


def _mark(process: psutil.Process) -> str | None:
    try:
        return str(process.environ().get(SUPERVISED))
    except (psutil.Error, OSError):
        return None


def last_line(program: Program) -> str:
    """The reason a program gave at its end, without the name of the error's class."""
    lines = program.log.read_text(errors="replace").strip().splitlines() if program.log.exists() else []
    found = lines[-1].strip() if lines else "no message"
    return re.sub(r"^[\w.]+(Error|Exception|Configured): ", "", found).rstrip(".")


def stop(home: Home) -> bool:
    """Stop a running supervisor, or what a killed one left. False when nothing ran."""
    pid = ProcessRecord(home.processes / "supervisor.json").live_pid()
    if pid is not None:
        mark = start_mark(pid)
        stop_process(pid, first=signal.SIGTERM, grace=60, last=signal.SIGKILL)
        if start_mark(pid) == mark:
            raise StartError(f"The supervisor (process {pid}) does not stop: end it yourself.")
    left = supervised(home)
    stop_orphans(home)
    alive = [server for server in embedded(home) if server.is_alive()]
    for server in reversed(alive):
        server.stop()
    return bool(pid or left or alive)
