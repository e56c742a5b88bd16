"""Whether every questionnaire that comes with the product is published, told without starting Django."""

import re
from pathlib import Path

import psycopg

from config.supervisor.preflight import ROOT

FOLDER = ROOT / "evenhand" / "questionnaire" / "frameworks"
_HEAD = re.compile(r"^  (id|version): *['\"]?([^'\"\s]+)", re.MULTILINE)


def are_published(database_url: str) -> bool:
    with psycopg.connect(database_url) as connection:
        found = connection.execute("SELECT framework_id, version FROM assessments_frameworkedition").fetchall()
    return {_edition(file) for file in FOLDER.glob("*.yaml")} <= set(found)


def _edition(file: Path) -> tuple[str, str]:
    """Id and version, from the head of the file; a test holds this against the real reader."""
    head = dict(_HEAD.findall(file.read_text(encoding="utf-8")[:5000]))
    return head["id"], head["version"]
