"""Assessment results in OSCAL, checked by compliance-trestle, the OSCAL Foundation's own tool."""

import copy
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from trestle.core.duplicates_validator import DuplicatesValidator
from trestle.core.refs_validator import RefsValidator
from trestle.oscal.assessment_results import AssessmentResults

from evenhand.questionnaire.answers import read_answers
from evenhand.questionnaire.importing import import_framework
from evenhand.questionnaire.oscal_results import About, EvidencePiece, Observed, oscal_results
from evenhand.questionnaire.parsing import load_framework, parse_framework
from evenhand.questionnaire.schema import Framework
from evenhand.questionnaire.scoring import score

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
ABOUT = About(
    uid=UUID("0b7f2d7e-5a42-4d0e-9f5c-1d2f3a4b5c6d"),
    title="Access review of the hiring tool",
    status="draft",
    version="7",
    subject_uid=UUID("7c0f2d7e-5a42-4d0e-9f5c-1d2f3a4b5c6d"),
    subject_name="Hiring\ntool",
    started=NOON,
    changed=NOON,
)
CONTROLS = """\
evenhand_framework: 1
framework: {id: toy, version: "1", title: Toy}
controls: [{id: C 1, title: Lists}, {id: 2.b}]
choice_sets:
  - {id: state, choices: [{id: met, label: Met}, {id: part, label: Partly}, {id: no_, label: "No"}]}
scores: [{id: risk}]
sections:
  - id: all
    title: All
    questions:
      - {id: one, type: single, choices: state, tally: true, prompt: Is there a list?, refs: [C 1, "nist:MAP 1.1"]}
      - {id: two, type: text, prompt: Who keeps it?, refs: [C 1]}
      - {id: three, type: single, choices: state, tally: true, prompt: Logs?, refs: [2.b], visible_if: one == 'met'}
outcomes:
  - {id: verdict, options: [{id: fine, if: one == 'met'}, {id: poor, if: true}]}
"""
PROOFS = (
    EvidencePiece("The list", sha256="a" * 64, collected=NOON),
    EvidencePiece("The page", href="https://example.org/list", expires=NOON),
)


def made(answers: dict[str, Any], *proven: str, framework: Framework | None = None, **about: Any) -> dict[str, Any]:
    found = framework or parse_framework(CONTROLS)
    result = score(found, read_answers(found, answers))
    observed = {name: Observed(f"Answer to {name}", NOON, PROOFS if name in proven else ()) for name in answers}
    return oscal_results(result, ABOUT if not about else About(**{**vars(ABOUT), **about}), observed)


def validated(document: dict[str, Any], folder: Path) -> Any:
    """The model trestle reads; its validators must find nothing wrong."""
    path = folder / "assessment-results.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    model: Any = AssessmentResults.oscal_read(path)
    assert model is not None
    for validator in (DuplicatesValidator(), RefsValidator()):
        assert validator.model_is_valid(model, quiet=True, trestle_root=folder), type(validator).__name__
    return model


def test_one_observation_for_each_evidenced_answer_and_one_finding_for_each_control(tmp_path: Path) -> None:
    found = validated(made({"one": "met", "two": "Ann", "three": "part"}, "one"), tmp_path)
    (result,) = found.results
    (observation,) = result.observations
    assert observation.description == "Is there a list?\n\nAnswer to one"
    assert [piece.description for piece in observation.relevant_evidence] == ["The list", "The page"]
    assert [finding.target.target_id for finding in result.findings] == ["C_1", "nist_MAP_1.1", "_2.b"]
    states = [finding.target.status.state.value for finding in result.findings]
    assert states == ["satisfied", "satisfied", "not-satisfied"]
    assert "Not fully met: three" in result.findings[2].target.status.remarks
    assert result.findings[0].related_observations[0].observation_uuid == observation.uuid
    assert result.findings[2].related_observations is None


def test_the_outcome_the_state_and_what_is_open_are_said(tmp_path: Path) -> None:
    found = validated(made({"one": "met"}), tmp_path)
    props = {(prop.name, prop.class_): prop.value for prop in found.results[0].props}
    assert props["outcome", "verdict"] == "fine"
    assert props["status", None] == "draft"
    assert found.results[0].observations is None
    remarks = [finding.target.status.remarks for finding in found.results[0].findings]
    assert remarks == ["Not answered yet: two.", "Every question about it is met.", "Not answered yet: three."]


def test_hidden_questions_leave_no_finding_and_what_is_set_aside_is_named(tmp_path: Path) -> None:
    document = made({"one": "no_", "two": {"not_applicable": "Nobody does"}, "three": "met"}, "three")
    (result,) = validated(document, tmp_path).results
    assert [finding.target.target_id for finding in result.findings] == ["C_1", "nist_MAP_1.1"]
    assert result.findings[0].target.status.remarks == "Not fully met: one. Set aside with a reason: two."
    assert result.observations is None


def test_the_same_state_gives_the_same_document_and_another_assessment_other_uuids(tmp_path: Path) -> None:
    first, again = made({"one": "met"}, "one"), made({"one": "met"}, "one")
    other = made({"one": "met"}, "one", uid=UUID(int=5))
    assert first == again
    assert not _uuids(first) & _uuids(other) - {str(ABOUT.subject_uid)}


def _uuids(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = {text for key, text in value.items() if key == "uuid"}
        return own.union(*(_uuids(item) for item in value.values()))
    return set().union(*(_uuids(item) for item in value)) if isinstance(value, list) else set()


@pytest.mark.parametrize("shipped", ["nist-ai-rmf", "canada-aia"])
def test_shipped_frameworks_export_without_answers(shipped: str, tmp_path: Path) -> None:
    found = validated(made({}, framework=load_framework(shipped)), tmp_path)
    assert found.results[0].reviewed_controls.control_selections


def test_a_catalog_imported_and_answered_comes_out_with_its_own_control_ids(tmp_path: Path) -> None:
    control = {"id": "ac-1", "title": "Policy", "parts": [{"name": "statement", "prose": "Have one."}]}
    group = {"id": "ac", "title": "Access", "controls": [control]}
    catalog = {"catalog": {"metadata": {"title": "Small"}, "groups": [group]}}
    framework = import_framework(json.dumps(catalog), "oscal").framework
    (question,) = framework.questions
    document = made({question.id: "met"}, question.id, framework=framework)
    (result,) = validated(document, tmp_path).results
    assert result.findings[0].target.target_id == "ac-1"
    assert result.findings[0].target.status.state.value == "satisfied"


def test_trestle_refuses_a_document_that_is_wrong(tmp_path: Path) -> None:
    """The check above can fail."""
    broken = copy.deepcopy(made({"one": "met"}, "one"))
    broken["assessment-results"]["results"][0]["observations"][0]["methods"] = []
    with pytest.raises(Exception, match="methods"):
        validated(broken, tmp_path)
    twice = copy.deepcopy(made({"one": "met"}, "one"))
    twice["assessment-results"]["results"][0]["uuid"] = twice["assessment-results"]["uuid"]
    with pytest.raises(AssertionError, match="DuplicatesValidator"):
        validated(twice, tmp_path)
