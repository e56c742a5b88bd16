"""A framework of another format, turned into a draft that the editor opens; what is missing stands above it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from assessments import services
from assessments.web.forms import LEADS
from evenhand.errors import InputError
from evenhand.questionnaire.importing import MAX_BYTES, Imported, Source, Wishes, import_framework
from evenhand.questionnaire.importing.points import PointsRule
from governance.errors import InvalidError, NotAllowedError
from governance.models import Team, User
from governance.web.base import Crumb
from governance.web.systems import FormPage

NOBODYS = "Compliance staff and administrators of a team write its frameworks."
MOST_REMARKS = 300
FORMATS = (
    (str(Source.SURVEYJS), "SurveyJS form (JSON)"),
    (str(Source.CISO_ASSISTANT), "CISO Assistant library (YAML)"),
    (str(Source.OSCAL), "OSCAL catalog or profile (JSON or YAML)"),
)


class FrameworkImportForm(forms.Form):
    """A file, what it is, and for SurveyJS where its points are."""

    team = forms.ModelChoiceField(Team.objects.none(), empty_label=None, to_field_name="uid")
    source = forms.ChoiceField(label="Format", choices=FORMATS)
    file = forms.FileField(label="The file")
    points = forms.CharField(
        label="Points in the values of choices",
        required=False,
        max_length=200,
        help_text="SurveyJS only: a regular expression whose group is the number, such as -([0-9]+)$",
    )
    scores = forms.CharField(
        label="Scores by the end of a name",
        required=False,
        max_length=400,
        help_text="SurveyJS only: SUFFIX=score, separated by spaces, such as RS=raw MS=mitigation",
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        team: Any = self.fields["team"]
        team.queryset = Team.objects.filter(
            memberships__user=user, memberships__is_active=True, memberships__role__in=LEADS
        ).distinct()

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(f"{file.name} has {file.size:,} bytes; at most {MAX_BYTES:,} are read.")
        return file


class FrameworkImport(FormPage):
    nav = "frameworks"
    title = "Import a framework"
    submit = "Turn it into a draft"
    lead = "You get a draft to read and correct. What could not be carried over stands at its top."

    def crumbs(self) -> list[Crumb]:
        return [("Frameworks", reverse("assessments:framework-list")), (self.title, "")]

    def get(self, request: HttpRequest) -> HttpResponse:
        form = FrameworkImportForm(self.user)
        teams: Any = form.fields["team"]
        if not teams.queryset.exists():
            return self.refused(NotAllowedError(NOBODYS))
        return self.show_form(form)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = FrameworkImportForm(self.user, request.POST, request.FILES)

        def take(data: dict[str, Any]) -> HttpResponse:
            found = converted(data)
            draft = services.save_framework_draft(text=draft_text(found), by=self.user, team=data["team"])
            told = f" {len(found.notes)} notes stand at its top." if found.notes else ""
            messages.success(request, f"{len(found.framework.questions)} questions are in the draft.{told}")
            return redirect("assessments:draft-edit", uid=draft.uid)

        return self.tried(form, take)


def converted(data: dict[str, Any]) -> Imported:
    """The framework of a file that was handed in."""
    file = data["file"]
    try:
        rule = PointsRule.of(data["points"] or None, tuple(data["scores"].split()))
        return import_framework(file.read(), data["source"], name=file.name, wishes=Wishes(points=rule))
    except InputError as error:
        raise InvalidError(error.sentence, fields={"file": [error.sentence]})


def draft_text(found: Imported) -> str:
    """The draft, with the notes as comments above it."""
    notes = [f"# {' '.join(str(note).split())}" for note in found.notes[:MOST_REMARKS]]
    if len(found.notes) > MOST_REMARKS:
        notes.append(f"# ... and {len(found.notes) - MOST_REMARKS} more; evenhand framework import shows all of them.")
    head = ["# What could not be carried over, or is read differently:", *notes, ""] if notes else []
    return "\n".join([*head, found.to_yaml()])
