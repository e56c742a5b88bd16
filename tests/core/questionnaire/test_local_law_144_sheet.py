"""The sheet on a bias audit: who needs one, what has to be public, and figures that contradict each other."""

from typing import Any

import pytest

from evenhand.questionnaire.answers import read_answers
from evenhand.questionnaire.parsing import load_framework, warnings_of
from evenhand.questionnaire.schema import Question
from evenhand.questionnaire.scoring import Result, score

SHEET = load_framework("nyc-local-law-144")
# two categories with rates 0.5 and 0.25: the second has an impact ratio of one half
MALE = {"group": "Male", "n": 200, "selected": 100, "rate": 0.5}
FEMALE = {"group": "Female", "n": 100, "selected": 25, "rate": 0.25}
COMPLETE: dict[str, Any] = {
    "in_city": True,
    "output": "simplified",
    "weight": "most",
    "audited_on": "2026-03-02",
    "covered_until": "2027-03-01",
    "auditor": {"name": "An Auditor, Audits Inc.", "involved": False, "employed": False, "interest": False},
    "distributed_on": "2026-01-12",
    "used_from": "2026-04-01",
    "data_kind": "own",
    "data_source": "Applications of 2025.",
    "n_assessed": 310,
    "n_unknown": 10,
    "kind": "selects",
    "breakdowns": ["sex", "race", "both"],
    "rates": [MALE, FEMALE],
    "ratios": [{"group": "Male", "ratio": 1.0}, {"group": "Female", "ratio": 0.5}],
    "left_out": [],
    "published_at": "https://example.org/jobs/audit",
    "published_on": "2026-03-20",
    "published_parts": ["date", "data", "unknown", "rates", "distribution"],
    "notice": "website",
    "noticed_on": "2026-03-16",
    "notice_parts": ["use", "alternative", "data"],
}


def _result(**changes: Any) -> Result:
    given = {key: value for key, value in {**COMPLETE, **changes}.items() if value is not None}
    return score(SHEET, read_answers(SHEET, given))


def test_a_complete_sheet_lacks_nothing_and_has_its_duties() -> None:
    found = _result()
    assert (found.missing, found.checks, found.not_computed) == ((), (), ())
    assert found.outcomes == {"applies": "covered", "publication": "complete"}
    assert {duty.id for duty in found.duties} == {"yearly_audit", "publish", "notify", "data_on_request"}


@pytest.mark.parametrize(
    ("changes", "applies", "n_asked"),
    [
        ({"in_city": False}, "not_in_city", 1),
        ({"output": "other"}, "no_tool", 2),
        ({"weight": "less", "weight_reason": "Recruiters decided otherwise in a third of cases."}, "no_tool", 4),
        ({"weight": "sole"}, "covered", 26),
        ({"weight": "overrules"}, "covered", 26),
    ],
)
def test_only_a_tool_that_decides_in_the_city_is_covered(changes: dict[str, Any], applies: str, n_asked: int) -> None:
    found = _result(**changes)
    assert found.outcomes["applies"] == applies
    assert bool(found.duties) == (applies == "covered")
    assert len(found.evaluation.visible_questions()) in (n_asked, n_asked - 2)  # median and test data show by answer


@pytest.mark.parametrize(
    ("changes", "check"),
    [
        ({"used_from": "2026-03-01"}, "audit_after_use"),
        ({"used_from": "2027-03-02"}, "use_after_cover"),
        ({"covered_until": "2026-03-02"}, "cover_before_audit"),
        ({"covered_until": "2027-03-02"}, "cover_too_long"),
        ({"used_from": "2027-03-02"}, "use_too_late"),
        ({"noticed_on": "2026-04-01"}, "told_late"),
        ({"last_used_on": "2026-03-31"}, "last_before_first"),
        ({"published_on": "2026-04-02"}, "published_late"),
        ({"n_unknown": 311}, "more_unknown"),
        ({"rates": [{**MALE, "n": 9, "selected": 10}, FEMALE]}, "more_selected"),
        ({"n_assessed": 150}, "more_counted"),
        ({"rates": [{**MALE, "rate": 0.6}, FEMALE]}, "rate_not_quotient"),
        ({"ratios": [{"group": "Male", "ratio": 0.9}, {"group": "Female", "ratio": 0.5}]}, "no_highest"),
        ({"left_out": [{"group": "Other", "n": 7, "justification": "Few."}]}, "left_out_large"),
        ({"breakdowns": ["sex"]}, "crossed_missing"),
        ({"auditor": {**COMPLETE["auditor"], "interest": True}}, "dependent_auditor"),
    ],
)  # fmt: skip
def test_a_contradiction_is_named(changes: dict[str, Any], check: str) -> None:
    assert check in {each.id for each in _result(**changes).checks}


def test_six_of_310_may_be_left_out() -> None:
    assert _result(left_out=[{"group": "Other", "n": 6, "justification": "Too few to compare."}]).checks == ()


def test_a_scoring_tool_is_asked_for_the_median() -> None:
    assert "median" in {item.question for item in _result(kind="scores").missing}


@pytest.mark.parametrize(
    ("changes", "publication"),
    [
        ({"published_parts": ["date", "data"]}, "incomplete"),
        ({"notice": "not_yet", "notice_parts": None, "noticed_on": None}, "incomplete"),
        ({"auditor": {**COMPLETE["auditor"], "employed": True}}, "auditor"),
        ({"in_city": False}, "none_due"),
    ],
)
def test_what_is_missing_in_public_is_said(changes: dict[str, Any], publication: str) -> None:
    assert _result(**changes).outcomes["publication"] == publication


def test_the_sheet_says_that_there_is_no_pass_mark() -> None:
    assert "no pass mark" in str(SHEET.summary)
    assert not any("pass" in str(option.label).lower() for outcome in SHEET.outcomes for option in outcome.options)
    assert warnings_of(SHEET) == ()


@pytest.mark.parametrize(
    ("audited_on", "anniversary"),
    [
        ("2026-03-02", "2027-03-02"),
        ("2025-12-31", "2026-12-31"),
        ("2024-02-29", "2025-02-29"),
        ("2030-10-10", "2031-10-10"),
    ],
)
def test_an_audit_is_good_for_a_year(audited_on: str, anniversary: str) -> None:
    """There is no 29 February 2025; compared as text, 28 February is before it and 1 March after it."""
    assert _result(audited_on=audited_on).values["anniversary"] == anniversary
    assert _result(audited_on=None).values["anniversary"] == ""


def test_after_the_last_use_the_summary_stays_posted() -> None:
    assert "keep_posted" in {duty.id for duty in _result(last_used_on="2026-12-01").duties}


def test_an_empty_sheet_says_nothing() -> None:
    found = score(SHEET, {})
    assert (set(found.outcomes.values()), found.duties, found.not_computed) == ({None}, (), ())


@pytest.mark.parametrize("question", SHEET.questions, ids=lambda question: question.id)
def test_every_question_can_be_answered_by_people(question: Question) -> None:
    assert all([question.prompt, question.help, question.why, question.who, question.code])
