"""Who signs in a team: routes by framework and tier, the people of each function, and delegations."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import formset_factory
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from assessments import services
from assessments.models import Delegation, FrameworkEdition, Route, Signatory
from assessments.services.routes import TIERS
from assessments.web.forms import DATE, members_of
from governance.errors import DomainError
from governance.models import Role, Team, User
from governance.permissions import refusal
from governance.web.base import Crumb, Page

BLANK_STEPS = 5


class StepForm(forms.Form):
    """One function of a route; a blank row says nothing."""

    function = forms.CharField(max_length=80)
    position = forms.IntegerField(label="Place", min_value=1, max_value=20, initial=1)
    quorum = forms.IntegerField(label="How many agree", min_value=1, max_value=50, initial=1)
    within_days = forms.IntegerField(label="Days", min_value=1, max_value=365, required=False)
    needs_minutes = forms.BooleanField(label="Minutes", required=False)

    def has_changed(self) -> bool:
        return bool(str(self["function"].value() or "").strip())  # the other fields are filled before anybody types


Steps = formset_factory(StepForm, extra=BLANK_STEPS, max_num=20, absolute_max=40)


class RouteForm(forms.Form):
    framework_id = forms.ChoiceField(label="Framework", required=False)
    tier = forms.ChoiceField(
        label="Risk tier", required=False, choices=[("", "every tier, and none"), *((tier, tier) for tier in TIERS)]
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        editions = FrameworkEdition.objects.visible_to(user).newest_of_each().values_list("framework_id", "title")
        field: Any = self.fields["framework_id"]
        field.choices = [("", "every framework"), *sorted(editions, key=lambda row: row[1])]


class SignatoryForm(forms.Form):
    function = forms.CharField(max_length=80, help_text="As it stands in a route, such as privacy or legal.")
    user = forms.ModelChoiceField(User.objects.none(), to_field_name="uid", label="Approver")

    def __init__(self, team: Team, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people: Any = self.fields["user"]
        people.queryset = approvers_of(team)


class DelegationForm(forms.Form):
    giver = forms.ModelChoiceField(User.objects.none(), to_field_name="uid", label="In whose place")
    holder = forms.ModelChoiceField(User.objects.none(), to_field_name="uid", label="Who signs")
    starts_on = forms.DateField(label="From", widget=DATE)
    ends_on = forms.DateField(label="Until", widget=DATE)
    function = forms.CharField(max_length=80, required=False, help_text="Blank: every function of that person.")
    reason = forms.CharField(max_length=2_000, required=False)

    def __init__(self, team: Team, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("giver", "holder"):
            people: Any = self.fields[name]
            people.queryset = approvers_of(team)


def approvers_of(team: Team) -> Any:
    return members_of(team).filter(memberships__team=team, memberships__role=Role.APPROVER, memberships__is_active=True)


class SignOffRoutes(Page):
    """One page for all three; each form does one thing."""

    template = "assessments/route_list.html"
    nav = "teams"
    title = "Who signs"
    row = Team

    def get(self, request: HttpRequest, uid: str) -> HttpResponse:
        return self.show_routes(self.get_row(uid))

    def post(self, request: HttpRequest, uid: str) -> HttpResponse:
        team, act = self.get_row(uid), request.POST.get("act", "")
        if act in ("end-route", "remove-signatory", "end-delegation"):
            self.end(team, act)
            return redirect("assessments:route-list", uid=uid)
        made = self.forms(team, act)
        if act not in made or not all(form.is_valid() for form in made[act]):
            return self.show_routes(team, made, status=422)
        try:
            self.set(team, act, made[act])
        except DomainError as error:
            if error.status == 403:
                raise
            made[act][0].add_error(None, error.message)
            return self.show_routes(team, made, status=error.status)
        messages.success(request, "Saved. Assessments handed in from now on follow it.")
        return redirect("assessments:route-list", uid=uid)

    def set(self, team: Team, act: str, made: list[Any]) -> None:
        data = made[0].cleaned_data
        match act:
            case "route":
                steps = [services.NewStep(**row.cleaned_data) for row in made[1] if row.has_changed()]
                services.set_route(team=team, by=self.user, steps=steps, **data)
            case "signatory":
                services.name_signatory(team=team, by=self.user, **data)
            case "delegation":
                services.give_delegation(team=team, by=self.user, **data)

    def end(self, team: Team, act: str) -> None:
        row = self.request.POST.get("uid", "")
        match act:
            case "end-route":
                services.end_route(route=_found(Route, team, row), by=self.user)
            case "remove-signatory":
                services.remove_signatory(signatory=_found(Signatory, team, row), by=self.user)
            case "end-delegation":
                services.end_delegation(delegation=_found(Delegation, team, row), by=self.user)
        messages.success(self.request, "Ended.")

    def forms(self, team: Team, act: str = "") -> dict[str, list[Any]]:
        """Each form, filled with what was sent where it is the one that was sent."""

        def data(name: str) -> Any:
            return self.request.POST if act == name else None

        return {
            "route": [RouteForm(self.user, data("route")), Steps(data("route"), prefix="steps")],
            "signatory": [SignatoryForm(team, data("signatory"), auto_id="signatory_%s")],
            "delegation": [
                DelegationForm(team, data("delegation"), initial={"giver": self.user.uid}, auto_id="delegation_%s")
            ],
        }

    def show_routes(self, team: Team, made: dict[str, list[Any]] | None = None, status: int = 200) -> HttpResponse:
        made = made or self.forms(team)
        delegations = Delegation.objects.filter(team=team, ended_at=None).select_related("giver", "holder")
        return self.show(
            status=status,
            team=team,
            routes=Route.objects.filter(team=team, is_active=True).prefetch_related("steps"),
            signatories=Signatory.objects.filter(team=team, is_active=True).select_related("user"),
            delegations=delegations,
            route_form=made["route"][0],
            steps=made["route"][1],
            signatory_form=made["signatory"][0],
            delegation_form=made["delegation"][0],
            why_no_route=refusal(self.user, "route.set", team),
            why_no_signatory=refusal(self.user, "signatory.name", team),
            why_no_delegation=refusal(self.user, "delegation.give", team),
            crumbs=self.crumbs_of(team),
        )

    def crumbs_of(self, team: Team) -> list[Crumb]:
        return [
            ("Teams", reverse("governance:team-list")),
            (team.name, reverse("governance:team-detail", args=[team.uid])),
            (self.title, ""),
        ]


def _found(model: Any, team: Team, uid: str) -> Any:
    try:
        found = model.objects.filter(team=team, uid=uid).first()
    except ValidationError:
        found = None
    if found is None:
        raise Http404("There is nothing here, or not for you.")
    return found
