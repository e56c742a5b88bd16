"""What every page about one assessment shares."""

from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from assessments.models import Assessment
from assessments.web.languages import language_for, language_options
from governance.models import Membership
from governance.web.base import Crumb, Page


class AssessmentPage(Page):
    """A page about one assessment that the person may see."""

    nav = "assessments"
    row = Assessment
    surroundings: ClassVar[bool] = False  # whether the page shows what is beside the assessment

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.assessment: Any = None

    def open(self, uid: Any) -> Assessment:
        """The assessment, with its edition's long document left where it is."""
        rows = Assessment.objects.visible_to(self.user).with_parts().filter(uid=uid)
        found = (rows.with_surroundings() if self.surroundings else rows).first()
        if found is None:
            raise Http404("There is nothing here, or not for you.")
        found.reading_language = language_for(self.request, found.edition.framework)
        self.assessment = found
        return found

    def show(self, status: int = 200, **context: Any) -> HttpResponse:
        if self.assessment is not None:
            whole = self.assessment.edition.framework
            context.setdefault("languages", language_options(whole, self.assessment.reading_language))
        return super().show(status, **context)

    def crumbs(self) -> list[Crumb]:
        assessment: Assessment | None = self.assessment
        if assessment is None:
            return []
        last: list[Crumb] = [(self.title, "")] if self.title else []
        system: list[Crumb] = (
            [(assessment.system.name, reverse("governance:system-detail", args=[assessment.system.uid]))]
            if assessment.system
            else []
        )
        return [
            ("Assessments", reverse("assessments:assessment-list")),
            *system,
            (assessment.title, self.url("assessment-detail") if last else ""),
            *last,
        ]

    def url(self, name: str, *args: Any) -> str:
        """A page of this assessment."""
        return reverse(f"assessments:{name}", args=[self.assessment.uid, *args])

    def back_to(self) -> str:
        return self.url("assessment-detail") if self.assessment else reverse("assessments:assessment-list")


def people_of(assessment: Assessment) -> list[Membership]:
    """Who is in the team, for lists of people to choose from."""
    rows = Membership.objects.filter(team=assessment.team, is_active=True).select_related("user")
    return list(rows.order_by("user__name", "role"))
