"""Running evaluations: claim, count, compare, judge, complete or fail, each at most once."""

import json
import uuid
from dataclasses import dataclass
from typing import Any

import structlog
from django.db import transaction
from django.utils import timezone

from audits.models import Evaluation, EvaluationStatus, Goal
from audits.services import jobs, uploads
from audits.services.counting import counts_of, has_input, options_of
from audits.services.drawing import draw_charts
from audits.services.evaluation_rows import RUN, close_waiting, repeat_evaluation
from audits.services.judging import common_reference, goals_for, goals_snapshot
from evenhand.errors import EvenhandError
from evenhand.fairness import Counts, FairnessGoal, evaluate
from evenhand.fairness.comparing.bootstrap import SEED
from evenhand.ledger.canonical import canonical_bytes, sha256_hex
from governance.errors import ConflictError, DomainError, InvalidError
from governance.events import publish, snapshot
from governance.models import User
from governance.permissions import require

log = structlog.get_logger(__name__)
RELATED = ("version__model__system__team", "rule", "plan", "data_set")


@dataclass(frozen=True)
class Outcome:
    """What a run found, before it is written."""

    counts: Counts
    goals: list[Goal]
    result: dict[str, Any]
    seed: int
    options: dict[str, Any]


def run_evaluation(*, evaluation_id: int) -> None:
    """Evaluate a queued row. Whoever claims it first does it; everybody else changes nothing."""
    job = jobs.claim(Evaluation, evaluation_id)
    if job is None:
        return
    evaluation = Evaluation.objects.select_related(*RELATED).get(pk=evaluation_id)
    try:
        with job.kept_alive():
            outcome = _evaluated(evaluation, job)
        job.step("writing the result", 90)
        completed = _complete(job, evaluation, outcome)
    except (EvenhandError, DomainError) as error:
        fail_evaluation(job, " ".join(str(error).split()))
    except Exception:
        reference = uuid.uuid4().hex[:12]
        log.exception("evaluation_failed", evaluation=str(evaluation.uid), reference=reference)
        fail_evaluation(job, f"Something went wrong on our side. The operator finds it in the log as {reference}.")
    else:
        if completed is not None:
            draw_charts(completed)


def _evaluated(evaluation: Evaluation, job: jobs.Claim) -> Outcome:
    counts = counts_of(evaluation, job)
    evaluation.counts_sha256 = counts.sha256
    job.step("comparing the groups and judging the goals", 70)
    goals = goals_for(evaluation)
    seed, options = evaluation.seed or SEED, options_of(evaluation)
    if reference := common_reference(goals):
        options.setdefault("reference", reference)
    result = evaluate(counts, goals=[FairnessGoal.from_dict(goal.document) for goal in goals], seed=seed, **options)
    return Outcome(counts, goals, json.loads(result.canonical()), seed, options)


@transaction.atomic
def _complete(job: jobs.Claim, worked: Evaluation, outcome: Outcome) -> Evaluation | None:
    evaluation: Evaluation | None = job.held.select_for_update(of=("self",)).select_related(*RELATED).first()
    if evaluation is None:  # the sweep gave the row to another worker; its result counts
        return None
    before = snapshot(evaluation)
    for name in ("source_name", "source_sha256", "model_sha256", "counts_sha256"):
        setattr(evaluation, name, getattr(worked, name))
    evaluation.counts = outcome.counts.to_json()
    evaluation.row_total = sum(source.n_rows for source in outcome.counts.sources) or outcome.counts.n_rows
    evaluation.grade = evaluation.grade or "server"
    evaluation.result, evaluation.seed = outcome.result, outcome.seed
    evaluation.options = {**evaluation.options, **outcome.options}
    evaluation.result_sha256 = sha256_hex(canonical_bytes(outcome.result))
    evaluation.verdict = overall_verdict(outcome.result)
    evaluation.engine = _engine_name(outcome.result)
    evaluation.goals = goals_snapshot(evaluation, outcome.goals)
    evaluation.status, evaluation.step, evaluation.progress = EvaluationStatus.COMPLETED, "", 100
    evaluation.finished_at = timezone.now()
    evaluation.save()
    data = {
        "counts_sha256": evaluation.counts_sha256,
        "result_sha256": evaluation.result_sha256,
        "verdict": evaluation.verdict,
    }
    publish("evaluation.completed", subject=evaluation, by=None, before=before, data=data)
    uploads.delete_after_commit(evaluation)
    return evaluation


def overall_verdict(result: dict[str, Any]) -> str:
    """The verdict over all goals; empty where no goal judged."""
    overall = next((row for row in result.get("verdicts", []) if row["metric"] is None), None)
    return str(overall["verdict"]) if overall else ""


def _engine_name(result: dict[str, Any]) -> str:
    engine = result.get("engine", "")
    return str(" ".join(map(str, engine.values())) if isinstance(engine, dict) else engine)[:80]


@transaction.atomic
def fail_evaluation(job: jobs.Claim, reason: str) -> None:
    """Write why it failed, if this claim still holds the row. Rows handed in are deleted all the same."""
    evaluation = job.held.select_for_update(of=("self",)).select_related(*RELATED).first()
    if evaluation is None:
        return
    before = snapshot(evaluation)
    evaluation.status, evaluation.error = EvaluationStatus.FAILED, reason
    evaluation.finished_at = timezone.now()
    evaluation.save(update_fields=["status", "error", "finished_at"])
    publish("evaluation.failed", subject=evaluation, by=None, before=before, data={"reason": reason})
    uploads.delete_after_commit(evaluation)


def sweep_evaluations() -> int:
    """Send again what is stuck, and delete rows whose time is over."""
    uploads.sweep_uploads()
    with transaction.atomic():
        return jobs.sweep(Evaluation, task=RUN, give_up=fail_evaluation)


@transaction.atomic
def retry_evaluation(*, evaluation: Evaluation, by: User) -> Evaluation:
    """Try a failed evaluation again in a new row, if its evidence is still here."""
    evaluation = _locked(evaluation)
    require(by, "evaluation.retry", evaluation)
    if evaluation.status != EvaluationStatus.FAILED:
        raise ConflictError(f"{evaluation.label} is {evaluation.status}; only a failed evaluation is tried again.")
    if evaluation.upload or not has_input(evaluation):
        raise ConflictError(
            f"The rows of {evaluation.label} are not used twice. Hand in the corrected file or its counts."
        )
    return repeat_evaluation(evaluation=evaluation, by=by)


@transaction.atomic
def cancel_evaluation(*, evaluation: Evaluation, reason: str, by: User) -> Evaluation:
    """Cancel an evaluation that waits; its reason stays on the record."""
    evaluation = _locked(evaluation)
    require(by, "evaluation.cancel", evaluation)
    if not reason.strip():
        raise InvalidError("Say why it is cancelled.", fields={"reason": ["required"]})
    if evaluation.status not in (EvaluationStatus.WAITING, EvaluationStatus.QUEUED):
        raise ConflictError(f"{evaluation.label} is {evaluation.status}; only what waits can be cancelled.")
    return close_waiting(evaluation=evaluation, reason=reason.strip(), by=by)


@transaction.atomic
def invalidate_evaluation(*, evaluation: Evaluation, reason: str, by: User) -> Evaluation:
    """Declare a completed evaluation void, with the reason. It stays listed and is no longer of record."""
    evaluation = _locked(evaluation)
    require(by, "evaluation.invalidate", evaluation)
    if not reason.strip():
        raise InvalidError("Say why it does not hold.", fields={"reason": ["required"]})
    if evaluation.status != EvaluationStatus.COMPLETED:
        raise ConflictError(f"{evaluation.label} is {evaluation.status}; only a completed one can be invalidated.")
    before = snapshot(evaluation)
    evaluation.status, evaluation.error = EvaluationStatus.INVALIDATED, reason.strip()
    evaluation.save(update_fields=["status", "error"])
    publish("evaluation.invalidated", subject=evaluation, by=by, before=before, data={"reason": reason.strip()})
    return evaluation


def _locked(evaluation: Evaluation) -> Evaluation:
    found: Evaluation = (
        Evaluation.objects.select_for_update(of=("self",)).select_related(*RELATED).get(pk=evaluation.pk)
    )
    return found
