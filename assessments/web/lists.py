"""Lists and starts: assessments, frameworks."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from assessments.models import Assessment, AssessmentStatus, FrameworkEdition
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


class FrameworkList(Page):
    template = "assessments/framework_list.html"
    nav = "frameworks"
    title = "Frameworks"

    def crumbs(self) -> list[Crumb]:
        return [("Frameworks", "")]

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(editions=FrameworkEdition.objects.visible_to(self.user).defer("document"))


class FrameworkDetail(Page):
    """An edition as people read it: every question with why, who and what proves it."""

    template = "assessments/framework_detail.html"
    nav = "frameworks"

    def get(self, request: HttpRequest, uid: str) -> HttpResponse:
        edition = FrameworkEdition.objects.visible_to(self.user).defer("document").with_uid(uid)
        if edition is None:
            raise Http404("There is nothing here, or not for you.")
        framework = edition.framework
        chapters = {chapter.id: chapter for chapter in framework.chapters}
        sections = [(section, chapters.get(section.chapter or "")) for section in framework.sections]
        return self.show(
            edition=edition,
            framework=framework,
            sections=sections,
            title=str(edition),
            crumbs=[("Frameworks", reverse("assessments:framework-list")), (str(edition), "")],
        )
