"""The Celery app and its beat table. Tasks live in each app's `tasks`; each takes one row id."""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("evenhand")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    "seal-ledger": {"task": "audits.seal_ledger", "schedule": 3.0},
    "sweep-evaluations": {"task": "audits.sweep_evaluations", "schedule": 30.0},
    "sweep-reports": {"task": "audits.sweep_reports", "schedule": 30.0},
    "sweep-notices": {"task": "governance.sweep_notices", "schedule": 60.0},
    "queue-forgotten": {"task": "audits.queue_forgotten", "schedule": 300.0},
    "sweep-campaigns": {"task": "assessments.sweep_campaigns", "schedule": crontab(hour=6, minute=13)},
    "sweep-reminders": {"task": "assessments.sweep_reminders", "schedule": crontab(minute=7, hour="5-20")},
    "verify-ledger": {"task": "audits.verify_ledger", "schedule": crontab(hour=2, minute=17)},
}
