"""Chasing by campaigns: one campaign a task, and the daily sweep."""

from celery import shared_task

from assessments.services import chasing


@shared_task(name="assessments.remind_campaign")
def remind_campaign(campaign_id: int) -> None:
    chasing.chase_campaign(campaign_id=campaign_id)


@shared_task(name="assessments.sweep_campaigns")
def sweep_campaigns() -> None:
    chasing.sweep_campaigns()
