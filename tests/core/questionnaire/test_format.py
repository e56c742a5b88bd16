"""A framework file becomes a framework, and back."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from evenhand.documents import DocumentError, read_document
from evenhand.questionnaire.answers import read_answers
from evenhand.questionnaire.editions import digest
from evenhand.questionnaire.json_schema import framework_json_schema
from evenhand.questionnaire.parsing import (
    framework_from_document,
    load_framework,
    parse_framework,
    warnings_of,
)
from evenhand.questionnaire.schema import QuestionType, Scope
from evenhand.questionnaire.scoring import score
from evenhand.questionnaire.writing import framework_to_document
from tests.core.questionnaire.hiring import HIRING


def test_everything_in_the_file_arrives() -> None:
    framework = parse_framework(HIRING, name="hiring.yaml")
    assert (framework.id, framework.version, framework.published_on) == ("hiring", "2.1", "2026-01-15")
    assert {question.type for question in framework.questions} | {QuestionType.GROUP, QuestionType.MATRIX} | {
        QuestionType.LONGTEXT
    } == set(QuestionType)
    harms = framework.question("harms")
    assert (harms.code, harms.refs, str(harms.evidence.expected)) == ("A.2", ("rule-1", "other:1.2"), "A list")
    rating = harms.parts_by_id["rows"].parts_by_id["rating"]
    assert [choice.points for choice in rating.severity] == [(("value", 1.0),), (("value", 5.0),)]
    assert framework.question("people").is_whole
    assert dict(framework.question("automated").points) == {True: (("risk", 3.0),), False: (("risk", 0.0),)}


def test_texts_fall_back_visibly_where_a_language_is_missing() -> None:
    framework = parse_framework(HIRING)
    assert framework.title.localized("fr-CA") == framework.title.localized("fr")
    assert framework.title.localized("fr").text == "Contrôle d'embauche"
    missing = framework.question("automated").prompt.localized("fr")
    assert (missing.text, missing.language, missing.is_fallback) == ("Does it decide alone?", "en", True)


def test_writing_and_reading_again_is_the_same_framework() -> None:
    framework = parse_framework(HIRING)
    document = framework_to_document(framework)
    again = framework_from_document(json.loads(json.dumps(document)))
    stored = framework_from_document(document, is_checked=True)
    assert framework_to_document(again) == framework_to_document(stored) == document
    assert digest(again) == digest(stored) == digest(framework)


def test_layout_and_key_order_do_not_change_the_digest() -> None:
    value = read_document(HIRING, name="hiring.yaml").value
    as_json = json.dumps(dict(reversed(value.items())))
    assert digest(parse_framework(as_json, name="hiring.json")) == digest(parse_framework(HIRING))


def test_the_published_schema_takes_what_the_parser_takes(
    published_schema: Callable[[str, str], Any],
) -> None:
    schema = framework_json_schema()
    assert published_schema("questionnaire", "framework") == schema
    validator = jsonschema.Draft202012Validator(schema)
    for text in (HIRING,):
        value = read_document(text, name="x").value
        assert list(validator.iter_errors(value)) == []
    value["sections"][0]["questions"][0]["typ"] = "single"
    assert list(validator.iter_errors(value))


def test_a_not_equal_that_holds_for_no_answer_is_pointed_out() -> None:
    text = HIRING.replace("visible_if: phase == 'live'", "visible_if: phase != 'design'")
    assert any(
        "section details" in warning and "not answered" in warning for warning in warnings_of(parse_framework(text))
    )
    assert warnings_of(parse_framework(HIRING)) == ()


def test_pages_are_one_for_each_question_unless_they_share_a_topic() -> None:
    framework = parse_framework(HIRING)
    assert [page.id for page in framework.pages][:2] == ["phase", "automated"]
    together = HIRING.replace(
        "        type: single\n        prompt: {en: Which",
        "        type: single\n        topic: first\n        prompt: {en: Which",
    )
    together = together.replace("        type: boolean\n", "        type: boolean\n        topic: first\n")
    pages = parse_framework(together).pages
    assert [question.id for question in pages[0].questions] == ["phase", "automated"]
    assert (pages[0].id, pages[1].id, len(pages)) == ("first", "sources", len(framework.pages) - 1)


def test_a_scope_keeps_its_own_sections_and_a_system_may_read_the_organisation() -> None:
    text = HIRING.replace("    title: Start\n", "    title: Start\n    scope: organisation\n")
    text = text[: text.index("scores:")] + text[text.index("sections:") : text.index("values:")]
    text = "\n".join(line for line in text.splitlines() if "score:" not in line and "points: {yes" not in line)
    for points in (", points: 1", ", points: 4", ", points: 2", ", points: 5"):
        text = text.replace(points, "", 2) if points != ", points: 5" else text.replace(points + "}\n  ", "}\n  ")
    framework = parse_framework(text)
    assert framework.scopes == (Scope.ORGANISATION, Scope.SYSTEM)
    system, organisation = framework.for_scope("system"), framework.for_scope("organisation")
    assert [section.id for section in system.sections] == ["details"]
    assert [section.id for section in system.borrowed] == ["start"]
    assert [section.id for section in organisation.sections] == ["start"]
    assert organisation.borrowed == ()
    with pytest.raises(DocumentError, match="unknown id 'owner'"):
        parse_framework(text.replace("prompt: Does it decide alone?", "prompt: A\n        visible_if: owner == 'x'"))


def test_an_unknown_name_is_neither_a_file_nor_one_of_ours(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="nist-ai-rmf"):
        load_framework(str(tmp_path / "nothing.yaml"))


def test_the_example_of_the_documentation_loads_and_computes() -> None:
    page = (Path(__file__).parents[3] / "docs" / "questionnaires.md").read_text(encoding="utf-8")
    example = page.split("```yaml\n")[1].split("```")[0]
    framework = parse_framework(example, name="questionnaires.md")
    found = score(framework, read_answers(framework, {"phase": "live", "people": 200_000}))
    assert (found.outcomes, [duty.id for duty in found.duties]) == ({"level": "high"}, ["ask"])
    assert [check.id for check in found.checks] == ["many"]
