"""The NIST AI RMF as shipped: complete, in our words, and answerable."""

import re
from collections import Counter
from typing import Any

import jsonschema
import pytest

from evenhand.documents import read_document
from evenhand.questionnaire.answers import read_answers
from evenhand.questionnaire.json_schema import framework_json_schema
from evenhand.questionnaire.parsing import load_framework, warnings_of
from evenhand.questionnaire.schema import Question, QuestionType, Scope
from evenhand.questionnaire.scoring import Result, score
from evenhand.questionnaire.shipped import shipped_ids, shipped_text

NIST = load_framework("nist-ai-rmf")
FUNCTIONS = ("govern", "map", "measure", "manage")
CORE = [section for section in NIST.sections if section.chapter in FUNCTIONS]
SUBCATEGORIES = [question for section in CORE for question in section.questions]
RISKS = NIST.sections[-1].questions
# subcategories by category, as counted in NIST AI 100-1
COUNTS = {
    "GOVERN 1": 7, "GOVERN 2": 3, "GOVERN 3": 2, "GOVERN 4": 3, "GOVERN 5": 2, "GOVERN 6": 2,
    "MAP 1": 6, "MAP 2": 3, "MAP 3": 5, "MAP 4": 2, "MAP 5": 2,
    "MEASURE 1": 3, "MEASURE 2": 13, "MEASURE 3": 3, "MEASURE 4": 3,
    "MANAGE 1": 4, "MANAGE 2": 4, "MANAGE 3": 2, "MANAGE 4": 3,
}  # fmt: skip


def test_all_72_subcategories_are_there_in_their_categories() -> None:
    assert {section.code: len(section.questions) for section in CORE} == COUNTS
    assert Counter(str(question.code).split()[0] for question in SUBCATEGORIES) == {
        "GOVERN": 19, "MAP": 18, "MEASURE": 22, "MANAGE": 13,
    }  # fmt: skip
    for section in CORE:
        numbers = [f"{section.code}.{number}" for number in range(1, len(section.questions) + 1)]
        assert [question.code for question in section.questions] == numbers


def test_govern_is_for_the_organisation_and_the_rest_for_a_system() -> None:
    assert NIST.scopes == (Scope.ORGANISATION, Scope.SYSTEM)
    organisation, system = NIST.for_scope("organisation"), NIST.for_scope("system")
    assert (len(organisation.questions), len(system.questions), len(system.pages)) == (19, 53 + 13, 53 + 13)
    assert {section.chapter for section in organisation.sections} == {"govern"}


@pytest.mark.parametrize("question", SUBCATEGORIES, ids=lambda question: question.code)
def test_a_subcategory_is_named_after_its_number(question: Question) -> None:
    assert question.id == re.sub(r"[ .]", "_", str(question.code).lower())


@pytest.mark.parametrize("question", [*SUBCATEGORIES, *RISKS], ids=lambda question: question.code)
def test_every_question_can_be_answered_by_people(question: Question) -> None:
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
    answers: dict[str, Any] = {
        question.id: {"state": "no", "explanation": "Not begun."} for question in SUBCATEGORIES[19:]
    }
    answers["generates_content"] = False
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


# --- generative AI


def evaluated(answers: dict[str, Any]) -> Result:
    system = NIST.for_scope("system")
    return score(system, read_answers(system, answers))


def test_the_twelve_risks_are_asked_only_of_a_system_that_generates_content() -> None:
    risks = {question.id for question in RISKS}
    assert [question.code for question in RISKS] == [f"AI 600-1 2.{number}" for number in range(1, 13)]
    for answer, shown in (({}, set()), ({"generates_content": False}, set()), ({"generates_content": True}, risks)):
        assert evaluated(answer).evaluation.visible & risks == shown


def test_generative_risks_are_a_chapter_of_their_own_in_the_distribution() -> None:
    rated = {"state": "partly", "explanation": "Tested.", "rating": {"likelihood": "likely", "severity": "serious"}}
    answers = {"generates_content": True, "generative_confabulation": rated}
    chapters = evaluated(answers).to_json()["distribution"]["practice"]["chapters"]
    assert chapters["generative"] == {
        "yes": 0, "partly": 1, "no": 0, "not_applicable": 0, "unknown": 0, "unanswered": 11,
    }  # fmt: skip
    assert chapters["map"]["partly"] == 0


def test_answers_about_risks_are_kept_and_do_not_count_once_the_system_generates_nothing() -> None:
    rated = {"state": "yes", "explanation": "Tested.", "rating": {"likelihood": "rare", "severity": "minor"}}
    found = evaluated({"generates_content": False, "generative_security": rated})
    assert "generative_security" in found.evaluation.answers
    assert "generative" not in found.to_json()["distribution"].get("practice", {"chapters": {}})["chapters"]


# --- profiles


@pytest.mark.parametrize(
    ("tier", "profile", "subcategories"),
    [("prohibited", "full", 53), ("high", "full", 53), ("limited", "limited", 34), ("minimal", "minimal", 10)],
)
def test_the_tier_chooses_the_profile(tier: str, profile: str, subcategories: int) -> None:
    found = [one.id for one in NIST.profiles if one.fits({"risk_tier": tier})]
    assert found == [profile]
    asked = NIST.for_scope("system").for_profile(profile)
    in_functions = [question for question in asked.questions if not question.id.startswith("generat")]
    assert len(in_functions) == subcategories
    assert len(asked.questions) == subcategories + 13
    assert len(NIST.for_scope("organisation").for_profile(profile).questions) == 19


def test_a_graver_tier_asks_everything_a_lesser_one_asks() -> None:
    asked = [{question.id for question in NIST.for_profile(one.id).questions} for one in NIST.profiles]
    assert asked[0] > asked[1] > asked[2]
    assert all(str(profile.help) for profile in NIST.profiles)


def test_answers_rest_on_facts_of_the_registry() -> None:
    purpose = NIST.question("map_1_1").parts_by_id["purpose"]
    assert (purpose.prefill, purpose.relies_on) == ("system.purpose", ("system.purpose",))
    assert "evaluation.selection_rates" in NIST.question("measure_2_11").relies_on


@pytest.mark.parametrize("framework_id", shipped_ids())
def test_what_we_ship_follows_the_published_schema(framework_id: str) -> None:
    value = read_document(shipped_text(framework_id), name=framework_id).value
    assert list(jsonschema.Draft202012Validator(framework_json_schema()).iter_errors(value)) == []
