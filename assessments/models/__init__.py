"""The rows of the assessments. Import them from here."""

from assessments.models.answers import Answer, AnswerAuthor, AnswerDraft, CopiedAnswer, Origin
from assessments.models.assessments import Assessment, AssessmentStatus, Assignment, Scope
from assessments.models.campaigns import Campaign, CampaignItem
from assessments.models.duties import DutyTask
from assessments.models.evidence import Comment, Evidence, EvidenceItem, EvidenceRevision
from assessments.models.frameworks import FrameworkDraft, FrameworkEdition
from assessments.models.legacy import LegacyRecord
from assessments.models.looking import LookAgain
from assessments.models.risks import HarmKind, Mitigation, Risk, RiskStatus
from assessments.models.routes import Delegation, Recusal, Route, RouteStep, Signatory, SignOffStep
from assessments.models.signoffs import Decision, SignOff, UseCondition
from assessments.models.submissions import Submission

__all__ = [
    "Answer",
    "AnswerAuthor",
    "AnswerDraft",
    "Assessment",
    "AssessmentStatus",
    "Assignment",
    "Campaign",
    "CampaignItem",
    "Comment",
    "CopiedAnswer",
    "Decision",
    "Delegation",
    "DutyTask",
    "Evidence",
    "EvidenceItem",
    "EvidenceRevision",
    "FrameworkDraft",
    "FrameworkEdition",
    "HarmKind",
    "LegacyRecord",
    "LookAgain",
    "Mitigation",
    "Origin",
    "Recusal",
    "Risk",
    "RiskStatus",
    "Route",
    "RouteStep",
    "Scope",
    "SignOff",
    "SignOffStep",
    "Signatory",
    "Submission",
    "UseCondition",
]
