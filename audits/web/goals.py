"""Goals and plans of a model: what is owed and what was agreed, by whom."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from audits.models import Goal
from audits.reports.goal_limits import limit_label
from audits.services.goals import agree_goal, propose_goal, retire_goal
from audits.services.plans import set_plan
from audits.web.forms import GoalForm, PlanForm, ReasonForm
from governance.models import Model
from governance.web.base import Crumb
from governance.web.systems import FormPage


class ModelGoals(FormPage):
    """A page about the goals of one model."""

    row = Model
    nav = "systems"

    def open(self, uid: Any) -> Model:
        found: Model = self.get_row(uid)
        self.model = found
        return found

    def crumbs(self) -> list[Crumb]:
        system = self.model.system
        here = reverse("audits:goal-list", args=[self.model.uid])
        return [
            ("Systems", reverse("governance:system-list")),
            (system.name, reverse("governance:system-detail", args=[system.uid])),
            (self.model.name, reverse("governance:model-detail", args=[self.model.uid])),
            ("Goals and plan", here),
        ]


class GoalList(ModelGoals):
    template = "audits/goal_list.html"
    title = "Goals and plan"

    def get(self, request: HttpRequest, uid: str) -> HttpResponse:
        model = self.open(uid)
        goals = model.goals.select_related("proposed_by", "agreed_by").order_by("number")
        return self.show(
            model=model,
            goals=[(goal, limit_label(goal.document)) for goal in goals],
            plans=model.plans.filter(is_current=True).select_related("data_set").prefetch_related("goals"),
        )


class GoalPropose(ModelGoals):
    title = "Propose a goal"
    submit = "Propose"
    lead = "Somebody else agrees it. Agree goals before the numbers are known: later ones are marked so."

    def get(self, request: HttpRequest, uid: str) -> HttpResponse:
        self.open(uid)
        return self.show_form(GoalForm())

    def post(self, request: HttpRequest, uid: str) -> HttpResponse:
        model, form = self.open(uid), GoalForm(request.POST)

        def propose(_: dict[str, Any]) -> HttpResponse:
            propose_goal(model=model, document=form.document(), by=self.user)
            return redirect("audits:goal-list", uid=model.uid)

        return self.tried(form, propose)


class PlanSet(ModelGoals):
    title = "Set a plan"
    submit = "Set the plan"
    lead = "Every version of the model then owes an evaluation on this data, judged by these goals."

    def get(self, request: HttpRequest, uid: str) -> HttpResponse:
        return self.show_form(PlanForm(model=self.open(uid)))

    def post(self, request: HttpRequest, uid: str) -> HttpResponse:
        model = self.open(uid)
        form = PlanForm(request.POST, model=model)

        def save(_: dict[str, Any]) -> HttpResponse:
            set_plan(model=model, by=self.user, **form.plan())
            return redirect("audits:goal-list", uid=model.uid)

        return self.tried(form, save)


class GoalPage(FormPage):
    """An act on one goal."""

    row = Goal
    nav = "systems"

    def open(self, uid: Any) -> Goal:
        found: Goal = self.get_row(uid)
        self.goal = found
        return found

    def crumbs(self) -> list[Crumb]:
        return [("Goals and plan", self.back_to()), (self.goal.name, "")]

    def back_to(self) -> str:
        return reverse("audits:goal-list", args=[self.goal.model.uid])


class GoalAgree(GoalPage):
    def post(self, request: HttpRequest, uid: str) -> HttpResponse:
        goal = agree_goal(goal=self.open(uid), by=self.user)
        messages.success(request, f"{goal.name} is agreed.")
        return redirect(self.back_to())


class GoalRetire(GoalPage):
    title = "Retire the goal"
    submit = "Retire it"
    lead = "It judges nothing from now on. What it judged stays."

    def get(self, request: HttpRequest, uid: str) -> HttpResponse:
        self.open(uid)
        return self.show_form(ReasonForm())

    def post(self, request: HttpRequest, uid: str) -> HttpResponse:
        goal = self.open(uid)

        def retire(data: dict[str, Any]) -> HttpResponse:
            retire_goal(goal=goal, reason=data["reason"], by=self.user)
            return redirect(self.back_to())

        return self.tried(ReasonForm(request.POST), retire)
