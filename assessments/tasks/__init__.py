"""Celery tasks of the assessments: chasing and reminding."""

from assessments.tasks.campaigns import remind_campaign, sweep_campaigns
from assessments.tasks.reminding import remind_team, sweep_reminders

__all__ = ["remind_campaign", "remind_team", "sweep_campaigns", "sweep_reminders"]
