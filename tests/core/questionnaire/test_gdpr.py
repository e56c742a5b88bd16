"""The GDPR check as shipped: Articles 22, 35 and 36 as the regulation and the guidelines have them."""

from typing import Any

import pytest

from evenhand.questionnaire.answers import read_answers
from evenhand.questionnaire.parsing import load_framework, warnings_of
from evenhand.questionnaire.references import check_references
from evenhand.questionnaire.schema import Question
from evenhand.questionnaire.scoring import Result, score
from evenhand.questionnaire.shipped import shipped_ids

GDPR = load_framework("gdpr-automated-decisions")
PLAIN: dict[str, Any] = {
    "personal_data": True,
    "purpose": "Decides on loans.",
    "profiling": False,
    "automation": "meaningful",
    "always": ["none"],
    "criteria": ["none"],
    "listed": "no",
}
SAFE = {"intervention": True, "own_view": True, "contest": True, "how": "By telephone."}
LOAN: dict[str, Any] = {
    "automation": "solely",
    "effect": "legal",
    "exception": "contract",
    "exception_reason": "Within seconds, at night.",
    "safeguards": SAFE,
    "special_data": False,
    "told": ["existence", "logic", "meaning", "on_request"],
}
RISK = {"what": "Refused wrongly", "whom": "Newcomers", "measure": "A person looks again."}


def _result(*layers: dict[str, Any]) -> Result:
    given = dict(PLAIN)
    for layer in layers:
        given |= layer
    return score(GDPR, read_answers(GDPR, {key: value for key, value in given.items() if value is not None}))


def _rating(likelihood: str, severity: str) -> dict[str, str]:
    return {"likelihood": likelihood, "severity": severity}


@pytest.mark.parametrize(
    ("answers", "decision", "reasons"),
    [
        ({"personal_data": False}, "not_covered", {"Art. 4(1)"}),
        ({}, "not_covered", set()),
        ({"automation": "no_decision"}, "not_covered", set()),
        ({"automation": "solely", "effect": "none", "effect_reason": "An advert."}, "not_covered", set()),
        (LOAN, "allowed_with_safeguards", {"Art. 22(1)", "Art. 22(2)(a)"}),
        ({**LOAN, "automation": "formal"}, "allowed_with_safeguards", {"Art. 22(1)"}),
        ({**LOAN, "effect": "similar", "exception": "consent"}, "allowed_with_safeguards", {"Art. 22(2)(c)"}),
        ({**LOAN, "exception": "none"}, "not_allowed", {"Art. 22(1)"}),
        ({**LOAN, "exception": "law", "law_safeguards": True}, "allowed", {"Art. 22(2)(b)"}),
        ({**LOAN, "exception": "law", "law_safeguards": False}, "not_allowed", {"Art. 22(2)(b)"}),
        ({**LOAN, "special_data": True, "special_basis": "none"}, "not_allowed", {"Art. 22(4)"}),
        ({**LOAN, "special_data": True, "special_basis": "consent"}, "allowed_with_safeguards", {"Art. 22(4)"}),
        (
            {**LOAN, "exception": "law", "law_safeguards": True, "special_data": True,
             "special_basis": "public_interest"},
            "allowed",
            {"Art. 22(2)(b)", "Art. 22(4)"},
        ),
    ],
)  # fmt: skip
def test_article_22_is_decided_as_the_regulation_says(
    answers: dict[str, Any], decision: str, reasons: set[str]
) -> None:
    found = _result(answers)
    assert found.outcomes["decision"] == decision
    assert reasons <= set(found.values["reasons"])
    assert found.not_computed == ()


@pytest.mark.parametrize(
    ("answers", "dpia"),
    [
        ({"personal_data": False}, "not_required"),
        ({}, "not_required"),
        ({"criteria": ["scoring"]}, "not_required"),
        ({"criteria": ["scoring", "vulnerable"]}, "normally_required"),
        ({"criteria": ["scoring", "vulnerable", "large_scale"], "listed": "freed"}, "not_required"),
        ({"always": ["a"]}, "required"),
        ({"always": ["b"], "listed": "freed"}, "required"),
        ({"always": ["c"]}, "required"),
        ({"listed": "required"}, "required"),
    ],
)
def test_an_impact_assessment_is_due_when_the_law_or_two_criteria_say_so(answers: dict[str, Any], dpia: str) -> None:
    assert _result(answers).outcomes["dpia"] == dpia


def test_the_nine_criteria_are_those_of_the_guidelines() -> None:
    criteria = [choice.id for choice in GDPR.question("criteria").choices if not choice.is_exclusive]
    assert criteria == [
        "scoring", "decision", "monitoring", "sensitive", "large_scale", "matching", "vulnerable", "new_technology",
        "blocks_right",
    ]  # fmt: skip


def test_a_missing_safeguard_is_a_duty_of_its_own() -> None:
    found = _result(LOAN, {"safeguards": {**SAFE, "own_view": False}})
    assert (found.outcomes["safeguards_state"], found.values["safeguards_missing"]) == ("missing", ["own view"])
    assert [duty.id for duty in found.duties] == ["own_view", "inform", "answer_access"]
    assert {duty.starts_on for duty in GDPR.duties} == {"2018-05-25"}
    assert _result(LOAN).outcomes["safeguards_state"] == "in_place"


def test_what_people_are_not_told_is_listed() -> None:
    found = _result(LOAN, {"told": ["existence", "meaning", "on_request"]})
    assert found.values["information_missing"] == ["Art. 13(2)(f): the logic"]
    nothing = _result(LOAN, {"told": ["none"]})
    assert (len(nothing.values["information_missing"]), [check.id for check in nothing.checks]) == (
        4,
        ["decision_is_criterion", "nothing_told"],
    )


def test_a_decision_that_is_not_allowed_must_stop() -> None:
    assert [duty.id for duty in _result(LOAN, {"exception": "none"}).duties] == ["stop"]


def test_the_contents_are_asked_only_where_one_is_made() -> None:
    contents = {question.id for question in next(s for s in GDPR.sections if s.id == "contents").questions}

    def asked(*layers: dict[str, Any]) -> set[str]:
        return contents & _result(*layers).evaluation.visible

    two = {"criteria": ["scoring", "vulnerable"]}
    assert asked() == asked(two) == asked(two, {"will_do": False}) == set()
    assert asked(two, {"will_do": True}) == asked({"always": ["a"]}) == contents - {"consultation"}
    refused = _result(two, {"will_do": False})
    assert [item.path for item in refused.missing] == ["no_dpia_reason"]


@pytest.mark.parametrize(
    ("after", "remaining", "consultation"),
    [
        (_rating("likely", "serious"), "high", "due"),
        (_rating("possible", "serious"), "medium", "not_due"),
        (_rating("rare", "minor"), "low", "not_due"),
    ],
)
def test_high_remaining_risk_needs_prior_consultation(after: dict[str, str], remaining: str, consultation: str) -> None:
    risks = [{**RISK, "before": _rating("certain", "severe"), "after": after}]
    found = _result({"always": ["a"], "risks": risks})
    assert (found.outcomes["remaining"], found.outcomes["prior_consultation"]) == (remaining, consultation)
    assert ("consult" in {duty.id for duty in found.duties}) == (remaining == "high")
    answered = {"state": "answered", "asked_on": "2026-09-01", "answer": "Go ahead."}
    heard = _result({"always": ["a"], "risks": risks, "consultation": answered})
    assert heard.outcomes["prior_consultation"] == ("answered" if remaining == "high" else "not_due")


@pytest.mark.parametrize(
    ("answers", "check"),
    [
        (LOAN | {"criteria": ["scoring"]}, "decision_is_criterion"),
        (LOAN | {"profiling": True}, "decision_is_named"),
        ({"profiling": True}, "profiling_is_scoring"),
        (LOAN | {"special_data": True, "special_basis": "consent"}, "special_is_sensitive"),
        ({"always": ["b"], "listed": "freed"}, "freed_but_named"),
        (
            {"always": ["a"],
             "risks": [{**RISK, "before": _rating("rare", "minor"), "after": _rating("rare", "severe")}]},
            "after_above_before",
        ),
    ],
)  # fmt: skip
def test_contradictions_are_pointed_out(answers: dict[str, Any], check: str) -> None:
    assert check in {item.id for item in _result(answers).checks}
    assert check not in {item.id for item in _result().checks}


def test_nothing_is_said_before_the_questions_are_answered() -> None:
    found = score(GDPR, {})
    assert set(found.outcomes.values()) == {None}
    assert (found.duties, found.not_computed) == ((), ())


@pytest.mark.parametrize("question", GDPR.questions, ids=lambda question: question.id)
def test_every_question_can_be_answered_by_people(question: Question) -> None:
    assert all([question.prompt, question.help, question.why, question.who, question.code])


def test_what_shipped_frameworks_name_of_each_other_is_there() -> None:
    assert warnings_of(GDPR) == ()
    assert check_references([load_framework(name) for name in shipped_ids()]) == ()
