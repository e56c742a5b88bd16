"""Earlier assessments, entered afterwards: one page each, and the form that takes them in."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from assessments.models import LegacyRecord
from assessments.services.legacy import SUFFIXES, add_legacy_record
from assessments.web.forms import DATE, LEADS
from governance.errors import NotAllowedError
from governance.models import System, Team, User
from governance.permissions import require
from governance.web.base import Crumb, Page
from governance.web.systems import FormPage

LISTED = 50
NOBODYS = "Compliance staff and administrators of a team enter its earlier assessments."


class LegacyForm(forms.Form):
    """What an old document is, and what it claims."""

    about = forms.ChoiceField(label="What it was about")
    title = forms.CharField(max_length=200)
    occurred_on = forms.DateField(label="Decided on", widget=DATE, help_text="The day the document claims.")
    framework = forms.CharField(
        max_length=200, required=False, label="By which framework", help_text="In words, as the document says."
    )
    result = forms.CharField(
        required=False, label="What came out", widget=forms.Textarea(attrs={"rows": 3}), max_length=5_000
    )
    decided_by = forms.CharField(max_length=200, required=False, label="Decided by")
    file = forms.FileField(label="The document", help_text=f"{', '.join(SUFFIXES)}")

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        leads = Team.objects.filter(
            memberships__user=user, memberships__is_active=True, memberships__role__in=LEADS
        ).distinct()
        self.teams = {f"team:{team.uid}": team for team in leads}
        self.systems = {
            f"system:{system.uid}": system for system in System.objects.filter(team__in=leads).select_related("team")
        }
        about: Any = self.fields["about"]
        about.choices = [
            ("Systems", [(key, system.name) for key, system in self.systems.items()]),
            ("The organisation itself", [(key, f"{team.name}: our own practice") for key, team in self.teams.items()]),
        ]

    def chosen(self) -> dict[str, Any]:
        """What the service takes."""
        data = dict(self.cleaned_data)
        about = data.pop("about")
        system = self.systems.get(about)
        return {**data, "system": system, "team": system.team if system else self.teams[about]}


class LegacyAdd(FormPage):
    nav = "assessments"
    title = "Enter an earlier assessment"
    submit = "Enter it"
    lead = (
        "For a finished document from before: it is kept with its SHA-256 and shown as entered afterwards, with the "
        "day it claims."
    )

    def crumbs(self) -> list[Crumb]:
        return [("Assessments", reverse("assessments:assessment-list")), ("Enter an earlier one", "")]

    def get(self, request: HttpRequest) -> HttpResponse:
        form = LegacyForm(self.user, initial={"about": f"system:{request.GET.get('system', '')}"})
        if not form.teams:
            return self.refused(NotAllowedError(NOBODYS))
        return self.show_form(form)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = LegacyForm(self.user, request.POST, request.FILES)

        def enter(data: dict[str, Any]) -> HttpResponse:
            record = add_legacy_record(by=self.user, file_name=data["file"].name, **form.chosen())
            messages.success(request, "Entered. It is shown as entered afterwards wherever it appears.")
            return redirect("assessments:legacy-detail", uid=record.uid)

        return self.tried(form, enter)


class LegacyDetail(Page):
    template = "assessments/legacy_detail.html"
    nav = "assessments"
    row = LegacyRecord

    def get(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        record = self.get_row(uid)
        crumbs: list[Crumb] = [("Assessments", reverse("assessments:assessment-list")), (record.title, "")]
        return self.show(record=record, title=record.title, crumbs=crumbs)


class LegacyFile(Page):
    """The document as it was handed in."""

    row = LegacyRecord

    def get(self, request: HttpRequest, uid: UUID) -> FileResponse:
        record = self.get_row(uid)
        require(self.user, "legacy.download", record)
        return FileResponse(record.file.open("rb"), as_attachment=True, filename=record.file_name)


def legacy_of(user: User, text: str = "") -> list[LegacyRecord]:
    """Earlier assessments the person may see, the latest claimed day first; only those whose name holds a text."""
    rows = LegacyRecord.objects.visible_to(user).select_related("system", "team", "added_by")
    if text:
        rows = rows.filter(Q(title__icontains=text) | Q(system__name__icontains=text))
    return list(rows[:LISTED])
