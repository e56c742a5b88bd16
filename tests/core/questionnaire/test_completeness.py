"""What is missing before submitting, and why."""

from typing import Any

import pytest

from evenhand.questionnaire.answers import read_answers
from evenhand.questionnaire.completeness import MissingReason, missing, progress
from evenhand.questionnaire.parsing import parse_framework
from tests.core.questionnaire.hiring import HIRING

FRAMEWORK = parse_framework(HIRING)
ROW = {"name": "Lost job", "rating": {"likelihood": "often", "severity": "mild"}}
DONE = {"phase": "live", "harms": {"state": "done", "rows": [ROW]}}


def lacking(answers: Any, **options: Any) -> Any:
    found = missing(FRAMEWORK, read_answers(FRAMEWORK, answers), **options)
    return [(item.path, item.reason) for item in found]


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({}, [("phase", MissingReason.UNANSWERED)]),
        ({"phase": {"unknown": True}}, [("phase", MissingReason.UNKNOWN)]),
        ({"phase": {"not_applicable": ""}}, [("phase", MissingReason.REASON)]),
        ({"phase": {"not_applicable": "No phases"}}, []),
        ({"phase": "design"}, []),
        ({"phase": "live"}, [("harms", MissingReason.UNANSWERED)]),
        ({"phase": "live", "harms": {"rows": [ROW]}}, [("harms.state", MissingReason.INCOMPLETE)]),
        ({"phase": "live", "harms": {"state": "open"}}, [("harms.why", MissingReason.INCOMPLETE)]),
        ({"phase": "live", "harms": {"state": {"unknown": True}}}, [("harms.state", MissingReason.UNKNOWN)]),
        (
            {"phase": "live", "harms": {"state": "done"}},
            [("harms.rows", MissingReason.INCOMPLETE), ("harms", MissingReason.EVIDENCE)],
        ),
        (DONE, [("harms", MissingReason.EVIDENCE)]),
        ({"phase": "live", "harms": {"not_applicable": "No people"}}, []),
    ],
)
def test_what_is_missing_and_why(answers: Any, expected: Any) -> None:
    assert lacking(answers) == expected


def test_evidence_that_is_attached_is_not_missing() -> None:
    assert lacking(DONE, evidence={"harms": 1}) == []


def test_a_cell_is_named_by_row_and_column() -> None:
    rows = [ROW, {"rating": {"likelihood": "often"}}]
    answers = {"phase": "live", "harms": {"state": "done", "rows": rows}}
    found = missing(FRAMEWORK, read_answers(FRAMEWORK, answers), evidence={"harms": 1})
    assert [item.path for item in found] == ["harms.rows.2.name", "harms.rows.2.rating.severity"]
    assert found[0].label == "A.2, “Harms”, row 2, “Harm”"
    assert found[0].message == "A.2, “Harms”, row 2, “Harm” is not answered."


def test_too_few_rows_are_missing_rows() -> None:
    framework = parse_framework(HIRING.replace("min_rows: 1", "min_rows: 3"))
    found = missing(framework, read_answers(framework, DONE), evidence={"harms": 1})
    assert [item.message for item in found] == ["A.2, “Harms” needs at least 3 rows."]


def test_progress_by_section() -> None:
    start, details = progress(FRAMEWORK, read_answers(FRAMEWORK, {"phase": "live", "harms": {"state": "done"}}))
    assert (start.total, start.answered, start.started, start.state) == (4, 1, 1, "in_progress")
    assert (details.total, details.answered, details.lacking, details.state) == (5, 0, 1, "in_progress")
    assert (start.is_ready, details.is_ready) == (True, False)
    (only,) = progress(FRAMEWORK, {})
    assert (only.section.id, only.state) == ("start", "not_started")


def test_progress_counts_set_aside_and_unknown() -> None:
    answers = {"phase": {"unknown": True}, "people": {"not_applicable": "x"}}
    (start,) = progress(FRAMEWORK, read_answers(FRAMEWORK, answers))
    assert (start.answered, start.not_applicable, start.unknown) == (1, 1, 1)
