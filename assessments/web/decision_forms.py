"""The forms of a decision: one of four, in a seat, with conditions of use and requests for change beside it."""

from typing import Any

from django import forms
from django.forms import formset_factory

from assessments.models import Assessment, Decision
from assessments.seats import Seat, Table
from assessments.services.signing import SIGNED_WORDS
from assessments.web.forms import DATE, members_of
from governance.models import User

BLANK_CONDITIONS = 3
DECISIONS = (
    (Decision.APPROVED, "Approve"),
    (Decision.APPROVED_WITH_CONDITIONS, "Approve with conditions of use"),
    (Decision.RETURNED, "Return for changes"),
    (Decision.REJECTED, "Reject: this ends it for good"),
)


class DecisionForm(forms.Form):
    """What a signer says. Where more than one seat is free, they choose one."""

    decision = forms.ChoiceField(choices=DECISIONS, widget=forms.RadioSelect)
    seat = forms.ChoiceField(label="You sign as", required=False)
    function = forms.CharField(
        label="In which function", max_length=80, required=False, help_text="Such as second line or privacy."
    )
    comment = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Needed to return it (what has to change) and to reject it (why).",
    )
    minutes = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Who met, when, and what was said.",
    )
    seen_sha256 = forms.CharField(widget=forms.HiddenInput, required=False)
    confirmed = forms.BooleanField(label=SIGNED_WORDS, error_messages={"required": "Say that you have read it."})

    def __init__(self, table: Table, seats: list[Seat], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seats = {seat.key: seat for seat in seats}
        choice: Any = self.fields["seat"]
        choice.choices = [(key, str(seat).capitalize()) for key, seat in self.seats.items()]
        if len(self.seats) < 2:
            del self.fields["seat"]
        if any(seat.step.route_id for seat in seats):
            del self.fields["function"]
        else:
            self.fields["function"].initial = seats[0].step.function if seats else ""
        if not any(step.needs_minutes for step in table.open_steps):
            del self.fields["minutes"]

    def words(self) -> dict[str, Any]:
        """The decision as the services take it."""
        data = self.cleaned_data
        seat = self.seats.get(data.get("seat", "")) or next(iter(self.seats.values()), None)
        function = data.get("function") or (seat.step.function if seat else "")
        words = {"comment": data["comment"], "function": function, "instead_of": seat.instead_of if seat else None}
        return words | ({"minutes": data["minutes"]} if "minutes" in data else {})


class ConditionForm(forms.Form):
    """One condition of use; a blank row says nothing."""

    text = forms.CharField(label="What restricts the use", max_length=2_000, widget=forms.Textarea(attrs={"rows": 2}))
    owner = forms.ModelChoiceField(User.objects.none(), to_field_name="uid", label="Who sees to it")
    due_on = forms.DateField(label="By", widget=DATE)

    def __init__(self, *args: Any, assessment: Assessment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people: Any = self.fields["owner"]
        people.queryset = members_of(assessment.team)


Conditions = formset_factory(ConditionForm, extra=BLANK_CONDITIONS, max_num=20, absolute_max=40)


def conditions_of(assessment: Assessment, data: Any = None) -> Any:
    """The rows of conditions, blank or as somebody filled them."""
    return Conditions(data, prefix="conditions", form_kwargs={"assessment": assessment})
