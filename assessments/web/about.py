"""What an open assessment is about: title, date, which part of the framework, which version or evaluation."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from assessments import services
from assessments.models import Assessment
from assessments.web.base import AssessmentPage
from assessments.web.forms import DATE
from assessments.web.starting import add_details, details_of
from governance.errors import DomainError
from governance.permissions import refusal


class AboutForm(forms.Form):
    """The same choices as at the start."""

    due_on = forms.DateField(label="Due", required=False, widget=DATE)

    def __init__(self, assessment: Assessment, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["due_on"].initial = assessment.due_on
        add_details(
            self,
            assessment.edition,
            assessment.system,
            title=assessment.title,
            profile=assessment.profile,
            version=assessment.version.uid if assessment.version else None,
            evaluation=str(assessment.evaluation_uid or ""),
        )


class AssessmentAbout(AssessmentPage):
    """Change what an open assessment is about. Answers are kept, also those a smaller part does not ask."""

    template = "assessments/assessment_about.html"
    title = "What it is about"

    def get(self, request: HttpRequest, uid: str) -> HttpResponse:
        return self.show_form(AboutForm(self.open(uid)))

    def post(self, request: HttpRequest, uid: str) -> HttpResponse:
        assessment = self.open(uid)
        form = AboutForm(assessment, request.POST)
        if form.is_valid():
            try:
                services.change_assessment(assessment=assessment, by=self.user, **details_of(form.cleaned_data))
            except DomainError as error:
                if error.status == 403:
                    raise
                form.add_error(None, error.message)
            else:
                messages.success(request, "Saved.")
                return redirect("assessments:assessment-detail", uid=uid)
        return self.show_form(form, status=422)

    def show_form(self, form: AboutForm, status: int = 200) -> HttpResponse:
        reason = refusal(self.user, "assessment.change", self.assessment)
        return self.show(status=status, assessment=self.assessment, form=form, reason=reason)
