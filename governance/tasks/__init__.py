"""Celery tasks of the registry: mail."""

from governance.tasks.mail import mail_notice, sweep_notices

__all__ = ["mail_notice", "sweep_notices"]
