"""The forms of the framework editor. A file takes the place of the text; a bad file leaves the text as it is."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from assessments.models import FrameworkEdition
from assessments.web.forms import LEADS
from evenhand.questionnaire.parsing import MAX_BYTES
from governance.models import Team, User


class TextFileField(forms.FileField):
    """A YAML or JSON file, given back as its text."""

    def clean(self, data: Any, initial: Any = None) -> str:
        upload: UploadedFile[bytes] | None = super().clean(data, initial)
        if not upload:
            return ""
        if (upload.size or 0) > MAX_BYTES:
            raise forms.ValidationError(
                f"{upload.name} is {upload.size:,} bytes long; at most {MAX_BYTES:,} are read. Your text stays."
            )
        content: bytes = upload.read()
        try:
            return content.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            line = content[: error.start].count(b"\n") + 1
            raise forms.ValidationError(f"{upload.name}, line {line}: is not UTF-8 text; save it as UTF-8.")


class YamlField(forms.CharField):
    """The text as it was typed: nothing is stripped, line ends are one character."""

    def __init__(self, **kwargs: Any) -> None:
        area = forms.Textarea(attrs={"rows": 28, "spellcheck": "false", "wrap": "off", "class": "form-control mono"})
        super().__init__(widget=area, strip=False, required=False, **kwargs)

    def clean(self, value: Any) -> str:
        return str(super().clean(value)).replace("\r\n", "\n")


class DraftForm(forms.Form):
    text = YamlField(label="The framework", help_text="YAML or JSON. It is saved as it is, also with faults.")
    file = TextFileField(label="Or a file", required=False, help_text="It takes the place of the text above.")
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)


class NewDraftForm(forms.Form):
    team = forms.ModelChoiceField(
        Team.objects.none(), empty_label=None, to_field_name="uid", help_text="Its people will see what you publish."
    )
    start_from = forms.ModelChoiceField(
        FrameworkEdition.objects.none(),
        required=False,
        empty_label="A short example",
        to_field_name="uid",
        help_text="Give it an id of its own before you publish, unless your team wrote it.",
    )
    file = TextFileField(label="Or a file", required=False, help_text="YAML or JSON, at most 2 MB.")

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        leads = Team.objects.filter(
            memberships__user=user, memberships__is_active=True, memberships__role__in=LEADS
        ).distinct()
        team: Any = self.fields["team"]
        start: Any = self.fields["start_from"]
        team.queryset = leads
        start.queryset = FrameworkEdition.objects.visible_to(user).order_by("title", "-published_at")


class PublishForm(forms.Form):
    change_note = forms.CharField(
        label="What is new",
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One or two sentences for those who use it.",
    )
