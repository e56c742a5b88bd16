"""Making evaluation rows: numbered once in a team, queued with a nudge to the workers."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from audits.models import Evaluation, EvaluationStatus
from audits.querysets import next_number
from governance.events import publish, snapshot
from governance.models import Team, User, Version
from governance.queue import enqueue

RUN = "audits.run_evaluation"
# What a repetition takes over from the evaluation it replaces.
ORIGIN = (
    "version", "rule", "plan", "data_set", "grade", "columns", "options", "filter", "source_name", "source_sha256",
    "model_sha256", "extracted_on", "row_total", "control_total", "control_source", "handed_in_at", "counts",
    "counts_sha256", "seed",
)  # fmt: skip


@transaction.atomic
def create_evaluation(*, version: Version, **fields: Any) -> Evaluation:
    """A new evaluation with the team's next number. The caller announces it."""
    team = Team.objects.select_for_update(no_key=True).get(pk=version.model.system.team_id)
    return Evaluation.objects.create(
        team=team, version=version, number=next_number(Evaluation.objects.filter(team=team)), **fields
    )


@transaction.atomic
def queue_evaluation(
    *, evaluation: Evaluation, by: User | None, event: str, before: dict[str, Any] | None
) -> Evaluation:
    """Queue what has its data, announce it and nudge the workers after the commit."""
    now = timezone.now()
    evaluation.status = EvaluationStatus.QUEUED
    evaluation.handed_in_at = evaluation.handed_in_at or now
    evaluation.heartbeat_at = now
    evaluation.step = ""
    evaluation.save()
    publish(event, subject=evaluation, by=by, before=before)
    enqueue(RUN, evaluation.pk)
    return evaluation


@transaction.atomic
def repeat_evaluation(*, evaluation: Evaluation, by: User | None) -> Evaluation:
    """Evaluate the same evidence again in a new row; the old row stays and is shown as replaced."""
    origin = {name: getattr(evaluation, name) for name in ORIGIN}
    again = create_evaluation(is_extra=True, replaces=evaluation, requested_by=by, **origin)
    return queue_evaluation(evaluation=again, by=by, event="evaluation.repeated", before=None)


def close_waiting(*, evaluation: Evaluation, reason: str, by: User | None) -> Evaluation:
    """Cancel an evaluation that is no longer owed; the row and its reason stay."""
    before = snapshot(evaluation)
    evaluation.status, evaluation.error = EvaluationStatus.CANCELLED, reason
    evaluation.finished_at = timezone.now()
    evaluation.save(update_fields=["status", "error", "finished_at"])
    publish("evaluation.cancelled", subject=evaluation, by=by, before=before, data={"reason": reason})
    return evaluation
