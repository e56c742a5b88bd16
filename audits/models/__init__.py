"""The rows of audits. Import them from here; the record's own tables are the recorder's alone."""

import audits.models.records  # noqa: F401  # registers the record tables and exports none of them
from audits.models.audits import Audit, AuditState, ReportKind
from audits.models.evaluations import Drawing, Evaluation, EvaluationStatus, Grade
from audits.models.goals import Goal, GoalStatus, Plan
from audits.models.ledger_checks import LedgerCheck
from audits.models.reports import Report, ReportStatus

__all__ = [
    "Audit",
    "AuditState",
    "Drawing",
    "Evaluation",
    "EvaluationStatus",
    "Goal",
    "GoalStatus",
    "Grade",
    "LedgerCheck",
    "Plan",
    "Report",
    "ReportKind",
    "ReportStatus",
]
