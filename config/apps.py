"""Makes the project's Celery app the current one in every process, so that web requests nudge the right broker."""

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        from config import celery  # noqa: F401  # creating the app makes it Celery's current one
