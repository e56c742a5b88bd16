"""Two assessments of one subject side by side."""

from django.http import Http404, HttpRequest, HttpResponse

from assessments.models import Assessment
from assessments.services.comparing import comparable, compare_assessments
from assessments.web.base import AssessmentPage


class AssessmentCompare(AssessmentPage):
    """What changed in answers, score, outcome and edition since another assessment: by default the one before."""

    template = "assessments/assessment_compare.html"
    title = "Compare"

    def get(self, request: HttpRequest, uid: str) -> HttpResponse:
        newer = self.open(uid)
        others = list(comparable(newer)[:50])
        older = self.other(newer, others, request.GET.get("with", ""))
        comparison = compare_assessments(older, newer) if older else None
        return self.show(assessment=newer, others=others, older=older, comparison=comparison)

    def other(self, newer: Assessment, others: list[Assessment], wanted: str) -> Assessment | None:
        if wanted:
            found = next((row for row in others if str(row.uid) == wanted), None)
            if found is None:
                raise Http404("There is no such assessment of this subject by this framework.")
            return found
        based_on = next((row for row in others if row.pk == newer.based_on_id), None)
        return based_on or next((row for row in others if row.created_at < newer.created_at), None)
