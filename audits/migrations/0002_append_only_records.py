"""Make the record append-only in PostgreSQL itself, and its clock the database's.

Triggers stop everybody, the owner of the tables too, unless he disables them first: that is what the chain, the tree
and checkpoints outside the house are for. The app's role loses the rights besides.
"""

from typing import Any

from django.conf import settings
from django.db import migrations

APPEND_ONLY = ["audits_entry", "audits_leaf", "audits_subtree", "audits_checkpoint"]

FUNCTIONS = """
CREATE FUNCTION audits_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Rows of % are never changed or removed: % refused.', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE FUNCTION audits_only_erase() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.entry_id IS DISTINCT FROM OLD.entry_id
        OR num_nonnulls(NEW.before, NEW.after, NEW.context, NEW.salt) > 0 THEN
        RAISE EXCEPTION 'The content of an entry can only be erased as a whole.'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION audits_stamp_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.recorded_at := clock_timestamp();
    NEW.entered_afterwards := coalesce(NEW.occurred_on < (NEW.recorded_at AT TIME ZONE 'UTC')::date, false);
    RETURN NEW;
END $$;

CREATE FUNCTION audits_stamp_checkpoint() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.created_at := clock_timestamp();
    RETURN NEW;
END $$;

CREATE FUNCTION audits_await_seal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO audits_unsealed (entry_id) VALUES (NEW.id);
    RETURN NULL;
END $$;

CREATE TRIGGER stamp BEFORE INSERT ON audits_entry FOR EACH ROW EXECUTE FUNCTION audits_stamp_entry();
CREATE TRIGGER await_seal AFTER INSERT ON audits_entry FOR EACH ROW EXECUTE FUNCTION audits_await_seal();
CREATE TRIGGER stamp BEFORE INSERT ON audits_checkpoint FOR EACH ROW EXECUTE FUNCTION audits_stamp_checkpoint();
CREATE TRIGGER only_erase BEFORE UPDATE ON audits_revision FOR EACH ROW EXECUTE FUNCTION audits_only_erase();
CREATE TRIGGER keep BEFORE DELETE OR TRUNCATE ON audits_revision
    FOR EACH STATEMENT EXECUTE FUNCTION audits_refuse_change();
"""

UNDO_FUNCTIONS = """
DROP TRIGGER keep ON audits_revision;
DROP TRIGGER only_erase ON audits_revision;
DROP TRIGGER stamp ON audits_checkpoint;
DROP TRIGGER await_seal ON audits_entry;
DROP TRIGGER stamp ON audits_entry;
DROP FUNCTION audits_await_seal, audits_stamp_checkpoint, audits_stamp_entry, audits_only_erase, audits_refuse_change;
"""

KEEP = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION audits_refuse_change();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER append_only;
"""


def take_rights_away(apps: Any, schema_editor: Any) -> None:
    _on_app_role(schema_editor, "REVOKE UPDATE, DELETE, TRUNCATE, TRIGGER ON {table} FROM {role}")


def give_rights_back(apps: Any, schema_editor: Any) -> None:
    _on_app_role(schema_editor, "GRANT UPDATE, DELETE ON {table} TO {role}")


def _on_app_role(schema_editor: Any, statement: str) -> None:
    """The app's role, where it is another than the owner who migrates."""
    role = settings.DATABASES["default"]["USER"]
    if not role or role == schema_editor.connection.settings_dict["USER"]:
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        if cursor.fetchone():
            for table in APPEND_ONLY:
                cursor.execute(statement.format(table=table, role=schema_editor.quote_name(role)))


class Migration(migrations.Migration):
    dependencies = [("audits", "0001_ledger")]

    operations = [
        migrations.RunSQL(FUNCTIONS, UNDO_FUNCTIONS),
        *[
            migrations.RunSQL(KEEP.format(table=table), f"DROP TRIGGER append_only ON {table}")
            for table in APPEND_ONLY
        ],
        migrations.RunPython(take_rights_away, give_rights_back),
    ]
