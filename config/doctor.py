"""What `manage.py doctor` looks at. Each check answers lines: fine, a warning, or a problem with what to do."""

import shutil
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection, connections
from django.db.migrations.executor import MigrationExecutor
from kombu import Connection
from kombu.exceptions import OperationalError

from config.celery import app
from config.supervisor import preflight
from governance import facts

OLDEST_POSTGRES = 15
GIGABYTE = 1024**3


class State(StrEnum):
    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True)
class Line:
    """One thing looked at: how it is, and what to do where that is not well."""

    name: str
    state: State
    detail: str
    advice: str = ""

    def as_json(self) -> dict[str, str]:
        return asdict(self)


def ok(name: str, detail: str) -> Line:
    return Line(name, State.OK, detail)


def warning(name: str, detail: str, advice: str) -> Line:
    return Line(name, State.WARNING, detail, advice)


def problem(name: str, detail: str, advice: str) -> Line:
    return Line(name, State.PROBLEM, detail, advice)


def examine() -> Iterator[Line]:
    """Every check in order. One that cannot look says so; the others go on."""
    for check in CHECKS:
        try:
            yield from check()
        except Exception as error:
            reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
            yield problem(check.__name__.strip("_").replace("_", " "), f"could not be checked: {reason}", "See above.")


def python() -> Iterable[Line]:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < (3, 11):  # noqa: UP036 - the point of the check
        yield problem("python", version, "Install Python 3.11 or newer and run `make setup` with it.")
    else:
        yield ok("python", version)


def libraries() -> Iterable[Line]:
    yield _of_preflight("libraries", preflight.missing_libraries(), "Pango and HarfBuzz are there")
    yield _of_preflight("assets", preflight.missing_assets(), "front-end files and fonts are there")


def _of_preflight(name: str, found: str | None, fine: str) -> Line:
    detail, _, advice = (found or "").partition(": ")
    return problem(name, detail, advice) if found else ok(name, fine)


def address() -> Iterable[Line]:
    if settings.DEBUG:
        yield warning("address", "EVENHAND_DEBUG is on: errors show code and settings", "Unset EVENHAND_DEBUG.")
    yield ok("address", settings.EVENHAND_URL)


def database() -> Iterable[Line]:
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT current_setting('server_version'), current_setting('server_version_num')::int / 10000"
            )
            version, major = cursor.fetchone()
    except DatabaseError as error:
        reason = str(error).strip().splitlines()[0]
        yield problem("database", f"not reachable: {reason}", "Start it (`make run`), or correct DATABASE_URL.")
        return
    if major < OLDEST_POSTGRES:
        yield problem("database", f"PostgreSQL {version}", f"Move to PostgreSQL {OLDEST_POSTGRES} or newer.")
    else:
        yield ok("database", f"PostgreSQL {version}")
    yield from roles()
    yield from record_tables()
    yield from migrations()


def roles() -> Iterable[Line]:
    owner = connections["owner"].settings_dict["USER"]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, rolsuper, (SELECT count(*) FROM pg_tables"
            " WHERE tableowner = current_user AND schemaname = 'public') FROM pg_roles WHERE rolname = current_user"
        )
        app_role, is_superuser, n_owned = cursor.fetchone()
    two = "Use a role of its own for the app and name the owner in MIGRATION_DATABASE_URL (docs/operations.md)."
    if is_superuser:
        yield problem("roles", f"the app connects as the superuser {app_role}, whom no rule of the database binds", two)
    elif n_owned:
        yield problem("roles", f"the app's role {app_role} owns {n_owned} tables and could change the record", two)
    else:
        yield ok("roles", f"the app is {app_role}, migrations run as {owner}")


def record_tables() -> Iterable[Line]:
    """The tables that triggers make append-only must be closed to the app's role as well."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT c.relname, has_table_privilege(c.oid, 'UPDATE, DELETE, TRUNCATE')"
            " FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE t.tgname = 'append_only' AND t.tgenabled IN ('O', 'A')"
        )
        open_to_app = dict(cursor.fetchall())
    changeable = sorted(table for table, may_change in open_to_app.items() if may_change)
    if not open_to_app:
        yield problem("record tables", "no append-only table is there", "Run `manage.py migrate`.")
    elif changeable:
        yield problem("record tables", f"the app may change {', '.join(changeable)}", "Run `manage.py migrate`.")
    else:
        yield ok("record tables", f"{len(open_to_app)} tables are append-only, the app may only add to them")


def migrations() -> Iterable[Line]:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        yield problem("migrations", f"{len(missing)} are not applied", "Run `manage.py migrate`.")
    else:
        yield ok("migrations", "all are applied")


def queue() -> Iterable[Line]:
    try:
        with Connection(settings.CELERY_BROKER_URL, connect_timeout=3) as broker:
            broker.ensure_connection(max_retries=1, timeout=3)
    except (OperationalError, OSError):
        yield problem(
            "queue", "not reachable", "Start it (`make run`), or correct BROKER_URL. Work waits in the database."
        )
        return
    yield ok("queue", "reachable")
    answers = app.control.inspect(timeout=3).ping() or {}
    if answers:
        yield ok("worker", f"{len(answers)} answered: {', '.join(sorted(answers))}")
    else:
        yield problem("worker", "no worker is running", "Start one (`make run`, or `celery -A config.celery worker`).")


def folders() -> Iterable[Line]:
    for folder in (settings.HOME, Path(settings.MEDIA_ROOT), Path(settings.KEYS_DIR)):
        if not folder.exists():
            yield ok("folder", f"{folder} will be made when it is needed")
        elif not _is_writable(folder):
            yield problem("folder", f"{folder} is not writable", "Give this user the right to write there.")
        elif folder != settings.HOME and folder.stat().st_mode & 0o077:
            yield warning("folder", f"{folder} can be read by others", f"chmod 700 {folder}")
        else:
            yield ok("folder", f"{folder} is writable")


def _is_writable(folder: Path) -> bool:
    trial = folder / ".doctor"
    try:
        trial.touch()
        trial.unlink()
    except OSError:
        return False
    return True


def secrets() -> Iterable[Line]:
    home: Path = settings.HOME
    named = [home / "secret-key", home / "database-passwords.json", home / "demo-accounts.json"]
    keys = [
        path for path in Path(settings.KEYS_DIR).glob("*") if path.is_file() and path.suffix in ("", ".pem", ".key")
    ]
    private = [path for path in [*named, *keys] if path.exists() and "PUBLIC" not in path.read_text(errors="replace")]
    for path in private:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            yield problem("secrets", f"{path} can be read by others", f"chmod 600 {path}, and replace what it holds.")
    yield ok("secrets", f"{len(private)} secret files looked at")


def ledger() -> Iterable[Line]:
    for line in facts.ask("health"):
        if line.ok:
            yield ok(line.name, line.detail)
        else:
            yield problem(line.name, line.detail, "Check that beat and a worker run; see log/worker.log.")
    for line in facts.ask("findings"):
        yield ok(line.name, line.detail) if line.ok else problem(line.name, line.detail, "Compare it with a backup.")


def mail() -> Iterable[Line]:
    if "filebased" not in settings.EMAIL_BACKEND:
        yield ok("mail", f"sent through {settings.EMAIL_HOST}")
    elif settings.IS_LOOPBACK:
        yield ok("mail", f"written to {settings.EMAIL_FILE_PATH} (fine for trying out)")
    else:
        yield warning("mail", f"written to {settings.EMAIL_FILE_PATH}, nobody gets it", "Set EMAIL_URL=smtp://...")


def disk() -> Iterable[Line]:
    place = next(folder for folder in (settings.HOME, *settings.HOME.parents) if folder.exists())
    free = shutil.disk_usage(place).free
    detail = f"{free / GIGABYTE:.1f} GB free at {place}"
    if free < GIGABYTE:
        yield problem("disk", detail, "Free some space: the database stops when the disk is full.")
    elif free < 5 * GIGABYTE:
        yield warning("disk", detail, "Free some space soon.")
    else:
        yield ok("disk", detail)


CHECKS: tuple[Callable[[], Iterable[Line]], ...] = (
    *(python, libraries, address, database, queue, folders),
    *(secrets, ledger, mail, disk),
)
