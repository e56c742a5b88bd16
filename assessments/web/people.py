"""Who answers which section of an assessment, or which single question of it, and by when."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from assessments import services
from assessments.models import Assignment
from assessments.web.base import AssessmentPage, people_of
from assessments.web.forms import AssignForm, members_of
from evenhand.questionnaire.schema import Question, Section
from governance.errors import DomainError
from governance.permissions import refusal


@dataclass(frozen=True)
class Part:
    """What a row of the page gives away: a section, or one question of it."""

    section: Section
    question: Question | None = None

    @property
    def key(self) -> tuple[str, str]:
        return (self.section.id, self.question.id if self.question else "")

    @property
    def prefix(self) -> str:
        return self.question.id if self.question else self.section.id

    @property
    def name(self) -> str:
        return (self.question.code or str(self.question.prompt)) if self.question else self._section_name

    @property
    def what(self) -> str:
        if self.question is not None:
            return str(self.question.prompt) if self.question.code else ""
        return str(self.section.title) if self.section.code else ""

    @property
    def _section_name(self) -> str:
        return self.section.code or str(self.section.title)


class AssessmentPeople(AssessmentPage):
    """Who answers which section, and by when; with `?section=`, which question of that section."""

    template = "assessments/assessment_people.html"
    title = "People and dates"

    def get(self, request: HttpRequest, uid: str) -> HttpResponse:
        self.open(uid)
        parts = self.parts()
        return self.show_parts(parts, self.forms(parts))

    def post(self, request: HttpRequest, uid: str) -> HttpResponse:
        assessment = self.open(uid)
        parts, given = self.parts(), self.given()
        forms = self.forms(parts, request.POST)
        if not all(form.is_valid() for form in forms):
            return self.show_parts(parts, forms, status=422)
        for part, form in zip(parts, forms, strict=True):
            section_id, question_id = part.key
            data, present = form.cleaned_data, given.get(part.key)
            if (data["assignee"], data["due_on"]) == ((present.assignee, present.due_on) if present else (None, None)):
                continue
            try:
                services.assign(
                    assessment=assessment, section_id=section_id, question_id=question_id, by=self.user, **data
                )
            except DomainError as error:
                form.add_error(None, error.message)
                return self.show_parts(parts, forms, status=error.status)
        messages.success(request, "People and dates are saved. Whoever is new to a part is told.")
        return redirect("assessments:assessment-detail", uid=uid)

    def parts(self) -> list[Part]:
        """The rows: every section, or the questions of the one that is named."""
        sections = self.assessment.framework.sections
        chosen = self.request.GET.get("section")
        if not chosen:
            return [Part(section) for section in sections]
        section = next((section for section in sections if section.id == chosen), None)
        if section is None:
            raise Http404("There is no such section here.")
        return [Part(section), *(Part(section, each) for each in section.questions if each.takes_answer)]

    def given(self) -> dict[tuple[str, str], Assignment]:
        """What somebody has, by section and question."""
        rows = self.assessment.assignments.select_related("assignee")
        return {(part.section_id, part.question_id): part for part in rows}

    def forms(self, parts: Sequence[Part], data: Any = None) -> list[AssignForm]:
        given = self.given()
        people = [(person.uid, str(person)) for person in members_of(self.assessment.team)]
        found = []
        for part in parts:
            present = given.get(part.key)
            initial = {
                "assignee": present.assignee.uid if present and present.assignee else None,
                "due_on": present and present.due_on,
            }
            found.append(AssignForm(self.assessment, data, prefix=part.prefix, initial=initial, people=people))
        return found

    def show_parts(self, parts: Sequence[Part], forms: Sequence[AssignForm], status: int = 200) -> HttpResponse:
        chosen = parts[0].section if self.request.GET.get("section") else None
        singles = {section_id for section_id, question_id in self.given() if question_id}
        return self.show(
            status=status,
            assessment=self.assessment,
            rows=list(zip(parts, forms, strict=True)),
            chosen=chosen,
            singles=singles,
            people=people_of(self.assessment),
            reason=refusal(self.user, "assessment.assign", self.assessment),
        )
