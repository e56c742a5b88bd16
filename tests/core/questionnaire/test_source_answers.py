"""Answers keyed by the ids of another tool."""

from typing import Any

import pytest

from evenhand.errors import InputError
from evenhand.questionnaire.answers import AnswersError, answers_to_json
from evenhand.questionnaire.parsing import parse_framework
from evenhand.questionnaire.scoring import score
from evenhand.questionnaire.source_answers import read_sourced_answers

SURVEY = """\
evenhand_framework: 1
framework: {id: survey, version: "1", title: Survey}
scores: [{id: raw, max: all_questions}]
sections:
  - id: all
    title: All
    questions:
      - id: phase
        type: single
        prompt: Phase
        source_id: phase
        choices: [{id: design, source_id: item1, label: D}, {id: live, source_id: item2, label: L}]
      - id: impact
        type: single
        prompt: Impact
        source_id: impact1-RS
        visible_if: phase == 'live'
        score: raw
        choices: [{id: low, source_id: item1-0, label: L}, {id: high, source_id: item2-3, label: H, points: 3}]
      - id: sources
        type: multi
        prompt: Sources
        source_id: sources2-RS
        score: raw
        choices: [{id: a, source_id: item1-1, label: A, points: 1}, {id: b, source_id: item2-2, label: B, points: 2}]
      - {id: remarks, type: longtext, prompt: Remarks}
"""
FRAMEWORK = parse_framework(SURVEY)


def read(document: Any) -> tuple[dict[str, Any], tuple[str, ...]]:
    found = read_sourced_answers(FRAMEWORK, document)
    return answers_to_json(found.answers), found.notes


def test_questions_and_choices_by_source_id_mixed_with_our_own() -> None:
    given = {"phase": "item2", "impact1-RS": "item2-3", "sources": ["item1-1", "b"], "remarks": "x"}
    assert read(given) == ({"phase": "live", "impact": "high", "sources": ["a", "b"], "remarks": "x"}, ())
    assert read({"answers": given}) == read(given)


def test_under_a_source_id_values_that_are_no_choice_are_left_out_with_a_note() -> None:
    answers, notes = read({"phase": "item9", "sources2-RS": ["item1-1", "item7-40"]})
    assert answers == {"sources": ["a"]}
    assert notes == (
        "phase: 'item9' is not one of the choices and was left out.",
        "sources2-RS: 'item7-40' is not one of the choices and was left out.",
    )


def test_under_our_own_id_they_are_refused() -> None:
    with pytest.raises(AnswersError, match="'item9' is not one of the choices"):
        read({"impact": "item9"})


def test_answers_to_hidden_questions_are_kept_and_never_count() -> None:
    given = {"phase": "item1", "impact1-RS": "item2-3", "sources2-RS": ["item1-1"]}
    answers = read_sourced_answers(FRAMEWORK, given).answers
    assert "impact" in answers
    assert score(FRAMEWORK, answers).to_json()["scores"]["raw"] == {"value": 1, "max": 6}


@pytest.mark.parametrize(
    ("document", "key", "said"),
    [
        ({"impact9-RS": "item1"}, "impact9-RS", "no such question"),
        ({"impact1-RS": ["item1-0"]}, "impact1-RS", "is not one of the choices"),
        ({"sources2-RS": "item1-1"}, "sources2-RS", "must be a list"),
        ({"sources2-RS": [3]}, "sources2-RS", "'3' is not one of the choices"),
        ({"impact1-RS": "item1-0", "impact": "low"}, "impact", "also answered under 'impact1-RS'"),
    ],
)
def test_what_cannot_be_read_names_the_key_that_was_written(document: Any, key: str, said: str) -> None:
    with pytest.raises(AnswersError) as caught:
        read(document)
    assert list(caught.value.fields) == [key]
    assert said in caught.value.fields[key][0]


@pytest.mark.parametrize("document", [[], "x", {"answers": 3}])
def test_what_is_no_mapping_is_refused(document: Any) -> None:
    with pytest.raises(InputError, match="JSON object"):
        read(document)
