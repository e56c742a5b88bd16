"""Role x action x state, written by hand and never derived from the tables that are tested."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from assessments.models import Assessment, AssessmentStatus
from audits.models import Goal
from governance import permissions
from governance.models import Team, User

ROLES = ("engineer", "compliance", "contributor", "approver", "auditor", "admin")
OUTSIDE = ("stranger", "nobody")  # has every role elsewhere; has no role anywhere

# One letter a role, in the order of ROLES: E engineer, C compliance, c contributor, A approver, a auditor, D admin.
MATRIX = {
    #                         E C c A a D
    "team.view":             "E C c A a D",
    "team.manage":           ". . . . . D",
    "token.issue":           "E C c A a D",
    "system.view":           "E C c A a D",
    "system.register":       "E C . . . D",
    "system.change":         "E C . . . D",
    "system.confirm":        "E C c A . D",
    "system.retire":         ". C . . . D",
    "model.register":        "E C . . . D",
    "version.register":      "E . . . . D",
    "version.upload":        "E . . . . D",
    "card.publish":          "E C . . . D",
    "rule.set":              "E C . . . D",
    "dataset.register":      "E C . . . D",
    "file.download":         "E C c A a D",
    "framework.publish":     ". C . . . D",
    "framework.draft":       ". C . . . D",
    "assessment.view":       "E C c A a D",
    "assessment.start":      ". C . . . D",
    "assessment.answer":     "E C . . . D",
    "assessment.assign":     ". C . . . D",
    "assessment.submit":     ". C . . . D",
    "assessment.take_over":  ". C . . . D",
    "assessment.comment":    "E C c A . D",
    "assessment.return":     ". . . A . .",
    "assessment.approve":    ". . . A . .",
    "assessment.supersede":  ". C . A . D",
    "assessment.withdraw":   ". C . . . D",
    "assessment.change":     ". C . . . D",
    "assessment.upgrade":    ". C . . . D",
    "assessment.carry":      ". C . . . D",
    "assessment.export":     "E C c A a D",
    "assessment.import":     ". C . . . D",
    "assessment.reject":     ". . . A . .",
    "assessment.recuse":     ". . . A . .",
    "comment.settle":        "E C c A . D",
    "route.set":             ". C . . . D",
    "signatory.name":        ". . . . . D",
    "delegation.give":       ". . . A . D",
    "step.assign":           ". C . . . D",
    "use_condition.meet":    ". C . . . D",
    "risk.raise":            "E C . . . D",
    "risk.change":           "E C . . . D",
    "risk.accept":           ". . . A . .",
    "duty.change":           ". C . . . D",
    "duty.settle":           ". C . . . D",
    "campaign.run":          ". C . . . D",
    "campaign_item.settle":  ". C . . . D",
    "campaign_item.change":  ". C . . . D",
    "legacy.add":            ". C . . . D",
    "legacy.download":       "E C c A a D",
    "tasks.reassign":        ". C . . . D",
    "evidence_item.add":     "E C . . . D",
    "evidence_item.change":  "E C . . . D",
    "evidence.add":          "E C . . . D",
    "evidence.withdraw":     "E C . . . D",
    "evidence.download":     "E C c A a D",
    "goal.propose":          "E C . A . D",
    "goal.agree":            ". C . A . .",
    "goal.retire":           ". C . A . .",
    "plan.set":              "E C . . . D",
    "evaluation.hand_in":    "E C . . . D",
    "evaluation.retry":      "E C . . . D",
    "evaluation.cancel":     "E C . . . D",
    "evaluation.invalidate": ". C . A . .",
    "audit.open":            ". C . . . D",
    "audit.change":          ". C . . . D",
    "audit.conclude":        ". C . . a D",
    "report.request":        ". C . . . D",
    "report.download":       "E C c A a D",
}  # fmt: skip

# Where the state of the assessment decides; in every other state nobody may. The rest holds in every state.
OPEN, HANDED_IN = {"draft", "returned"}, {"submitted"}
STATES = {
    "assessment.answer": OPEN,
    "assessment.assign": OPEN,
    "assessment.submit": OPEN,
    "assessment.take_over": OPEN,
    "assessment.change": OPEN,
    "assessment.upgrade": OPEN,
    "assessment.carry": OPEN,
    "assessment.import": OPEN,
    "assessment.return": HANDED_IN,
    "assessment.reject": HANDED_IN,
    "assessment.approve": HANDED_IN,
    "assessment.withdraw": HANDED_IN,
    "evidence.add": OPEN,
    "evidence.withdraw": OPEN,
}
OF_THE_OWNER = {"use_condition.meet", "risk.change", "duty.change", "duty.settle", "campaign_item.settle"}
ABOUT_ASSESSMENTS = {action for action in MATRIX if action.startswith(("assessment.", "evidence."))} - {
    "assessment.start"
}


@pytest.fixture
def people(request: pytest.FixtureRequest, db: None) -> dict[str, User]:
    known = {role: request.getfixturevalue(role) for role in (*ROLES, "stranger")}
    return {**known, "nobody": User.objects.create_user("nobody@example.org", "a long enough one 1")}


def meant(action: str) -> set[str]:
    return {role for role, letter in zip(ROLES, MATRIX[action].split(), strict=True) if letter != "."}


def may(people: dict[str, User], action: str, subject: Any) -> set[str]:
    return {name for name, person in people.items() if permissions.allowed(person, action, subject)}


def test_every_declared_action_is_in_the_matrix() -> None:
    assert set(permissions.actions()) == set(MATRIX)


def test_who_may_do_what_where_no_state_decides(people: dict[str, User], team: Team) -> None:
    subject = SimpleNamespace(record_team=lambda: team, proposed_by_id=None)
    for action in set(MATRIX) - ABOUT_ASSESSMENTS:
        assert may(people, action, subject) == meant(action), action


@pytest.mark.parametrize("state", AssessmentStatus.values)
def test_who_may_do_what_with_an_assessment(
    state: str,
    people: dict[str, User],
    draft: Assessment,
) -> None:
    draft.status = state
    for action in ABOUT_ASSESSMENTS:
        expected = meant(action) if state in STATES.get(action, {state}) else set()
        assert may(people, action, draft) == expected, f"{action} in {state}"


def test_the_owner_may_while_in_the_team(people: dict[str, User], team: Team) -> None:
    for action in OF_THE_OWNER:
        for name, person in people.items():
            owned = SimpleNamespace(record_team=lambda: team, owner_id=person.pk)
            expected = meant(action) | ({name} - set(OUTSIDE))
            assert may(people, action, owned) == expected, f"{action} of {name}"


def test_people_who_are_locked_out_may_nothing(people: dict[str, User], team: Team) -> None:
    subject = SimpleNamespace(record_team=lambda: team, proposed_by_id=None)
    for person in people.values():
        person.is_active = False
    for action in set(MATRIX) - ABOUT_ASSESSMENTS:
        assert may(people, action, subject) == set(), action


def test_nobody_decides_on_their_own_work(draft: Assessment, approver: User) -> None:
    draft.status = AssessmentStatus.SUBMITTED
    draft.submitted_by = approver
    for action in ("assessment.approve", "assessment.return", "assessment.reject"):
        assert not permissions.allowed(approver, action, draft)
        assert "You submitted" in permissions.refusal(approver, action, draft)


def test_nobody_agrees_the_goal_they_proposed(goal: Goal, compliance: User) -> None:
    goal.proposed_by = compliance
    assert not permissions.allowed(compliance, "goal.agree", goal)
    assert "You proposed" in permissions.refusal(compliance, "goal.agree", goal)


def test_the_operator_may_publish_frameworks_for_everybody(people: dict[str, User], team: Team) -> None:
    people["nobody"].is_staff = True
    assert "nobody" in may(people, "framework.publish", team)
