"""Reports: one row a task, and the sweep."""

from celery import shared_task

from audits.services.issuing import render_report as render
from audits.services.issuing import sweep_reports as sweep
from governance.events import acting_through


@shared_task(name="audits.render_report")
def render_report(report_id: int) -> None:
    with acting_through("task"):
        render(report_id=report_id)


@shared_task(name="audits.sweep_reports")
def sweep_reports() -> None:
    with acting_through("task"):
        sweep()
