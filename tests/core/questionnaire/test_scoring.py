"""Scores, values, outcomes and duties of a hand-made framework, computed by hand."""

import itertools
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.questionnaire.answers import read_answers
from evenhand.questionnaire.conditions import round_half_up
from evenhand.questionnaire.evaluation import evaluate
from evenhand.questionnaire.parsing import parse_framework
from evenhand.questionnaire.schema import Framework
from evenhand.questionnaire.scoring import score
from tests.core.questionnaire.hiring import HIRING

FRAMEWORK = parse_framework(HIRING)
NOTHING = {"until": None, "owner": None}
ROWS = [{"name": "Lost job", "rating": {"likelihood": "often", "severity": "grave"}}]
FULL = {
    "phase": "live",
    "automated": True,
    "sources": ["cv", "test"],
    "people": 200,
    "harms": {"state": "done", "rows": ROWS},
    "owner": "Ada",
}


def result(answers: Any, framework: Framework = FRAMEWORK, **options: Any) -> Any:
    return score(framework, read_answers(framework, answers), **options)


def test_the_json_of_a_full_set_of_answers() -> None:
    found = result(FULL, evidence={"harms": 1}).to_json()
    assert found == {
        "framework": "hiring",
        "version": "2.1",
        "scope": "system",
        # risk 4 + 3; care 1 + 2 of at most 5 (the exclusive choice); fixed 4 of a fixed 20
        "scores": {"risk": {"value": 7, "max": 7}, "care": {"value": 3, "max": 5}, "fixed": {"value": 4, "max": 20}},
        "values": {"raised": 14, "per_head": 7 / 200},
        "outcomes": {"level": "high"},
        "duties": [
            {"id": "ask", "title": "Ask an outsider", "from": "2026-08-02", **NOTHING, "refs": ["rule-1"]},
            {"id": "tell", "title": "Tell the public", "from": None, **NOTHING, "refs": []},
        ],
        "missing": [],
        "provisional": False,
        "follow_ups": [],
        "checks": [],
        "not_computed": [],
        "distribution": {
            "practice": {
                "total": {"done": 1, "open": 0, "not_applicable": 0, "unknown": 0, "unanswered": 0},
                "chapters": {"basics": {"done": 1, "open": 0, "not_applicable": 0, "unknown": 0, "unanswered": 0}},
                "sections": {"details": {"done": 1, "open": 0, "not_applicable": 0, "unknown": 0, "unanswered": 0}},
            }
        },
    }  # fmt: skip


def test_an_outcome_sets_facts_and_names_its_source() -> None:
    assert result(FULL).sets == {"risk_tier": {"value": "high", "outcome": "level", "option": "high"}}
    assert result({"phase": "design"}).sets == {}


def test_no_answers_at_all() -> None:
    found = result({})
    assert {key: total.value for key, total in found.scores.items()} == {"risk": 0, "care": 0, "fixed": 0}
    assert found.outcomes == {"level": "low"}
    assert found.is_provisional
    assert found.values == {"raised": 0.0, "per_head": None}
    waiting = {failure.id: failure.reason for failure in found.not_computed}
    assert waiting == {"per_head": "the answer to people is missing", "tell": "the answer to people is missing"}


def test_division_by_nothing_is_not_computed_and_never_passes() -> None:
    found = result({"phase": "live", "people": 0})
    assert found.values["per_head"] == 0.0 or found.values["per_head"] is None
    assert any(failure.id == "per_head" and not failure.is_waiting for failure in found.not_computed)


def test_an_outcome_that_cannot_be_computed_is_no_outcome() -> None:
    text = HIRING.replace("if: raised > 6.0", "if: per_head > 6.0")
    found = result({"phase": "live"}, parse_framework(text))
    assert found.outcomes == {"level": None}
    assert [failure.id for failure in found.not_computed if failure.kind == "outcome"] == ["level"]


@pytest.mark.parametrize(
    ("answers", "level"),
    [
        ({"phase": "design"}, "low"),
        ({"phase": "design", "automated": False}, "low"),
        ({"phase": "live"}, "medium"),
        ({"phase": "design", "automated": True}, "high"),
    ],
)
def test_the_first_option_that_holds_is_the_outcome(answers: Any, level: str) -> None:
    assert result(answers).outcomes == {"level": level}


def test_a_broken_rule_is_shown() -> None:
    assert [check.id for check in result({"phase": "design", "automated": True}).checks] == ["odd"]


def test_not_applicable_leaves_the_maximum_unless_the_score_says_it_counts_zero() -> None:
    answers = {"phase": "live", "automated": {"not_applicable": "Nobody decides"}}
    assert result(answers).scores["risk"].maximum == 4
    strict = parse_framework(HIRING.replace("- {id: risk}", "- {id: risk, na_counts_zero: true}"))
    assert result(answers, strict).scores["risk"].maximum == 7


def test_hidden_answers_are_kept_and_never_count() -> None:
    hidden = {**FULL, "phase": "design"}
    state = evaluate(FRAMEWORK, read_answers(FRAMEWORK, hidden))
    assert "harms" in state.answers
    assert not state.is_visible("harms")
    assert not state.is_visible("owner")
    assert result(hidden).tallies == ()


def test_a_part_shows_by_the_answer_beside_it() -> None:
    def parts(answers: Any) -> Any:
        state = evaluate(FRAMEWORK, read_answers(FRAMEWORK, {"phase": "live", **answers}))
        return [part.id for part in state.visible_parts(FRAMEWORK.question("harms"))]

    assert parts({}) == ["state", "rows"]
    assert parts({"harms": {"state": "open"}}) == ["state", "why", "rows"]
    assert parts({"harms": {"state": "done", "why": "kept"}}) == ["state", "rows"]


@pytest.mark.parametrize(
    ("likelihood", "severity", "shown"),
    [("rare", "mild", False), ("often", "mild", False), ("rare", "grave", True), ("often", "grave", True)],
)
def test_the_level_of_a_matrix_row_decides_what_shows(likelihood: str, severity: str, shown: bool) -> None:
    rows = [{"name": "a", "rating": {"likelihood": likelihood, "severity": severity}}]
    answers = {"phase": "live", "harms": {"state": "done", "rows": rows}}
    assert evaluate(FRAMEWORK, read_answers(FRAMEWORK, answers)).is_visible("owner") is shown


def test_points_may_be_given_by_score() -> None:
    text = HIRING.replace("{id: cv, label: CV, points: 1}", "{id: cv, label: CV, points: {risk: 2, care: 0.5}}")
    found = result({"sources": ["cv"]}, parse_framework(text))
    assert (found.scores["risk"].value, found.scores["care"].value) == (2, 0.5)


@pytest.mark.parametrize(
    ("number", "rounded"), [(42.5, 43), (41.65, 42), (76.5, 77), (-0.5, 0), (2.4, 2), (0.49999999999999994, 0)]
)
def test_halves_are_rounded_up(number: float, rounded: float) -> None:
    assert round_half_up(number) == rounded


# --- properties

_answer = {
    "phase": st.sampled_from(["design", "live", {"unknown": True}, {"not_applicable": "x"}]),
    "automated": st.booleans() | st.just({"unknown": True}),
    "sources": st.lists(st.sampled_from(["cv", "test"])) | st.just(["none_"]),
    "people": st.integers(0, 10_000),
    "harms": st.fixed_dictionaries({}, optional={"state": st.sampled_from(["done", "open"]), "rows": st.just(ROWS)}),
    "owner": st.just("Ada"),
}
_answers = st.fixed_dictionaries({}, optional=_answer)


@given(_answers)
def test_scores_never_exceed_their_maximum(answers: Any) -> None:
    for total in result(answers).scores.values():
        assert 0 <= total.value <= total.maximum


@given(_answers, st.data())
def test_hidden_answers_never_matter(answers: Any, data: st.DataObject) -> None:
    state = evaluate(FRAMEWORK, read_answers(FRAMEWORK, answers))
    hidden = [question for question in ("harms", "owner") if not state.is_visible(question)]
    changed = dict(answers)
    for question in hidden:
        changed[question] = data.draw(_answer[question])
    assert result(changed).to_json() == result(answers).to_json()


@given(_answers, st.randoms())
def test_the_order_of_answers_never_matters(answers: Any, random: Random) -> None:
    shuffled = list(answers.items())
    random.shuffle(shuffled)
    assert result(dict(shuffled)).to_json() == result(answers).to_json()


def test_every_combination_of_the_scored_answers_against_a_ten_line_scorer() -> None:
    phases = [None, "design", "live"]
    for phase, automated, sources in itertools.product(
        phases, [None, True, False], [[], ["cv"], ["test"], ["cv", "test"], ["none_"]]
    ):
        answers = {"phase": phase, "automated": automated, "sources": sources}
        risk = {None: 0, "design": 1, "live": 4}[phase] + (3 if automated else 0)
        raised = risk * 2 if automated else risk
        level = "high" if raised > 6 else "medium" if raised > 2 else "low"
        found = result(answers)
        care = sum({"cv": 1, "test": 2, "none_": 5}[source] for source in sources)
        assert (found.scores["risk"].value, found.scores["care"].value, found.outcomes["level"]) == (risk, care, level)
