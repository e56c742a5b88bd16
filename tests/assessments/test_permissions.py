"""Role x action x state, written by hand: who may do what with an assessment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from assessments import services
from assessments.models import Assessment, AssessmentStatus
from assessments.permissions import Part
from governance import permissions
from governance import services as registry
from governance.errors import InvalidError, NotAllowedError
from governance.models import Team, User

ROLES = ("engineer", "compliance", "contributor", "approver", "auditor", "admin", "stranger")
# action: in which states, by which roles; in every other state by nobody
OPEN, ALWAYS = ("draft", "returned"), tuple(AssessmentStatus.values)
WRITERS = {"engineer", "compliance", "admin"}
LEADS = {"compliance", "admin"}
TEAM = {"engineer", "compliance", "contributor", "approver", "auditor", "admin"}
MATRIX: dict[str, tuple[tuple[str, ...], set[str]]] = {
    "assessment.view": (ALWAYS, TEAM),
    "assessment.answer": (OPEN, WRITERS),
    "assessment.assign": (OPEN, LEADS),
    "assessment.submit": (OPEN, LEADS),
    "assessment.take_over": (OPEN, LEADS),
    "assessment.withdraw": (("submitted",), LEADS),
    "assessment.approve": (("submitted",), {"approver"}),
    "assessment.return": (("submitted",), {"approver"}),
    "assessment.comment": (ALWAYS, TEAM - {"auditor"}),
    "assessment.change": (OPEN, LEADS),
    "assessment.upgrade": (OPEN, LEADS),
    "assessment.carry": (OPEN, LEADS),
    "assessment.import": (OPEN, LEADS),
    "assessment.export": (ALWAYS, TEAM),
    "assessment.reject": (("submitted",), {"approver"}),
    "evidence.add": (OPEN, WRITERS),
    "evidence.withdraw": (OPEN, WRITERS),
    "evidence.download": (ALWAYS, TEAM),
}


@pytest.fixture
def people(
    engineer: User, compliance: User, contributor: User, approver: User, auditor: User, admin: User, stranger: User
) -> dict[str, User]:
    found = (engineer, compliance, contributor, approver, auditor, admin, stranger)
    return dict(zip(ROLES, found, strict=True))


@pytest.mark.parametrize("action", MATRIX)
def test_who_may_do_what_in_which_state(action: str, draft: Assessment, people: dict[str, User]) -> None:
    states, those_who_may = MATRIX[action]
    for state in AssessmentStatus.values:
        draft.status = state
        may = {role for role, person in people.items() if permissions.allowed(person, action, draft)}
        assert may == (those_who_may if state in states else set()), f"{action} in {state}"


@pytest.mark.parametrize(
    ("role", "may"),
    [("compliance", True), ("admin", True), ("engineer", False), ("contributor", False), ("approver", False),
     ("auditor", False), ("stranger", False)],
)  # fmt: skip
def test_who_may_start(role: str, may: bool, team: Team, people: dict[str, User]) -> None:
    assert permissions.allowed(people[role], "assessment.start", team) is may


def test_a_contributor_answers_only_what_is_assigned(draft: Assessment, compliance: User, contributor: User) -> None:
    save: dict[str, Any] = {"assessment": draft, "by": contributor}
    with pytest.raises(NotAllowedError, match="a contributor answers what is assigned"):
        services.save_answer(question_id="purpose", value="To rank.", **save)
    services.assign(assessment=draft, section_id="use_1", assignee=contributor, by=compliance)
    services.save_answer(question_id="purpose", value="To rank.", **save)
    services.add_evidence(question_id="purpose", link="https://example.org", **save)
    with pytest.raises(NotAllowedError):
        services.save_answer(question_id="watched", value=["drift"], **save)
    services.assign(assessment=draft, section_id="use_2", question_id="watched", assignee=contributor, by=compliance)
    services.save_answer(question_id="watched", value=["drift"], **save)
    with pytest.raises(NotAllowedError):
        services.save_answer(question_id="reviewer", value="Elena", **save)
    services.assign(assessment=draft, section_id="use_1", assignee=None, by=compliance)
    with pytest.raises(NotAllowedError):
        services.save_answer(question_id="purpose", value="Other.", **save)


def test_somebody_who_left_the_team_answers_no_longer(
    draft: Assessment, compliance: User, contributor: User, admin: User
) -> None:
    services.assign(assessment=draft, section_id="use_1", assignee=contributor, by=compliance)
    registry.revoke_role(membership=contributor.memberships.get(), by=admin)
    contributor.forget_roles()
    with pytest.raises(NotAllowedError):
        services.save_answer(assessment=draft, question_id="purpose", value="To rank.", by=contributor)


def test_only_people_of_the_team_are_given_parts(draft: Assessment, compliance: User, stranger: User) -> None:
    with pytest.raises(InvalidError, match="has no role in Pretrial services"):
        services.assign(assessment=draft, section_id="use_1", assignee=stranger, by=compliance)


def test_an_auditor_changes_nothing(draft: Assessment, auditor: User) -> None:
    attempts: list[Callable[[], object]] = [
        lambda: services.save_answer(assessment=draft, question_id="purpose", value="Mine.", by=auditor),
        lambda: services.add_comment(assessment=draft, text="Mine.", by=auditor),
        lambda: services.add_evidence(assessment=draft, question_id="purpose", link="https://example.org", by=auditor),
        lambda: services.submit_assessment(assessment=draft, by=auditor),
    ]
    for attempt in attempts:
        with pytest.raises(NotAllowedError):
            attempt()


def test_questions_are_asked_by_part(draft: Assessment, contributor: User) -> None:
    part = Part(draft, "use_1", "purpose")
    assert part.record_team() == draft.team
    assert not permissions.allowed(contributor, "assessment.answer", part)
