"""The NIST AI RMF as shipped: complete, in our words, and answerable."""

import re
from collections import Counter

import jsonschema
import pytest

from evenhand.documents import read_document
from evenhand.questionnaire.answers import read_answers
from evenhand.questionnaire.json_schema import framework_json_schema
from evenhand.questionnaire.parsing import load_framework, warnings_of
from evenhand.questionnaire.schema import Question, QuestionType, Scope
from evenhand.questionnaire.scoring import score
from evenhand.questionnaire.shipped import shipped_ids, shipped_text

NIST = load_framework("nist-ai-rmf")
# subcategories by category, as counted in NIST AI 100-1
COUNTS = {
    "GOVERN 1": 7, "GOVERN 2": 3, "GOVERN 3": 2, "GOVERN 4": 3, "GOVERN 5": 2, "GOVERN 6": 2,
    "MAP 1": 6, "MAP 2": 3, "MAP 3": 5, "MAP 4": 2, "MAP 5": 2,
    "MEASURE 1": 3, "MEASURE 2": 13, "MEASURE 3": 3, "MEASURE 4": 3,
    "MANAGE 1": 4, "MANAGE 2": 4, "MANAGE 3": 2, "MANAGE 4": 3,
}  # fmt: skip


def test_all_72_subcategories_are_there_in_their_categories() -> None:
    assert {section.code: len(section.questions) for section in NIST.sections} == COUNTS
    assert Counter(str(question.code).split()[0] for question in NIST.questions) == {
        "GOVERN": 19, "MAP": 18, "MEASURE": 22, "MANAGE": 13,
    }  # fmt: skip
    for section in NIST.sections:
        numbers = [f"{section.code}.{number}" for number in range(1, len(section.questions) + 1)]
        assert [question.code for question in section.questions] == numbers


def test_govern_is_for_the_organisation_and_the_rest_for_a_system() -> None:
    assert NIST.scopes == (Scope.ORGANISATION, Scope.SYSTEM)
    organisation, system = NIST.for_scope("organisation"), NIST.for_scope("system")
    assert (len(organisation.questions), len(system.questions), len(system.pages)) == (19, 53, 53)
    assert {section.chapter for section in organisation.sections} == {"govern"}


@pytest.mark.parametrize("question", NIST.questions, ids=lambda question: question.code)
def test_every_question_can_be_answered_by_people(question: Question) -> None:
    assert question.id == re.sub(r"[ .]", "_", str(question.code).lower())
    assert question.type is QuestionType.PARTS
    for text in (question.prompt, question.help, question.why, question.who, question.evidence.expected):
        assert len(str(text)) >= len("Testers.")
    assert str(question.prompt).endswith(("?", "."))
    assert question.refs == (question.code,)
    state, *_, explanation = question.questions
    assert (state.id, state.is_tallied, [choice.id for choice in state.choices]) == (
        "state",
        True,
        ["yes", "partly", "no"],
    )
    assert (explanation.id, explanation.type, explanation.is_required) == ("explanation", "longtext", True)


def test_impacts_are_rated_by_likelihood_and_severity() -> None:
    rating = NIST.question("map_5_1").parts_by_id["impacts"].parts_by_id["rating"]
    assert rating.type is QuestionType.MATRIX
    assert [level.id for level in rating.levels] == ["low", "medium", "high", "very_high"]


def test_no_score_is_given_because_nist_defines_none() -> None:
    assert (NIST.scores, NIST.values, NIST.outcomes) == ((), (), ())
    assert warnings_of(NIST) == ()


def test_a_plain_answer_to_every_question_leaves_only_the_tables_missing() -> None:
    system = NIST.for_scope("system")
    answers = {question.id: {"state": "no", "explanation": "Not begun."} for question in system.questions}
    found = score(system, read_answers(system, answers))
    assert not found.is_provisional
    chapters = found.to_json()["distribution"]["practice"]["chapters"]
    assert {chapter: counts["no"] for chapter, counts in chapters.items()} == {"map": 18, "measure": 22, "manage": 13}
    partly = score(system, read_answers(system, {**answers, "map_5_1": {"state": "partly", "explanation": "x"}}))
    assert [item.path for item in partly.missing] == ["map_5_1.impacts"]


def test_a_set_aside_question_is_tallied_apart() -> None:
    system = NIST.for_scope("system")
    found = score(
        system, read_answers(system, {"map_1_1": {"not_applicable": "No system"}, "map_1_2": {"unknown": True}})
    )
    assert found.to_json()["distribution"]["practice"]["sections"]["map_1"] == {
        "yes": 0, "partly": 0, "no": 0, "not_applicable": 1, "unknown": 1, "unanswered": 4,
    }  # fmt: skip


@pytest.mark.parametrize("framework_id", shipped_ids())
def test_what_we_ship_follows_the_published_schema(framework_id: str) -> None:
    value = read_document(shipped_text(framework_id), name=framework_id).value
    assert list(jsonschema.Draft202012Validator(framework_json_schema()).iter_errors(value)) == []
