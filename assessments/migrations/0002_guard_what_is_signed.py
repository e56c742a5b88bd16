"""The rules a sign-off rests on, in PostgreSQL itself, so that no code path and no shell goes round them.

Published frameworks, authors and sign-offs never change; answers and evidence change only while their assessment is
open; nobody signs what they submitted or wrote.
"""

from collections.abc import Iterator

from django.db import migrations

NEVER_CHANGED = ("assessments_frameworkedition", "assessments_answerauthor", "assessments_signoff")
FROZEN_WITH_ASSESSMENT = ("assessments_answer", "assessments_evidence", "assessments_copiedanswer")

FUNCTIONS = """
CREATE FUNCTION assessments_never_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE FUNCTION assessments_only_while_open() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  the_assessment bigint := CASE WHEN TG_OP = 'DELETE' THEN OLD.assessment_id ELSE NEW.assessment_id END;
  the_status text;
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.assessment_id <> NEW.assessment_id THEN
    RAISE EXCEPTION 'a row of % never moves to another assessment', TG_TABLE_NAME
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  SELECT status INTO the_status FROM assessments_assessment WHERE id = the_assessment;
  IF the_status NOT IN ('draft', 'returned') THEN
    RAISE EXCEPTION 'this assessment is %: its answers and evidence are fixed', the_status
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION assessments_signer_is_somebody_else() RETURNS trigger LANGUAGE plpgsql AS $$
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

DROP_FUNCTIONS = """
DROP FUNCTION assessments_signer_is_somebody_else();
DROP FUNCTION assessments_only_while_open();
DROP FUNCTION assessments_never_changed();
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
    for table in FROZEN_WITH_ASSESSMENT:
        yield (
            f"CREATE TRIGGER only_while_open BEFORE INSERT OR UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION assessments_only_while_open()",
            f"DROP TRIGGER only_while_open ON {table}",
        )
    yield (
        "CREATE TRIGGER signer_is_somebody_else BEFORE INSERT ON assessments_signoff "
        "FOR EACH ROW EXECUTE FUNCTION assessments_signer_is_somebody_else()",
        "DROP TRIGGER signer_is_somebody_else ON assessments_signoff",
    )


class Migration(migrations.Migration):
    dependencies = [("assessments", "0001_assessments")]

    operations = [
        migrations.RunSQL(FUNCTIONS, DROP_FUNCTIONS),
        *(migrations.RunSQL(create, drop) for create, drop in triggers()),
    ]
