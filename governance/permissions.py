"""Who may do what. Each app has one table; services, API, pages and templates all ask `allowed` or `require`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from governance.errors import NotAllowedError
from governance.models import Role, Team, User

ROLE_WORDS = {
    Role.ENGINEER: "an engineer",
    Role.COMPLIANCE: "compliance staff",
    Role.CONTRIBUTOR: "a contributor",
    Role.APPROVER: "an approver",
    Role.AUDITOR: "an auditor",
    Role.ADMIN: "an administrator",
}


@dataclass(frozen=True)
class Rule:
    """A condition on person and subject, with the sentence that says why it refuses."""

    test: Callable[[User, Any], bool]
    refusal: str
    parts: tuple["Rule", ...] = ()

    def __call__(self, user: User, subject: Any) -> bool:
        return self.test(user, subject)

    def __and__(self, other: "Rule") -> "Rule":
        return Rule(lambda user, subject: self(user, subject) and other(user, subject), "", (self, other))

    def __or__(self, other: "Rule") -> "Rule":
        return Rule(lambda user, subject: self(user, subject) or other(user, subject), self.refusal)

    def why_not(self, user: User, subject: Any) -> str:
        """The reason of the first part that fails."""
        failing = next((part for part in self.parts if not part(user, subject)), None)
        return failing.why_not(user, subject) if failing else self.refusal


def team_of(subject: Any) -> Team | None:
    return subject if isinstance(subject, Team) else subject.record_team()


def has_role(*roles: Role) -> Rule:
    """The person has one of these roles in the subject's team."""
    words = " or ".join(ROLE_WORDS[role] for role in roles)

    def test(user: User, subject: Any) -> bool:
        team = team_of(subject)
        return team is not None and bool(user.roles_in(team).intersection(roles))

    return Rule(test, f"This needs {words} of the team.")


in_team = Rule(
    lambda user, subject: (team := team_of(subject)) is not None and bool(user.roles_in(team)),
    "This needs a role in the team.",
)

_table: dict[str, Rule] = {}


def declare(rules: Mapping[str, Rule]) -> Mapping[str, Rule]:
    """Make an app's table known. Each action is declared once, in one place."""
    for action, rule in rules.items():
        if action in _table:
            raise ValueError(f"action {action} is declared twice")
        _table[action] = rule
    return rules


def allowed(user: User, action: str, subject: Any) -> bool:
    """May this person do this? An unknown action is a mistake of ours and raises."""
    if action not in _table:
        raise LookupError(f"action {action!r} is in no permission table")
    return bool(user.is_authenticated and user.is_active and _table[action](user, subject))


def require(user: User, action: str, subject: Any) -> None:
    """Raise NotAllowedError with the rule's own reason unless the person may."""
    if not allowed(user, action, subject):
        raise NotAllowedError(_table[action].why_not(user, subject), action=action, subject=subject)


def refusal(user: User, action: str, subject: Any) -> str:
    """Why not: the sentence beside a button that is off; empty when it is allowed."""
    return "" if allowed(user, action, subject) else _table[action].why_not(user, subject)


def actions() -> Mapping[str, Rule]:
    return dict(_table)


_may_register = has_role(Role.ENGINEER, Role.COMPLIANCE, Role.ADMIN)
_may_administer = has_role(Role.ADMIN)

RULES = declare(
    {
        "team.view": in_team,
        "team.manage": _may_administer,
        "token.issue": in_team,
        "system.view": in_team,
        "system.register": _may_register,
        "system.change": _may_register,
        "system.confirm": has_role(Role.ENGINEER, Role.COMPLIANCE, Role.CONTRIBUTOR, Role.APPROVER, Role.ADMIN),
        "system.retire": has_role(Role.COMPLIANCE, Role.ADMIN),
        "model.register": _may_register,
        "version.register": has_role(Role.ENGINEER, Role.ADMIN),
        "version.upload": has_role(Role.ENGINEER, Role.ADMIN),
        "card.publish": _may_register,
        "rule.set": has_role(Role.ENGINEER, Role.COMPLIANCE, Role.ADMIN),
        "dataset.register": _may_register,
        "file.download": in_team,
    }
)
