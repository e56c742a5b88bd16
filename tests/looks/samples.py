"""Invented content for the gallery: every component and layout with the kind of words and figures it will carry."""

import datetime as dt

from django import forms
from django.utils import timezone

TODAY = timezone.localdate()
NOW = timezone.now()
DIGEST = "c07e51ab9d3f22846b1ea0f773c9e85d0412bb96f1d847a35e609c2fd7b18a34"


def days(number: int) -> dt.date:
    return TODAY + dt.timedelta(days=number)


class SampleForm(forms.Form):
    name = forms.CharField(help_text="Such as: flagged from 5 upwards.")
    due_on = forms.DateField(label="Next review date", help_text="At most 12 months away.")
    kind = forms.ChoiceField(choices=[("batch", "Batch"), ("online", "Online")])
    text = forms.CharField(label="What it does", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    scopes = forms.MultipleChoiceField(
        choices=[("read", "read"), ("register", "register")], widget=forms.CheckboxSelectMultiple
    )
    agree = forms.BooleanField(label="I have read the card", help_text="All of it.", required=False)
    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 2}), required=False)
