"""The risk register: raised from an answer, rated before and after, mitigated, accepted by an approver, closed."""

from __future__ import annotations

from typing import Any

import pytest

from assessments import services
from assessments.models import Risk
from assessments.services.risks import change_risk, complete_mitigation, move_risk, plan_mitigation, raise_risk
from governance import services as registry
from governance.errors import ConflictError, InvalidError, NotAllowedError
from governance.models import System, User
from tests.assessments.classifying import published

RISK: dict[str, Any] = {
    "title": "Women are passed over",
    "harm": "allocative",
    "falls_on": "Women who apply",
    "likelihood_before": 4,
    "severity_before": 3,
}


@pytest.fixture
def risk(system: System, compliance: User) -> Risk:
    started = services.start_assessment(edition=published("classify"), system=system, by=compliance)
    return raise_risk(system=system, assessment=started, question_id="people", by=compliance, **RISK)


def test_it_knows_the_answer_it_was_raised_from(risk: Risk) -> None:
    assert (risk.status, risk.question_id) == ("open", "people")
    assert risk.assessment is not None
    assert risk.raised_by == risk.assessment.started_by


@pytest.mark.parametrize(
    ("wrong", "field", "message"),
    [
        ({"title": " "}, "title", "name the harm"),
        ({"harm": "moral"}, "harm", "choose one of allocative, representational"),
        ({"falls_on": ""}, "falls_on", "say on whom it falls"),
        ({"likelihood_before": 6}, "likelihood_before", "choose 1 to 5"),
        ({"severity_before": "high"}, "severity_before", "choose 1 to 5"),
        ({"likelihood_after": 2}, "severity_after", "rate both"),
    ],
)
def test_what_is_wrong_is_named(
    system: System, compliance: User, wrong: dict[str, Any], field: str, message: str
) -> None:
    with pytest.raises(InvalidError, match=message) as caught:
        raise_risk(system=system, by=compliance, **{**RISK, **wrong})
    assert field in caught.value.fields
    assert not Risk.objects.exists()


def test_it_is_mitigated_once_it_is_rated_anew(risk: Risk, engineer: User, contributor: User) -> None:
    todo = plan_mitigation(risk=risk, text="Leave the name out.", owner=contributor, by=engineer)
    assert complete_mitigation(mitigation=todo, by=contributor).done_by == contributor
    with pytest.raises(InvalidError, match="Rate the risk as it is after"):
        move_risk(risk=risk, status="mitigated", reason="Done.", by=engineer)
    change_risk(risk=risk, likelihood_after=2, severity_after=3, by=engineer)
    assert move_risk(risk=risk, status="mitigated", reason="Done.", by=engineer).status == "mitigated"


def test_accepting_is_an_approvers_decision_with_a_reason(risk: Risk, compliance: User, approver: User) -> None:
    with pytest.raises(NotAllowedError):
        move_risk(risk=risk, status="accepted", reason="It is small.", by=compliance)
    with pytest.raises(InvalidError, match="Say why"):
        move_risk(risk=risk, status="accepted", reason=" ", by=approver)
    accepted = move_risk(risk=risk, status="accepted", reason="It is small.", by=approver)
    assert (accepted.status, accepted.status_reason) == ("accepted", "It is small.")


def test_a_closed_risk_is_opened_before_it_changes(risk: Risk, compliance: User, approver: User) -> None:
    move_risk(risk=risk, status="closed", reason="Not in use.", by=compliance)
    with pytest.raises(ConflictError, match="Open it again"):
        change_risk(risk=risk, title="Else", by=compliance)
    with pytest.raises(ConflictError, match="can become open, not accepted"):
        move_risk(risk=risk, status="accepted", reason="Now.", by=approver)
    move_risk(risk=risk, status="open", reason="In use again.", by=compliance)
    assert change_risk(risk=risk, title="Else", by=compliance).title == "Else"


def test_an_assessment_of_another_system_raises_nothing_here(
    risk: Risk, system: System, engineer: User, compliance: User
) -> None:
    other = registry.register_system(team=system.team, name="Other", purpose="Else.", by=engineer)
    with pytest.raises(InvalidError, match="about another system"):
        raise_risk(system=other, assessment=risk.assessment, by=compliance, **RISK)


def test_strangers_raise_nothing(system: System, stranger: User) -> None:
    with pytest.raises(NotAllowedError):
        raise_risk(system=system, by=stranger, **RISK)
