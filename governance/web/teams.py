"""Teams with their people and roles; a person's own API tokens; the teams' data sets."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from governance import facts, permissions, services
from governance.models import ApiToken, DataSet, Membership, Team, User
from governance.web.base import Crumb, Page
from governance.web.forms import MemberForm, TokenForm, team_choices
from governance.web.systems import FormPage


class TeamList(Page):
    template = "governance/team_list.html"
    nav = "teams"
    title = "Teams"

    def crumbs(self) -> list[Crumb]:
        return [("Teams", "")]

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(teams=Team.objects.visible_to(self.user).prefetch_related("memberships", "systems"))


class TeamDetail(FormPage):
    template = "governance/team_detail.html"
    nav = "teams"
    row = Team

    def get(self, request: HttpRequest, uid: str) -> HttpResponse:
        return self.show_team(self.get_row(uid), MemberForm())

    def post(self, request: HttpRequest, uid: str) -> HttpResponse:
        """Give a role; an unknown address gets an account and sets its password by a reset link."""
        self.team = team = self.get_row(uid)
        permissions.require(self.user, "team.manage", team)

        def add(data: dict[str, Any]) -> HttpResponse:
            person = User.objects.filter(email=data["email"].lower()).first() or services.create_person(
                email=data["email"], name=data["name"], password=None, by=self.user
            )
            services.grant_role(team=team, user=person, role=data["role"], by=self.user)
            messages.success(request, f"{person} is {data['role']} in {team.name} now.")
            return redirect("governance:team-detail", uid=uid)

        return self.tried(MemberForm(request.POST), add)

    def show_form(self, form: Any, *, status: int = 200, **context: Any) -> HttpResponse:
        return self.show_team(self.team, form, status)

    def show_team(self, team: Team, form: Any, status: int = 200) -> HttpResponse:
        members = Membership.objects.filter(team=team, is_active=True).select_related("user", "team")
        crumbs = [("Teams", reverse("governance:team-list")), (team.name, "")]
        panels: list[facts.Panel] = sorted(facts.ask("team.panels", team, self.user), key=lambda panel: panel.order)
        return self.show(
            status=status, team=team, members=members, form=form, panels=panels, title=team.name, crumbs=crumbs
        )


class RoleRevoke(Page):
    row = Membership

    def post(self, request: HttpRequest, uid: str) -> HttpResponse:
        membership: Membership = self.get_row(uid)
        self.team = membership.team
        services.revoke_role(membership=membership, by=self.user)
        said = f"{membership.user} is no longer {membership.role} in {membership.team.name}."
        messages.success(request, f"{said}{self.left_open(membership)}")
        return redirect(self.back_to())

    def left_open(self, membership: Membership) -> str:
        """What somebody leaves behind whose last role in the team this was."""
        if membership.user.roles_in(membership.team):
            return ""
        n_tasks = len(facts.ask("team.tasks", membership.user, membership.team))
        if not n_tasks:
            return " It was the last role, and nothing is left open."
        if n_tasks == 1:
            return " It was the last role, and 1 open task is left behind: give it to somebody else under “Open tasks”."
        return f" It was the last role, and {n_tasks} open tasks are left behind: give them away under “Open tasks”."

    def back_to(self) -> str:
        return reverse("governance:team-detail", args=[self.team.uid])


class TokenList(FormPage):
    """The person's own tokens. A new secret is shown once, on the answer to the form itself."""

    template = "governance/token_list.html"
    nav = "tokens"
    title = "API tokens"

    def crumbs(self) -> list[Crumb]:
        return [("API tokens", "")]

    def form(self, data: Any = None) -> TokenForm:
        form = TokenForm(data)
        team_choices(form, self.user)
        return form

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show_form(self.form())

    def post(self, request: HttpRequest) -> HttpResponse:
        def issue(data: dict[str, Any]) -> HttpResponse:
            token, secret = services.issue_token(user=self.user, by=self.user, **data)
            return self.show_form(self.form(), status=201, issued=token, secret=secret)

        return self.tried(self.form(request.POST), issue)

    def show_form(self, form: Any, *, status: int = 200, **context: Any) -> HttpResponse:
        tokens = ApiToken.objects.filter(user=self.user).select_related("team")
        return self.show(status=status, form=form, tokens=tokens, **context)


class TokenRevoke(Page):
    row = ApiToken

    def post(self, request: HttpRequest, uid: str) -> HttpResponse:
        services.revoke_token(token=self.get_row(uid), by=self.user)
        messages.success(request, "The token is revoked.")
        return redirect("governance:token-list")

    def back_to(self) -> str:
        return reverse("governance:token-list")


class DataSetList(Page):
    template = "governance/dataset_list.html"
    nav = "systems"
    title = "Data sets"

    def crumbs(self) -> list[Crumb]:
        return [("Data sets", "")]

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(datasets=DataSet.objects.visible_to(self.user).select_related("team"))


class DataSetDetail(Page):
    template = "governance/dataset_detail.html"
    nav = "systems"
    row = DataSet

    def get(self, request: HttpRequest, uid: str) -> HttpResponse:
        dataset: DataSet = self.get_row(uid)
        crumbs = [("Data sets", reverse("governance:dataset-list")), (dataset.name, "")]
        return self.show(dataset=dataset, title=dataset.name, crumbs=crumbs)
