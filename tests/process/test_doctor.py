"""`manage.py doctor` against a real database, and against nothing."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections

from config import doctor
from tests.process.runs import ROOT, clean_environment, free_port

pytestmark = pytest.mark.process


def states(lines: Any) -> dict[str, str]:
    return {line.name: line.state.value for line in lines}


def test_a_migrated_database_is_well(db: None) -> None:
    found = states(doctor.database())
    assert found == {"database": "ok", "roles": "ok", "record tables": "ok", "migrations": "ok"}


def test_a_record_table_open_to_the_app_is_a_problem(committed_db: str) -> None:
    app = connections["default"].settings_dict["USER"]
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"GRANT UPDATE ON audits_entry TO {app}")
    (line,) = doctor.record_tables()
    assert line.state == "problem"
    assert "audits_entry" in line.detail


def test_a_table_of_the_app_role_is_a_problem(committed_db: str) -> None:
    app = connections["default"].settings_dict["USER"]
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"GRANT CREATE ON SCHEMA public TO {app}")
    with connections["default"].cursor() as cursor:
        cursor.execute("CREATE TABLE mine (id int)")
    (line,) = doctor.roles()
    assert line.state == "problem"
    assert "MIGRATION_DATABASE_URL" in line.advice


def test_a_missing_migration_is_a_problem(committed_db: str) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'audits'")
    (line,) = doctor.migrations()
    assert line.state == "problem"


def test_a_secret_others_can_read_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "HOME", tmp_path)
    (tmp_path / "secret-key").write_text("secret")
    (tmp_path / "secret-key").chmod(0o644)
    assert [line.state.value for line in doctor.secrets()] == ["problem", "ok"]
    (tmp_path / "secret-key").chmod(0o600)
    assert [line.state.value for line in doctor.secrets()] == ["ok"]


def test_nothing_running_is_said_in_words_and_by_the_exit_status(tmp_path: Path) -> None:
    home, port = str(tmp_path / "var"), str(free_port())
    told = subprocess.run(
        [sys.executable, "manage.py", "doctor", "--json"],
        cwd=ROOT,
        env=clean_environment(EVENHAND_HOME=home, PORT=port),
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 1, told.stderr
    found = {line["name"]: line for line in json.loads(told.stdout)}
    assert found["database"]["state"] == found["queue"]["state"] == "problem"
    assert "make run" in found["database"]["advice"]
    assert found["python"]["state"] == "ok"
