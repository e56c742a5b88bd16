"""Who answers which section of an assessment, and by when."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from assessments import services
from assessments.models import Assignment
from assessments.web.base import AssessmentPage, people_of
from assessments.web.forms import AssignForm
from governance.errors import DomainError
from governance.permissions import refusal


class AssessmentPeople(AssessmentPage):
    """Who answers which section, and by when."""

    template = "assessments/assessment_people.html"
    title = "People and dates"

    def get(self, request: HttpRequest, uid: str) -> HttpResponse:
        self.open(uid)
        return self.show_sections({})

    def post(self, request: HttpRequest, uid: str) -> HttpResponse:
        assessment = self.open(uid)
        given = self.given()
        forms = self.forms(request.POST)
        if not all(form.is_valid() for form in forms.values()):
            return self.show_sections(forms, status=422)
        for section_id, form in forms.items():
            data, part = form.cleaned_data, given.get(section_id)
            present = (part.assignee, part.due_on) if part else (None, None)
            if (data["assignee"], data["due_on"]) == present:
                continue
            try:
                services.assign(assessment=assessment, section_id=section_id, by=self.user, **data)
            except DomainError as error:
                form.add_error(None, error.message)
                return self.show_sections(forms, status=error.status)
        messages.success(request, "People and dates are saved.")
        return redirect("assessments:assessment-detail", uid=uid)

    def given(self) -> dict[str, Assignment]:
        """The sections that somebody has, by section."""
        rows = self.assessment.assignments.filter(question_id="").select_related("assignee")
        return {part.section_id: part for part in rows}

    def forms(self, data: Any = None) -> dict[str, AssignForm]:
        given = self.given()
        found = {}
        for section in self.assessment.framework.sections:
            part = given.get(section.id)
            initial = {
                "assignee": part.assignee.uid if part and part.assignee else None,
                "due_on": part and part.due_on,
            }
            found[section.id] = AssignForm(self.assessment, data, prefix=section.id, initial=initial)
        return found

    def show_sections(self, forms: dict[str, AssignForm], status: int = 200) -> HttpResponse:
        forms = forms or self.forms()
        rows = [(section, forms[section.id]) for section in self.assessment.framework.sections]
        return self.show(
            status=status,
            assessment=self.assessment,
            rows=rows,
            people=people_of(self.assessment),
            reason=refusal(self.user, "assessment.assign", self.assessment),
        )
