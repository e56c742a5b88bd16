"""The forms of campaigns and of giving a leaver's tasks away."""

from typing import Any

from django import forms

from assessments.models import Campaign, CampaignItem, FrameworkEdition, Scope
from assessments.services.campaigns import running_systems
from assessments.web.forms import DATE, LEADS
from governance.models import System, Team, User


def teams_led_by(user: User) -> list[Team]:
    """The teams in which a person may run campaigns."""
    rows = Team.objects.filter(memberships__user=user, memberships__is_active=True, memberships__role__in=LEADS)
    return list(rows.distinct())


def people_in(team: Team) -> Any:
    """Everybody who has a role in a team."""
    return User.objects.filter(memberships__team=team, memberships__is_active=True, is_active=True).distinct()


class CampaignForm(forms.Form):
    """What is asked, of which systems of one team, by when."""

    team_slug = forms.CharField(widget=forms.HiddenInput, required=False)
    title = forms.CharField(
        max_length=200,
        help_text="Such as: Yearly check of the inventory.",
        error_messages={"required": "Give it a title."},
    )
    asks = forms.ChoiceField(label="What owners do", widget=forms.RadioSelect, choices=Campaign.Asks.choices)
    framework_id = forms.ChoiceField(
        label="Which assessment", required=False, help_text="Only where they hand in an assessment."
    )
    due_on = forms.DateField(label="By when", widget=DATE, error_messages={"required": "Choose the day it is due."})
    message = forms.CharField(
        label="Message to the owners", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    systems = forms.ModelMultipleChoiceField(
        System.objects.none(),
        to_field_name="uid",
        widget=forms.CheckboxSelectMultiple,
        label="Which systems",
        error_messages={"required": "Choose at least one system."},
    )

    def __init__(self, user: User, team_slug: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        led = teams_led_by(user)
        wanted = args[0].get("team_slug", team_slug) if args and args[0] else team_slug
        self.team = next((team for team in led if team.slug == wanted), led[0] if led else None)
        fields: dict[str, Any] = self.fields
        if self.team is None:
            return
        systems = running_systems(self.team)
        fields["systems"].queryset = systems
        fields["systems"].initial = [system.uid for system in systems]
        fields["systems"].label_from_instance = lambda system: (
            f"{system.name} ({system.owner})"
            if system.owner
            else f"{system.name} (no owner: compliance staff are asked)"
        )
        fields["team_slug"].initial = self.team.slug
        fields["asks"].initial = Campaign.Asks.INVENTORY
        fields["framework_id"].choices = [("", "None"), *frameworks_for(self.team)]

    def chosen(self) -> dict[str, Any]:
        """What the service takes."""
        data = {name: value for name, value in self.cleaned_data.items() if name != "team_slug"}
        return {**data, "team": self.team, "systems": list(data["systems"])}


class ConfirmForm(forms.Form):
    note = forms.CharField(
        label="Note", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Anything the reader should know.",
    )  # fmt: skip


class GiveForm(forms.Form):
    """Whom to ask instead."""

    owner = forms.ModelChoiceField(
        User.objects.none(),
        required=False,
        empty_label="Compliance staff of the team",
        to_field_name="uid",
        label="Ask",
    )

    def __init__(self, item: CampaignItem, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"owner": item.owner.uid if item.owner else None})
        super().__init__(*args, **kwargs)
        people: Any = self.fields["owner"]
        people.queryset = people_in(item.campaign.team)


class ReassignForm(forms.Form):
    """Who takes over."""

    receiver = forms.ModelChoiceField(
        User.objects.none(),
        to_field_name="uid",
        empty_label="Choose a person",
        label="Give all of it to",
        error_messages={"required": "Choose who takes over."},
    )

    def __init__(self, team: Team, giver: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people: Any = self.fields["receiver"]
        people.queryset = people_in(team).exclude(pk=giver.pk)


def frameworks_for(team: Team) -> list[tuple[str, str]]:
    """The frameworks a team may answer about a system, by their newest editions."""
    newest = FrameworkEdition.objects.usable_by(team).defer("document").newest_of_each()
    return [(edition.framework_id, edition.title) for edition in newest if Scope.SYSTEM in edition.scopes]
