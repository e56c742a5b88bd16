"""Duties that follow from approved assessments: the list of all teams a person is in, and one at a time."""

import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from assessments.models import DutyTask
from assessments.services.duties import change_duty, settle_duty
from governance.errors import DomainError
from governance.models import Team, User
from governance.permissions import refusal
from governance.web.base import Crumb, Page

PER_PAGE = 50
WHEN = (
    ("open", "open: in force or upcoming"),
    ("in_force", "in force"),
    ("upcoming", "upcoming"),
    ("settled", "settled"),
)


class DutyForm(forms.Form):
    """Who does it, by when."""

    owner = forms.ModelChoiceField(
        User.objects.none(), required=False, empty_label="Nobody yet", to_field_name="uid", label="Who"
    )
    due_on = forms.DateField(label="Done by", required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, team: Team, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people: Any = self.fields["owner"]
        people.queryset = User.objects.filter(
            memberships__team=team, memberships__is_active=True, is_active=True
        ).distinct()


class SettleForm(forms.Form):
    """What became of it."""

    status = forms.ChoiceField(
        label="State", choices=[("done", "done"), ("set_aside", "does not apply"), ("open", "open again")]
    )
    note = forms.CharField(
        label="Note", required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=10_000,
        help_text="What was done and where it shows; needed when it does not apply.",
    )  # fmt: skip


class DutyList(Page):
    """Every duty of the person's teams, by what is asked now, later, or no more."""

    template = "assessments/duty_list.html"
    nav = "assessments"
    title = "Duties"

    def crumbs(self) -> list[Crumb]:
        return [("Assessments", reverse("assessments:assessment-list")), ("Duties", "")]

    def get(self, request: HttpRequest) -> HttpResponse:
        when, text = request.GET.get("when", "open"), request.GET.get("q", "").strip()
        rows = filtered(DutyTask.objects.visible_to(self.user), when)
        if request.GET.get("mine"):
            rows = rows.filter(owner=self.user)
        if text:
            rows = rows.filter(Q(title__icontains=text) | Q(system__name__icontains=text))
        rows = rows.select_related("system", "team", "owner", "assessment").order_by(
            F("starts_on").asc(nulls_first=True), "id"
        )
        return self.show(
            page_obj=Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
            when=when,
            choices=WHEN,
            text=text,
            mine=bool(request.GET.get("mine")),
            today=timezone.localdate(),
        )


class DutyDetail(Page):
    """One duty: what it asks, where it comes from, who does it, what became of it."""

    template = "assessments/duty_detail.html"
    nav = "assessments"
    row = DutyTask

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.duty: Any = None

    def open(self, uid: Any) -> DutyTask:
        self.duty = self.get_row(uid)
        return self.duty  # type: ignore[no-any-return]  # a DutyTask, by `row`

    def crumbs(self) -> list[Crumb]:
        last: list[Crumb] = [(self.duty.title, "")] if self.duty else []
        return [
            ("Assessments", reverse("assessments:assessment-list")),
            ("Duties", reverse("assessments:duty-list")),
            *last,
        ]

    def back_to(self) -> str:
        return reverse("assessments:duty-detail", args=[self.kwargs["uid"]])

    def get(self, request: HttpRequest, uid: str) -> HttpResponse:
        return self.show_duty(self.open(uid))

    def post(self, request: HttpRequest, uid: str) -> HttpResponse:
        duty = self.open(uid)
        form: Any
        act: Any
        if request.POST.get("do") == "settle":
            form = SettleForm(request.POST, prefix="settle")
            act = settle_duty
        else:
            form = DutyForm(duty.team, request.POST, prefix="duty")
            act = change_duty
        if form.is_valid():
            try:
                act(duty=duty, by=self.user, **form.cleaned_data)
            except DomainError as error:
                if error.status == 403:
                    raise
                form.add_error(None, error.message)
            else:
                messages.success(request, "Saved.")
                return redirect("assessments:duty-detail", uid=uid)
        return self.show_duty(duty, form, status=422)

    def show_duty(self, duty: DutyTask, form: Any = None, status: int = 200) -> HttpResponse:
        initial = {"owner": duty.owner.uid if duty.owner else None, "due_on": duty.due_on}
        settle = {"status": "done" if duty.status in ("open", "lapsed") else duty.status, "note": duty.note}
        return self.show(
            status=status,
            duty=duty,
            when=when_of(duty),
            duty_form=form if isinstance(form, DutyForm) else DutyForm(duty.team, prefix="duty", initial=initial),
            settle_form=form if isinstance(form, SettleForm) else SettleForm(prefix="settle", initial=settle),
            reason=refusal(self.user, "duty.settle", duty),
            title=duty.title,
        )


def filtered(rows: Any, when: str) -> Any:
    """Duties that are asked now, later, or no more."""
    today = timezone.localdate()
    is_open = rows.filter(status=DutyTask.Status.OPEN)
    match when:
        case "in_force":
            return is_open.filter(Q(starts_on=None) | Q(starts_on__lte=today))
        case "upcoming":
            return is_open.filter(starts_on__gt=today)
        case "settled":
            return rows.exclude(status=DutyTask.Status.OPEN)
        case _:
            return is_open


def when_of(duty: DutyTask) -> str:
    """The state of a duty, in the words of config/states.py."""
    if duty.status != DutyTask.Status.OPEN:
        return str(duty.status)
    today: datetime.date = timezone.localdate()
    return "upcoming" if duty.starts_on and duty.starts_on > today else "in_force"
