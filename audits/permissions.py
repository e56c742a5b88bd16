"""Who may do what with goals, evaluations, audits and reports."""

from typing import Any

from governance.models import Role, User
from governance.permissions import Rule, declare, has_role, in_team

_decides = has_role(Role.COMPLIANCE, Role.APPROVER)
_hands_in = has_role(Role.ENGINEER, Role.COMPLIANCE, Role.ADMIN)
_keeps_audits = has_role(Role.COMPLIANCE, Role.ADMIN)


def _another_proposed(user: User, goal: Any) -> bool:
    return bool(goal.proposed_by_id != user.pk)


is_not_proposer = Rule(_another_proposed, "You proposed this goal, so somebody else must agree it.")

RULES = declare(
    {
        "goal.propose": has_role(Role.ENGINEER, Role.COMPLIANCE, Role.APPROVER, Role.ADMIN),
        "goal.agree": _decides & is_not_proposer,
        "goal.retire": _decides,
        "plan.set": _hands_in,
        "evaluation.hand_in": _hands_in,
        "evaluation.retry": _hands_in,
        "evaluation.cancel": _hands_in,
        "evaluation.invalidate": _decides,
        "audit.open": _keeps_audits,
        "audit.change": _keeps_audits,
        "audit.conclude": has_role(Role.COMPLIANCE, Role.ADMIN, Role.AUDITOR),
        "report.request": _keeps_audits,
        "report.download": in_team,
    }
)
