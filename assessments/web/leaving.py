"""A leaver's tasks in the browser: who has how much open in a team, and giving it to somebody else."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from assessments.services import leaving
from assessments.web.campaign_forms import ReassignForm
from governance.models import Membership, Team, User
from governance.permissions import refusal
from governance.web.base import Crumb
from governance.web.systems import FormPage


class TeamTasks(FormPage):
    """Everybody with something open, people without a role first; with a person chosen, what it is."""

    template = "assessments/team_tasks.html"
    nav = "teams"
    row = Team

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.team: Any = None
        self.person: User | None = None

    def open(self, uid: UUID) -> Team:
        """The team, and of its people, present and past, the one that was chosen."""
        self.team = self.get_row(uid)
        named = self.request.GET.get("person") or self.request.POST.get("person")
        if named:
            self.person = next((person for person in self.people() if str(person.uid) == named), None)
            if self.person is None:
                raise Http404("There is nobody like this in the team.")
        return self.team  # type: ignore[no-any-return]  # a Team, by `row`

    def people(self) -> list[User]:
        """Who has a role in the team, or had one."""
        held = Membership.objects.filter(team=self.team)
        return list(User.objects.filter(pk__in=held.values("user")))

    def crumbs(self) -> list[Crumb]:
        if self.team is None:
            return [("Teams", reverse("governance:team-list"))]
        last: list[Crumb] = [(str(self.person), "")] if self.person else []
        return [
            ("Teams", reverse("governance:team-list")),
            (self.team.name, reverse("governance:team-detail", args=[self.team.uid])),
            ("Open tasks", reverse("assessments:team-tasks", args=[self.team.uid]) if last else ""),
            *last,
        ]

    def back_to(self) -> str:
        url = reverse("assessments:team-tasks", args=[self.kwargs["uid"]])
        return f"{url}?person={self.person.uid}" if self.person else url

    def get(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        team = self.open(uid)
        return self.show_form(ReassignForm(team, self.person) if self.person else None)

    def post(self, request: HttpRequest, uid: UUID) -> HttpResponse:
        team = self.open(uid)
        giver = self.person
        if giver is None:
            raise Http404("Choose whose tasks these are.")

        def give(data: dict[str, Any]) -> HttpResponse:
            done = leaving.reassign_tasks(team=team, giver=giver, by=self.user, **data)
            if done.given:
                n_given = len(done.given)
                what = f"{n_given} tasks are" if n_given > 1 else "1 task is"
                messages.success(request, f"{what} with {data['receiver']} now, and on the record.")
            for task, why in done.left:
                messages.warning(request, f"{task.title}: {why}")
            return redirect(self.back_to())

        return self.tried(ReassignForm(team, giver, request.POST), give)

    def show_form(self, form: Any, *, status: int = 200, **context: Any) -> HttpResponse:
        tasks = leaving.open_tasks_of(self.person, self.team) if self.person else []
        return self.show(
            status=status,
            form=form,
            team=self.team,
            person=self.person,
            has_role=bool(self.person and self.person.roles_in(self.team)),
            kinds=by_kind(tasks),
            n_tasks=len(tasks),
            rows=[] if self.person else rows_of(self.team, self.people()),
            reason=refusal(self.user, "tasks.reassign", self.team),
            page_title=f"Open tasks of {self.person}" if self.person else f"Open tasks in {self.team.name}",
        )


def rows_of(team: Team, people: list[User]) -> list[dict[str, Any]]:
    """Everybody with how much they have open; those without a role any more and most to give first."""
    counts = leaving.open_counts(team)
    active = set(
        Membership.objects.filter(team=team, is_active=True, user__is_active=True).values_list("user", flat=True)
    )
    rows = [
        {"person": person, "n_tasks": counts[person.pk], "is_gone": person.pk not in active}
        for person in people
        if person.pk in active or counts[person.pk]
    ]
    return sorted(rows, key=lambda row: (not row["is_gone"], -row["n_tasks"], str(row["person"])))


def by_kind(tasks: list[Any]) -> list[dict[str, Any]]:
    """The tasks under the name of their kind, in order."""
    kinds: dict[str, list[Any]] = {}
    for task in tasks:
        kinds.setdefault(task.kind, []).append(task)
    return [{"kind": kind, "tasks": found} for kind, found in kinds.items()]
