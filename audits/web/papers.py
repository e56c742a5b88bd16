"""Assessments as PDF: the file, and the link to it on the assessment's page."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from assessments.models import Assessment
from audits.services.assessment_papers import assessment_pdf
from governance.facts import Panel
from governance.models import User
from governance.permissions import allowed
from governance.web.base import Page


class AssessmentPdf(Page):
    def get(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        assessment = Assessment.objects.visible_to(self.user).with_parts().filter(uid=uid).first()
        if assessment is None:
            raise Http404("There is nothing here, or not for you.")
        found = assessment_pdf(assessment=assessment, by=self.user)
        response = HttpResponse(found.content, content_type=found.media_type)
        response.headers["Content-Disposition"] = f'attachment; filename="{found.name}"'
        return response


def file_links(assessment: Assessment, user: User) -> list[Panel]:
    """The link beside the assessment's other files."""
    if not allowed(user, "assessment.export", assessment):
        return []
    url = reverse("audits:assessment-pdf", args=[assessment.uid])
    return [Panel("audits/_assessment_pdf.html", {"url": url})]
