"""The list of assessments."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse

from assessments.models import Assessment, AssessmentStatus
from assessments.web.legacy import legacy_of
from governance.web.base import Crumb, Page

PER_PAGE = 50


class AssessmentList(Page):
    template = "assessments/assessment_list.html"
    nav = "assessments"
    title = "Assessments"

    def crumbs(self) -> list[Crumb]:
        return [("Assessments", "")]

    def get(self, request: HttpRequest) -> HttpResponse:
        status, text = request.GET.get("status", ""), request.GET.get("q", "").strip()
        rows = Assessment.objects.visible_to(self.user).with_parts()
        if status in AssessmentStatus.values:
            rows = rows.filter(status=status)
        if text:
            rows = rows.filter(system__name__icontains=text) | rows.filter(title__icontains=text)
        page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
        n_open = Assessment.objects.visible_to(self.user).still_open().count()
        n_waiting = Assessment.objects.visible_to(self.user).awaiting_decision().count()
        return self.show(
            page_obj=page,
            text=text,
            chosen_status=status,
            statuses=AssessmentStatus.choices,
            n_open=n_open,
            n_waiting=n_waiting,
            legacy=[] if status else legacy_of(self.user, text),
        )
