"""One condition of use: what it restricts, who set it, who sees to it, and saying that it is met."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from assessments import services
from assessments.models import UseCondition
from assessments.services.conditions import state_of
from governance.permissions import refusal
from governance.web.base import Crumb
from governance.web.systems import FormPage


class MetForm(forms.Form):
    """How a condition is met."""

    note = forms.CharField(
        label="How it is met",
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What was done, and where it shows.",
    )


class ConditionDetail(FormPage):
    """A condition of use, and the form of those who may say that it is met."""

    template = "assessments/use_condition_detail.html"
    nav = "assessments"
    row = UseCondition
    submit = "It is met"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.condition: Any = None

    def open(self, uid: Any) -> UseCondition:
        self.condition = self.get_row(uid)
        return self.condition  # type: ignore[no-any-return]  # a UseCondition, by `row`

    def crumbs(self) -> list[Crumb]:
        assessment = self.condition.assessment
        return [
            ("Assessments", reverse("assessments:assessment-list")),
            (assessment.title, reverse("assessments:assessment-review", args=[assessment.uid])),
            ("Condition of use", ""),
        ]

    def get(self, request: HttpRequest, uid: str) -> HttpResponse:
        condition = self.open(uid)
        return self.show_form(MetForm(), **self.about(condition))

    def post(self, request: HttpRequest, uid: str) -> HttpResponse:
        condition = self.open(uid)

        def meet(data: dict[str, Any]) -> HttpResponse:
            services.meet_condition(condition=condition, by=self.user, **data)
            messages.success(request, "Noted: the condition is met.")
            return redirect("assessments:use-condition-detail", uid=uid)

        return self.tried(MetForm(request.POST), meet, **self.about(condition))

    def about(self, condition: UseCondition) -> dict[str, Any]:
        return {
            "condition": condition,
            "state": state_of(condition),
            "reason": refusal(self.user, "use_condition.meet", condition),
            "page_title": "Condition of use",
        }

    def back_to(self) -> str:
        return reverse("assessments:use-condition-detail", args=[self.kwargs["uid"]])
