"""The supervisor reads id and version of a shipped file without parsing it; both readers must agree."""

from config.supervisor import frameworks
from evenhand.questionnaire.parsing import load_framework
from evenhand.questionnaire.shipped import shipped_ids


def test_the_supervisor_reads_the_same_id_and_version() -> None:
    found = {frameworks._edition(file) for file in frameworks.FOLDER.glob("*.yaml")}
    assert found == {(framework.id, framework.version) for framework in map(load_framework, shipped_ids())}
