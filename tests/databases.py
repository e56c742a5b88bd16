"""Databases for tests: one migrated template, cloned for each worker and for each test that must commit."""

import fcntl
import os
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.core.management import call_command
from django.db import connections

TEMPLATE = "evenhand_template"


def _as_owner(statement: str) -> None:
    settings = connections["owner"].settings_dict
    with psycopg.connect(
        host=settings["OPTIONS"].get("host") or settings["HOST"],
        user=settings["USER"],
        password=settings["PASSWORD"],
        port=settings["PORT"] or None,
        dbname="postgres",
        autocommit=True,
    ) as connection:
        connection.execute(statement)


def make_template() -> None:
    """Migrate the template once for each run, whichever worker comes first."""
    home = Path(os.environ["EVENHAND_HOME"])
    with (home / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ready = home / "template.ready"
        if ready.exists():
            return
        _as_owner(f"DROP DATABASE IF EXISTS {TEMPLATE}")
        _as_owner(f"CREATE DATABASE {TEMPLATE}")
        point_to(TEMPLATE)
        call_command("migrate", verbosity=0)
        close_all()
        ready.touch()


def point_to(name: str) -> None:
    close_all()
    for alias in ("default", "owner"):
        connections[alias].settings_dict["NAME"] = name
        connections.settings[alias]["NAME"] = name


def close_all() -> None:
    for alias in ("default", "owner"):
        connections[alias].close()


@contextmanager
def clone() -> Iterator[str]:
    """A fresh copy of the template; the connections point to it until it is dropped again."""
    name = f"evenhand_test_{uuid.uuid4().hex[:12]}"
    earlier: Any = connections["default"].settings_dict["NAME"]
    _as_owner(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY FILE_COPY")
    point_to(name)
    try:
        yield name
    finally:
        point_to(earlier)
        _drop(name)


def _drop(name: str) -> None:
    """Drop a clone; a server process that is just leaving it is waited for."""
    for pause in (0.1, 0.2, 0.5, 1, 2, 5):
        try:
            return _as_owner(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        except (psycopg.errors.InsufficientPrivilege, psycopg.errors.ObjectInUse):
            time.sleep(pause)
    return _as_owner(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
