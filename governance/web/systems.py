"""Systems and their models: list, story, registration, change, moves."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from governance import facts, services
from governance.errors import DomainError, NotAllowedError
from governance.models import Membership, Model, Role, System, SystemStatus
from governance.services.systems import MOVES
from governance.web.base import Crumb, Page
from governance.web.forms import ModelForm, RuleForm, SystemForm, team_choices

PER_PAGE = 50
NOBODYS = "Registering a system needs an engineer, compliance staff or an administrator of a team."


class SystemList(Page):
    template = "governance/system_list.html"
    nav = "systems"
    title = "Systems"

    def crumbs(self) -> list[Crumb]:
        return [("Systems", "")]

    def get(self, request: HttpRequest) -> HttpResponse:
        text, status = request.GET.get("q", "").strip(), request.GET.get("status", "")
        systems = System.objects.visible_to(self.user).select_related("team", "owner")
        if text:
            systems = systems.filter(Q(name__icontains=text) | Q(purpose__icontains=text))
        if status in SystemStatus.values:
            systems = systems.filter(status=status)
        counted = systems.annotate(n_versions=Count("models__versions")).order_by("name", "pk")
        page = Paginator(counted, PER_PAGE).get_page(request.GET.get("page"))
        return self.show(page_obj=page, text=text, chosen_status=status, statuses=SystemStatus.choices)


class FormPage(Page):
    """A page that is one form: typed text is kept, a refusal by a service stands above it."""

    template = "governance/form.html"
    nav = "systems"
    submit = "Save"
    lead = ""

    def show_form(self, form: Any, *, status: int = 200, **context: Any) -> HttpResponse:
        return self.show(status=status, form=form, submit=self.submit, lead=self.lead, **context)

    def tried(self, form: Any, act: Any, **context: Any) -> HttpResponse:
        """Run the service; on refusal show the form again with everything typed."""
        if not form.is_valid():
            return self.show_form(form, status=422, **context)
        try:
            done: HttpResponse = act(form.cleaned_data)
        except DomainError as error:
            for name, problems in error.fields.items():
                if name in form.fields:
                    form.add_error(name, problems)
            form.add_error(None, error.message)
            return self.show_form(form, status=error.status, **context)
        return done


class SystemCreate(FormPage):
    title = "Register a system"
    submit = "Register"

    def crumbs(self) -> list[Crumb]:
        return [("Systems", reverse("governance:system-list")), ("Register", "")]

    def form(self, data: Any = None) -> SystemForm:
        form = SystemForm(data)
        team_choices(form, self.user, Role.ENGINEER, Role.COMPLIANCE, Role.ADMIN)
        return form

    def get(self, request: HttpRequest) -> HttpResponse:
        form = self.form()
        if not form.fields["team"].queryset.exists():  # type: ignore[attr-defined]  # a TeamChoice
            return self.refused(NotAllowedError(NOBODYS))
        return self.show_form(form)

    def post(self, request: HttpRequest) -> HttpResponse:
        def register(data: dict[str, Any]) -> HttpResponse:
            system = services.register_system(by=self.user, owner=self.user, **data)
            return redirect("governance:system-detail", uid=system.uid)

        return self.tried(self.form(request.POST), register)


class SystemPage(FormPage):
    """A page about one system."""

    row = System

    def crumbs(self) -> list[Crumb]:
        system: System = self.system
        return [
            ("Systems", reverse("governance:system-list")),
            (system.name, reverse("governance:system-detail", args=[system.uid])),
            *([(self.title, "")] if self.title else []),
        ]

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.system: Any = None

    def open(self, uid: Any) -> System:
        self.system = self.get_row(uid)
        return self.system  # type: ignore[no-any-return]  # a System, by `row`


class SystemDetail(SystemPage):
    template = "governance/system_detail.html"

    def get(self, request: HttpRequest, uid: str) -> HttpResponse:
        system = self.open(uid)
        panels: list[facts.Panel] = sorted(facts.ask("system.panels", system, self.user), key=lambda panel: panel.order)
        models = system.models.prefetch_related("versions", "rules")
        people = Membership.objects.filter(team=system.team, is_active=True).select_related("user")
        start_url = f"{reverse('assessments:assessment-start')}?system={system.uid}"
        return self.show(
            system=system, models=models, panels=panels, people=people, moves=MOVES[system.status], start_url=start_url
        )


class SystemChange(SystemPage):
    title = "Change"

    def get(self, request: HttpRequest, uid: str) -> HttpResponse:
        system = self.open(uid)
        return self.show_form(self.form(system, self.initial(system)), system=system)

    def post(self, request: HttpRequest, uid: str) -> HttpResponse:
        system = self.open(uid)

        def change(data: dict[str, Any]) -> HttpResponse:
            services.change_system(system=system, by=self.user, **data)
            return redirect("governance:system-detail", uid=system.uid)

        return self.tried(self.form(system, request.POST, bound=True), change, system=system)

    def form(self, system: System, data: Any, *, bound: bool = False) -> SystemForm:
        form = SystemForm(data) if bound else SystemForm(initial=data)
        del form.fields["team"]
        return form

    def initial(self, system: System) -> dict[str, Any]:
        values = {name: getattr(system, name) for name in SystemForm.base_fields if name != "team"}
        return {**values, "jurisdictions": ", ".join(system.jurisdictions)}


class SystemMove(SystemPage):
    def post(self, request: HttpRequest, uid: str) -> HttpResponse:
        system = self.open(uid)
        services.change_system_status(
            system=system,
            status=request.POST.get("status", ""),
            reason=request.POST.get("reason", ""),
            by=self.user,
        )
        messages.success(request, f"{system.name} is {request.POST['status'].replace('_', ' ')} now.")
        return redirect("governance:system-detail", uid=uid)

    def back_to(self) -> str:
        return reverse("governance:system-detail", args=[self.kwargs["uid"]])


class ModelCreate(SystemPage):
    title = "Register a model"
    submit = "Register"

    def get(self, request: HttpRequest, uid: str) -> HttpResponse:
        return self.show_form(ModelForm(), system=self.open(uid))

    def post(self, request: HttpRequest, uid: str) -> HttpResponse:
        system = self.open(uid)

        def register(data: dict[str, Any]) -> HttpResponse:
            model = services.register_model(system=system, by=self.user, **data)
            return redirect("governance:model-detail", uid=model.uid)

        return self.tried(ModelForm(request.POST), register, system=system)


class ModelDetail(FormPage):
    """A model: its rules, its versions."""

    template = "governance/model_detail.html"
    row = Model

    def get(self, request: HttpRequest, uid: str) -> HttpResponse:
        return self.show_model(self.get_row(uid), RuleForm())

    def post(self, request: HttpRequest, uid: str) -> HttpResponse:
        """Set the decision rule."""
        model = self.get_row(uid)
        form = RuleForm(request.POST)
        if not form.is_valid():
            return self.show_model(model, form, status=422)
        try:
            services.set_rule(model=model, by=self.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, error.message)
            return self.show_model(model, form, status=error.status)
        return redirect("governance:model-detail", uid=uid)

    def show_model(self, model: Model, form: RuleForm, status: int = 200) -> HttpResponse:
        crumbs = [
            ("Systems", reverse("governance:system-list")),
            (model.system.name, reverse("governance:system-detail", args=[model.system.uid])),
            (model.name, ""),
        ]
        return self.show(
            status=status,
            model=model,
            system=model.system,
            versions=model.versions.all(),
            rules=model.rules.all(),
            form=form,
            crumbs=crumbs,
            title=model.name,
        )
