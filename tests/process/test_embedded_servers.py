"""The embedded PostgreSQL and Valkey: private, side by side, found again after a crash."""

import os
import shutil
import signal
import stat
import sys
import tempfile
import time
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from config.supervisor import StartError, environment, servers
from config.supervisor.home import Home
from config.supervisor.postgres import Postgres
from config.supervisor.valkey import Valkey
from tests.process.runs import ROOT, processes_of, supervisor, supervisor_through

pytestmark = pytest.mark.process


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def query(url: str, statement: str) -> object:
    with psycopg.connect(url) as connection:
        found = connection.execute(statement).fetchone()
    return found[0] if found else None


def execute(url: str, statement: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(statement)


def broker(url: str) -> redis.Redis:
    return redis.Redis(unix_socket_path=url.removeprefix("redis+socket://").partition("?")[0])


def test_both_servers_answer_and_leave_no_process(home: Path) -> None:
    with servers(home, durable=False) as env:
        assert query(env["DATABASE_URL"], "SELECT current_user") == "evenhand_app"
        assert query(env["MIGRATION_DATABASE_URL"], "SELECT current_user") == "evenhand_owner"
        assert query(env["DATABASE_URL"], "SELECT 'é' < 'z'") is False  # C.UTF-8: by code point, on every machine
        assert broker(env["BROKER_URL"]).ping()
        assert processes_of(home)
    assert processes_of(home) == {}


def test_the_app_role_works_with_the_owners_rows_but_owns_nothing(home: Path) -> None:
    with servers(home, durable=False) as env:
        execute(env["MIGRATION_DATABASE_URL"], "CREATE TABLE thing (id int GENERATED ALWAYS AS IDENTITY, name text)")
        execute(env["DATABASE_URL"], "INSERT INTO thing (name) VALUES ('one'); UPDATE thing SET name = 'two'")
        for forbidden in ("CREATE TABLE mine (id int)", "TRUNCATE thing", "DROP TABLE thing", "CREATE ROLE another"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                execute(env["DATABASE_URL"], forbidden)


def test_rights_hold_in_databases_made_later(home: Path) -> None:
    with servers(home, durable=False) as env:
        owner, app = env["MIGRATION_DATABASE_URL"], env["DATABASE_URL"]
        with psycopg.connect(owner, autocommit=True) as connection:
            connection.execute("CREATE DATABASE another")
        execute(owner.replace("/evenhand?", "/another?"), "CREATE TABLE thing (id int)")
        assert query(app.replace("/evenhand?", "/another?"), "SELECT count(*) FROM thing") == 0


def test_nothing_listens_on_the_network_and_a_password_is_needed(home: Path) -> None:
    with servers(home, durable=False) as env:
        for pid in processes_of(home):
            assert [c for c in psutil.Process(pid).net_connections("inet") if c.status == psutil.CONN_LISTEN] == []
        without = env["DATABASE_URL"].replace(env["DATABASE_URL"].split(":")[2].split("@")[0], "guess")
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(without)


def test_secrets_and_sockets_are_private(home: Path) -> None:
    parent_before = mode(home.parent)
    with servers(home, durable=False):
        assert mode(home / "database-passwords.json") == 0o600
        assert mode(home / "postgres") == 0o700
        assert mode(home / "run" / "postgres") == 0o700
        assert mode(home / "run" / "valkey") == 0o700
        assert mode(home) in (0o700, 0o711)
    assert mode(home.parent) == parent_before


def test_the_environment_is_told_without_starting_anything(home: Path) -> None:
    with servers(home, durable=False) as env:
        pass
    assert environment(home) == env
    assert processes_of(home) == {}
    assert "evenhand_app:@" in environment(home.parent / "never-started")["DATABASE_URL"]
    assert not (home.parent / "never-started").exists()


def test_a_named_database_is_not_started_nor_replaced(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://somebody@elsewhere/evenhand")
    with servers(home, durable=False) as env:
        assert "DATABASE_URL" not in env
        assert broker(env["BROKER_URL"]).ping()
        assert not (home / "postgres").exists()


def test_a_second_start_keeps_the_data(home: Path) -> None:
    with servers(home) as env:
        execute(env["MIGRATION_DATABASE_URL"], "CREATE TABLE kept AS SELECT 42 AS answer")
    with servers(home) as env:
        assert query(env["DATABASE_URL"], "SELECT answer FROM kept") == 42


def test_two_installations_run_side_by_side(folder: Path) -> None:
    with servers(folder / "one", durable=False) as one, servers(folder / "two", durable=False) as two:
        execute(one["MIGRATION_DATABASE_URL"], "CREATE TABLE only_here (id int)")
        assert query(two["DATABASE_URL"], "SELECT to_regclass('only_here')") is None
        broker(one["BROKER_URL"]).set("only", "here")
        assert broker(two["BROKER_URL"]).get("only") is None


def test_a_path_of_120_characters_has_room_for_sockets(folder: Path) -> None:
    home = folder / ("long" * 30)[: 120 - len(str(folder)) - 5] / "home"
    assert len(str(home)) >= 118
    with servers(home, durable=False) as env:
        assert query(env["DATABASE_URL"], "SELECT 1") == 1
        assert broker(env["BROKER_URL"]).ping()
        sockets = Home(home).sockets
        assert not sockets.is_relative_to(home)
        assert mode(sockets / "postgres") == 0o700
    shutil.rmtree(sockets)


def test_a_folder_closed_to_others_is_reached(folder: Path) -> None:
    folder.chmod(0o700)
    with servers(folder / "var", durable=False) as env:
        assert query(env["DATABASE_URL"], "SELECT 1") == 1
    assert mode(folder) == 0o700


def test_live_servers_are_taken_over(home: Path) -> None:
    assert supervisor("start-servers", EVENHAND_HOME=str(home)).returncode == 0
    left = Postgres(Home(home)).live_pid(), Valkey(Home(home)).record.live_pid()
    assert None not in left
    with servers(home) as env:
        assert query(env["DATABASE_URL"], "SELECT 1") == 1
        assert (Postgres(Home(home)).live_pid(), Valkey(Home(home)).record.live_pid()) == left
    assert processes_of(home) == {}


def test_a_crash_of_everything_blocks_nothing(home: Path) -> None:
    assert supervisor("start-servers", EVENHAND_HOME=str(home)).returncode == 0
    for pid in processes_of(home):
        os.kill(pid, signal.SIGKILL)
    with servers(home) as env:
        assert query(env["DATABASE_URL"], "SELECT 1") == 1
        assert broker(env["BROKER_URL"]).ping()


def test_a_lock_with_a_number_that_now_is_another_program_is_removed(home: Path) -> None:
    with servers(home, durable=False):
        locks = [home / "postgres" / "postmaster.pid", home / "run" / "postgres" / ".s.PGSQL.5432.lock"]
        contents = [lock.read_text() for lock in locks]
    for lock, content in zip(locks, contents, strict=True):
        lock.write_text("\n".join([str(os.getpid()), *content.split("\n")[1:]]))
    with servers(home, durable=False) as env:
        assert query(env["DATABASE_URL"], "SELECT 1") == 1


def test_a_half_made_database_is_made_again(home: Path) -> None:
    (home / "postgres.new").mkdir(parents=True)
    (home / "postgres.new" / "PG_VERSION").write_text("18")
    with servers(home, durable=False) as env:
        assert query(env["DATABASE_URL"], "SELECT 1") == 1


def test_lost_passwords_are_named(home: Path) -> None:
    with servers(home, durable=False):
        pass
    (home / "database-passwords.json").unlink()
    with pytest.raises(StartError, match=r"restore .*database-passwords\.json"), servers(home):
        pass


def test_one_supervisor_for_each_home(home: Path) -> None:
    with servers(home, durable=False), pytest.raises(StartError, match="already running"), servers(home):
        pass


def test_servers_of_a_killed_test_run_end_with_it(home: Path) -> None:
    script = (
        "import os, signal; from pathlib import Path; from config.supervisor import servers\n"
        f"with servers(Path({str(home)!r}), durable=False): os.kill(os.getpid(), signal.SIGKILL)"
    )
    process = psutil.Popen([sys.executable, "-c", script], cwd=ROOT)
    assert process.wait(timeout=60) == -signal.SIGKILL
    deadline = time.monotonic() + 30
    while (left := processes_of(home)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert left == {}


@pytest.mark.skipif(os.getuid() != 0, reason="as an ordinary user every test here runs unprivileged already")
def test_an_ordinary_user_runs_them_too() -> None:
    as_nobody = ("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups")
    folder = Path(tempfile.mkdtemp(prefix="evh-"))
    shutil.chown(folder, "nobody", "nogroup")
    try:
        started = supervisor_through(as_nobody, "start-servers", EVENHAND_HOME=str(folder / "var"))
        if "Permission denied" in started.stderr:
            pytest.skip("this checkout lies in a folder that the user nobody may not read")
        assert started.returncode == 0, started.stderr
        assert {psutil.Process(pid).username() for pid in processes_of(folder / "var")} == {"nobody"}
        assert mode(folder / "var") == 0o700
        stopped = supervisor_through(as_nobody, "stop", EVENHAND_HOME=str(folder / "var"))
        assert stopped.stdout == "Stopped.\n", stopped.stderr
        assert processes_of(folder / "var") == {}
    finally:
        supervisor("stop", EVENHAND_HOME=str(folder / "var"))
        shutil.rmtree(folder)


@pytest.mark.skipif(os.getuid() != 0, reason="only root has to step down")
def test_as_root_the_servers_run_unprivileged(home: Path) -> None:
    with servers(home, durable=False):
        assert all(psutil.Process(pid).uids().real != 0 for pid in processes_of(home))


def test_a_copied_home_does_not_meet_the_originals_sockets(folder: Path) -> None:
    home, copy = folder / ("a" * 110), folder / ("b" * 110)
    with servers(home, durable=False):
        pass
    shutil.copytree(home, copy)
    assert Home(copy).sockets != Home(home).sockets
    shutil.rmtree(Home(home).sockets)


@pytest.mark.skipif(os.getuid() != 0, reason="needs a second user to be in the way")
def test_somebody_elses_folder_for_sockets_is_refused(folder: Path) -> None:
    home = folder / ("a" * 110)
    squatted = Home(home).sockets
    squatted.mkdir()
    shutil.chown(squatted, "nobody")
    try:
        with pytest.raises(StartError, match="somebody else's"), servers(home):
            pass
    finally:
        squatted.rmdir()
