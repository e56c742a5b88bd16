"""Whether the database is up to date, told without starting Django: it saves seconds at every start.

Our own migrations are compared one by one with what the database has. Those of libraries can only have changed with
the lock, so its digest is kept, with the number applied then (a database restored from before has fewer).
"""

import hashlib
import json
from typing import Any

import psycopg

from config.supervisor.home import Home, read_json, write_private
from config.supervisor.preflight import ROOT


def are_applied(home: Home, database_url: str) -> bool:
    applied = _applied(database_url)
    return _own() <= applied and read_json(home.migrated) == _state(applied)


def remember(home: Home, database_url: str) -> None:
    """After a successful `manage.py migrate`."""
    write_private(home.migrated, json.dumps(_state(_applied(database_url))))


def _state(applied: set[tuple[str, str]]) -> dict[str, Any]:
    lock = hashlib.sha256((ROOT / "requirements.txt").read_bytes()).hexdigest()
    return {"lock": lock, "applied": len(applied)}


def _own() -> set[tuple[str, str]]:
    return {(file.parent.parent.name, file.stem) for file in ROOT.glob("*/migrations/[0-9]*.py")}


def _applied(database_url: str) -> set[tuple[str, str]]:
    try:
        with psycopg.connect(database_url) as connection:
            return set(connection.execute("SELECT app, name FROM django_migrations").fetchall())
    except (psycopg.errors.UndefinedTable, psycopg.errors.InsufficientPrivilege):
        return set()
