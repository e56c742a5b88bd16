"""The tags that meet forms, people and small pictures."""

import datetime as dt
import re

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.template import Context

from config.ui import access, marks, pictures
from config.ui import forms as ui_forms
from tests.looks import gallery


class OneField(forms.Form):
    due_on = forms.DateField(label="Next review", help_text="At most <b>12</b> months.")


def test_hint_and_error_are_tied_to_the_control() -> None:
    html = ui_forms.field(OneField({"due_on": "soon"})["due_on"])
    assert 'aria-describedby="id_due_on_hint id_due_on_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_due_on_hint"' in html
    assert 'id="id_due_on_error"' in html
    assert 'value="soon"' in html, "typed text is kept"


def test_our_own_help_text_may_be_markup_a_hint_from_outside_may_not() -> None:
    assert "<b>12</b>" in ui_forms.field(OneField()["due_on"])
    assert "<b>x</b>" not in ui_forms.field(OneField()["due_on"], hint="<b>x</b>")


def test_width_says_what_is_expected() -> None:
    assert 'class="form-control width-date"' in ui_forms.field(OneField()["due_on"], width="date")


def test_initials() -> None:
    assert marks.initials("Maren Solberg") == "MS"
    assert marks.initials("ana maria de la Cruz") == "AC"
    assert marks.initials("ana@example.org") == "AE"
    assert marks.initials("") == ""


def test_a_meter_is_drawn_in_attributes_and_stays_in_its_bed() -> None:
    assert 'width="620"' in pictures.meter(31, 50)
    assert 'width="1000"' in pictures.meter(9, 3).split("part")[1]
    assert 'width="0"' in pictures.meter(0, 0).split("part")[1]


def test_the_mark_of_an_interval_says_its_verdict_by_shape() -> None:
    shapes = {code: pictures.interval_picture(0.4, 0.3, 0.5, code) for code in ("met", "not_met", "inconclusive")}
    assert "<circle" in shapes["met"]
    assert "<rect" in shapes["not_met"]
    assert "<path" in shapes["inconclusive"]


def test_an_undefined_value_has_no_picture() -> None:
    assert pictures.interval_picture(None, None, None) == ""


def test_positions_on_a_time_line() -> None:
    start, end = dt.date(2026, 1, 1), dt.date(2027, 1, 1)
    assert pictures.position(start, start, end) == "0.0%"
    assert pictures.position(dt.date(2026, 7, 2), start, end) == "49.9%"
    assert pictures.position(dt.date(2030, 1, 1), start, end) == "100.0%"
    assert pictures.stretch(start, None, start, end) == "100.0%"


def test_nobody_may_do_anything_without_signing_in() -> None:
    assert access.may(Context({"user": AnonymousUser()}), "system.register", None) is False
    assert access.why_not(Context({"user": AnonymousUser()}), "system.register", None) == "Sign in first."


def test_the_side_bar_marks_where_one_is() -> None:
    html = gallery.render("components")
    assert re.search(r'href="/governance/system-list"\s*>', html)
    assert "Findings" not in re.sub(r"<main.*</main>", "", html, flags=re.S), "its page does not exist yet"
