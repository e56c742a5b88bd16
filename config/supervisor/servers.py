"""Both embedded servers of a home together, and how to reach them."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from config.supervisor.home import Home
from config.supervisor.postgres import APP, OWNER, Postgres, database_url
from config.supervisor.valkey import Valkey, broker_url

Server = Postgres | Valkey


def environment(home: Path) -> dict[str, str]:
    """How to reach the embedded servers of this home, from its files. Nothing is started, nothing is written.

    What the process's own environment names (DATABASE_URL, BROKER_URL) is not embedded and left out.
    """
    place = Home(Path(home).resolve())
    found = {"EVENHAND_HOME": str(place.path)}
    if not is_external("DATABASE_URL"):
        found["EMBEDDED_HOME"] = str(place.path)
        found["DATABASE_URL"] = database_url(place, APP)
        found["MIGRATION_DATABASE_URL"] = database_url(place, OWNER)
    if not is_external("BROKER_URL"):
        found["BROKER_URL"] = broker_url(place)
    return found


def is_external(name: str) -> bool:
    """Whether a server of somebody else's is named; an embedded one's address, set by a parent process, is not."""
    if name not in os.environ:
        return False
    parent = os.environ.get("EMBEDDED_HOME")
    return parent is None or quote(str(Home(Path(parent)).sockets)) not in os.environ[name]


def embedded(home: Home, *, durable: bool = True) -> list[Server]:
    """The servers this installation runs itself."""
    wanted: list[Server] = []
    if not is_external("DATABASE_URL"):
        wanted.append(Postgres(home, durable=durable))
    if not is_external("BROKER_URL"):
        wanted.append(Valkey(home, durable=durable))
    return wanted


@contextmanager
def servers(home: Path, *, durable: bool = True) -> Iterator[dict[str, str]]:
    """Start (or take over) the embedded servers of a home, give their environment, stop them at the end.

    Servers that are not durable, for tests, trade safety of data for speed and end with this process.
    """
    place = Home(Path(home).resolve())
    place.prepare()
    with place.locked():
        started = embedded(place, durable=durable)
        try:
            for server in started:
                server.start()
            yield environment(place.path)
        finally:
            for server in reversed(started):
                server.stop()
