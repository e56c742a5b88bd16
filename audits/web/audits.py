"""Audits in the browser: opened with their scope, concluded once, printed as a report."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from audits.models import Audit
from audits.services.audits import TEXTS, change_audit, conclude_audit, open_audit
from audits.services.reports import request_report
from audits.web.forms import AuditForm, ConclusionForm
from audits.web.record import row_history
from governance.permissions import require
from governance.web.base import Crumb, Page
from governance.web.systems import FormPage, SystemPage

PER_PAGE = 50


class AuditList(Page):
    template = "audits/audit_list.html"
    nav = "reports"
    title = "Audits"

    def crumbs(self) -> list[Crumb]:
        return [("Reports", reverse("audits:report-list")), ("Audits", "")]

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = Audit.objects.visible_to(self.user).select_related("system", "version__model", "opened_by")
        return self.show(page_obj=Paginator(rows.order_by("-created_at"), PER_PAGE).get_page(request.GET.get("page")))


class AuditOpen(SystemPage):
    nav = "reports"
    title = "Open an audit"
    submit = "Open the audit"
    lead = "A dated record of what was tested, on which data, for which uses, with which gaps."

    def get(self, request: HttpRequest, uid: str) -> HttpResponse:
        system = self.open(uid)
        require(self.user, "audit.open", system)
        return self.show_form(AuditForm(system=system, initial={"version": request.GET.get("version")}))

    def post(self, request: HttpRequest, uid: str) -> HttpResponse:
        def save(data: dict[str, Any]) -> HttpResponse:
            audit = open_audit(by=self.user, **data)
            return redirect("audits:audit-detail", uid=audit.uid)

        return self.tried(AuditForm(request.POST, system=self.open(uid)), save)


class AuditPage(FormPage):
    """A page about one audit."""

    row = Audit
    nav = "reports"

    def open(self, uid: Any) -> Audit:
        found: Audit = self.get_row(uid)
        self.audit = found
        return found

    def crumbs(self) -> list[Crumb]:
        here = reverse("audits:audit-detail", args=[self.audit.uid])
        return [("Reports", reverse("audits:report-list")), (self.audit.label, here)]

    def back_to(self) -> str:
        return reverse("audits:audit-detail", args=[self.kwargs["uid"]])


class AuditDetail(AuditPage):
    template = "audits/audit_detail.html"

    def get(self, request: HttpRequest, uid: str) -> HttpResponse:
        return self.show_audit(self.open(uid))

    def show_audit(self, audit: Audit, form: Any = None, status: int = 200) -> HttpResponse:
        return self.show(
            status=status,
            audit=audit,
            title=f"{audit.label}: {audit.title}",
            reports=audit.reports.order_by("-number"),
            form=form or ConclusionForm(initial={"conclusion": audit.conclusion, "next_on": audit.next_on}),
            panels=row_history(audit, self.user),
            is_claimed=audit.tested_on < audit.created_at.date(),
        )


class AuditChange(AuditPage):
    title = "Change the audit"
    submit = "Save"
    lead = "Until it is concluded."

    def get(self, request: HttpRequest, uid: str) -> HttpResponse:
        audit = self.open(uid)
        require(self.user, "audit.change", audit)
        said = {name: getattr(audit, name) for name in (*TEXTS, "kind", "tested_on", "next_on")}
        return self.show_form(self.form(audit, initial=said))

    def post(self, request: HttpRequest, uid: str) -> HttpResponse:
        audit = self.open(uid)

        def save(data: dict[str, Any]) -> HttpResponse:
            change_audit(audit=audit, by=self.user, **data)
            return redirect("audits:audit-detail", uid=audit.uid)

        return self.tried(self.form(audit, request.POST), save)

    def form(self, audit: Audit, data: Any = None, **options: Any) -> AuditForm:
        form = AuditForm(data, system=audit.system, **options)
        del form.fields["version"]
        return form


class AuditConclude(AuditDetail):
    def post(self, request: HttpRequest, uid: str) -> HttpResponse:
        audit = self.open(uid)

        def conclude(data: dict[str, Any]) -> HttpResponse:
            conclude_audit(audit=audit, by=self.user, **data)
            return redirect("audits:audit-detail", uid=audit.uid)

        return self.tried(ConclusionForm(request.POST), conclude)

    def show_form(self, form: Any, *, status: int = 200, **context: Any) -> HttpResponse:
        return self.show_audit(self.audit, form, status)


class ReportRequest(AuditPage):
    def post(self, request: HttpRequest, uid: str) -> HttpResponse:
        report = request_report(audit=self.open(uid), by=self.user)
        return redirect("audits:report-detail", uid=report.uid)
