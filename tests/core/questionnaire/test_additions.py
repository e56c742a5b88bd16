"""Profiles, follow-ups, columns that show by their row, and where answers may come from."""

# ruff: noqa: E501

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from evenhand.documents import read_document
from evenhand.modelcard.sections import SECTIONS
from evenhand.questionnaire.answers import read_answers
from evenhand.questionnaire.editions import digest
from evenhand.questionnaire.evaluation import evaluate
from evenhand.questionnaire.facts import CARD_SECTIONS, FACTS
from evenhand.questionnaire.json_schema import framework_json_schema
from evenhand.questionnaire.parsing import framework_from_document, load_framework, parse_framework, warnings_of
from evenhand.questionnaire.references import check_references
from evenhand.questionnaire.schema import SameAs
from evenhand.questionnaire.scoring import score
from evenhand.questionnaire.shipped import shipped_ids
from evenhand.questionnaire.writing import framework_to_document

VENDORS = """\
evenhand_framework: 1
framework: {id: vendors, version: "1", title: Vendors, repeats: true, final_needs_signoff: false}
profiles:
  - {id: short, title: Short, for: {risk_tier: [limited, minimal]}, only: [vendors, budget]}
  - {id: full, title: Full, help: Everything., for: {risk_tier: [high, prohibited]}}
scores: [{id: points}]
sections:
  - id: who
    title: Who
    questions:
      - id: vendors
        type: group
        prompt: Vendors
        prefill: model.vendors
        questions:
          - {id: name, type: text, prompt: Name, required: true}
          - {id: abroad, type: boolean, prompt: Abroad?, score: points, points: {yes: 1, no: 0}}
          - {id: country, type: text, prompt: Country, required: true, visible_if: row.abroad == true}
          - {id: treaty, type: boolean, prompt: Treaty?, visible_if: row.country != null, score: points, points: {yes: 5, no: 0}}
      - id: reason
        type: longtext
        prompt: Why these?
        relies_on: [system.purpose, model.vendors]
        same_as: [{question: "other:why", basis: Both ask for the reason.}]
      - {id: far, type: text, prompt: How far?, visible_if: "vendors.exists(v, v.country == 'X')"}
  - id: money
    title: Money
    questions:
      - {id: budget, type: number, prompt: Budget, visible_if: reason != null}
      - {id: bill, type: single, prompt: Bill, required: true, score: points, choices: [{id: "no", label: "No", points: 2}]}
follow_ups:
  - {id: privacy, framework: privacy-check, if: points.value > 0.0, why: Data leave the house., title: Privacy}
"""
FRAMEWORK = parse_framework(VENDORS, name="vendors.yaml")


def result(answers: Any, framework: Any = FRAMEWORK) -> Any:
    return score(framework, read_answers(framework, answers))


def test_the_head_says_whether_it_repeats_and_is_signed_off() -> None:
    assert (FRAMEWORK.repeats, FRAMEWORK.final_needs_signoff) == (True, False)
    plain = parse_framework(VENDORS.replace(", repeats: true, final_needs_signoff: false", ""))
    assert (plain.repeats, plain.final_needs_signoff) == (False, True)


def test_everything_new_survives_writing_and_reading_again() -> None:
    document = json.loads(json.dumps(framework_to_document(FRAMEWORK)))
    again = framework_from_document(document)
    assert framework_to_document(again) == document
    assert digest(again) == digest(FRAMEWORK)
    assert again.profiles == FRAMEWORK.profiles
    assert (again.repeats, again.final_needs_signoff, again.follow_ups) == (True, False, FRAMEWORK.follow_ups)
    assert again.question("reason").same_as == (SameAs("other:why", FRAMEWORK.question("reason").same_as[0].basis),)


def test_the_schema_takes_everything_new_and_refuses_unknown_facts() -> None:
    validator = jsonschema.Draft202012Validator(framework_json_schema())
    value = read_document(VENDORS, name="x").value
    assert list(validator.iter_errors(value)) == []
    value["sections"][0]["questions"][0]["prefill"] = "model.colour"
    assert list(validator.iter_errors(value))


# --- profiles


def test_a_profile_asks_only_its_sections_and_questions() -> None:
    short = FRAMEWORK.for_profile("short")
    assert [question.id for question in short.questions] == ["vendors", "budget"]
    assert [section.id for section in short.sections] == ["who", "money"]
    assert short.only_profile == "short"
    assert [question.id for question in FRAMEWORK.for_profile("full").questions] == [q.id for q in FRAMEWORK.questions]
    assert short.for_profile(None) is FRAMEWORK
    with pytest.raises(KeyError):
        FRAMEWORK.for_profile("long")


def test_what_a_profile_leaves_out_is_blank_is_not_missing_and_does_not_count() -> None:
    short = FRAMEWORK.for_profile("short")
    found = result({"vendors": [{"name": "a"}]}, short)
    assert found.missing == ()
    assert not found.evaluation.is_visible("budget")
    stored = read_answers(FRAMEWORK, {"reason": "kept", "bill": "no"})
    kept = score(short, stored)
    assert not kept.evaluation.is_visible("budget")
    assert kept.scores["points"].value == 0
    assert evaluate(FRAMEWORK, stored).is_visible("budget")


def test_a_question_that_shows_by_one_left_out_is_pointed_out() -> None:
    assert warnings_of(FRAMEWORK) == (
        "profile short: budget shows by the answer to reason, which this profile does not ask.",
    )


def test_a_profile_says_for_which_systems_it_is() -> None:
    fitting = [profile.id for profile in FRAMEWORK.profiles if profile.fits({"risk_tier": "high"})]
    assert fitting == ["full"]
    assert [profile.id for profile in FRAMEWORK.profiles if profile.fits({})] == []


def test_scope_and_profile_can_be_chosen_in_either_order() -> None:
    text = VENDORS.replace("    title: Who\n", "    title: Who\n    scope: organisation\n")
    text = text.replace("only: [vendors, budget]", "only: [budget]").replace("score: points", "", 2)
    text = text.replace(", points: {yes: 1, no: 0}", "").replace(", , points: {yes: 5, no: 0}", "")
    framework = parse_framework(text)
    one = framework.for_scope("system").for_profile("short")
    other = framework.for_profile("short").for_scope("system")
    assert [section.id for section in one.borrowed] == [section.id for section in other.borrowed] == ["who"]
    assert [question.id for question in one.questions] == [question.id for question in other.questions] == ["budget"]
    assert evaluate(one, read_answers(framework, {"reason": "x"})).is_visible("budget")
    assert evaluate(other, read_answers(framework, {"reason": "x"})).is_visible("budget")


# --- follow-ups


def test_other_assessments_apply_when_their_condition_holds() -> None:
    expected = {"id": "privacy", "framework": "privacy-check", "title": "Privacy", "why": "Data leave the house."}
    assert result({"bill": "no"}).to_json()["follow_ups"] == [expected]
    assert result({}).to_json()["follow_ups"] == []


# --- columns


def columns(row: dict[str, Any]) -> list[str]:
    group = FRAMEWORK.question("vendors")
    return [column.id for column in evaluate(FRAMEWORK, {}).visible_columns("vendors", group, row)]


@pytest.mark.parametrize(
    ("row", "shown"),
    [
        ({}, ["name", "abroad"]),
        ({"abroad": False, "country": "X"}, ["name", "abroad"]),
        ({"abroad": True}, ["name", "abroad", "country"]),
        ({"abroad": {"unknown": True}}, ["name", "abroad"]),
        ({"abroad": True, "country": "X"}, ["name", "abroad", "country", "treaty"]),
    ],
)
def test_a_column_shows_by_the_cells_before_it(row: dict[str, Any], shown: list[str]) -> None:
    assert columns(row) == shown


def test_hidden_cells_are_kept_and_never_count() -> None:
    row = {"name": "a", "abroad": True, "country": "X", "treaty": True}
    assert result({"vendors": [row]}).scores["points"].value == 6
    assert result({"vendors": [row]}).evaluation.is_visible("far")
    hidden = result({"vendors": [{**row, "abroad": False}]})
    assert hidden.scores["points"].value == 0
    assert not hidden.evaluation.is_visible("far")
    assert hidden.evaluation.answers["vendors"].value[0]["country"] == "X"


def test_only_cells_that_show_are_missing() -> None:
    rows = [{"name": "a"}, {"name": "b", "abroad": True}, {"abroad": False}]
    paths = [item.path for item in result({"vendors": rows, "bill": "no"}).missing]
    assert paths == ["vendors.2.country", "vendors.3.name"]


# --- where answers come from


def test_an_answer_relies_on_what_it_is_offered_from() -> None:
    assert FRAMEWORK.question("vendors").relies_on == ("model.vendors",)
    assert FRAMEWORK.question("reason").relies_on == ("system.purpose", "model.vendors")
    assert FRAMEWORK.question("reason").prefill is None


def test_the_facts_of_a_card_are_its_sections() -> None:
    assert tuple(section.id for section in SECTIONS) == CARD_SECTIONS
    assert FACTS["card.details"].name == "card.details"


def test_references_are_checked_where_all_frameworks_are_known() -> None:
    other = parse_framework(
        'evenhand_framework: 1\nframework: {id: other, version: "1", title: O}\n'
        "sections: [{id: a, title: A, questions: [{id: because, type: text, prompt: P}]}]"
    )
    assert check_references([FRAMEWORK, other]) == (
        "vendors: follow-up privacy: there is no framework 'privacy-check'.",
        "vendors: reason: same_as 'other:why': other has no question 'why'.",
    )
    assert check_references([other]) == ()


def test_every_reference_among_the_frameworks_we_ship_names_what_there_is() -> None:
    assert check_references([load_framework(framework_id) for framework_id in shipped_ids()]) == ()


def test_the_page_lists_every_fact() -> None:
    page = (Path(__file__).parents[3] / "docs" / "questionnaires.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\w+)\.` \| (.*) \|$", page, flags=re.MULTILINE))
    assert set(rows) == {name.partition(".")[0] for name in FACTS}
    for fact in FACTS.values():
        group, _, name = fact.name.partition(".")
        assert group == "card" or f"`{name}`" in rows[group], fact.name
        assert all(f"`{column}`" in rows[group] for column in fact.columns)
