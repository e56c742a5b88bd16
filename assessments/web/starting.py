"""Starting an assessment: framework, subject, and what the framework's questions need besides."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from assessments import services
from assessments.models import FrameworkEdition
from assessments.services.registry_facts import facts_used
from assessments.services.starting import last_approved, profiles_of, suggested_profile
from assessments.web.forms import DATE, LEADS
from governance import facts
from governance.models import System, Team, User, Version
from governance.web.base import Crumb
from governance.web.systems import FormPage

EVERYTHING = "all"
OF_VERSION = {"version", "card", "rule"}


class StartForm(forms.Form):
    """What is assessed, by which framework; and once both are known, which part and about which version."""

    framework = forms.ModelChoiceField(FrameworkEdition.objects.none(), empty_label=None, to_field_name="uid")
    about = forms.ChoiceField(label="What is assessed", help_text="A system, or the organisation's own practice.")
    due_on = forms.DateField(label="Due", required=False, widget=DATE)

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        newest = FrameworkEdition.objects.visible_to(user).newest_of_each().values("pk")
        framework: Any = self.fields["framework"]
        framework.queryset = FrameworkEdition.objects.filter(pk__in=newest).defer("document").order_by("title")
        leads = Team.objects.filter(
            memberships__user=user, memberships__is_active=True, memberships__role__in=LEADS
        ).distinct()
        systems = System.objects.filter(team__in=leads).select_related("team")
        self.teams = {f"team:{team.uid}": team for team in leads}
        self.systems = {f"system:{system.uid}": system for system in systems}
        about: Any = self.fields["about"]
        about.choices = [
            ("Systems", [(key, system.name) for key, system in self.systems.items()]),
            ("The organisation itself", [(key, f"{team.name}: our own practice") for key, team in self.teams.items()]),
        ]
        self.edition = self._edition(framework.queryset)
        self.system = self.systems.get(self._given("about"))
        self.team = self.system.team if self.system else self.teams.get(self._given("about"))
        if self.edition is not None and self.team is not None:
            add_details(self, self.edition, self.system)

    def chosen(self) -> dict[str, Any]:
        """What the service takes."""
        subject = {"system": self.system} if self.system else {"team": self.team}
        return {"edition": self.cleaned_data["framework"], **details_of(self.cleaned_data), **subject}

    def starts_from(self) -> Any:
        """The approved assessment whose answers are carried over, if there is one."""
        if self.edition is None or self.team is None:
            return None
        return last_approved(self.edition, self.team, self.system)

    def _given(self, name: str) -> str:
        return str((self.data.get(name) if self.is_bound else self.initial.get(name)) or "")

    def _edition(self, editions: Any) -> FrameworkEdition | None:
        wanted = self._given("framework")
        found: FrameworkEdition | None = next((row for row in editions if str(row.uid) == wanted), None)
        return found


def add_details(form: forms.Form, edition: FrameworkEdition, system: System | None, **initial: Any) -> None:
    """The fields a framework needs besides: title, which part is asked, about which version or evaluation."""
    form.fields["title"] = forms.CharField(
        max_length=200,
        required=False,
        help_text=f"{edition.title} unless you write another.",
        initial=initial.get("title", ""),
    )
    profiles = profiles_of(edition)
    if profiles:
        form.fields["profile"] = forms.ChoiceField(
            label="Which part",
            required=False,
            choices=[*((each.id, str(each.title) or each.id) for each in profiles), (EVERYTHING, "Everything it asks")],
            initial=initial.get("profile", suggested_profile(edition, system)) or EVERYTHING,
            help_text="Suggested by the system's tier; you may take another. Answers outside it are kept.",
        )
    families = {name.partition(".")[0] for name in facts_used(edition.framework)}
    if system is not None and families & OF_VERSION:
        versions = Version.objects.filter(model__system=system).select_related("model")
        form.fields["version"] = forms.ModelChoiceField(
            versions,
            required=False,
            to_field_name="uid",
            empty_label="the newest, whichever that is",
            initial=initial.get("version"),
        )
    if system is not None and "evaluation" in families:
        found = facts.ask("assessment.evaluations", system)
        form.fields["evaluation"] = forms.ChoiceField(
            required=False,
            choices=[("", "the newest, whichever that is"), *((str(each.uid), each.label) for each in found)],
            initial=initial.get("evaluation", ""),
        )


def details_of(data: dict[str, Any]) -> dict[str, Any]:
    """What the services take of these fields; a field the form does not have is left out."""
    found: dict[str, Any] = {name: data[name] for name in ("title", "version", "due_on") if name in data}
    if data.get("profile"):
        found["profile"] = "" if data["profile"] == EVERYTHING else data["profile"]
    if "evaluation" in data:
        found["evaluation_uid"] = uuid.UUID(data["evaluation"]) if data["evaluation"] else None
    return found


class AssessmentStart(FormPage):
    template = "assessments/assessment_start.html"
    nav = "assessments"
    title = "Start an assessment"
    submit = "Start"

    def crumbs(self) -> list[Crumb]:
        return [("Assessments", reverse("assessments:assessment-list")), ("Start", "")]

    def get(self, request: HttpRequest) -> HttpResponse:
        system, framework = request.GET.get("system", ""), request.GET.get("framework", "")
        about = request.GET.get("about", "") or f"system:{system}"
        return self.show_start(StartForm(self.user, initial={"about": about, "framework": framework}))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = StartForm(self.user, request.POST)
        if request.POST.get("go") == "look":
            initial = {name: request.POST.get(name, "") for name in ("framework", "about", "due_on")}
            return self.show_start(StartForm(self.user, initial=initial))

        def start(_: dict[str, Any]) -> HttpResponse:
            assessment = services.start_assessment(by=self.user, **form.chosen())
            carried = assessment.answers.count()
            more = f" {carried} answers are carried over; confirm or change them." if carried else ""
            messages.success(request, f"Started. Every answer is saved as you write.{more}")
            return redirect("assessments:assessment-detail", uid=assessment.uid)

        return self.tried(form, start, may_start=bool(form.teams), starts_from=form.starts_from())

    def show_start(self, form: StartForm) -> HttpResponse:
        return self.show_form(form, may_start=bool(form.teams), starts_from=form.starts_from())
