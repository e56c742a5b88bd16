"""Filters of the report templates: dates, numbers and the direction of a text. All give text, none gives markup."""

import unicodedata
from datetime import date, datetime

from django import template

register = template.Library()
DASH = "\u2013"


@register.filter
def day(value: date | None) -> str:
    """ "23 November 2026"."""
    return f"{value.day} {value:%B} {value.year}" if value else ""


@register.filter
def moment(value: datetime | None) -> str:
    """ "23 November 2026, 09:46 UTC"."""
    return f"{day(value)}, {value:%H:%M} UTC" if value else ""


@register.filter
def whole(value: int | None) -> str:
    """ "7,214"."""
    return "" if value is None else f"{value:,}"


@register.filter
def direction(text: str) -> str:
    """ "rtl" when the first strong character of a text is written from right to left, otherwise "ltr"."""
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind in ("R", "AL"):
            return "rtl"
        if kind == "L":
            return "ltr"
    return "ltr"


@register.filter
def w3c(value: datetime) -> str:
    """ "2026-11-23T09:46:00+00:00": the form document dates are read in."""
    return value.replace(microsecond=0).isoformat()


@register.filter
def lead_in(label: str) -> str:
    """A label before its text: with a colon, unless it is a question or has one already."""
    return label if label.endswith(("?", ":", ".")) else f"{label}:"
