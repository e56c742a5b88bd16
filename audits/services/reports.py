"""Reports are asked for here; a worker makes them (audits/services/issuing.py)."""

from django.db import transaction
from django.utils import timezone

from audits.models import Audit, Report, ReportStatus
from audits.querysets import next_number
from governance.errors import ConflictError
from governance.events import publish, snapshot
from governance.models import Team, User
from governance.permissions import require
from governance.queue import enqueue

RENDER = "audits.render_report"


@transaction.atomic
def request_report(*, audit: Audit, by: User) -> Report:
    """Ask for the report of a concluded audit. While one is being made, that one is the answer."""
    require(by, "report.request", audit)
    audit = Audit.objects.select_for_update(of=("self",)).select_related("team", "version").get(pk=audit.pk)
    if audit.is_open:
        raise ConflictError(f"Conclude {audit.label} first: its report prints the conclusion.", code="not_concluded")
    under_way: Report | None = Report.objects.filter(
        audit=audit, status__in=(ReportStatus.QUEUED, ReportStatus.RUNNING)
    ).first()
    if under_way is not None:
        return under_way
    Team.objects.select_for_update(no_key=True).get(pk=audit.team_id)
    report = Report.objects.create(
        team=audit.team,
        number=next_number(Report.objects.filter(team=audit.team)),
        audit=audit,
        version=audit.version,
        kind=audit.kind,
        requested_by=by,
        heartbeat_at=timezone.now(),
    )
    publish("report.requested", subject=report, by=by)
    enqueue(RENDER, report.pk)
    return report


@transaction.atomic
def retry_report(*, report: Report, by: User) -> Report:
    """Try a failed report again. What was frozen stays frozen: the same content is drawn."""
    require(by, "report.request", report)
    report = Report.objects.select_for_update(of=("self",)).select_related("team").get(pk=report.pk)
    if report.status != ReportStatus.FAILED:
        raise ConflictError(f"{report.label} is {report.status}; only a failed report is tried again.")
    before = snapshot(report)
    report.status, report.error, report.step, report.attempts = ReportStatus.QUEUED, "", "", 0
    report.heartbeat_at = timezone.now()
    report.save()
    publish("report.requested", subject=report, by=by, before=before)
    enqueue(RENDER, report.pk)
    return report
