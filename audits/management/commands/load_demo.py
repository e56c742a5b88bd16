"""`manage.py load_demo`: the demo organisation, through the services, as often as one likes."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from audits.management.demo import compas, diabetes, gender_shades, nist
from audits.management.demo.people import ensure_people
from governance import events


class Command(BaseCommand):
    help = "Load the demo organisation: published figures of COMPAS and Gender Shades, and a small model."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.LOAD_DEMO:
            raise CommandError(
                "The demo loads only into the embedded database. Set EVENHAND_DEMO=1 if you want it in this one."
            )
        with events.acting_through("command"), transaction.atomic():
            people = ensure_people(settings.HOME / "demo-accounts.json")
            for part in (compas, gender_shades, diabetes, nist):
                part.load(people)
        self.stdout.write(
            f"The demo organisation is loaded; its sign-ins are in {settings.HOME / 'demo-accounts.json'}."
        )
