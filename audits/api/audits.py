"""Audits and reports over HTTP."""

from django.http import FileResponse, Http404, HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from audits.api import serializers as shapes
from audits.models import Audit, Report, ReportStatus
from audits.services.audits import change_audit, conclude_audit, open_audit
from audits.services.report_bundles import bundle_name, bundle_of
from audits.services.reports import request_report
from governance.api.base import EvenhandViewSet
from governance.models import Version
from governance.permissions import require


class AuditViewSet(EvenhandViewSet[Audit]):
    row = Audit
    serializer_class = shapes.AuditSerializer
    related = ("team", "system", "version", "opened_by", "concluded_by")
    filterset_fields = ["system__uid", "version__uid", "state"]

    @extend_schema(request=shapes.NewAudit)
    def create(self, request: Request) -> Response:
        data = self.parsed(shapes.NewAudit)
        version = self.chosen(Version.objects, data.pop("version"), "version")
        return self.answer_once(201, lambda: open_audit(version=version, by=self.user, **data))

    @extend_schema(request=shapes.AuditFields)
    def partial_update(self, request: Request, uid: str) -> Response:
        audit = self.get_object()
        self.check_match(self.get_serializer(audit).data)
        changed = change_audit(audit=audit, by=self.user, **self.parsed(shapes.AuditFields, partial=True))
        return Response(self.get_serializer(changed).data)

    @extend_schema(request=shapes.Conclusion)
    @action(detail=True, methods=["post"])
    def conclude(self, request: Request, uid: str) -> Response:
        data = self.parsed(shapes.Conclusion)
        return Response(self.get_serializer(conclude_audit(audit=self.get_object(), by=self.user, **data)).data)


class ReportViewSet(EvenhandViewSet[Report]):
    row = Report
    serializer_class = shapes.ReportSerializer
    related = ("audit", "version__model", "requested_by", "team")
    filterset_fields = ["audit__uid", "version__uid", "status"]

    @extend_schema(request=shapes.NewReport, responses={202: shapes.ReportSerializer})
    def create(self, request: Request) -> Response:
        data = self.parsed(shapes.NewReport)
        audit = self.chosen(Audit.objects, data["audit"], "audit")

        def make() -> Response:
            report = request_report(audit=audit, by=self.user)
            where = reverse("report-detail", kwargs={"uid": report.uid})
            return Response(self.get_serializer(report).data, status=202, headers={"Location": where})

        return self.answer_once(202, make)

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    @action(detail=True)
    def file(self, request: Request, uid: str) -> FileResponse:
        report = self.get_object()
        require(self.user, "report.download", report)
        if report.status != ReportStatus.ISSUED or not report.file:
            raise Http404
        return FileResponse(
            report.file.open("rb"), as_attachment=True, filename=f"{report.label}.pdf", content_type="application/pdf"
        )

    @extend_schema(responses={(200, "application/zip"): OpenApiTypes.BINARY})
    @action(detail=True)
    def bundle(self, request: Request, uid: str) -> HttpResponse:
        """The report with the proof that this very file was issued: `evenhand verify AR-1-bundle.zip`."""
        report = self.get_object()
        answer = HttpResponse(bundle_of(report=report, by=self.user), content_type="application/zip")
        answer["Content-Disposition"] = f'attachment; filename="{bundle_name(report)}"'
        return answer
