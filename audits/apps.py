"""Subscribes the ledger to every event and tells lower pages what audits knows."""

from django.apps import AppConfig

EVENTS: dict[str, str] = {}


class AuditsConfig(AppConfig):
    name = "audits"

    def ready(self) -> None:
        from governance import events

        events.register(EVENTS)
