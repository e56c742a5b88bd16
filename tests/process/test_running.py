"""`make run` from the first start to Ctrl-C: what it serves, what it leaves, what it says when it cannot."""

import json
import os
import re
import signal
import socket
import stat
import time
from pathlib import Path

import psutil
import psycopg
import pytest

from config.supervisor import environment
from tests.process.runs import Run, free_port, processes_of, running, supervisor

pytestmark = [pytest.mark.process, pytest.mark.xdist_group("supervisor")]


def n_people(home: Path) -> int:
    with psycopg.connect(environment(home)["DATABASE_URL"]) as connection:
        found = connection.execute("SELECT count(*) FROM governance_user").fetchone()
    return int(found[0]) if found else 0


def cpu_seconds(home: Path) -> float:
    """What every process of this home, with those that ended below it, has computed so far."""
    return sum(sum(psutil.Process(pid).cpu_times()[:4]) for pid in processes_of(home))


def test_it_serves_the_demo_stops_on_ctrl_c_and_starts_again_within_ten_seconds(migrated: Path) -> None:
    with running(migrated, EVENHAND_DEMO="1") as run:
        assert run.status("/healthz") == 200
        assert run.status("/readyz") == 200
        accounts = json.loads((migrated / "demo-accounts.json").read_text())
        assert set(accounts) == {"engineer", "compliance", "contributor", "approver", "auditor", "admin"}
        assert all(
            f"{account['email']}" in run.said() and account["password"] in run.said() for account in accounts.values()
        )
        assert stat.S_IMODE((migrated / "demo-accounts.json").stat().st_mode) == 0o600
        before = n_people(migrated)
        assert run.interrupt() == 0
        assert processes_of(migrated) == {}
    began = time.monotonic()
    with running(migrated, EVENHAND_DEMO="1") as again:
        seconds = time.monotonic() - began
        # On a machine busy with other tests the clock says little: ten seconds of two cores are twenty of work.
        assert seconds < 10 or cpu_seconds(migrated) < 20
        assert again.status("/readyz") == 200
        assert n_people(migrated) == before


def test_a_killed_supervisor_blocks_nothing(migrated: Path) -> None:
    with running(migrated) as run:
        run.process.send_signal(signal.SIGKILL)
        run.process.wait()
        with running(migrated) as again:
            assert again.status("/readyz") == 200
        assert processes_of(migrated) == {}


def test_what_dies_is_started_again(migrated: Path) -> None:
    with running(migrated) as run:
        for command in ("gunicorn", "celery", "valkey-server", "bin/postgres"):
            leaders = [
                pid for pid, line in processes_of(migrated).items() if command in line and os.getpgid(pid) == pid
            ]
            for pid in leaders:
                os.kill(pid, signal.SIGKILL)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and not _serves(run):
            time.sleep(0.5)
        assert _serves(run), run.said()
        assert "web stopped (status -9), again in" in run.said()
        assert "postgres stopped by itself" in run.said()


def _serves(run: Run) -> bool:
    try:
        return run.status("/readyz") == 200 and "web stopped" in run.said()
    except OSError:
        return False


def refusal(**variables: str) -> str:
    """What `run` says when it cannot start: one line, status 1, no traceback."""
    told = supervisor("run", **variables)
    assert told.returncode == 1, told.stderr
    assert told.stderr.count("\n") == 1, told.stderr
    assert told.stderr.startswith("Evenhand: ")
    return told.stderr


def test_a_taken_port_is_named(home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        told = refusal(EVENHAND_HOME=str(home), PORT=str(port))
    assert f"Port {port} on 127.0.0.1 cannot be used" in told
    assert "choose another port" in told
    assert processes_of(home) == {}


def test_an_unwritable_folder_is_named() -> None:
    told = refusal(EVENHAND_HOME="/proc/evenhand", PORT=str(free_port()))
    assert "The data folder /proc/evenhand cannot be written" in told
    assert "EVENHAND_HOME" in told


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("postgresql://somebody@127.0.0.1:9/evenhand", "refused"),
        ("postgresql://somebody@/evenhand?host=/nowhere", "No such file"),
        ("postgresql://somebody@127.0.0.1:port/evenhand", "invalid"),
    ],
)
def test_an_unreachable_database_is_named(home: Path, url: str, why: str) -> None:
    told = refusal(EVENHAND_HOME=str(home), PORT=str(free_port()), DATABASE_URL=url)
    assert re.search(rf"The database of DATABASE_URL cannot be reached \(.*{why}", told)
    assert processes_of(home) == {}


def test_an_unreachable_queue_is_named(home: Path) -> None:
    told = refusal(EVENHAND_HOME=str(home), PORT=str(free_port()), BROKER_URL="redis://127.0.0.1:9/0")
    assert "The queue of BROKER_URL cannot be reached" in told


@pytest.mark.parametrize("port", ["http", "0", "70000"])
def test_a_port_that_is_none_is_named(home: Path, port: str) -> None:
    assert f"PORT is {port}" in refusal(EVENHAND_HOME=str(home), PORT=port)


def test_a_loopback_address_is_not_served_to_the_network(home: Path) -> None:
    assert "served on loopback only" in refusal(EVENHAND_HOME=str(home), EVENHAND_BIND="0.0.0.0:8000")


def test_a_plain_http_address_is_refused(home: Path) -> None:
    told = refusal(EVENHAND_HOME=str(home), PORT=str(free_port()), EVENHAND_URL="http://evenhand.example.org")
    assert "must be https" in told
    assert processes_of(home) == {}


def test_another_shell_may_look_and_stop_but_not_start_a_second(migrated: Path) -> None:
    with running(migrated) as run:
        assert "already running" in refusal(EVENHAND_HOME=str(migrated), PORT=str(free_port()))
        named = {"EVENHAND_HOME": str(migrated), "PORT": str(run.port)}
        assert supervisor("status", **named).returncode == 0
        assert supervisor("stop", **named).stdout == "Stopped.\n"
        assert run.process.wait(timeout=30) == 0
        status = supervisor("status", **named)
        assert status.returncode == 1
        assert status.stdout.count("not running") == 3
        assert supervisor("stop", **named).stdout == "Nothing was running.\n"
