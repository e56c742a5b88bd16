"""The registry's forms. They parse and explain; services decide."""

from typing import Any

from django import forms

from governance.models import DeploymentMethod, Hosting, Model, Role, Scope, Team, User


class TeamChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic at run time
    """One of the teams in which the person may do something."""

    def __init__(self, **options: Any) -> None:
        super().__init__(queryset=Team.objects.none(), empty_label=None, to_field_name="slug", **options)


class SystemForm(forms.Form):
    team = TeamChoice(help_text="Its people see the system; nobody else does.")
    name = forms.CharField(max_length=200)
    purpose = forms.CharField(
        label="What it does", widget=forms.Textarea(attrs={"rows": 4}), help_text="Two or three plain sentences."
    )
    people_affected = forms.CharField(label="Who it affects", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    decision = forms.CharField(
        label="Decision it takes part in", required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    human_oversight = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 2}))
    deployment_method = forms.ChoiceField(required=False, choices=[("", "Not decided yet"), *DeploymentMethod.choices])
    hosting = forms.ChoiceField(required=False, choices=[("", "Not decided yet"), *Hosting.choices])
    jurisdictions = forms.CharField(required=False, help_text="Separate several by commas, such as US (Florida), EU.")
    keep_uploads_days = forms.IntegerField(
        label="Keep uploaded rows for",
        min_value=0,
        max_value=3650,
        initial=0,
        required=False,
        help_text="Days. 0 deletes rows about people as soon as they are counted.",
    )

    def clean_jurisdictions(self) -> list[str]:
        return [part.strip() for part in self.cleaned_data["jurisdictions"].split(",") if part.strip()]

    def clean_keep_uploads_days(self) -> int:
        return self.cleaned_data["keep_uploads_days"] or 0


class ModelForm(forms.Form):
    name = forms.CharField(max_length=200)
    origin = forms.ChoiceField(choices=Model.Origin.choices)
    vendor = forms.CharField(max_length=200, required=False, help_text="Only for a model of somebody else's.")
    description = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 3}))


class RuleForm(forms.Form):
    name = forms.CharField(max_length=200, help_text="Such as: flagged from 5 upwards.")
    threshold = forms.DecimalField(
        required=False, max_digits=20, decimal_places=6, help_text="A score at or above it is a positive prediction."
    )
    score_minimum = forms.DecimalField(label="Lowest score", initial=0, max_digits=20, decimal_places=6)
    score_maximum = forms.DecimalField(label="Highest score", initial=1, max_digits=20, decimal_places=6)
    human_action = forms.CharField(
        label="What people do with it",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Who sees the score, what they decide, and when they may decide otherwise.",
    )


class CardForm(forms.Form):
    text = forms.CharField(
        label="Model card",
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "true"}),
        help_text="Markdown with a YAML head, YAML or JSON; the command is evenhand register card.md.",
    )


class TokenForm(forms.Form):
    team = TeamChoice()
    name = forms.CharField(max_length=100, help_text="Where it will be used, such as: CI of the scoring repository.")
    scopes = forms.MultipleChoiceField(choices=Scope.choices, widget=forms.CheckboxSelectMultiple)
    days = forms.IntegerField(label="Lasts", min_value=1, max_value=366, initial=90, help_text="Days, at most 366.")


class MemberForm(forms.Form):
    email = forms.EmailField(help_text="A person who has no account yet gets one.")
    name = forms.CharField(max_length=200, required=False, help_text="For a new account.")
    role = forms.ChoiceField(choices=Role.choices)


def team_choices(form: forms.Form, user: User, *roles: str) -> None:
    """Offer the teams in which the person has one of these roles; all their teams where none is named."""
    teams = Team.objects.visible_to(user)
    if roles:
        teams = teams.filter(memberships__user=user, memberships__is_active=True, memberships__role__in=roles)
    choice = form.fields["team"]
    if isinstance(choice, TeamChoice):
        choice.queryset = teams.distinct()
