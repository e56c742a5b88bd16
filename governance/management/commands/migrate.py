"""Migrations run as the owner of the tables; the app's own role may not change them."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import CommandParser
from django.core.management.commands import migrate
from django.db import connections

from governance.models import Recorded


class Command(migrate.Command):
    help = "Migrate as the owner role, then give the app role what it needs."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database="owner")

    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        if options["database"] == "owner" and not (options["plan"] or options["check_unapplied"]):
            grant_to_app()


def grant_to_app() -> None:
    """Rights on everything there is, less what would change the record or remove what it speaks of."""
    app = connections["default"].settings_dict["USER"]
    owner = connections["owner"]
    if not app or app == owner.settings_dict["USER"]:
        return
    with owner.cursor() as cursor:
        name = owner.ops.quote_name(app)
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {name}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}")
        for table in getattr(settings, "RECORD_TABLES", ()):
            cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE, TRIGGER ON {owner.ops.quote_name(table)} FROM {name}")
        for table in kept_tables():
            cursor.execute(f"REVOKE DELETE, TRUNCATE, TRIGGER ON {owner.ops.quote_name(table)} FROM {name}")


def kept_tables() -> list[str]:
    """Tables whose rows are never removed: those of recorded models, and those the ledger keeps beside its entries."""
    recorded = {model._meta.db_table for model in apps.get_models() if issubclass(model, Recorded)}
    return sorted(recorded | set(getattr(settings, "KEPT_TABLES", ())))
