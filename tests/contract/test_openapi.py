"""The API's description is complete, valid and the one that was agreed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
KEPT = Path(__file__).with_name("openapi.json")
REGENERATE = (
    "The API changed. If that is meant, run\n"
    "  .venv/bin/python manage.py spectacular --format openapi-json --file tests/contract/openapi.json\n"
    "read the difference as one who calls the API, and commit it with the change."
)


def manage(*arguments: str, url: str = "https://evenhand.example.org") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, "EVENHAND_URL": url}, capture_output=True, text=True, check=False
    )


def test_the_description_is_valid_without_a_warning_and_the_one_we_keep(tmp_path: Path) -> None:
    made = tmp_path / "openapi.json"
    done = manage("spectacular", "--validate", "--fail-on-warn", "--format", "openapi-json", "--file", str(made))
    assert done.returncode == 0, done.stderr
    assert json.loads(made.read_text()) == json.loads(KEPT.read_text()), REGENERATE


def test_a_deployment_over_https_has_nothing_to_warn_of() -> None:
    done = manage("check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout
