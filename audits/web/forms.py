"""The forms of audits. They parse and explain; services decide."""

from typing import Any

from django import forms
from django.utils import timezone

from audits.models import Goal, GoalStatus, ReportKind
from evenhand.fairness.judging.goals import SIDES
from evenhand.fairness.plots.words import IN_WORDS
from governance.models import DataSet, Model, System, Version

SIDE_WORDS = {"two_sided": "either way", "at_most": "at most", "at_least": "at least"}
AREA = {"rows": 3}


class ReasonForm(forms.Form):
    reason = forms.CharField(widget=forms.Textarea(attrs=AREA), help_text="It stays on the record, with your name.")


class GoalForm(forms.Form):
    """A fairness goal in words; what it cannot say is proposed by the API as a document."""

    name = forms.CharField(max_length=200, help_text="Such as: equal false alarms.")
    metric = forms.ChoiceField(
        choices=[(name, f"{words} ({name})") for name, words in IN_WORDS.items() if name != "count"]
    )
    by = forms.CharField(label="Groups of", help_text="Column names, separated by commas, such as: race.")
    kind = forms.ChoiceField(choices=[("difference", "difference of rates"), ("ratio", "ratio of rates")])
    side = forms.ChoiceField(choices=[(side, SIDE_WORDS[side]) for side in SIDES])
    threshold = forms.FloatField(help_text="0.05 allows 5 points; for a ratio 0.8 asks for four fifths.")
    reference = forms.CharField(
        required=False, help_text="A group such as race=Caucasian. Empty: the largest group. Or: overall, all_pairs."
    )
    reference_reason = forms.CharField(label="Why this reference", required=False)
    view = forms.CharField(label="Whose view", required=False, help_text="Such as: defendants.")
    why = forms.CharField(label="Why this goal", widget=forms.Textarea(attrs=AREA))

    def document(self) -> dict[str, Any]:
        data = self.cleaned_data
        said = {
            name: data[name] for name in ("name", "metric", "kind", "side", "threshold", "view", "why") if data[name]
        }
        by = [column.strip() for column in data["by"].split(",") if column.strip()]
        return {**said, "by": by, "reference": self._reference(), "reference_reason": data["reference_reason"]}

    def _reference(self) -> str | dict[str, str]:
        text = self.cleaned_data["reference"].strip()
        if "=" not in text:
            return text or "largest"
        pairs = (part.partition("=") for part in text.split(","))
        return {column.strip(): level.strip() for column, _, level in pairs}


class PlanForm(forms.Form):
    name = forms.CharField(max_length=200, help_text="Such as: by race and sex.")
    data_set = forms.ModelChoiceField(queryset=DataSet.objects.none(), to_field_name="uid", empty_label=None)
    groups = forms.CharField(label="Group columns", help_text="Separated by commas.")
    label = forms.CharField(label="Label column", required=False, help_text="What happened.")
    prediction = forms.CharField(label="Prediction column", required=False, help_text="What the model decided.")
    score = forms.CharField(label="Score column", required=False)
    positive = forms.CharField(label="Positive value", required=False, help_text="Where it is not 1.")
    filter = forms.CharField(required=False, help_text="Such as: age >= 18.")
    goals = forms.ModelMultipleChoiceField(
        queryset=Goal.objects.none(), to_field_name="uid", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, model: Model, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["data_set"].queryset = DataSet.objects.filter(team=model.system.team)  # type: ignore[attr-defined]
        self.fields["goals"].queryset = model.goals.exclude(status=GoalStatus.RETIRED)  # type: ignore[attr-defined]

    def plan(self) -> dict[str, Any]:
        data = self.cleaned_data
        groups = [column.strip() for column in data["groups"].split(",") if column.strip()]
        roles = {role: data[role] for role in ("label", "prediction", "score", "positive") if data[role]}
        return {
            "name": data["name"],
            "data_set": data["data_set"],
            "columns": {"groups": groups, **roles},
            "filter": data["filter"],
            "goals": list(data["goals"]),
        }


class AuditForm(forms.Form):
    """What an audit says when it is opened and while it is open."""

    version = forms.ModelChoiceField(queryset=Version.objects.none(), to_field_name="uid", empty_label=None)
    title = forms.CharField(max_length=200)
    kind = forms.ChoiceField(
        label="What kind of report",
        choices=ReportKind.choices,
        help_text="It is printed on the cover, with what it claims.",
    )
    tested_on = forms.DateField(
        label="Tested on", initial=timezone.localdate, widget=forms.DateInput(attrs={"type": "date"})
    )
    scope = forms.CharField(widget=forms.Textarea(attrs=AREA), help_text="What was looked at.")
    data_used = forms.CharField(required=False, widget=forms.Textarea(attrs=AREA), help_text="One line for each.")
    population_gaps = forms.CharField(
        required=False, widget=forms.Textarea(attrs=AREA), help_text="Who is missing from the data. One line for each."
    )
    uses = forms.CharField(label="Uses covered", required=False, widget=forms.Textarea(attrs=AREA))
    outside = forms.CharField(label="Uses not covered", required=False, widget=forms.Textarea(attrs=AREA))
    independence = forms.CharField(
        label="Independence", required=False, help_text="How who tested stands to who built and runs it."
    )
    next_on = forms.DateField(label="Next audit", required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, system: System, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        versions = Version.objects.filter(model__system=system).select_related("model")
        self.fields["version"].queryset = versions  # type: ignore[attr-defined]


class ConclusionForm(forms.Form):
    conclusion = forms.CharField(widget=forms.Textarea(attrs={"rows": 5}), help_text="It is printed on the report.")
    next_on = forms.DateField(label="Next audit", required=False, widget=forms.DateInput(attrs={"type": "date"}))
