"""What a system's assessment took over from the organisation's own."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from assessments import services
from assessments.services.standing import Standing
from assessments.services.wording import words_of
from assessments.web.base import AssessmentPage
from evenhand.questionnaire.schema import Question
from governance.permissions import refusal


class AssessmentCopied(AssessmentPage):
    """The organisation's signed answers as they were taken over, and which of them a newer one contradicts."""

    template = "assessments/assessment_copied.html"
    title = "From the organisation"

    def get(self, request: HttpRequest, uid: str) -> HttpResponse:
        standing = services.standing_of(self.open(uid))
        sections = [
            (section, [self.entry(standing, question) for question in section.questions if question.takes_answer])
            for section in standing.framework.borrowed
        ]
        if not sections:
            raise Http404("This assessment takes nothing over.")
        return self.show(
            assessment=self.assessment,
            sections=sections,
            newest=services.newest_signed(self.assessment),
            n_stale=len(standing.stale),
            n_copied=len(standing.copied),
            reason=refusal(self.user, "assessment.take_over", self.assessment),
        )

    def post(self, request: HttpRequest, uid: str) -> HttpResponse:
        changed = services.take_over_answers(assessment=self.open(uid), by=self.user)
        messages.success(request, f"{changed} answers taken over." if changed else "Everything was taken over already.")
        return redirect("assessments:assessment-copied", uid=uid)

    def back_to(self) -> str:
        return self.url("assessment-copied") if self.assessment else super().back_to()

    def entry(self, standing: Standing, question: Question) -> dict[str, Any]:
        copied = standing.copied.get(question.id)
        return {
            "question": question,
            "copied": copied,
            "words": words_of(question, copied.said()) if copied else (),
            "state": "stale" if question.id in standing.stale else "inherited" if copied else "missing",
        }
