"""Messages by mail: one row a task, and the sweep."""

from celery import shared_task

from governance.services import notices


@shared_task(name="governance.mail_notice")
def mail_notice(notice_id: int) -> None:
    notices.mail_notice(notice_id=notice_id)


@shared_task(name="governance.sweep_notices")
def sweep_notices() -> None:
    notices.sweep_notices()
