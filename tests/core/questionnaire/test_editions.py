"""Editions: what changed, and which answers come along."""

# ruff: noqa: E501

from typing import Any

import pytest

from evenhand.questionnaire.answers import read_answers
from evenhand.questionnaire.carrying import Fate, Why, asks_the_same, carry_over, fates
from evenhand.questionnaire.editions import Change, Difference, answers_digest, diff_editions, digest
from evenhand.questionnaire.parsing import parse_framework
from tests.core.questionnaire.hiring import HIRING

OLD = parse_framework(HIRING)
NEWER = (
    HIRING.replace('version: "2.1"', 'version: "2.2"')
    .replace("prompt: Does it decide alone?", "prompt: Does it decide by itself?")
    .replace("          - {id: test, label: Test, points: 2}\n", "")
    .replace(
        "      - {id: reviewed_on, type: date, prompt: Reviewed on}\n",
        "      - {id: extra, type: text, prompt: More}\n",
    )
    .replace("from: 2026-08-02", "from: 2027-08-02")
)


def test_two_editions_differ_where_they_were_changed() -> None:
    found = diff_editions(OLD, parse_framework(NEWER))
    assert set(found) == {
        Difference(Change.CHANGED, "framework", "hiring", ("version",)),
        Difference(Change.CHANGED, "question", "automated", ("prompt",)),
        Difference(Change.CHANGED, "question", "sources", ("choices",)),
        Difference(Change.ADDED, "question", "extra"),
        Difference(Change.REMOVED, "question", "reviewed_on"),
        Difference(Change.CHANGED, "duty", "ask", ("from",)),
    }


def test_an_edition_does_not_differ_from_itself() -> None:
    assert diff_editions(OLD, parse_framework(HIRING)) == ()
    assert digest(OLD) != digest(parse_framework(NEWER))


def test_answers_that_still_fit_come_along_to_be_confirmed() -> None:
    answers = read_answers(
        OLD,
        {
            "phase": "live",
            "sources": ["test"],
            "people": 3,
            "remarks": "x",
            "reviewed_on": "2026-01-01",
            "automated": True,
        },
    )
    text = NEWER.replace("prompt: How many people a year?,", "prompt: How many people a year?, carry: keep,")
    carried = {item.question: item.needs_confirming for item in carry_over(OLD, parse_framework(text), answers)}
    # 'test' is no choice any more, 'remarks' never come along, 'reviewed_on' is gone, 'people' asks the same
    assert carried == {"phase": True, "automated": True, "people": False}
    kept = parse_framework(text)
    assert {item.question for item in carry_over(kept, kept, answers) if not item.needs_confirming} == {"people"}


def test_the_digest_of_answers_does_not_depend_on_their_order() -> None:
    one = read_answers(OLD, {"phase": "live", "people": 3})
    other = read_answers(OLD, {"people": 3, "phase": "live"})
    assert answers_digest(one) == answers_digest(other) != answers_digest({})


def fate_of(new: str, answers: Any, question_id: str, old: str = HIRING) -> tuple[Fate, Why, str]:
    before, after = parse_framework(old), parse_framework(new)
    (found,) = [item for item in fates(before, after, read_answers(before, answers)) if item.question == question_id]
    return found.fate, found.why, found.sentence


KEEP = HIRING.replace("prompt: How many people a year?,", "prompt: How many people a year?, carry: keep,")


@pytest.mark.parametrize(
    ("old", "new", "raw", "question", "fate", "why", "said"),
    [
        (KEEP, KEEP, 3, "people", Fate.KEPT, Why.SAME, "is the same"),
        (HIRING, HIRING, 3, "people", Fate.TO_CONFIRM, Why.ASKS_TO_CONFIRM, "confirmed every time"),
        (KEEP, KEEP.replace("How many people a year?", "How many?"), 3, "people", Fate.TO_CONFIRM, Why.REWORDED, "differently"),
        (KEEP, KEEP.replace("unit: people", "unit: thousands"), 3, "people", Fate.TO_CONFIRM, Why.REWORDED, "differently"),
        (HIRING, HIRING.replace("max: 1000000", "max: 2"), 3, "people", Fate.LEFT, Why.DOES_NOT_FIT, "at most 2"),
        (HIRING, HIRING, "x", "remarks", Fate.LEFT, Why.NEVER, "anew every time"),
        (HIRING, NEWER, "2026-01-01", "reviewed_on", Fate.LEFT, Why.REMOVED, "not asked any more"),
        (HIRING, NEWER, ["test"], "sources", Fate.LEFT, Why.CHOICE_GONE, "It was: Test."),
        (HIRING, NEWER, ["cv"], "sources", Fate.TO_CONFIRM, Why.REWORDED, "differently"),
        (HIRING, HIRING.replace("{id: policy, type: link,", "{id: policy, type: date,"), "https://a.org", "policy", Fate.LEFT, Why.TYPE_CHANGED, "another kind"),
        (HIRING, HIRING.replace("{id: policy, type: link,", "{id: policy, type: link, na: never,"), {"not_applicable": "x"}, "policy", Fate.LEFT, Why.NOT_SET_ASIDE, "set aside"),
    ],
)  # fmt: skip
def test_every_answer_has_a_fate_and_a_reason(
    old: str, new: str, raw: Any, question: str, fate: Fate, why: Why, said: str
) -> None:
    found = fate_of(new, {question: raw}, question, old)
    assert found[:2] == (fate, why)
    assert said in found[2]


def test_points_references_and_conditions_do_not_change_what_is_asked() -> None:
    scored = HIRING.replace("points: {yes: 3, no: 0}", "points: {yes: 9, no: 0}")
    assert asks_the_same(OLD.question("automated"), parse_framework(scored).question("automated"))
    ref = HIRING.replace(
        "{id: policy, type: link,", "{id: policy, type: link, refs: [rule-1], visible_if: people > 2.0,"
    )
    assert asks_the_same(OLD.question("policy"), parse_framework(ref).question("policy"))
    part = HIRING.replace("prompt: Why?", "prompt: Why not?")
    assert not asks_the_same(OLD.question("harms"), parse_framework(part).question("harms"))


def test_a_shared_set_of_choices_that_changes_changes_its_questions() -> None:
    text = HIRING.replace(
        "      - id: sources\n",
        "      - {id: state, type: single, prompt: S, choices: practice}\n      - id: sources\n",
    )
    old, new = (
        parse_framework(text),
        parse_framework(text.replace("{id: open, label: Open}", "{id: open, label: Not yet}")),
    )
    assert Difference(Change.CHANGED, "question", "state", ("choices",)) in diff_editions(old, new)
    assert not asks_the_same(old.question("state"), new.question("state"))


def test_differences_are_told_in_the_words_of_a_page() -> None:
    assert Difference(Change.CHANGED, "question", "x", ("choices", "prompt")).words == "changed: choices, wording"
    assert (
        Difference(Change.CHANGED, "question", "x", ("required", "required_if")).words
        == "changed: whether it must be answered"
    )
    assert Difference(Change.CHANGED, "duty", "x", ("from", "evidence")).words == "changed: start date, evidence"
    assert Difference(Change.REMOVED, "question", "x").words == "removed"


def test_follow_ups_and_profiles_are_part_of_an_edition() -> None:
    extra = "profiles: [{id: short, title: Short, only: [start]}]\nfollow_ups: [{id: f, framework: o, if: people > 1.0, why: W}]\n"
    found = diff_editions(OLD, parse_framework(extra + HIRING))
    assert found == (Difference(Change.ADDED, "follow_up", "f"), Difference(Change.ADDED, "profile", "short"))
