"""Celery tasks of the assessments: chasing."""

from assessments.tasks.campaigns import remind_campaign, sweep_campaigns

__all__ = ["remind_campaign", "sweep_campaigns"]
