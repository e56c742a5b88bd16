"""Evaluations: one row a task, and the sweep."""

from celery import shared_task

from audits.services.evaluations import run_evaluation as run
from audits.services.evaluations import sweep_evaluations as sweep
from governance.events import acting_through


@shared_task(name="audits.run_evaluation")
def run_evaluation(evaluation_id: int) -> None:
    with acting_through("task"):
        run(evaluation_id=evaluation_id)


@shared_task(name="audits.sweep_evaluations")
def sweep_evaluations() -> None:
    with acting_through("task"):
        sweep()
