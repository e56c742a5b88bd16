"""Registers the assessments' events and what they tell the registry's pages."""

from django.apps import AppConfig

EVENTS: dict[str, str] = {}


class AssessmentsConfig(AppConfig):
    name = "assessments"

    def ready(self) -> None:
        from governance import events

        events.register(EVENTS)
