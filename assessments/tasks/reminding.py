"""Reminders: one team a task, and the sweep that makes good what was lost."""

from celery import shared_task

from assessments.services import reminding
from governance.events import acting_through


@shared_task(name="assessments.remind_team")
def remind_team(team_id: int) -> None:
    with acting_through("task"):
        reminding.remind_team(team_id=team_id)


@shared_task(name="assessments.sweep_reminders")
def sweep_reminders() -> None:
    reminding.sweep_reminders()
