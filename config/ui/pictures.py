"""Small pictures, drawn as SVG: its attributes are allowed where the content policy allows no inline style."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from config import figures, inline_svg, states
from config.ui.library import register

ON = SafeString(' class="on"')
SCALE = 1000  # units across a picture: fine enough for a tenth of a per cent


def _per_mille(part: figures.Number, whole: figures.Number) -> int:
    return min(max(round(float(part) / float(whole) * SCALE), 0), SCALE) if whole else 0


@register.simple_tag
def meter(part: figures.Number, whole: figures.Number, css: str = "") -> SafeString:
    """How much of the whole is done, as a thin bar. The words beside it say the same."""
    return format_html(
        '<svg class="meter {}" viewBox="0 0 {} 4" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="bed" width="{}" height="4"/><rect class="part" width="{}" height="4"/></svg>',
        css,
        SCALE,
        SCALE,
        _per_mille(part or 0, whole or 0),
    )


@register.simple_tag
def gauge(value: int, of: int = 4) -> SafeString:
    """A level in steps: as many filled pieces as the value. The words beside it say the same."""
    pieces = format_html_join("", "<i{}></i>", ((ON if i < value else "",) for i in range(of)))
    return format_html('<span class="gauge" aria-hidden="true">{}</span>', pieces)


@register.simple_tag
def interval_picture(
    value: figures.Number | None,
    low: figures.Number | None,
    high: figures.Number | None,
    verdict: str = "",
    start: float = 0.0,
    end: float = 1.0,
    reference: Any = None,
) -> SafeString:
    """The interval as a line with a mark at the value: round, square when a goal is not met, diamond when in doubt."""
    if value is None or low is None or high is None or end <= start:
        return SafeString("")
    at, left, right = (_per_mille(float(x) - start, end - start) / 10 for x in (value, low, high))
    tick = "" if reference in (None, "") else _tick(_per_mille(float(reference) - start, end - start) / 10)
    return format_html(
        '<svg class="iv {}" aria-hidden="true"><line class="axis" x1="0" x2="100%" y1="5" y2="5"/>{}'
        '<line class="span" x1="{}%" x2="{}%" y1="5" y2="5"/><svg x="{}%" y="5" class="over">{}</svg></svg>',
        states.state_of(verdict).tone if verdict else "",
        tick,
        left,
        right,
        at,
        _interval_mark(verdict),
    )


def _tick(at: float) -> SafeString:
    return format_html('<line class="tick" x1="{}%" x2="{}%" y1="0" y2="10"/>', at, at)


def _interval_mark(verdict: str) -> SafeString:
    shapes = {
        "not_met": '<rect class="at" x="-3" y="-3" width="6" height="6"/>',
        "inconclusive": '<path class="at" d="M0-4 4 0 0 4-4 0Z"/>',
    }
    return SafeString(shapes.get(verdict, '<circle class="at" r="3"/>'))


@register.simple_tag
def chart(svg: str, label: str = "") -> SafeString:
    """One of our own charts, inline. `label` is the finding it shows, in a sentence."""
    return format_html('<div class="plot">{}</div>', mark_safe(inline_svg.inline_svg(svg, label=label)))  # noqa: S308 - rebuilt from a list of allowed parts


@register.simple_tag
def dots(value: int, of: int = 4) -> SafeString:
    """A level as dots, for likelihood and weight."""
    pieces = format_html_join("", "<i{}></i>", ((ON if i < value else "",) for i in range(of)))
    return format_html('<span class="dots" aria-hidden="true">{}</span>', pieces)


@register.simple_tag
def share_bar(shares: Sequence[dict[str, Any]]) -> SafeString:
    """Parts of a whole side by side; the list below it says which is which."""
    starts = [sum(float(part["share"]) for part in shares[:i]) for i in range(len(shares))]
    rows = (
        (index, _per_mille(start, 1), max(_per_mille(float(part["share"]), 1) - 3, 2))
        for index, (start, part) in enumerate(zip(starts, shares, strict=True))
    )
    bars = format_html_join("", '<rect class="share-{}" x="{}" width="{}" height="6"/>', rows)
    return format_html('<svg viewBox="0 0 {} 6" preserveAspectRatio="none" aria-hidden="true">{}</svg>', SCALE, bars)


@register.simple_tag
def position(on: dt.date, start: dt.date, end: dt.date) -> str:
    """Where a day lies between two others, as a percentage for an SVG attribute."""
    return f"{_per_mille((on - start).days, (end - start).days) / 10}%"


@register.simple_tag
def stretch(first: dt.date, last: dt.date | None, start: dt.date, end: dt.date) -> str:
    """How wide a span is between two days; one without an end reaches the edge."""
    from_, to = (_per_mille((day - start).days, (end - start).days) for day in (first, last or end))
    return f"{max(to - from_, 4) / 10}%"
