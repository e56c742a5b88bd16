"""Celery tasks: each looks at one row and calls one service."""

from audits.tasks.evaluations import run_evaluation, sweep_evaluations
from audits.tasks.ledger import queue_forgotten, seal_ledger, verify_ledger
from audits.tasks.reports import render_report, sweep_reports

__all__ = [
    "queue_forgotten",
    "render_report",
    "run_evaluation",
    "seal_ledger",
    "sweep_evaluations",
    "sweep_reports",
    "verify_ledger",
]
