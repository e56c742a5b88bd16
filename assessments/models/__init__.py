"""The rows of the assessments. Import them from here."""

from assessments.models.answers import Answer, AnswerAuthor, AnswerDraft, CopiedAnswer
from assessments.models.assessments import Assessment, AssessmentStatus, Assignment, Scope
from assessments.models.evidence import Comment, Evidence
from assessments.models.frameworks import FrameworkEdition
from assessments.models.signoffs import Decision, SignOff

__all__ = [
    "Answer",
    "AnswerAuthor",
    "AnswerDraft",
    "Assessment",
    "AssessmentStatus",
    "Assignment",
    "Comment",
    "CopiedAnswer",
    "Decision",
    "Evidence",
    "FrameworkEdition",
    "Scope",
    "SignOff",
]
