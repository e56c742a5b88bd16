"""Homes for servers: short paths an unprivileged PostgreSQL can reach, gone after the test."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.process.runs import supervisor


@pytest.fixture
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="evh-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def home(folder: Path) -> Iterator[Path]:
    yield folder / "var"
    supervisor("stop", EVENHAND_HOME=str(folder / "var"))


@pytest.fixture(scope="module")
def migrated() -> Iterator[Path]:
    """One home for all tests of a module that start everything: migrating takes longest. Nothing runs between them."""
    made = Path(tempfile.mkdtemp(prefix="evh-"))
    made.chmod(0o755)
    yield made / "var"
    supervisor("stop", EVENHAND_HOME=str(made / "var"))
    shutil.rmtree(made)


@pytest.fixture(autouse=True)
def _no_servers_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test run's own servers are not the ones these tests are about."""
    for name in ("DATABASE_URL", "MIGRATION_DATABASE_URL", "BROKER_URL", "EMBEDDED_HOME"):
        monkeypatch.delenv(name, raising=False)
