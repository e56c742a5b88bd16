"""Who may do what with assessments. Nobody signs off what they wrote or submitted."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from assessments.models import Assessment, AssessmentStatus
from governance.models import Role, Team, User
from governance.permissions import Rule, declare, has_role, in_team


@dataclass(frozen=True)
class Part:
    """One question of an assessment: what a person is to answer, and what contributors are given."""

    assessment: Assessment
    section_id: str
    question_id: str

    def record_team(self) -> Team:
        return self.assessment.team


def assessment_of(subject: Any) -> Assessment:
    return subject if isinstance(subject, Assessment) else subject.assessment


_has_pen = has_role(Role.COMPLIANCE, Role.ENGINEER, Role.ADMIN)


def _is_assigned(user: User, subject: Any) -> bool:
    if not isinstance(subject, Part) or not user.roles_in(subject.record_team()):
        return False
    given = Q(section_id=subject.section_id, question_id="") | Q(question_id=subject.question_id)
    return subject.assessment.assignments.filter(given, assignee=user).exists()


def _wrote_any(user: User, subject: Any) -> bool:
    return assessment_of(subject).authors.filter(user=user).exists()


is_open = Rule(
    lambda _, subject: assessment_of(subject).is_open,
    "This assessment is handed in, so its answers are fixed. It can change after it has been returned.",
)
is_submitted = Rule(
    lambda _, subject: assessment_of(subject).status == AssessmentStatus.SUBMITTED,
    "This is possible while the assessment is handed in and not yet decided.",
)
is_not_submitter = Rule(
    lambda user, subject: assessment_of(subject).submitted_by_id != user.pk,
    "You submitted this assessment, so somebody else must decide on it.",
)
is_not_author = Rule(
    lambda user, subject: not _wrote_any(user, subject),
    "You wrote part of this assessment, so somebody else must decide on it.",
)
writes = Rule(
    lambda user, subject: _has_pen(user, subject) or _is_assigned(user, subject),
    "Compliance staff and engineers of the team answer this; a contributor answers what is assigned to them.",
)
is_operator = Rule(lambda user, _: user.is_staff, "Only the operator of this installation publishes frameworks.")
is_addressee = Rule(
    lambda user, subject: getattr(subject, "owner_id", None) == user.pk and in_team(user, subject),
    "This is for its owner, compliance staff or an administrator of the team.",
)

_leads = has_role(Role.COMPLIANCE, Role.ADMIN)
_decides = has_role(Role.APPROVER) & is_submitted & is_not_submitter & is_not_author

RULES = declare(
    {
        "framework.publish": _leads | is_operator,
        "framework.draft": _leads,
        "assessment.view": in_team,
        "assessment.start": _leads,
        "assessment.answer": writes & is_open,
        "assessment.assign": _leads & is_open,
        "assessment.submit": _leads & is_open,
        "assessment.take_over": _leads & is_open,
        "assessment.comment": has_role(Role.COMPLIANCE, Role.ENGINEER, Role.ADMIN, Role.CONTRIBUTOR, Role.APPROVER),
        "assessment.return": _decides,
        "assessment.approve": _decides,
        "assessment.supersede": has_role(Role.APPROVER, Role.COMPLIANCE, Role.ADMIN),
        "assessment.withdraw": _leads & is_submitted,
        "assessment.change": _leads & is_open,
        "assessment.upgrade": _leads & is_open,
        "assessment.carry": _leads & is_open,
        "assessment.export": in_team,
        "assessment.import": _leads & is_open,
        "assessment.reject": _decides,
        "assessment.recuse": has_role(Role.APPROVER),
        "comment.settle": has_role(Role.COMPLIANCE, Role.ENGINEER, Role.ADMIN, Role.CONTRIBUTOR, Role.APPROVER),
        "route.set": _leads,
        "signatory.name": has_role(Role.ADMIN),
        "delegation.give": has_role(Role.APPROVER, Role.ADMIN),
        "step.assign": _leads,
        "use_condition.meet": is_addressee | _leads,
        "risk.raise": _has_pen,
        "risk.change": _has_pen | is_addressee,
        "risk.accept": has_role(Role.APPROVER),
        "duty.change": _leads | is_addressee,
        "duty.settle": _leads | is_addressee,
        "campaign.run": _leads,
        "campaign_item.settle": is_addressee | _leads,
        "campaign_item.change": _leads,
        "legacy.add": _leads,
        "legacy.download": in_team,
        "tasks.reassign": has_role(Role.ADMIN) | _leads,
        "evidence_item.add": _has_pen,
        "evidence_item.change": _has_pen,
        "evidence.add": writes & is_open,
        "evidence.withdraw": _has_pen & is_open,
        "evidence.download": in_team,
    }
)
