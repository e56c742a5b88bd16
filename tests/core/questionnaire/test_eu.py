"""The EU AI Act as shipped: class, reasons and dated duties as the regulation has them."""

import re
from typing import Any

import pytest

from evenhand.questionnaire.answers import read_answers
from evenhand.questionnaire.completeness import progress
from evenhand.questionnaire.parsing import load_framework, warnings_of
from evenhand.questionnaire.schema import Question
from evenhand.questionnaire.scoring import Result, score
from tests.core.questionnaire.eu_cases import BASES, CASES, ORDINARY, Case, answers_of

ACT = load_framework("eu-ai-act")
RECRUITING, CREDIT = BASES["recruiting"], BASES["credit"]
# every letter of Annex III
LETTERS = {"1": "abc", "2": "", "3": "abcd", "4": "ab", "5": "abcd", "6": "abcde", "7": "abcd", "8": "ab"}
# the days on which parts of the Act apply, as amended by Regulation (EU) 2026/1744
DAYS = {
    "2025-02-02", "2025-08-02", "2026-08-02", "2026-12-02", "2027-08-02", "2027-12-02", "2028-08-02", "2030-08-02",
    "2030-12-31", None,
}  # fmt: skip


def _result(answers: dict[str, Any]) -> Result:
    return score(ACT, read_answers(ACT, answers))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.about)
def test_a_system_is_classified_as_the_regulation_says(case: Case) -> None:
    found = _result(case.given)
    assert found.outcomes["tier"] == case.tier
    assert set(case.reasons) <= set(found.values["reasons"])
    days = {duty.id: duty.starts_on for duty in found.duties}
    assert {duty: days.get(duty, "missing") for duty in case.duties} == case.duties
    assert not set(case.without) & days.keys()
    assert {key: found.outcomes[key] for key in case.outcomes} == case.outcomes
    assert (found.missing, found.not_computed) == ((), ())
    followed = tuple(item.framework for item in found.follow_ups)
    assert not case.follow_ups or followed == case.follow_ups


def test_the_table_of_cases_is_long_enough_to_mean_something() -> None:
    assert len(CASES) >= 40
    assert {case.tier for case in CASES} == {option.id for option in ACT.outcomes[0].options}


def test_every_letter_of_annex_iii_is_a_choice_that_makes_a_system_high_risk() -> None:
    areas = dict(zip(LETTERS, [choice.id for choice in ACT.question("areas").choices], strict=False))
    for point, letters in LETTERS.items():
        for letter in letters or [""]:
            answers = {**RECRUITING, "use_4": None, "areas": [areas[point]], f"use_{point}": [f"{point}{letter}"]}
            found = _result(answers_of(answers))
            label = f"Annex III {point}({letter})" if letter else f"Annex III {point}"
            assert (found.outcomes["tier"], found.outcomes["annex_iii_step"]) == ("high_annex_iii", point + letter)
            assert label in found.values["reasons"]


def test_every_practice_of_article_5_is_asked() -> None:
    choices = [choice.id for choice in ACT.question("practices").choices]
    assert choices == ["a", "b", "ba", "bb", "c", "d", "e", "f", "g", "h", "none"]


def test_the_days_are_those_of_the_amended_act() -> None:
    assert {duty.starts_on for duty in ACT.duties} == DAYS
    for duty in ACT.duties:
        if duty.id.endswith("_iii"):
            assert duty.starts_on == "2027-12-02"
        if duty.id.endswith("_i"):
            assert duty.starts_on == "2028-08-02"


def test_provider_and_deployer_have_different_duties() -> None:
    deployer = {duty.id for duty in _result(answers_of(RECRUITING)).duties}
    sold = answers_of(RECRUITING, {"roles": ["provider"], "outside_eu": False})
    provider = {duty.id for duty in _result(sold).duties}
    assert deployer & provider == {"art_4"}


def test_the_tier_is_set_on_the_system_and_the_rest_stands_beside_it() -> None:
    tiers = {case.tier: _result(case.given).sets.get("risk_tier", {}).get("value") for case in CASES}
    assert tiers == {
        "out_of_scope": None, "prohibited": "prohibited", "high_annex_i": "high", "high_annex_iii": "high",
        "exempt_6_3": "limited", "limited": "limited", "model_only": "limited", "minimal": "minimal",
    }  # fmt: skip
    assert [outcome.id for outcome in ACT.outcomes if any(option.sets for option in outcome.options)] == ["tier"]


def test_a_minimal_system_is_done_in_eleven_questions() -> None:
    found = _result(ORDINARY)
    assert [question.id for question in found.evaluation.visible_questions()] == list(ORDINARY)
    assert all(section.is_done for section in progress(ACT, read_answers(ACT, ORDINARY)))


def test_nothing_is_said_before_the_questions_are_answered() -> None:
    found = _result({})
    assert set(found.outcomes.values()) == {None}
    assert (found.duties, found.not_computed, found.follow_ups) == ((), (), ())
    half = _result({key: ORDINARY[key] for key in ("ai_system", "eu_link", "exclusions", "practices")})
    assert (half.outcomes["tier"], half.is_provisional) == (None, True)


def test_the_answers_left_over_from_another_class_do_not_count() -> None:
    found = _result(answers_of(CREDIT, {"practices": ["c"]}))
    assert found.outcomes["tier"] == "prohibited"
    assert not any(duty.id.endswith("_iii") for duty in found.duties)
    assert "Annex III 5(b)" not in found.values["reasons"]


@pytest.mark.parametrize(
    ("answers", "check"),
    [
        ({**RECRUITING, "personal_data": False}, "profiling_needs_data"),
        ({**RECRUITING, "profiling": False, "exception_6_3": ["none"]}, "scoring_is_profiling"),
        ({"practices": ["f"], "f_medical_safety": True}, "emotions_are_listed"),
        ({**RECRUITING, "areas": ["biometrics"], "use_4": None, "use_1": ["1c"]}, "emotions_are_told"),
        ({"practices": ["h"], "h_purpose": "threat", "h_authorised": True}, "identification_is_listed"),
        ({"ai_system": "model"}, "model_is_general"),
        ({**RECRUITING, "legacy": "unchanged_public"}, "public_or_not"),
    ],
)
def test_contradictions_are_pointed_out(answers: dict[str, Any], check: str) -> None:
    assert check in {item.id for item in _result(answers_of(answers)).checks}
    assert check not in {item.id for item in _result(ORDINARY).checks}


@pytest.mark.parametrize("question", ACT.questions, ids=lambda question: question.id)
def test_every_question_can_be_answered_by_people(question: Question) -> None:
    for text in (question.prompt, question.help, question.why, question.who, question.code):
        assert text
    assert question.is_required
    assert all(re.match(r"Art\. |Annex |gdpr-", ref) for ref in question.refs)
    assert question.refs


def test_the_framework_has_no_doubts_and_speaks_french_in_its_titles() -> None:
    assert warnings_of(ACT) == ()
    assert "fr" in ACT.title.languages
    assert all("fr" in section.title.languages for section in ACT.sections)
    assert all("fr" in option.label.languages for option in ACT.outcomes[0].options)
