"""Which answers drive an outcome, how it follows, and how far the next one is."""

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.questionnaire.answers import read_answers
from evenhand.questionnaire.evaluation import Evaluation, evaluate
from evenhand.questionnaire.explaining import Distance, Driver, Shift, chain, distance, drivers
from evenhand.questionnaire.parsing import parse_framework
from evenhand.questionnaire.translating import in_language
from tests.core.questionnaire.generated import answers_to, frameworks
from tests.core.questionnaire.hiring import HIRING
from tests.core.questionnaire.test_properties import load, some

FRAMEWORK = parse_framework(HIRING)

# no scores at all: the first option whose condition holds, over answers and an earlier outcome
DECIDE = """\
evenhand_framework: 1
framework: {id: decide, version: "1", title: Decide}
sections:
  - id: all
    title: All
    questions:
      - {id: role, type: single, prompt: Role, choices: [{id: maker, label: Maker}, {id: user, label: User}]}
      - {id: hiring, type: boolean, prompt: Hiring?}
      - {id: chat, type: boolean, prompt: Chat?}
      - id: about
        type: parts
        prompt: About
        questions:
          - {id: kind, type: single, prompt: Kind, choices: [{id: text, label: Text}, {id: image, label: Image}]}
          - {id: note, type: text, prompt: Note}
values:
  - {id: listed, expr: hiring == true}
outcomes:
  - id: class_
    title: Class
    options:
      - {id: high, label: High, if: "listed && role == 'maker'"}
      - {id: limited, if: "chat == true || about.kind == 'image'"}
      - {id: minimal, if: true}
  - id: work
    options:
      - {id: much, if: class_ == 'high'}
      - {id: little, if: true}
"""
DECIDING = parse_framework(DECIDE)


def state(answers: Any, framework: Any = FRAMEWORK) -> Evaluation:
    return evaluate(framework, read_answers(framework, answers))


def lowest_of(driver: Driver) -> Any:
    assert driver.lowest is not None
    return driver.lowest


def driver_of(found: Any, question_id: str) -> Any:
    return next(driver for driver in found if driver.question.id == question_id)


# --- by points


def test_answers_that_gave_points_come_first_with_what_other_answers_would_give() -> None:
    found = drivers(state({"phase": "live", "automated": True}), "level")
    assert [driver.question.id for driver in found] == ["phase", "automated"]
    phase, automated = found
    assert (phase.points, automated.points) == ((("risk", 4.0),), (("risk", 3.0),))
    least = lowest_of(phase)
    assert least.answer.to_json() == "design"
    # 1 + 3 points, doubled, are still above 6
    assert (least.scores, least.outcome, least.changes_outcome) == ((("risk", 4.0),), "high", False)
    # 4 points alone, not doubled
    assert (lowest_of(automated).answer.value, lowest_of(automated).outcome) == (False, "medium")
    assert automated.changes_outcome


def test_an_answer_at_its_lowest_has_no_lower_one() -> None:
    phase = driver_of(drivers(state({"phase": "design"}), "level"), "phase")
    assert phase.lowest is None
    assert [(other.answer.value, other.total, other.outcome) for other in phase.others] == [("live", 4, "medium")]


def test_ticked_choices_are_taken_away_one_by_one() -> None:
    text = HIRING.replace("if: raised > 6.0", "if: care.value > 2.0")
    framework = parse_framework(text)
    sources = driver_of(drivers(state({"sources": ["cv", "test"]}, framework), "level"), "sources")
    assert [(other.answer.value, other.total, other.outcome) for other in sources.others] == [
        (["cv"], 1, "low"),
        (["test"], 2, "low"),
    ]
    only = driver_of(drivers(state({"sources": ["cv"]}, framework), "level"), "sources")
    assert lowest_of(only).answer is None


def test_hidden_answers_drive_nothing() -> None:
    text = HIRING.replace("      - id: automated\n", "      - id: automated\n        visible_if: phase == 'live'\n", 1)
    found = drivers(state({"phase": "design", "automated": True}, parse_framework(text)), "level")
    assert driver_of(found, "automated").answer is None
    assert driver_of(found, "automated").points == ()


def test_our_own_words_are_in_the_language_of_the_reader() -> None:
    french = in_language(FRAMEWORK, "fr")
    automated = driver_of(drivers(state({"phase": "live", "automated": True}, french), "level"), "automated")
    assert [str(other.label) for other in automated.others] == ["Non"]


# --- distance


def test_the_distance_is_the_smallest_change_that_gives_another_outcome() -> None:
    # raised = risk = 4 of at most 7: low at 2, high above 6
    assert distance(state({"phase": "live"}), "level") == (
        Distance("risk", FRAMEWORK.scores[0].title, 4.0, 7.0, Shift(3.0, 7.0, "high"), Shift(-2.0, 2.0, "low")),
    )


def test_nothing_in_reach_is_no_distance() -> None:
    (found,) = distance(state({"phase": "design", "automated": False}), "level")
    assert (found.value, found.down) == (1, None)
    assert found.up is not None
    assert found.up.value == 3


def test_steps_are_as_fine_as_the_points() -> None:
    text = HIRING.replace("label: Design, points: 1", "label: Design, points: 0.5")
    (found,) = distance(state({"phase": "live"}, parse_framework(text)), "level")
    assert found.up is not None
    assert (found.up.change, found.up.value) == (2.5, 6.5)
    text = HIRING.replace("if: raised > 6.0", "if: raised > 6.4")
    (found,) = distance(state({"phase": "live"}, parse_framework(text)), "level")
    assert found.up is not None
    assert found.up.value == 7


@pytest.mark.parametrize("limit", [301, 512, 700, 4_999])
def test_a_far_change_is_found_exactly_where_there_is_one(limit: int) -> None:
    text = HIRING.replace("label: Live, points: 4", "label: Live, points: 5000").replace(
        "if: raised > 6.0", f"if: raised > {limit}.0"
    )
    (found,) = distance(state({"phase": "design"}, parse_framework(text)), "level")
    assert found.up is not None
    assert found.up.value == 3  # medium comes first
    text = text.replace("- {id: medium, if: raised > 2.0}", "- {id: medium, if: raised < 0.0}")
    (found,) = distance(state({"phase": "design"}, parse_framework(text)), "level")
    assert found.up is not None
    assert (found.up.value, found.up.outcome) == (limit + 1, "high")


# --- decision lists


def test_without_scores_the_answers_that_were_read_drive_the_outcome() -> None:
    found = drivers(state({"role": "maker", "hiring": True, "chat": True}, DECIDING), "class_")
    assert [driver.question.id for driver in found] == ["role", "hiring"]
    role = driver_of(found, "role")
    assert [(other.answer.value, other.outcome) for other in role.others] == [("user", "limited")]
    assert distance(state({"role": "maker"}, DECIDING), "class_") == ()


def test_what_always_holds_is_driven_by_what_did_not_hold_before_it() -> None:
    found = drivers(state({}, DECIDING), "class_")
    assert [driver.question.id for driver in found] == ["role", "hiring", "chat", "about"]
    about = driver_of(found, "about")
    assert [(other.answer.value, other.outcome) for other in about.others] == [
        ({"kind": "text"}, "minimal"),
        ({"kind": "image"}, "limited"),
    ]


def test_an_outcome_of_an_outcome_is_driven_by_the_same_answers() -> None:
    answers = {"role": "maker", "hiring": True}
    assert [d.question.id for d in drivers(state(answers, DECIDING), "work")] == ["role", "hiring"]


def test_the_chain_stands_in_the_order_of_computing() -> None:
    steps = chain(state({"role": "maker", "hiring": True}, DECIDING), "work")
    assert [(step.id, step.result, step.reads) for step in steps] == [
        ("listed", True, ("hiring",)),
        ("class_", "high", ("listed", "role")),
        ("work", "much", ("class_",)),
    ]
    assert steps[1].expression == "listed && role == 'maker'"
    scored = chain(state({"phase": "live"}), "level")
    assert [(step.id, step.result) for step in scored] == [("risk", 4), ("raised", 4), ("level", "medium")]


def test_there_must_be_such_an_outcome() -> None:
    with pytest.raises(KeyError):
        drivers(state({}), "none")


# --- for every framework


@some
@given(frameworks(), st.data())
def test_what_is_said_of_other_answers_is_what_would_be_computed(document: Any, data: st.DataObject) -> None:
    framework = load(document)
    found = evaluate(framework, read_answers(framework, data.draw(answers_to(framework))))
    for driver in drivers(found, "level"):
        for other in driver.others:
            after = evaluate(framework, found.with_answer(driver.question.id, other.answer).answers)
            assert after.outcomes["level"] == other.outcome
            for score_id, value in other.scores:
                assert abs(after.scores[score_id].value - value) < 1e-9
            assert other.changes_outcome == (after.outcomes["level"] != found.outcomes["level"])


def test_three_hundred_scored_questions_are_explained_in_no_time() -> None:
    choices = "[{id: a, label: A}, {id: b, label: B, points: 1}, {id: c, label: C, points: 3}]"
    questions = "".join(
        f"      - {{id: q{n}, type: single, prompt: Q, score: s, choices: {choices}"
        + (f", visible_if: q{n - 1} != 'a'" if n % 3 == 1 else "")
        + "}\n"
        for n in range(300)
    )
    framework = parse_framework(
        'evenhand_framework: 1\nframework: {id: big, version: "1", title: Big}\nscores: [{id: s, max: all_questions}]\n'
        f"sections:\n  - id: all\n    title: All\n    questions:\n{questions}"
        "outcomes: [{id: level, options: [{id: high, if: s.value > 450.0}, {id: low, if: true}]}]\n"
    )
    found = state({f"q{n}": "bc"[n % 2] for n in range(300)}, framework)
    best = min(_seconds(lambda: (drivers(found, "level"), distance(found, "level"))) for _ in range(3))
    assert len(drivers(found, "level")) == 300
    assert best < 1.0  # 0.05 s on a quiet machine: see benchmarks/questionnaire


def _seconds(work: Any) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
