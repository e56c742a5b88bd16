"""The supervisor reads id and version of a shipped file without parsing it; both readers must agree."""

from pathlib import Path

import psycopg
import pytest

from config.supervisor import environment, frameworks
from evenhand.questionnaire.parsing import load_framework
from evenhand.questionnaire.shipped import shipped_ids
from tests.process.runs import running


def test_the_supervisor_reads_the_same_id_and_version() -> None:
    found = {frameworks._edition(file) for file in frameworks.FOLDER.glob("*.yaml")}
    assert found == {(framework.id, framework.version) for framework in map(load_framework, shipped_ids())}


@pytest.mark.process
@pytest.mark.xdist_group("supervisor")
def test_an_installation_without_the_demo_has_the_frameworks_too(migrated: Path) -> None:
    with running(migrated), psycopg.connect(environment(migrated)["DATABASE_URL"]) as connection:
        found = connection.execute("SELECT DISTINCT framework_id FROM assessments_frameworkedition").fetchall()
        assert {name for (name,) in found} == set(shipped_ids())
        assert frameworks.are_published(environment(migrated)["DATABASE_URL"])
