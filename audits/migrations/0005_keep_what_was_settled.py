"""PostgreSQL itself keeps what was settled: goals' documents, results, concluded audits, issued reports."""

from django.db import migrations

KEPT = {
    "goal": (
        "(NEW.document, NEW.sha256, NEW.name, NEW.number, NEW.model_id, NEW.proposed_by_id) IS DISTINCT FROM "
        "(OLD.document, OLD.sha256, OLD.name, OLD.number, OLD.model_id, OLD.proposed_by_id) "
        "OR (OLD.agreed_at IS NOT NULL AND (NEW.agreed_at, NEW.agreed_by_id) IS DISTINCT FROM (OLD.agreed_at, OLD.agreed_by_id))",
        "a goal never changes; propose another one",
    ),
    "evaluation": (
        "OLD.result IS NOT NULL AND (NEW.result, NEW.result_sha256, NEW.counts, NEW.counts_sha256, NEW.goals) "
        "IS DISTINCT FROM (OLD.result, OLD.result_sha256, OLD.counts, OLD.counts_sha256, OLD.goals)",
        "the result of an evaluation never changes; evaluate again",
    ),
    "audit": ("OLD.state = 'concluded'", "a concluded audit never changes; open another one"),
    "report": ("OLD.status = 'issued'", "an issued report never changes; make another one"),
}


def guard(table: str, changed: str, sentence: str) -> str:
    return f"""
    CREATE FUNCTION audits_{table}_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF {changed} THEN
        RAISE EXCEPTION '{sentence}' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NEW;
    END $$;
    CREATE TRIGGER {table}_stays BEFORE UPDATE ON audits_{table} FOR EACH ROW EXECUTE FUNCTION audits_{table}_stays();
    """


def unguard(table: str) -> str:
    return f"DROP TRIGGER {table}_stays ON audits_{table}; DROP FUNCTION audits_{table}_stays();"


class Migration(migrations.Migration):

    dependencies = [("audits", "0004_drawings")]

    operations = [
        migrations.RunSQL(guard(table, changed, sentence), unguard(table))
        for table, (changed, sentence) in KEPT.items()
    ]
