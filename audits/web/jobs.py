"""Jobs as components/job.html and layouts/jobs.html show them: their state now, and honestly whether anybody works."""

from typing import Any

from django.urls import reverse

from audits.models import Evaluation, Report
from audits.services.counting import has_input
from audits.services.report_content import overall_sentence
from audits.services.workers import worker_is_there


def evaluation_job(evaluation: Evaluation) -> dict[str, Any]:
    """The context of the job part of an evaluation's page."""
    can_retry = evaluation.status == "failed" and not evaluation.upload and has_input(evaluation)
    job = {
        "uid": evaluation.uid,
        "title": f"Evaluation {evaluation.label}",
        "status": evaluation.status,
        "step": evaluation.step,
        "done": evaluation.progress,
        "total": 100,
        "error": evaluation.error,
        "started_at": evaluation.claimed_at,
        "finished_at": evaluation.finished_at,
        "retry_url": reverse("audits:evaluation-retry", args=[evaluation.uid]) if can_retry else "",
    }
    return {
        "job": job,
        "poll_url": reverse("audits:evaluation-job", args=[evaluation.uid]),
        "worker_alive": worker_is_there() if evaluation.status == "queued" else True,
    }


def report_job(report: Report) -> dict[str, Any]:
    """The context of the job part of a report's page."""
    job = {
        "uid": report.uid,
        "title": f"Report {report.label}",
        "status": report.status,
        "step": report.step,
        "error": report.error,
        "started_at": report.claimed_at,
        "finished_at": report.issued_at,
        "retry_url": reverse("audits:report-retry", args=[report.uid]) if report.status == "failed" else "",
    }
    return {
        "job": job,
        "poll_url": reverse("audits:report-job", args=[report.uid]),
        "worker_alive": worker_is_there() if report.status == "queued" else True,
    }


def job_line(evaluation: Evaluation) -> dict[str, Any]:
    """One line in the list of a version's evaluations, failed and replaced ones too."""
    return {
        "status": evaluation.status,
        "title": f"{evaluation.label}: {evaluation.plan.name if evaluation.plan else 'extra evaluation'}",
        "url": reverse("audits:evaluation-detail", args=[evaluation.uid]),
        "detail": describe(evaluation),
        "done": evaluation.progress,
        "total": 100,
        "at": evaluation.finished_at or evaluation.handed_in_at or evaluation.created_at,
    }


def describe(evaluation: Evaluation) -> str:
    """What became of an evaluation, in one line."""
    if evaluation.status == "waiting":
        data = f" ({evaluation.data_set.name})" if evaluation.data_set else ""
        return f"Waits for its data{data}."
    if evaluation.status == "queued":
        return "Queued."
    if evaluation.status == "running":
        return evaluation.step or "Running."
    if evaluation.status != "completed":
        return evaluation.error
    later = evaluation.replaced_by
    rows = f"{evaluation.row_total:,} rows, {evaluation.get_grade_display()}"
    replaced = f", replaced by {later.label}" if later else ""
    sentence = overall_sentence(evaluation) or "No goal judged it."
    return f"{rows}{replaced}. {sentence}"
