"""The forms of the evidence library."""

from typing import Any

from django import forms

from assessments.models import EvidenceItem
from governance.models import Role, Team, User

DATE = forms.DateInput(attrs={"type": "date"})
MAY_ADD = (Role.COMPLIANCE, Role.ENGINEER, Role.ADMIN)


class MaterialForm(forms.Form):
    """A file or a link, one of the two: the service says so where it is neither or both."""

    file = forms.FileField(required=False)
    link = forms.CharField(label="Or a link", required=False, max_length=1000, widget=forms.URLInput)
    valid_until = forms.DateField(
        label="Valid until", required=False, widget=DATE, help_text="You are reminded 30 and 7 days before."
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        file = data.get("file")
        return {**data, "file": file, "file_name": file.name if file else ""}


class NewItemForm(MaterialForm):
    team = forms.ModelChoiceField(Team.objects.none(), empty_label=None, to_field_name="slug")
    title = forms.CharField(required=False, max_length=200, help_text="The file's name unless you write one.")
    description = forms.CharField(
        label="What it shows", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    field_order = ("team", "title", "file", "link", "valid_until", "description")

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        teams: Any = self.fields["team"]
        teams.queryset = Team.objects.filter(
            memberships__user=user, memberships__is_active=True, memberships__role__in=MAY_ADD
        ).distinct()


class RevisionForm(MaterialForm):
    note = forms.CharField(label="What has changed", required=False, max_length=2000)


class ItemForm(forms.Form):
    title = forms.CharField(max_length=200)
    description = forms.CharField(
        label="What it shows", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    owner = forms.ModelChoiceField(
        User.objects.none(),
        required=False,
        empty_label="Nobody",
        to_field_name="uid",
        label="Who keeps it up to date",
    )

    def __init__(self, item: EvidenceItem, data: Any = None) -> None:
        initial = {
            "title": item.title,
            "description": item.description,
            "owner": item.owner.uid if item.owner else None,
        }
        super().__init__(data, initial=initial)
        people: Any = self.fields["owner"]
        people.queryset = User.objects.filter(
            memberships__team=item.team_id, memberships__is_active=True, is_active=True
        ).distinct()


class ChooseItemForm(forms.Form):
    """Which item a button of the list means."""

    item = forms.ModelChoiceField(EvidenceItem.objects.none(), to_field_name="uid")

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        items: Any = self.fields["item"]
        items.queryset = EvidenceItem.objects.visible_to(user)
