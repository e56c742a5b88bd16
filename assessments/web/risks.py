"""The risk register of a system: the list with its matrix, and one risk at a time."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from assessments.models import Assessment, HarmKind, Mitigation, Risk, RiskStatus
from assessments.services.risks import MOVES, change_risk, complete_mitigation, move_risk, plan_mitigation, raise_risk
from governance.errors import DomainError
from governance.models import System, Team, User
from governance.permissions import refusal
from governance.web.base import Crumb
from governance.web.systems import FormPage

SCALE = range(1, 6)
LIKELIHOOD = ("rare", "unlikely", "possible", "likely", "almost certain")
SEVERITY = ("slight", "limited", "serious", "severe", "ruinous")
DATE = forms.DateInput(attrs={"type": "date"})
MOVE_WORDS = {"mitigated": "Mitigated", "accepted": "Accepted as it is", "closed": "Closed", "open": "Open again"}


def _scale(words: tuple[str, ...]) -> list[tuple[str, str]]:
    return [("", "not rated"), *((str(number), f"{number}, {word}") for number, word in zip(SCALE, words, strict=True))]


def _rating(label: str, words: tuple[str, ...], *, required: bool) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=label, choices=_scale(words), coerce=int, empty_value=None, required=required)


class RiskForm(forms.Form):
    """What can happen to whom, how likely and how bad, before and after what is done."""

    title = forms.CharField(label="What can happen", max_length=200)
    description = forms.CharField(
        required=False, label="How it comes about", widget=forms.Textarea(attrs={"rows": 3}), max_length=10_000
    )
    harm = forms.ChoiceField(label="Kind of harm", choices=HarmKind.choices)
    falls_on = forms.CharField(label="On whom it falls", max_length=2_000)
    likelihood_before = _rating("Likelihood now", LIKELIHOOD, required=True)
    severity_before = _rating("Severity now", SEVERITY, required=True)
    likelihood_after = _rating("Likelihood after what is done", LIKELIHOOD, required=False)
    severity_after = _rating("Severity after what is done", SEVERITY, required=False)
    owner = forms.ModelChoiceField(User.objects.none(), required=False, empty_label="Nobody yet", to_field_name="uid")
    due_on = forms.DateField(label="Due", required=False, widget=DATE)

    def __init__(self, team: Team, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people: Any = self.fields["owner"]
        people.queryset = members_of(team)


class MoveForm(forms.Form):
    """Another state, and why."""

    status = forms.ChoiceField(label="State")
    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 2}), max_length=10_000)

    def __init__(self, risk: Risk, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["status"]
        choice.choices = [(status, MOVE_WORDS[status]) for status in MOVES[risk.status]]


class MitigationForm(forms.Form):
    """One thing to do."""

    text = forms.CharField(label="What is done", widget=forms.Textarea(attrs={"rows": 2}), max_length=10_000)
    owner = forms.ModelChoiceField(User.objects.none(), required=False, empty_label="Nobody yet", to_field_name="uid")
    due_on = forms.DateField(label="Due", required=False, widget=DATE)

    def __init__(self, team: Team, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people: Any = self.fields["owner"]
        people.queryset = members_of(team)


@dataclass(frozen=True)
class Cell:
    """The risks of one likelihood and severity."""

    likelihood: int
    severity: int
    risks: tuple[tuple[int, Risk], ...]  # with their numbers in the list

    @property
    def weight(self) -> str:
        product = self.likelihood * self.severity
        return "high" if product >= 15 else "middle" if product >= 6 else "low"


class RiskPage(FormPage):
    """A page of one system's register."""

    nav = "systems"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.system: Any = None
        self.risk: Any = None

    def open_system(self, uid: Any) -> System:
        found = System.objects.visible_to(self.user).select_related("team").filter(uid=uid).first()
        if found is None:
            raise Http404("There is nothing here, or not for you.")
        self.system = found
        return found

    def open_risk(self, uid: Any) -> Risk:
        rows = Risk.objects.visible_to(self.user).select_related("system__team", "owner", "raised_by", "assessment")
        self.risk = rows.filter(uid=uid).first()
        if self.risk is None:
            raise Http404("There is nothing here, or not for you.")
        self.system = self.risk.system
        return self.risk  # type: ignore[no-any-return]  # a Risk

    def crumbs(self) -> list[Crumb]:
        if self.system is None:
            return []
        register = reverse("assessments:risk-list", args=[self.system.uid])
        last = self.risk.title if self.risk else self.title
        return [
            ("Systems", reverse("governance:system-list")),
            (self.system.name, reverse("governance:system-detail", args=[self.system.uid])),
            ("Risks", register if last != "Risks" else ""),
            *([(last, "")] if last != "Risks" else []),
        ]


class RiskList(RiskPage):
    """Every risk of a system, and where they lie before and after what is done."""

    template = "assessments/risk_list.html"
    title = "Risks"

    def get(self, request: HttpRequest, uid: str) -> HttpResponse:
        system = self.open_system(uid)
        risks = list(system.risks.select_related("owner", "assessment"))
        counted = [(number, risk) for number, risk in enumerate(risks, 1) if risk.status != RiskStatus.CLOSED]
        return self.show(
            system=system,
            risks=risks,
            n_open=sum(risk.status == RiskStatus.OPEN for risk in risks),
            before=matrix_of(counted, "before"),
            after=matrix_of(counted, "after"),
            severities=list(zip(SCALE, SEVERITY, strict=True)),
            likelihoods=dict(zip(SCALE, LIKELIHOOD, strict=True)),
            reason=refusal(self.user, "risk.raise", system),
            page_title=f"Risks, {system.name}",
        )


class RiskCreate(RiskPage):
    """Raise a risk, from an answer or without one."""

    template = "assessments/risk_form.html"
    title = "Raise a risk"
    submit = "Raise the risk"

    def get(self, request: HttpRequest, uid: str) -> HttpResponse:
        system = self.open_system(uid)
        return self.show_form(RiskForm(system.team), system=system, source=self.source(), question=self.question_id())

    def post(self, request: HttpRequest, uid: str) -> HttpResponse:
        system, source = self.open_system(uid), self.source()

        def act(data: dict[str, Any]) -> HttpResponse:
            risk = raise_risk(system=system, assessment=source, question_id=self.question_id(), by=self.user, **data)
            messages.success(request, "The risk is in the register.")
            return redirect("assessments:risk-detail", uid=risk.uid)

        form = RiskForm(system.team, request.POST)
        return self.tried(form, act, system=system, source=source, question=self.question_id())

    def source(self) -> Assessment | None:
        """The assessment whose answer it is raised from."""
        wanted = self.request.GET.get("assessment", "")
        rows = Assessment.objects.visible_to(self.user).with_parts().filter(system=self.system)
        found: Assessment | None = next((row for row in rows if str(row.uid) == wanted), None) if wanted else None
        return found

    def question_id(self) -> str:
        return self.request.GET.get("question", "")[:80] if self.request.GET.get("assessment") else ""


class RiskDetail(RiskPage):
    """One risk: rate it anew, plan what is done, move it to another state."""

    template = "assessments/risk_detail.html"

    def get(self, request: HttpRequest, uid: str) -> HttpResponse:
        return self.show_risk(self.open_risk(uid))

    def post(self, request: HttpRequest, uid: str) -> HttpResponse:
        risk = self.open_risk(uid)
        forms_by_act: dict[str, tuple[Any, Any]] = {
            "change": (RiskForm(risk.system.team, request.POST, prefix="risk"), change_risk),
            "move": (MoveForm(risk, request.POST, prefix="move"), move_risk),
            "plan": (MitigationForm(risk.system.team, request.POST, prefix="plan"), plan_mitigation),
        }
        form, act = forms_by_act.get(request.POST.get("do", ""), forms_by_act["change"])
        if form.is_valid():
            try:
                act(risk=risk, by=self.user, **form.cleaned_data)
            except DomainError as error:
                if error.status == 403:
                    raise
                form.add_error(None, error.message)
            else:
                messages.success(request, "Saved.")
                return redirect("assessments:risk-detail", uid=uid)
        return self.show_risk(risk, form, status=422)

    def show_risk(self, risk: Risk, form: Any = None, status: int = 200) -> HttpResponse:
        initial = {name: getattr(risk, name) for name in RiskForm.base_fields if name != "owner"}
        initial["owner"] = risk.owner.uid if risk.owner else None
        team = risk.system.team
        return self.show(
            status=status,
            risk=risk,
            system=risk.system,
            mitigations=risk.mitigations.select_related("owner", "done_by"),
            risk_form=form if isinstance(form, RiskForm) else RiskForm(team, prefix="risk", initial=initial),
            move_form=form if isinstance(form, MoveForm) else MoveForm(risk, prefix="move"),
            plan_form=form if isinstance(form, MitigationForm) else MitigationForm(team, prefix="plan"),
            reason=refusal(self.user, "risk.change", risk),
            may_accept=not refusal(self.user, "risk.accept", risk),
            me=self.user,
            title=risk.title,
        )

    def back_to(self) -> str:
        return reverse("assessments:risk-detail", args=[self.kwargs["uid"]])


class MitigationDone(RiskPage):
    """One thing is done."""

    def post(self, request: HttpRequest, uid: str) -> HttpResponse:
        found = Mitigation.objects.visible_to(self.user).select_related("risk").filter(uid=uid).first()
        if found is None:
            raise Http404("There is nothing here, or not for you.")
        complete_mitigation(mitigation=found, by=self.user)
        return redirect("assessments:risk-detail", uid=found.risk.uid)

    def back_to(self) -> str:
        return reverse("governance:system-list")


def members_of(team: Team) -> Any:
    """The people of a team, to choose from."""
    return User.objects.filter(memberships__team=team, memberships__is_active=True, is_active=True).distinct()


def matrix_of(risks: list[tuple[int, Risk]], when: str) -> list[tuple[int, list[Cell]]]:
    """Rows from the highest likelihood down; a risk that was not rated afterwards is left out there."""
    placed: dict[tuple[int, int], list[tuple[int, Risk]]] = {}
    for number, risk in risks:
        likelihood, severity = risk.rated_before if when == "before" else risk.rated_after
        if likelihood and severity:
            placed.setdefault((likelihood, severity), []).append((number, risk))
    return [
        (likelihood, [Cell(likelihood, severity, tuple(placed.get((likelihood, severity), ()))) for severity in SCALE])
        for likelihood in reversed(SCALE)
    ]
