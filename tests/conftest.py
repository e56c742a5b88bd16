"""The people every test knows, and the databases, clients and clock they use."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if importlib.util.find_spec("django") is None or __import__("os").environ.get("EVENHAND_TEST_SERVERS") == "off":
    collect_ignore_glob = ["governance/*", "assessments/*", "audits/*", "contract/*", "process/*", "e2e/*", "looks/*"]
else:
    pytest_plugins = ["tests.people"]

if TYPE_CHECKING:
    from pytest_django.plugin import DjangoDbBlocker


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Each worker gets its own clone of the migrated template; nothing is ever flushed."""
    from tests import databases

    with django_db_blocker.unblock():
        databases.make_template()
        with databases.clone():
            yield


@pytest.fixture
def committed_db(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """A database of its own for a test that must really commit (workers, threads, triggers on commit)."""
    from tests import databases

    with django_db_blocker.unblock(), databases.clone() as name:
        yield name


@pytest.fixture(autouse=True)
def _private_files(request: pytest.FixtureRequest, tmp_path: Any) -> Iterator[None]:
    """Files handed in by a test stay in its own folder."""
    if "settings" not in request.fixturenames and "db" not in request.fixturenames:
        yield
        return
    from django.test import override_settings

    with override_settings(MEDIA_ROOT=tmp_path / "files"):
        yield


@pytest.fixture
def run_on_commit(django_capture_on_commit_callbacks: Callable[..., Any]) -> Callable[..., Any]:
    """`with run_on_commit():` runs what waits for the commit, which a rolled-back test never reaches."""
    return lambda: django_capture_on_commit_callbacks(execute=True)
