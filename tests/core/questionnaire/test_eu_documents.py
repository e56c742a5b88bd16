"""The fundamental rights impact assessment and the technical documentation of the EU AI Act, as shipped."""

from typing import Any

import pytest

from evenhand.questionnaire.answers import read_answers
from evenhand.questionnaire.facts import FACTS
from evenhand.questionnaire.parsing import load_framework, warnings_of
from evenhand.questionnaire.schema import Framework, Question
from evenhand.questionnaire.scoring import Result, score

RIGHTS, FILE = load_framework("eu-ai-act-fria"), load_framework("eu-ai-act-annex-iv")
BEFORE = {"likelihood": "likely", "severity": "serious"}
AFTER = {"likelihood": "rare", "severity": "serious"}
HARM = {"what": "Not invited", "group": "Women over 50", "right": "work", "kind": "allocative",
        "before": BEFORE, "measure": "A person reads every refusal.", "after": AFTER}  # fmt: skip
OVERSEER = {"role": "Recruiter", "trained": True, "may_override": True, "may_stop": True}
DONE: dict[str, Any] = {
    "uses": ["credit"],
    "deployer_kind": "private",
    "first_use_on": "2028-01-10",
    "basis": "first",
    "purpose": "Rates applications for loans.",
    "place_in_process": "Before the adviser decides.",
    "period": {"from_on": "2028-01-10", "frequency": "daily", "cases_a_year": 9000},
    "people_affected": "Everybody who applies.",
    "groups": [{"name": "Women over 50", "how": "Short records", "asked": True, "said": "Ask us first."}],
    "provider_information": "Less accurate with short records.",
    "harm": [HARM],
    "oversight_measures": "An adviser decides.",
    "overseers": [OVERSEER],
    "response": "Decided again within a week.",
    "governance": "Quarterly meeting.",
    "complaints": {"channel": "By telephone", "days": 14, "human_review": True},
    "dpia": "not_required",
    "notification": {"state": "done", "authority": "The authority", "notified_on": "2028-01-05"},
    "review": {"events": "A new version.", "next_on": "2029-01-10"},
}


def _rights(changes: dict[str, Any] | None = None) -> Result:
    return score(RIGHTS, read_answers(RIGHTS, DONE | (changes or {})))


def _duties(found: Result) -> set[str]:
    return {duty.id for duty in found.duties}


# --- Article 27


@pytest.mark.parametrize(
    ("uses", "kind", "expected"),
    [
        (["credit"], "private", "any_deployer"),
        (["insurance"], "public", "any_deployer"),
        (["other"], "public", "public"),
        (["other"], "public_service", "public"),
        (["other"], "private", "voluntary"),
        (["infrastructure"], "public", "voluntary"),
        (["infrastructure", "other"], "public", "public"),
        (["none"], "private", "voluntary"),
    ],
)
def test_who_must_assess_is_as_article_27_says(uses: list[str], kind: str, expected: str) -> None:
    found = _rights({"uses": uses, "deployer_kind": kind})
    assert found.outcomes["duty_to_assess"] == expected
    assert ("update" in _duties(found)) == (expected != "voluntary")
    assert found.outcomes["notified"] == ("not_due" if expected == "voluntary" else "done")


def test_a_finished_assessment_lacks_nothing() -> None:
    found = _rights()
    assert (found.missing, found.not_computed, found.checks) == ((), (), ())
    assert (found.outcomes["remaining"], found.values["n_high_before"], found.values["n_high_after"]) == ("low", 1, 0)


def test_every_item_of_article_27_has_a_section() -> None:
    codes = [section.code for section in RIGHTS.sections]
    assert codes[1:7] == [f"Art. 27(1)({letter})" for letter in "abcdef"]
    assert all("fr" in section.title.languages for section in RIGHTS.sections)


@pytest.mark.parametrize(
    ("after", "remaining"),
    [
        ({"likelihood": "certain", "severity": "severe"}, "very_high"),
        ({"likelihood": "likely", "severity": "serious"}, "high"),
        ({"likelihood": "possible", "severity": "serious"}, "medium"),
        ({"likelihood": "rare", "severity": "minor"}, "low"),
    ],
)
def test_the_worst_harm_that_stays_decides_the_remaining_risk(after: dict[str, str], remaining: str) -> None:
    before = {"likelihood": "certain", "severity": "severe"}
    found = _rights({"harm": [HARM, {**HARM, "before": before, "after": after}]})
    assert found.outcomes["remaining"] == remaining
    high = remaining in ("high", "very_high")
    assert ("reduce" in _duties(found)) == high
    assert [item.path for item in found.missing] == (["why_use_it_still"] if high else [])


def test_the_result_must_be_notified_from_the_day_annex_iii_applies() -> None:
    found = _rights({"notification": {"state": "planned"}})
    assert {duty.id: duty.starts_on for duty in found.duties}["notify"] == "2027-12-02"
    assert (found.outcomes["notified"], [check.id for check in found.checks]) == ("due", ["use_without_notification"])
    assert _rights({"notification": {"state": "exempt"}}).outcomes["notified"] == "exempt"


@pytest.mark.parametrize(
    ("changes", "check"),
    [
        ({"harm": [{**HARM, "before": AFTER, "after": BEFORE}]}, "after_above_before"),
        ({"harm": [{key: HARM[key] for key in HARM if key != "measure"}]}, "lower_without_measure"),
        ({"harm": [{key: HARM[key] for key in HARM if key != "measure"}]}, "high_without_measure"),
        ({"harm": [{**HARM, "group": "Others"}]}, "group_without_harm"),
        ({"overseers": [{**OVERSEER, "may_stop": False}]}, "nobody_may_stop"),
        ({"overseers": [{**OVERSEER, "may_override": False}]}, "nobody_may_override"),
        ({"groups": [{"name": "Women over 50", "how": "x", "asked": False}]}, "nobody_asked"),
        ({"period": {**DONE["period"], "from_on": "2027-12-24"}}, "use_before_period"),
        ({"period": {**DONE["period"], "until_on": "2027-12-24"}}, "period_ends_early"),
        ({"notification": {**DONE["notification"], "notified_on": "2028-02-01"}}, "notified_late"),
        ({"complaints": {**DONE["complaints"], "human_review": False}}, "no_second_look"),
    ],
)
def test_contradictions_are_pointed_out(changes: dict[str, Any], check: str) -> None:
    assert check in {item.id for item in _rights(changes).checks}


def test_a_half_filled_row_does_not_stop_the_form() -> None:
    found = _rights({"harm": [{"what": "Not invited"}], "groups": [{"how": "x"}]})
    assert (found.not_computed, found.outcomes["remaining"]) == ((), None)
    assert {"harm.1.before", "groups.1.name"} <= {item.path for item in found.missing}


def test_an_open_impact_assessment_leads_to_the_gdpr_check() -> None:
    assert [item.framework for item in _rights({"dpia": "open"}).follow_ups] == ["gdpr-automated-decisions"]
    asked = _rights({"dpia": "done"})
    assert [item.path for item in asked.missing] == ["dpia_reference"]


# --- Annex IV

SIGNED = {"signed_on": "2027-11-30", "signed_by": "Ana"}
STANDARD = {"standard": "EN 1", "extent": "full", "cited": True}
ALL: dict[str, Any] = {
    **{question.id: "Described." for question in FILE.questions if question.type == "longtext"},
    "standards": [STANDARD],
    "declaration": SIGNED,
}


def _file(answers: dict[str, Any]) -> Result:
    return score(FILE, read_answers(FILE, answers))


def test_every_heading_of_annex_iv_is_there_once() -> None:
    assert [section.code for section in FILE.sections] == [f"Annex IV {number}" for number in range(1, 10)]
    headings = _file({}).values["gaps"]
    assert [item for item in headings if item[0] in "12"] == [f"{n}({x})" for n in "12" for x in "abcdefgh"]
    assert {item[0] for item in headings} == set("123456789")
    assert len(headings) == len(set(headings)) == 26


def test_a_full_file_is_complete() -> None:
    found = _file(ALL)
    assert (found.outcomes["documentation"], found.values["gaps"], found.missing) == ("complete", [], ())
    assert _duties(found) == {"keep"}


def test_the_declaration_comes_last() -> None:
    found = _file({key: value for key, value in ALL.items() if key != "declaration"})
    assert (found.outcomes["documentation"], found.values["gaps"]) == ("declaration_only", ["8"])
    assert {duty.id: duty.starts_on for duty in found.duties} == {"close_gaps": "2027-12-02"}


@pytest.mark.parametrize("question", [q for q in FILE.questions if q.id in ALL and q.is_required], ids=lambda q: q.id)
def test_an_empty_heading_is_a_gap(question: Question) -> None:
    found = _file({key: value for key, value in ALL.items() if key != question.id})
    assert (found.outcomes["documentation"], len(found.values["gaps"])) == ("gaps", 1)
    assert "signed_with_gaps" in {check.id for check in found.checks}
    assert [item.path for item in found.missing] == [question.id]


def test_without_a_cited_standard_other_solutions_are_asked_for() -> None:
    rest = {key: value for key, value in ALL.items() if key != "other_solutions"}
    assert _file(rest).missing == ()
    for changes in ({"cited": False}, {"extent": "part", "parts": "5"}):
        found = _file(rest | {"standards": [STANDARD | changes]})
        assert [item.path for item in found.missing] == ["other_solutions"]
    assert "standard_in_part" in {check.id for check in found.checks}


def test_the_outline_is_filled_from_the_registry_where_it_knows_something() -> None:
    filled = {str(question.prefill) for question in FILE.questions if question.prefill}
    assert filled <= set(FACTS)
    assert len([question for question in FILE.questions if question.prefill]) >= 15
    assert {"system.purpose", "datasets.descriptions", "card.quantitative_analyses"} <= filled


@pytest.mark.parametrize("framework", [RIGHTS, FILE], ids=lambda framework: framework.id)
def test_every_question_can_be_answered_by_people(framework: Framework) -> None:
    assert warnings_of(framework) == ()
    for question in framework.questions:
        assert all([question.prompt, question.help, question.why, question.who, question.code]), question.id
        assert question.refs
