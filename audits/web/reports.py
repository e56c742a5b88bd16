"""Reports in the browser: the job while it is made, the file with its proof afterwards."""

from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from audits.models import Report, ReportStatus
from audits.services.report_bundles import bundle_name, bundle_of
from audits.services.report_checks import check_report
from audits.services.reports import retry_report
from audits.web.jobs import report_job
from audits.web.record import row_history
from governance.permissions import require
from governance.web.base import Crumb, Page

PER_PAGE = 50


class ReportList(Page):
    template = "audits/report_list.html"
    nav = "reports"
    title = "Reports"

    def crumbs(self) -> list[Crumb]:
        return [("Reports", "")]

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = Report.objects.visible_to(self.user).select_related("audit__system", "version__model", "requested_by")
        rows = rows.defer("content", "proof").order_by("-created_at")
        return self.show(page_obj=Paginator(rows, PER_PAGE).get_page(request.GET.get("page")))


class ReportPage(Page):
    """A page about one report."""

    row = Report
    nav = "reports"

    def open(self, uid: Any) -> Report:
        found: Report = self.get_row(uid)
        self.report = found
        return found

    def crumbs(self) -> list[Crumb]:
        here = reverse("audits:report-detail", args=[self.report.uid])
        return [("Reports", reverse("audits:report-list")), (self.report.label, here)]

    def back_to(self) -> str:
        return reverse("audits:report-detail", args=[self.kwargs["uid"]])


class ReportDetail(ReportPage):
    template = "audits/report_detail.html"

    def get(self, request: HttpRequest, uid: str) -> HttpResponse:
        report = self.open(uid)
        title = f"Report {report.label}: {report.audit.system.name}, version {report.version.name}"
        panels = row_history(report, self.user)
        context = {**report_job(report), **self.issued(report)}
        return self.show(report=report, audit=report.audit, title=title, panels=panels, **context)

    def issued(self, report: Report) -> dict[str, Any]:
        """What layouts/report_facts.html and its neighbours show of an issued report."""
        if report.status != ReportStatus.ISSUED:
            return {}
        file_url = reverse("audits:report-file", args=[report.uid])
        shown = {
            "number": report.label,
            "organisation": settings.ORGANISATION,
            "title": report.audit.system.name,
            "kind": report.get_kind_display(),
            "conclusion": report.audit.conclusion,
            "issued_at": report.issued_at,
            "sha256": report.file_sha256,
            "signer": f"{settings.ORGANISATION}, key {report.signer_fingerprint[:16]}…",
            "file_url": file_url,
        }
        return {
            "shown": shown,
            "file_url": file_url,
            "bundle_url": reverse("audits:report-bundle", args=[report.uid]),
            "file_name": f"{report.label}.pdf",
            "checks": check_report(report),
            "facts": [{"label": "Frozen as entry", "value": report.frozen_entry}],
        }


class ReportJob(ReportPage):
    """The job alone, asked for again every few seconds; when it is over the page is loaded once more."""

    def get(self, request: HttpRequest, uid: str) -> HttpResponse:
        report = self.open(uid)
        answer = render(request, "components/job.html", report_job(report))
        if not report.is_under_way:
            answer["HX-Refresh"] = "true"
        return answer


class ReportFile(ReportPage):
    """The signed file, for those who may see the report."""

    def get(self, request: HttpRequest, uid: str) -> FileResponse:
        report = self.open(uid)
        require(self.user, "report.download", report)
        if report.status != ReportStatus.ISSUED:
            raise Http404
        return FileResponse(
            report.file.open("rb"), as_attachment=True, filename=f"{report.label}.pdf", content_type="application/pdf"
        )


class ReportBundle(ReportPage):
    """The signed file with the proof that it is the one issued, for those who may see the report."""

    def get(self, request: HttpRequest, uid: str) -> HttpResponse:
        report = self.open(uid)
        answer = HttpResponse(bundle_of(report=report, by=self.user), content_type="application/zip")
        answer["Content-Disposition"] = f'attachment; filename="{bundle_name(report)}"'
        return answer


class ReportRetry(ReportPage):
    def post(self, request: HttpRequest, uid: str) -> HttpResponse:
        retry_report(report=self.open(uid), by=self.user)
        return redirect("audits:report-detail", uid=uid)
