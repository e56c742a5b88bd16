"""Celery tasks: each looks at one row and calls one service."""

from audits.tasks.ledger import seal_ledger

__all__ = ["seal_ledger"]
