"""PostgreSQL itself refuses to change the record, the app's role and the owner alike."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import Error, connection, connections, transaction
from django.db.backends.utils import CursorWrapper

from audits import recorder
from governance import services
from governance.models import System

TABLES = ["audits_entry", "audits_leaf", "audits_subtree", "audits_checkpoint"]
UPDATES = {
    "audits_entry": "UPDATE audits_entry SET event = 'system.retired'",
    "audits_leaf": "UPDATE audits_leaf SET index = index + 100",
    "audits_subtree": "UPDATE audits_subtree SET level = level + 1",
    "audits_checkpoint": "UPDATE audits_checkpoint SET size = 0",
}


@pytest.fixture
def as_owner(committed_db: str) -> Iterator[CursorWrapper]:
    """A committed ledger of a few entries, and the owner of its tables."""
    for number in range(4):
        services.create_team(slug=f"team-{number}", name=f"Team {number}", by=None)
    recorder.sealed_checkpoint()
    with connections["owner"].cursor() as cursor:
        yield cursor


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("verb", ["UPDATE", "DELETE", "TRUNCATE"])
def test_the_owner_is_refused_by_trigger(as_owner: CursorWrapper, table: str, verb: str) -> None:
    statements = {"UPDATE": UPDATES[table], "DELETE": f"DELETE FROM {table}", "TRUNCATE": f"TRUNCATE {table} CASCADE"}
    with pytest.raises(Error, match="never changed or removed"):
        as_owner.execute(statements[verb])


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("verb", ["UPDATE", "DELETE", "TRUNCATE"])
def test_the_app_is_refused_by_its_rights(system: System, table: str, verb: str) -> None:
    statements = {"UPDATE": UPDATES[table], "DELETE": f"DELETE FROM {table}", "TRUNCATE": f"TRUNCATE {table}"}
    with pytest.raises(Error, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statements[verb])


@pytest.mark.parametrize("table", [*TABLES, "audits_revision"])
def test_the_app_may_not_touch_triggers(system: System, table: str) -> None:
    with pytest.raises(Error, match="must be owner"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")


def test_the_app_is_not_the_owner() -> None:
    assert settings.DATABASES["default"]["USER"] != settings.DATABASES["owner"]["USER"]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audits_revision SET after = '{}'",
        "UPDATE audits_revision SET salt = NULL",
        "UPDATE audits_revision SET entry_id = 0, before = NULL, after = NULL, context = NULL, salt = NULL",
        "UPDATE audits_revision SET before = NULL, after = NULL, context = NULL, salt = '\\x00'",
    ],
)
def test_content_can_only_be_erased_as_a_whole(system: System, change: str) -> None:
    with pytest.raises(Error, match="only be erased as a whole"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


@pytest.mark.parametrize("verb", ["DELETE FROM", "TRUNCATE"])
def test_content_cannot_be_removed(as_owner: CursorWrapper, verb: str) -> None:
    with pytest.raises(Error, match="never changed or removed"):
        as_owner.execute(f"{verb} audits_revision")
