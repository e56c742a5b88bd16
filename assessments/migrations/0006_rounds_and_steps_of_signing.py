"""Rounds of handing in are kept, and PostgreSQL itself holds the rules of a route.

A sign-off answers an open step of the present round. One person has one voice in a round, also through another who
signs in their place; nobody signs in the place of an author, the submitter or somebody who stepped aside. An assessment
is approved only when every step has its quorum over exactly what was handed in. What was decided never changes.
"""

from collections.abc import Iterator

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FUNCTIONS = """
CREATE OR REPLACE FUNCTION assessments_signer_is_somebody_else() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  the_assessment assessments_assessment%ROWTYPE;
  the_step assessments_signoffstep%ROWTYPE;
  voices bigint[] := ARRAY[NEW.person_id, COALESCE(NEW.on_behalf_of_id, NEW.person_id)];
BEGIN
  SELECT * INTO the_assessment FROM assessments_assessment WHERE id = NEW.assessment_id;
  IF the_assessment.submitted_by_id = NEW.person_id THEN
    RAISE EXCEPTION 'the submitter of an assessment cannot sign it' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF the_assessment.submitted_by_id = NEW.on_behalf_of_id THEN
    RAISE EXCEPTION 'nobody signs in the place of the submitter' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF EXISTS (
    SELECT 1 FROM assessments_answerauthor WHERE assessment_id = NEW.assessment_id AND user_id = NEW.person_id
  ) THEN
    RAISE EXCEPTION 'an author of an assessment cannot sign it' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF EXISTS (
    SELECT 1 FROM assessments_answerauthor WHERE assessment_id = NEW.assessment_id AND user_id = NEW.on_behalf_of_id
  ) THEN
    RAISE EXCEPTION 'nobody signs in the place of an author' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF EXISTS (
    SELECT 1 FROM assessments_recusal WHERE assessment_id = NEW.assessment_id AND user_id = ANY (voices)
  ) THEN
    RAISE EXCEPTION 'who stepped aside cannot sign' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF the_assessment.status <> 'submitted' THEN
    RAISE EXCEPTION 'this assessment is %: nothing to sign', the_assessment.status
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  SELECT * INTO the_step FROM assessments_signoffstep WHERE id = NEW.step_id;
  IF the_step.id IS NULL OR the_step.assessment_id <> NEW.assessment_id OR the_step.round <> the_assessment.round THEN
    RAISE EXCEPTION 'a sign-off answers a step of the present round' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF the_step.completed_at IS NOT NULL OR EXISTS (
    SELECT 1 FROM assessments_signoffstep
    WHERE assessment_id = the_step.assessment_id AND round = the_step.round AND position < the_step.position
      AND completed_at IS NULL
  ) THEN
    RAISE EXCEPTION 'this step is not open' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF EXISTS (
    SELECT 1 FROM assessments_signoff earlier JOIN assessments_signoffstep step ON step.id = earlier.step_id
    WHERE step.assessment_id = NEW.assessment_id AND step.round = the_step.round
      AND (earlier.person_id = ANY (voices) OR earlier.on_behalf_of_id = ANY (voices))
      AND (step.id = the_step.id OR lower(step.function) <> lower(the_step.function))
  ) THEN
    RAISE EXCEPTION 'one person has one voice in a round' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION assessments_decided_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.status IN ('approved', 'rejected', 'superseded') THEN
    IF NEW.status <> OLD.status AND NOT (OLD.status = 'approved' AND NEW.status = 'superseded') THEN
      RAISE EXCEPTION 'an assessment that is % never becomes %', OLD.status, NEW.status
        USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF (NEW.edition_id, NEW.profile, NEW.round, NEW.submitted_by_id, NEW.submitted_at, NEW.decided_at, NEW.attestation,
        NEW.result, NEW.content_format, NEW.answers_sha256)
       IS DISTINCT FROM
       (OLD.edition_id, OLD.profile, OLD.round, OLD.submitted_by_id, OLD.submitted_at, OLD.decided_at, OLD.attestation,
        OLD.result, OLD.content_format, OLD.answers_sha256) THEN
      RAISE EXCEPTION 'this assessment is %: what was decided on is fixed', OLD.status
        USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF NEW.status = 'approved' AND (TG_OP = 'INSERT' OR OLD.status <> 'submitted') THEN
    RAISE EXCEPTION 'only an assessment that was handed in is approved' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF NEW.status = 'approved' AND (
    NOT EXISTS (SELECT 1 FROM assessments_signoffstep WHERE assessment_id = NEW.id AND round = NEW.round)
    OR EXISTS (
      SELECT 1 FROM assessments_signoffstep step
      WHERE step.assessment_id = NEW.id AND step.round = NEW.round AND (
        step.completed_at IS NULL OR step.quorum > (
          SELECT count(DISTINCT COALESCE(on_behalf_of_id, person_id)) FROM assessments_signoff
          WHERE step_id = step.id AND decision IN ('approved', 'approved_with_conditions')
            AND signed_sha256 = NEW.answers_sha256
        )
      )
    )
  ) THEN
    RAISE EXCEPTION 'a step of this round is not complete' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION assessments_step_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.assessment_id, NEW.round, NEW.position, NEW.function, NEW.quorum, NEW.needs_minutes, NEW.route_id)
     IS DISTINCT FROM
     (OLD.assessment_id, OLD.round, OLD.position, OLD.function, OLD.quorum, OLD.needs_minutes, OLD.route_id)
     OR (OLD.completed_at IS NOT NULL AND NEW.completed_at IS DISTINCT FROM OLD.completed_at) THEN
    RAISE EXCEPTION 'a step of a round stays as it was asked for' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION assessments_condition_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.assessment_id, NEW.signoff_id, NEW.text, NEW.due_on)
     IS DISTINCT FROM (OLD.assessment_id, OLD.signoff_id, OLD.text, OLD.due_on)
     OR (OLD.met_at IS NOT NULL AND (NEW.met_at, NEW.met_by_id, NEW.met_note)
         IS DISTINCT FROM (OLD.met_at, OLD.met_by_id, OLD.met_note)) THEN
    RAISE EXCEPTION 'a condition stays as it was set' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
"""

FUNCTIONS_BEFORE = """
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

DROP FUNCTION assessments_condition_stays();
DROP FUNCTION assessments_step_stays();
DROP FUNCTION assessments_decided_stays();
"""

# Those handed in before there were routes wait for the one step that always stood there.
STEPS_FOR_THOSE_WAITING = """
UPDATE assessments_assessment SET round = 1 WHERE status = 'submitted' AND round = 0;
INSERT INTO assessments_signoffstep (uid, created_at, round, position, function, quorum, needs_minutes, assessment_id)
SELECT gen_random_uuid(), now(), a.round, 1, 'second line', 1, false, a.id
FROM assessments_assessment a
WHERE a.status = 'submitted'
  AND NOT EXISTS (SELECT 1 FROM assessments_signoffstep s WHERE s.assessment_id = a.id AND s.round = a.round);
"""


def triggers() -> Iterator[tuple[str, str]]:
    """Pairs of create and drop statements."""
    for name, when, table, function in (
        ("never_changed", "BEFORE UPDATE OR DELETE", "assessments_submission", "assessments_never_changed"),
        ("decided_stays", "BEFORE INSERT OR UPDATE", "assessments_assessment", "assessments_decided_stays"),
        ("step_stays", "BEFORE UPDATE", "assessments_signoffstep", "assessments_step_stays"),
        ("condition_stays", "BEFORE UPDATE", "assessments_usecondition", "assessments_condition_stays"),
    ):
        yield (
            f"CREATE TRIGGER {name} {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()",
            f"DROP TRIGGER {name} ON {table}",
        )
    yield (
        "CREATE TRIGGER never_emptied BEFORE TRUNCATE ON assessments_submission "
        "FOR EACH STATEMENT EXECUTE FUNCTION assessments_never_changed()",
        "DROP TRIGGER never_emptied ON assessments_submission",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0005_what_an_answer_relied_on"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="signoffstep",
            name="route",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="assessments.route",
            ),
        ),
        migrations.CreateModel(
            name="Submission",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("round", models.PositiveIntegerField()),
                ("submitted_at", models.DateTimeField()),
                ("attestation", models.TextField()),
                ("content", models.JSONField()),
                ("content_sha256", models.CharField(max_length=64)),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="submissions",
                        to="assessments.assessment",
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={"ordering": ["assessment", "round"]},
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.UniqueConstraint(fields=["assessment", "round"], name="submission_once_in_round"),
        ),
        migrations.RunSQL(STEPS_FOR_THOSE_WAITING, migrations.RunSQL.noop),
        migrations.RunSQL(FUNCTIONS, FUNCTIONS_BEFORE),
        *(migrations.RunSQL(create, drop) for create, drop in triggers()),
    ]
