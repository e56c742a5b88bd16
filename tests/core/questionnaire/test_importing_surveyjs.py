"""SurveyJS forms read into our format: conditions mean the same, and nothing is lost in silence."""

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from evenhand.errors import InputError
from evenhand.questionnaire.answers import read_answers
from evenhand.questionnaire.evaluation import evaluate
from evenhand.questionnaire.importing import Imported, Wishes, import_framework
from evenhand.questionnaire.importing.points import PointsRule
from evenhand.questionnaire.parsing import parse_framework
from evenhand.questionnaire.schema import Question, QuestionType
from evenhand.questionnaire.scoring import score
from tests.core.questionnaire.canada_scorer import WEIGHTS, figures

CASES = json.loads((Path(__file__).parent / "canada_cases.json").read_text(encoding="utf-8"))["cases"]
SUFFIX = {"raw": "RS", "mitigation": "MS", "none": "NS"}
CANADIAN = PointsRule.of("-([0-9]+)$", ("RS=raw", "MS=mitigation"))


def imported(form: Any, **wishes: Any) -> Imported:
    found = import_framework(json.dumps(form, indent=1), "surveyjs", name="form.json", wishes=Wishes(**wishes))
    parse_framework(found.to_yaml())  # every import passes our own check, whatever it left out
    return found


def asked(*elements: dict[str, Any], **page: Any) -> Imported:
    return imported({"title": "A form", "pages": [{"name": "first", "elements": list(elements), **page}]})


def question(found: Imported, source: str) -> Question:
    return next(item for item in found.framework.questions if item.source_id == source)


def notes(found: Imported) -> str:
    return "\n".join(str(note) for note in found.notes)


def radio(name: str, *choices: Any, **more: Any) -> dict[str, Any]:
    return {"type": "radiogroup", "name": name, "choices": list(choices), **more}


def visible(found: Imported, answers: dict[str, Any]) -> set[str]:
    """The names of the source's questions that are asked."""
    state = evaluate(found.framework, read_answers(found.framework, answers))
    return {item.source_id or item.id for item in found.framework.questions if item.id in state.visible}


# --- Canada's own form


@pytest.fixture(scope="module")
def canada() -> Imported:
    """The official tool's 295 inputs as SurveyJS writes them: its conditions, types, values and panels."""
    pages = [
        {
            "name": f"page{position}",
            "elements": [
                {"type": "panel", "name": f"p{position}-{SUFFIX[item['score']]}", "elements": [_element(item)]}
            ],
        }
        for position, item in enumerate(WEIGHTS)
    ]
    return imported({"title": {"default": "Official form", "fr": "Formulaire"}, "pages": pages}, points=CANADIAN)


def _element(item: dict[str, Any]) -> dict[str, Any]:
    condition = " and ".join(f"({part})" for part in item["visible_if"])
    element = {"type": item["type"], "name": item["id"], "choices": list(item.get("points", {}))}
    return element | ({"visibleIf": condition} if condition else {})


def test_every_official_condition_is_carried_over(canada: Imported) -> None:
    with_conditions = {item["id"] for item in WEIGHTS if item["visible_if"]}
    carried = {item.source_id for item in canada.framework.questions if item.visible_if}
    assert len(canada.framework.questions) == 295
    assert carried == with_conditions
    assert "left out, so" not in notes(canada)


def test_the_published_cases_score_as_the_official_tool_scores_them(canada: Imported) -> None:
    for case in CASES:
        answers = {name: value for name, value in case["answers"].items() if name != "projectDetailsDepartment-NS"}
        result = score(canada.framework, read_answers(canada.framework, _fitting(canada, answers)))
        got = tuple(result.scores[name].value for name in ("raw", "mitigation"))
        assert got == (case["raw"], case["mitigation"]), case["id"]


@pytest.mark.parametrize("seed", range(40))
def test_visibility_is_that_of_an_independent_reading(canada: Imported, seed: int) -> None:
    answers = dict(_random_answers(Random(seed)))
    expected = figures(answers)
    assert visible(canada, _fitting(canada, answers)) == expected.visible


def _random_answers(random: Random) -> Iterator[tuple[str, Any]]:
    for item in WEIGHTS:
        choices = list(item.get("points", {}))
        if item["type"] == "checkbox" and choices:
            yield item["id"], random.sample(choices, random.randint(1, len(choices)))
        elif choices and random.random() < 0.9:
            yield item["id"], random.choice(choices)


def _fitting(canada: Imported, answers: dict[str, Any]) -> dict[str, Any]:
    known = {item.source_id for item in canada.framework.questions}
    return {name: value for name, value in answers.items() if name in known}


# --- conditions, one by one


@pytest.mark.parametrize(
    ("condition", "shown_for", "hidden_for"),
    [
        ("{kind} = 'car'", {"kind": "car"}, {"kind": "cart"}),
        ("{kind} <> 'car'", {"kind": "cart"}, {"kind": "car"}),
        ("{kind} != 'car'", {}, {"kind": "car"}),
        ("{kind} contains 'car'", {"kind": "cart"}, {"kind": "bus"}),
        ("{kind} contains ['bus']", {"kind": "bus"}, {"kind": "car"}),
        ("{kind} notcontains 'car'", {"kind": "bus"}, {"kind": "cart"}),
        ("{kind} anyof ['bus', 'cart']", {"kind": "cart"}, {"kind": "car"}),
        ("{kind} noneof ['bus', 'cart']", {"kind": "car"}, {"kind": "bus"}),
        ("{many} contains 'a'", {"many": ["a", "b"]}, {"many": ["b"]}),
        ("{many} contains ['a', 'b']", {"many": ["a", "b", "c"]}, {"many": ["a"]}),
        ("{many} allof ['a', 'b']", {"many": ["b", "a"]}, {"many": ["b", "c"]}),
        ("{many} anyof ['a', 'b']", {"many": ["b"]}, {"many": ["c"]}),
        ("{many} = ['b', 'a']", {"many": ["a", "b"]}, {"many": ["a", "b", "c"]}),
        ("{many} empty", {}, {"many": ["c"]}),
        ("{many} notempty", {"many": ["c"]}, {}),
        ("{kind} empty", {}, {"kind": "car"}),
        ("!({kind} empty)", {"kind": "car"}, {}),
        ("!{sure}", {}, {"sure": True}),
        ("{sure} = true", {"sure": True}, {"sure": False}),
        ("{sure}", {"sure": True}, {}),
        ("{age} >= 18", {"age": 18}, {"age": 17}),
        ("{age} < 18", {"age": 17}, {}),
        ("18 <= {age}", {"age": 18}, {"age": 17}),
        ("{age} + {more} * 2 > 10", {"age": 1, "more": 5}, {"more": 5}),
        ("{age} = {more}", {"age": 3, "more": 3}, {"age": 3, "more": 4}),
        ("{day} > '2026-01-31'", {"day": "2026-02-01"}, {"day": "2026-01-31"}),
        ("{name} contains 'x'", {"name": "axe"}, {}),
        ("{stars} > 3", {"stars": "4"}, {"stars": "3"}),
        ("{grid.speed} = 'good'", {"grid": {"speed": "good"}}, {"grid": {"noise": "good"}}),
        ("{grid} notempty", {"grid": {"noise": "bad"}}, {}),
        ("{rows} notempty", {"rows": [{"what": "x"}]}, {}),
        ("{KIND} = 'car' AND {many} contains 'a'", {"kind": "car", "many": ["a"]}, {"kind": "car"}),
        ("({kind} = 'car' or {kind} = 'bus') && {sure} == true", {"kind": "bus", "sure": True}, {"kind": "bus"}),
        ("{kind} = 'bus' || {sure} = 'true'", {"sure": True}, {"kind": "car"}),
    ],
)
def test_a_condition_means_the_same(condition: str, shown_for: dict[str, Any], hidden_for: dict[str, Any]) -> None:
    found = asked(
        radio("kind", "car", "cart", "bus"),
        {"type": "checkbox", "name": "many", "choices": ["a", "b", "c"]},
        {"type": "boolean", "name": "sure"},
        {"type": "text", "inputType": "number", "name": "age"},
        {"type": "text", "inputType": "number", "name": "more"},
        {"type": "text", "inputType": "date", "name": "day"},
        {"type": "text", "name": "name"},
        {"type": "rating", "name": "stars"},
        {"type": "matrix", "name": "grid", "columns": ["good", "bad"], "rows": ["speed", "noise"]},
        {"type": "paneldynamic", "name": "rows", "templateElements": [{"type": "text", "name": "what"}]},
        {"type": "comment", "name": "then", "visibleIf": condition},
    )
    assert "then" in visible(found, shown_for)
    assert "then" not in visible(found, hidden_for)


def test_conditions_of_pages_panels_and_rows_reach_what_stands_in_them() -> None:
    inner = {
        "type": "panel",
        "name": "box",
        "visibleIf": "{kind} = 'car'",
        "elements": [{"type": "text", "name": "plate"}],
    }
    columns = [radio("role", "boss", "staff"), {"type": "text", "name": "why", "visibleIf": "{panel.role} = 'boss'"}]
    form = {
        "pages": [
            {"name": "one", "elements": [radio("kind", "car", "bus"), inner]},
            {
                "name": "two",
                "visibleIf": "{kind} = 'bus'",
                "elements": [{"type": "paneldynamic", "name": "crew", "templateElements": columns}],
            },
        ]
    }
    found = imported(form)
    assert visible(found, {"kind": "car"}) == {"kind", "plate"}
    assert visible(found, {"kind": "bus"}) == {"kind", "crew"}
    assert question(found, "crew").questions[1].visible_if == "row.role == 'boss'"


def test_contains_that_fits_several_choices_is_told() -> None:
    found = asked(
        radio("kind", "item1", "item10"), {"type": "text", "name": "then", "visibleIf": "{kind} contains 'item1'"}
    )
    assert question(found, "then").visible_if == "kind in ['item1', 'item10']"
    assert "fits 2 choices (item1, item10)" in notes(found)


@pytest.mark.parametrize(
    ("condition", "why"),
    [
        ("{gone} = 'x'", "{gone} is not a question"),
        ("age({kind}) > 3", "the function age() has no counterpart"),
        ("{kind} = 'car' and ({kind}", "a ')' is missing"),
        ("{kind} ~ 'car'", "is not part of the language"),
        ("(" * 40 + "{kind} empty" + ")" * 40, "nested deeper than 30"),
        ("{kind} = 'car' or " * 200 + "{kind} empty", "at most 2,000 are read"),
        ("{then} = 'x'", "depends on itself"),
        ("{many} > 3", "cannot be compared by '>'"),
        ("{kind} = 'gone'", "is never shown"),
    ],
)
def test_a_condition_that_cannot_be_carried_over_is_named_with_its_place(condition: str, why: str) -> None:
    found = asked(
        radio("kind", "car"),
        {"type": "checkbox", "name": "many", "choices": ["a"]},
        {"type": "text", "name": "then", "visibleIf": condition},
    )
    assert why in notes(found)
    assert "elements.2" in notes(found)
    assert "then" in visible(found, {})


def test_a_page_that_never_shows_is_asked_and_named() -> None:
    found = asked({"type": "text", "name": "then"}, visibleIf="1 = 2")
    assert "left out" in notes(found)
    pages = [{"name": "a", "elements": [radio("k", "x")]}, {"visibleIf": "{k} = 'y'", "elements": [{"name": "then"}]}]
    found = imported({"pages": pages})
    assert "then.visible_if was left out: is never shown" in notes(found)
    assert "then" in visible(found, {})


def test_a_form_in_one_other_language_names_it() -> None:
    found = imported(
        {"locale": "fr", "title": "Avis", "pages": [{"elements": [{"type": "text", "name": "a", "title": "Nom"}]}]}
    )
    assert "fr" in found.framework.languages
    assert question(found, "a").prompt.localized("fr").text == "Nom"


# --- kinds of questions


@pytest.mark.parametrize(
    ("element", "kind"),
    [
        ({"type": "text"}, QuestionType.TEXT),
        ({"type": "text", "inputType": "number", "min": 1, "max": 9}, QuestionType.NUMBER),
        ({"type": "text", "inputType": "date"}, QuestionType.DATE),
        ({"type": "text", "inputType": "url"}, QuestionType.LINK),
        ({"type": "comment"}, QuestionType.LONGTEXT),
        ({"type": "dropdown", "choices": ["a"]}, QuestionType.SINGLE),
        ({"type": "tagbox", "choices": ["a"]}, QuestionType.MULTI),
        ({"type": "boolean"}, QuestionType.BOOLEAN),
        ({"type": "rating", "rateMax": 7}, QuestionType.SINGLE),
        ({"type": "file"}, QuestionType.FILE),
        ({"type": "html", "html": "<p>Read this</p>"}, QuestionType.INFO),
        ({"type": "matrix", "columns": ["x"], "rows": ["r"]}, QuestionType.PARTS),
        ({"type": "multipletext", "items": [{"name": "one"}]}, QuestionType.PARTS),
        ({"type": "matrixdropdown", "columns": [{"name": "c"}], "rows": ["r"], "choices": [1]}, QuestionType.PARTS),
        ({"type": "matrixdynamic", "columns": [{"name": "c"}], "choices": [1]}, QuestionType.GROUP),
    ],
)
def test_every_kind_of_element_is_a_question(element: dict[str, Any], kind: QuestionType) -> None:
    assert question(asked({"name": "it", **element}), "it").type is kind


def test_ids_are_valid_and_unique_and_the_source_keeps_its_own() -> None:
    names = ["Q 1", "q_1", "9 lives", "size", "Ünicode", "x" * 200]
    found = asked(*({"type": "text", "name": name} for name in names))
    ids = [item.id for item in found.framework.questions]
    assert ids[:5] == ["q_1", "q_1_2", "q_9_lives", "q_size", "unicode"]
    assert [item.source_id for item in found.framework.questions] == names
    assert parse_framework(found.to_yaml()).id == "a-form"


def test_other_and_none_become_choices_and_a_text_of_their_own() -> None:
    found = asked({"type": "checkbox", "name": "many", "choices": ["a"], "showOtherItem": True, "showNoneItem": True})
    assert [choice.id for choice in question(found, "many").choices] == ["a", "other", "none"]
    assert question(found, "many").choices[2].is_exclusive
    assert visible(found, {"many": ["other"]}) == {"many", "many-Comment"}
    assert visible(found, {"many": ["a"]}) == {"many"}


def test_texts_keep_their_languages_and_lose_their_markup() -> None:
    title = {"default": "<b>Name</b> &amp; <i>place</i>", "fr": "Nom"}
    item = question(asked({"type": "text", "name": "it", "title": title, "description": "Of {other}"}), "it")
    assert (item.prompt.localized("en").text, item.prompt.localized("fr").text) == ("Name & place", "Nom")


def test_what_has_no_counterpart_is_named() -> None:
    form = {
        "pages": [
            {
                "elements": [
                    {"type": "text", "name": "a", "defaultValue": "x", "validators": [{"type": "regex", "regex": "x"}]},
                    {"type": "signaturepad", "name": "b"},
                    {"type": "hologram", "name": "c"},
                    {"type": "dropdown", "name": "d", "choicesByUrl": {"url": "https://example.org"}},
                    radio("e", {"value": 1, "text": "One", "visibleIf": "{a} = 'x'"}, enableIf="{a} notempty"),
                    {"type": "text", "name": "f", "visible": False, "startWithNewLine": False, "width": "50%"},
                ]
            }
        ],
        "triggers": [{"type": "complete"}],
        "calculatedValues": [{"name": "x", "expression": "1"}],
        "showProgressBar": "top",
    }
    told = notes(imported(form))
    for word in (
        "'defaultValue'",
        "'regex'",
        "signaturepad",
        "'hologram'",
        "'choicesByUrl'",
        "'visibleIf' of a choice",
    ):
        assert word in told
    for word in ("greys out", "hides it", "'triggers' of the form", "'calculatedValues'"):
        assert word in told
    assert "startWithNewLine" not in told
    assert "showProgressBar" not in told
    assert "width" not in told


def test_points_need_a_number_in_a_group() -> None:
    with pytest.raises(InputError, match="needs a group"):
        PointsRule.of("-[0-9]+$")
    with pytest.raises(InputError, match="not a regular expression"):
        PointsRule.of("(")
    with pytest.raises(InputError, match="SUFFIX=score"):
        PointsRule.of("-([0-9]+)$", ("RS",))


# --- what is no form


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ('{"catalog": {}}', "is not a SurveyJS form: there is no list of 'pages'"),
        ("[1]", "is not a SurveyJS form"),
        ('{"pages": [{"elements": []}, 3]}', "no page of it asks anything"),
        ('{"pages": [', "is not valid JSON"),
        ("a: &x [1]\nb: *x", "anchors"),
        ("x" * 5_000_001, "at most 5,000,000 are read"),
        ('{"a":' * 60 + "1" + "}" * 60, "nested deeper than 40"),
    ],
)
def test_a_file_that_is_no_form_is_one_clear_sentence(content: str, why: str) -> None:
    with pytest.raises(InputError, match=why) as caught:
        import_framework(content, "surveyjs", name="form.json")
    assert caught.value.sentence.startswith("form.json")
    assert "\n" not in str(caught.value)
