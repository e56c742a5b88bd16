"""Further rules in PostgreSQL itself: what is shown as proof never changes, and who stepped aside does not sign."""

from collections.abc import Iterator

from django.db import migrations

NEVER_CHANGED = ("assessments_evidencerevision", "assessments_legacyrecord", "assessments_recusal")

SIGNER = """
CREATE OR REPLACE FUNCTION assessments_signer_is_somebody_else() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM assessments_assessment WHERE id = NEW.assessment_id AND submitted_by_id = NEW.person_id) THEN
    RAISE EXCEPTION 'the submitter of an assessment cannot sign it' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF EXISTS (
    SELECT 1 FROM assessments_answerauthor WHERE assessment_id = NEW.assessment_id AND user_id = NEW.person_id
  ) THEN
    RAISE EXCEPTION 'an author of an assessment cannot sign it' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF NEW.on_behalf_of_id IS NOT NULL AND EXISTS (
    SELECT 1 FROM assessments_answerauthor WHERE assessment_id = NEW.assessment_id AND user_id = NEW.on_behalf_of_id
  ) THEN
    RAISE EXCEPTION 'nobody signs in the place of an author' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF EXISTS (
    SELECT 1 FROM assessments_recusal WHERE assessment_id = NEW.assessment_id AND user_id = NEW.person_id
  ) THEN
    RAISE EXCEPTION 'who stepped aside cannot sign' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
"""

SIGNER_BEFORE = """
CREATE OR REPLACE FUNCTION assessments_signer_is_somebody_else() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM assessments_assessment WHERE id = NEW.assessment_id AND submitted_by_id = NEW.person_id) THEN
    RAISE EXCEPTION 'the submitter of an assessment cannot sign it' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF EXISTS (
    SELECT 1 FROM assessments_answerauthor WHERE assessment_id = NEW.assessment_id AND user_id = NEW.person_id
  ) THEN
    RAISE EXCEPTION 'an author of an assessment cannot sign it' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
"""


def triggers() -> Iterator[tuple[str, str]]:
    """Pairs of create and drop statements."""
    for table in NEVER_CHANGED:
        yield (
            f"CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION assessments_never_changed()",
            f"DROP TRIGGER never_changed ON {table}",
        )
        yield (
            f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION assessments_never_changed()",
            f"DROP TRIGGER never_emptied ON {table}",
        )


class Migration(migrations.Migration):
    dependencies = [("assessments", "0003_work_of_filling_out")]

    operations = [
        migrations.RunSQL(SIGNER, SIGNER_BEFORE),
        *(migrations.RunSQL(create, drop) for create, drop in triggers()),
    ]
