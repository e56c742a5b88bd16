"""The assessments' forms. They parse and explain; services decide."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet

from assessments.models import Assessment
from governance.models import Role, Team, User

LEADS = (Role.COMPLIANCE, Role.ADMIN)
DATE = forms.DateInput(attrs={"type": "date"})


def members_of(team: Team) -> QuerySet[User]:
    """The people of a team to choose from."""
    return User.objects.filter(memberships__team=team, memberships__is_active=True, is_active=True).distinct()


class ExitsForm(forms.Form):
    """The two honest ways out of an answer, and the revision it was written on."""

    dont_know = forms.BooleanField(required=False)
    not_applicable = forms.BooleanField(required=False)
    na_reason = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=2000)
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput, initial=0)


class FileForm(forms.Form):
    file = forms.FileField()
    title = forms.CharField(required=False, max_length=200, help_text="The file's name unless you write one.")
    valid_until = forms.DateField(required=False, widget=DATE)


class LinkForm(forms.Form):
    link = forms.CharField(label="Address", max_length=1000, widget=forms.URLInput)
    title = forms.CharField(required=False, max_length=200)
    valid_until = forms.DateField(required=False, widget=DATE)


class CommentForm(forms.Form):
    """A remark, and the people of the team who are told of it besides those named in it."""

    text = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}), max_length=10_000, help_text="@ and a name tells that person."
    )
    mentions = forms.ModelMultipleChoiceField(
        User.objects.none(),
        required=False,
        to_field_name="uid",
        widget=forms.CheckboxSelectMultiple,
        label="Tell these people",
    )
    for_report = forms.BooleanField(label="Print it in the report", required=False)

    def __init__(self, assessment: Assessment, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people: Any = self.fields["mentions"]
        people.queryset = members_of(assessment.team)
        people.choices = [(person.uid, str(person)) for person in people.queryset]  # read once


class AssignForm(forms.Form):
    """Who answers a section or a question, and by when."""

    assignee = forms.ModelChoiceField(
        User.objects.none(), required=False, empty_label="Nobody yet", to_field_name="uid", label="Who"
    )
    due_on = forms.DateField(label="Due", required=False, widget=DATE)

    def __init__(
        self, assessment: Assessment, *args: Any, people: Sequence[tuple[Any, str]] = (), **kwargs: Any
    ) -> None:
        """`people` is the list to choose from, read once for many such forms; the choice itself is checked anew."""
        super().__init__(*args, **kwargs)
        field: Any = self.fields["assignee"]
        field.queryset = members_of(assessment.team)
        field.widget.choices = [("", field.empty_label), *people]
