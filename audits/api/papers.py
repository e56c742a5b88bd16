"""Assessments as PDF over HTTP."""

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from assessments.models import Assessment
from audits.services.assessment_papers import assessment_pdf
from governance.api.base import EvenhandViewSet


class AssessmentPdfViewSet(EvenhandViewSet[Assessment]):
    row = Assessment

    @extend_schema(responses={(200, "application/pdf"): bytes})
    def pdf(self, request: Request, uid: str) -> HttpResponse:
        """The assessment as it stands now; marked as a draft on every page unless it is approved."""
        found = assessment_pdf(assessment=self.get_object(), by=self.user)
        response = HttpResponse(found.content, content_type=found.media_type)
        response.headers["Content-Disposition"] = f'attachment; filename="{found.name}"'
        return response
