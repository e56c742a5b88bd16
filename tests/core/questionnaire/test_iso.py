"""The two ISO forms as shipped: the statement of applicability (42001) and the impact assessment record (42005)."""

from typing import Any

import pytest

from evenhand.questionnaire.answers import AnswersError, read_answers
from evenhand.questionnaire.parsing import load_framework, warnings_of
from evenhand.questionnaire.schema import Framework, Question, QuestionType, Scope
from evenhand.questionnaire.scoring import Result, score

STATEMENT = load_framework("iso-42001-soa")
RECORD = load_framework("iso-42005-record")
# the controls of Annex A by objective, as numbered in ISO/IEC 42001:2023
ANNEX_A = {
    "A.2": "2 3 4", "A.3": "2 3", "A.4": "2 3 4 5 6", "A.5": "2 3 4 5",
    "A.6": "1.2 1.3 2.2 2.3 2.4 2.5 2.6 2.7 2.8", "A.7": "2 3 4 5 6", "A.8": "2 3 4 5", "A.9": "2 3 4", "A.10": "2 3 4",
}  # fmt: skip
CONTROLS = [question for section in STATEMENT.sections[1:] for question in section.questions]


def scored(framework: Framework, answers: dict[str, Any]) -> Result:
    return score(framework, read_answers(framework, answers))


def missing_of(result: Result, question: str) -> set[str]:
    return {item.path for item in result.missing if item.path.partition(".")[0] == question}


# --- statement of applicability


def test_all_38_controls_are_there_under_their_9_objectives() -> None:
    found = {str(section.code): [question.code for question in section.questions] for section in STATEMENT.sections[1:]}
    assert found == {
        objective: [f"{objective}.{number}" for number in numbers.split()] for objective, numbers in ANNEX_A.items()
    }
    assert len(CONTROLS) == 38
    assert STATEMENT.scopes == (Scope.ORGANISATION,)
    assert warnings_of(STATEMENT) == ()


@pytest.mark.parametrize("control", CONTROLS, ids=lambda question: question.code)
def test_a_control_says_whether_it_applies_why_how_far_and_whose_it_is(control: Question) -> None:
    assert control.id == str(control.code).lower().replace(".", "_")
    assert control.refs == (control.code,)
    assert list(control.parts_by_id) == ["applies", "reasons", "reason", "state", "shown_by", "owner", "due"]
    assert all(str(text) for text in (control.prompt, control.help, control.who, control.evidence.expected))


def test_an_excluded_control_needs_its_reason_and_nothing_else() -> None:
    assert missing_of(scored(STATEMENT, {"a_7_5": {"applies": "excluded"}}), "a_7_5") == {"a_7_5.reason"}
    given = {"a_7_5": {"applies": "excluded", "reason": "We acquire no data of others."}}
    assert missing_of(scored(STATEMENT, given), "a_7_5") == set()


def test_an_applied_control_needs_reasons_state_and_owner() -> None:
    found = scored(STATEMENT, {"a_7_5": {"applies": "applies"}})
    assert missing_of(found, "a_7_5") == {"a_7_5.reasons", "a_7_5.state", "a_7_5.owner"}


def test_a_control_cannot_be_set_aside() -> None:
    with pytest.raises(AnswersError, match="cannot be set aside"):
        read_answers(STATEMENT, {"a_7_5": {"not_applicable": "no"}})


def test_a_date_is_asked_for_only_while_a_control_is_not_in_place() -> None:
    for state, is_asked in (("in_place", False), ("planned", True)):
        found = scored(STATEMENT, {"a_2_2": {"applies": "applies", "state": state}})
        assert found.evaluation.is_visible("a_2_2", "due") is is_asked


def test_controls_are_counted_by_objective_never_averaged() -> None:
    answers = {
        "a_2_2": {"applies": "applies", "state": "in_place"},
        "a_2_3": {"applies": "applies", "state": "planned"},
        "a_2_4": {"applies": "excluded", "reason": "Reviewed with the policy itself."},
    }
    shown = scored(STATEMENT, answers).to_json()["distribution"]
    assert {key: shown["applicability"]["sections"]["a_2"][key] for key in ("applies", "excluded")} == {
        "applies": 2, "excluded": 1,
    }  # fmt: skip
    assert {key: shown["implementation"]["sections"]["a_2"][key] for key in ("in_place", "planned", "not_begun")} == {
        "in_place": 1, "planned": 1, "not_begun": 0,
    }  # fmt: skip
    assert (STATEMENT.scores, STATEMENT.values) == ((), ())


def test_leaving_out_what_the_clauses_demand_is_pointed_at() -> None:
    answers = {"a_5_2": {"applies": "excluded", "reason": "x"}, "a_3_2": {"applies": "excluded", "reason": "x"}}
    assert [check.id for check in scored(STATEMENT, answers).checks] == [
        "assessment_process_excluded",
        "roles_excluded",
    ]
    assert scored(STATEMENT, {"a_5_2": {"applies": "applies"}}).checks == ()


def test_a_full_statement_is_complete() -> None:
    applied = {"applies": "applies", "reasons": ["risk"], "state": "in_place", "owner": "Ana Reyes"}
    answers: dict[str, Any] = {control.id: applied for control in CONTROLS}
    answers |= {
        "management_system_scope": "Everything we build.",
        "risk_assessment": {"assessed_on": "2026-10-01", "plan": "Plan 3", "approved_by": "Ana Reyes"},
        "impact_assessments": "Recidivism score, 2026-09-01",
    }
    assert not scored(STATEMENT, answers).is_provisional


# --- impact assessment record


def impact(severity: str, *, effect: str = "harm", likelihood: str = "likely") -> dict[str, Any]:
    rating = {"likelihood": likelihood, "severity": severity}
    return {"impact": "Refused by mistake", "falls_on": "Applicants", "effect": effect, "rating": rating}


def test_the_record_follows_the_headings_of_clause_6() -> None:
    assert [section.code for section in RECORD.sections] == [f"6.{number}" for number in range(2, 10)]
    assert RECORD.scopes == (Scope.SYSTEM,)
    assert warnings_of(RECORD) == ()
    cited = {control.id for control in RECORD.controls}
    assert all(question.refs and question.refs[0] in cited for question in RECORD.questions)


def test_what_the_registry_knows_is_offered() -> None:
    offered = {question.id: question.prefill for question in RECORD.questions if question.prefill}
    assert offered == {
        "description": "card.details",
        "purpose": "system.purpose",
        "data_used": "datasets.descriptions",
        "algorithm": "model.descriptions",
        "performance": "card.quantitative_analyses",
        "places": "system.jurisdictions",
        "environment": "system.deployment_method",
        "affected": "system.people_affected",
    }


@pytest.mark.parametrize(
    ("rows", "gravest"),
    [
        ([], None),
        ([impact("minor")], "low"),
        ([impact("moderate")], "medium"),
        ([impact("minor"), impact("serious")], "high"),
        ([impact("severe", likelihood="certain"), impact("minor")], "very_high"),
        ([impact("severe", effect="benefit")], "low"),
    ],
)
def test_the_gravest_harm_decides_the_outcome(rows: list[dict[str, Any]], gravest: str | None) -> None:
    result = scored(RECORD, {"impacts": rows})
    assert result.outcomes == {"gravest_harm": gravest}
    assert result.sets == {}


def test_a_grave_harm_without_a_measure_is_pointed_at() -> None:
    grave = {"impacts": [impact("severe")], "conclusion": "go"}
    treated = grave | {"treatments": [{"risk": "Refused by mistake", "response": "reduce", "owner": "Ana Reyes"}]}
    assert [check.id for check in scored(RECORD, grave).checks] == ["grave_harm_without_measure", "grave_harm_and_go"]
    assert [check.id for check in scored(RECORD, treated).checks] == ["grave_harm_and_go"]
    assert [duty.id for duty in scored(RECORD, treated).duties] == ["second_look"]


def test_a_list_of_benefits_only_is_pointed_at() -> None:
    checks = scored(RECORD, {"impacts": [impact("minor", effect="benefit")]}).checks
    assert [check.id for check in checks] == ["only_benefits"]


def test_tables_are_those_of_the_nist_framework() -> None:
    nist = load_framework("nist-ai-rmf")
    for question in RECORD.questions:
        for same in question.same_as:
            if question.type is QuestionType.GROUP and same.framework_id == nist.id and same.part_id:
                theirs = nist.question(same.question_id).parts_by_id[same.part_id]
                assert list(theirs.parts_by_id) == list(question.parts_by_id)
