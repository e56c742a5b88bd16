"""Publishes the frameworks that come with the package."""

from typing import Any

from django.core.management.base import BaseCommand

from assessments import services
from governance import events


class Command(BaseCommand):
    help = "Publish the shipped frameworks. Running it again changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        with events.acting_through("command"):
            for edition in services.load_shipped_frameworks():
                self.stdout.write(f"{edition}: {len(edition.framework.questions)} questions")
