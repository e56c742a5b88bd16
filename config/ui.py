"""Template tags of the shared components. Installed as a builtin library, so no template loads it.

Tags: icon, solid, state, tier, interval, interval_picture, meter, gauge, chart, field, may, why_not, my_roles, nav_items, today.
Filters: points, percent, plain, of_hundred, digits, counted, short_hash, long_hash, file_size, day, short_day, moment,
ago, due, is_late, initials, tone, verdict_word.
"""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from django import template
from django.forms import BoundField
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from config import figures, inline_svg, states
from governance import permissions
from governance.models import User

register = template.Library()

SPRITE = "vendor/tabler-sprite.svg"
SPRITE_FILLED = "vendor/tabler-sprite-filled.svg"
INTERVAL_SCALE = 1000  # units of the little interval picture; fine enough for a tenth of a per cent


# Marks ----------------------------------------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """An outline icon of Tabler's. Decoration only: the words beside it carry the meaning."""
    return _icon(SPRITE, f"tabler-{name}", f"i {css}".strip())


@register.simple_tag
def solid(name: str, css: str = "") -> SafeString:
    """A filled icon of Tabler's."""
    return _icon(SPRITE_FILLED, f"tabler-filled-{name}", f"i fill {css}".strip())


def _icon(sprite: str, symbol: str, css: str) -> SafeString:
    return format_html(
        '<svg class="{}" viewBox="0 0 24 24" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">'
        '<use href="{}#{}"/></svg>',
        css,
        static(sprite),
        symbol,
    )


@register.simple_tag
def state(code: str, word: str = "", *, alone: bool = False, soft: bool = False) -> SafeString:
    """A state as mark and word. `word` replaces the word; `alone` keeps the mark and names it for screen readers."""
    known = states.state_of(str(code))
    mark = solid(known.icon) if known.filled else icon(known.icon)
    css = f"st {known.tone}{' alone' if alone else ''}{' soft' if soft else ''}"
    text = format_html('<span class="visually-hidden">{}</span>' if alone else "{}", word or known.word)
    return format_html('<span class="{}">{}{}</span>', css, mark, text)


@register.filter
def tone(code: str) -> str:
    """The tone of a state: good, bad, doubt, none or run. For class names beside its mark and word."""
    return states.state_of(str(code)).tone


@register.filter
def verdict_word(code: str) -> str:
    """The word of a state, for sentences."""
    return states.state_of(str(code)).word


@register.simple_tag
def tier(code: str | None, word: str = "") -> SafeString:
    """A risk tier: a square of the ink ramp and its word."""
    name, known = states.tier_of(code)
    return format_html('<span class="tier {}">{}</span>', name, word or known)


@register.filter
def initials(name: str) -> str:
    """The initials of a person's name, at most two."""
    parts = [part for part in str(name).replace("@", " ").split() if part[:1].isalnum()]
    return "".join(part[0].upper() for part in ([parts[0], parts[-1]] if len(parts) > 1 else parts[:1]))


# Figures --------------------------------------------------------------------------------------------------------------


@register.filter
def points(value: figures.Number | None, places: int = 1) -> str:
    """0.2140 becomes +21.4, with a true minus for negatives."""
    return figures.points(value, places)


@register.filter
def percent(value: figures.Number | None, places: int = 1) -> str:
    """0.4485 becomes 44.9%; percent:2 gives 44.85%."""
    return figures.percent(value, places)


@register.filter
def plain(value: figures.Number | None, places: int = 2) -> str:
    """0.8 becomes 0.80."""
    return figures.plain(value, places)


@register.filter
def of_hundred(value: figures.Number | None) -> str:
    """0.4485 becomes "45 of 100"."""
    return figures.of_hundred(value)


@register.filter
def digits(value: figures.Number | None) -> str:
    """18204 becomes 18,204."""
    return figures.digits(value)


@register.filter
def counted(number: int, noun: str) -> str:
    """{{ 3|counted:"finding" }} is "3 findings"; an odd plural follows a comma: "entry,entries"."""
    singular, _, plural = noun.partition(",")
    return figures.counted(number, singular, plural)


@register.filter
def short_hash(value: str | None, length: int = 8) -> str:
    """4be1…90d7: enough to recognise a digest, never to check it."""
    return figures.short_hash(value, length)


@register.filter
def long_hash(value: str | None) -> str:
    """The whole digest in groups of four."""
    return figures.long_hash(value)


@register.filter
def file_size(n_bytes: int | None) -> str:
    """412 KB, 1.9 MB."""
    return figures.file_size(n_bytes)


@register.simple_tag
def interval(low: figures.Number | None, high: figures.Number | None, kind: str = "points", places: Any = None) -> str:
    """The interval in words: +18.2 to +24.5. Kinds: points, percent, plain."""
    return figures.interval(low, high, kind, places)


# Dates ----------------------------------------------------------------------------------------------------------------


def _local(value: dt.datetime) -> dt.datetime:
    return timezone.localtime(value) if timezone.is_aware(value) else value


def _date(value: dt.date | dt.datetime | None) -> dt.date | None:
    return _local(value).date() if isinstance(value, dt.datetime) else value


@register.simple_tag
def today() -> dt.date:
    """The date of today in the organisation's time zone."""
    return timezone.localdate()


@register.filter
def day(value: dt.date | None) -> str:
    """23 November 2026."""
    return figures.day(_date(value))


@register.filter
def short_day(value: dt.date | None) -> str:
    """9 Nov; with the year where it is another one."""
    return figures.short_day(_date(value), timezone.localdate())


@register.filter
def moment(value: dt.datetime | None) -> str:
    """today at 09:41; 3 November 2026 at 10:00."""
    return figures.moment(_local(value), timezone.localtime()) if value else ""


@register.filter
def ago(value: dt.datetime | None) -> str:
    """12 minutes ago."""
    return figures.ago(value, timezone.now()) if value else ""


@register.filter
def due(value: dt.date | None) -> str:
    """14 days late; in 18 days."""
    return figures.due(_date(value), timezone.localdate())


@register.filter
def is_late(value: dt.date | None) -> bool:
    """Whether the date has passed."""
    found = _date(value)
    return found is not None and found < timezone.localdate()


# Small pictures: drawn as SVG, whose attributes the strict content policy allows -----------------------------------------


def _per_mille(part: figures.Number, whole: figures.Number) -> int:
    return min(max(round(float(part) / float(whole) * INTERVAL_SCALE), 0), INTERVAL_SCALE) if whole else 0


@register.simple_tag
def meter(part: figures.Number, whole: figures.Number, css: str = "") -> SafeString:
    """How much of the whole is done, as a thin bar. The words beside it say the same."""
    return format_html(
        '<svg class="meter {}" viewBox="0 0 {} 4" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="bed" width="{}" height="4"/><rect class="part" width="{}" height="4"/></svg>',
        css,
        INTERVAL_SCALE,
        INTERVAL_SCALE,
        _per_mille(part or 0, whole or 0),
    )


@register.simple_tag
def gauge(value: int, of: int = 4) -> SafeString:
    """A level in steps: as many filled pieces as the value. The words beside it say the same."""
    pieces = format_html_join("", "<i{}></i>", ((mark_safe(' class="on"') if i < value else "",) for i in range(of)))  # noqa: S308 - a constant
    return format_html('<span class="gauge" aria-hidden="true">{}</span>', pieces)


@register.simple_tag
def interval_picture(  # noqa: PLR0913 - one argument per mark of the picture
    value: figures.Number | None,
    low: figures.Number | None,
    high: figures.Number | None,
    verdict: str = "",
    start: float = 0.0,
    end: float = 1.0,
    reference: figures.Number | None = None,
) -> SafeString:
    """The interval as a line with a mark at the value: round, square when a goal is not met, diamond when in doubt."""
    if value is None or low is None or high is None or end <= start:
        return SafeString("")
    at, left, right = (_per_mille(float(x) - start, end - start) / 10 for x in (value, low, high))
    tick = "" if reference is None else _tick(_per_mille(float(reference) - start, end - start) / 10)
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


# Forms ----------------------------------------------------------------------------------------------------------------


@register.simple_tag
def field(bound: BoundField, hint: str = "", label: str = "", width: str = "", optional: bool | None = None) -> str:
    """A form field: label, hint, error, control, tied together for screen readers.

    `width` is short, date or half; `optional` writes "(optional)" and follows `required` unless given.
    """
    widget = bound.field.widget
    kind = getattr(widget, "input_type", "select" if widget.__class__.__name__.startswith("Select") else "textarea")
    shape = _shape(widget.__class__.__name__, kind)
    # Django's own help texts are markup of ours; a hint handed in may carry anybody's words.
    bound_hint = conditional_escape(hint) if hint else mark_safe(str(bound.help_text or ""))  # noqa: S308
    ids = [f"{bound.auto_id}_{part}" for part, there in (("hint", bound_hint), ("error", bound.errors)) if there]
    context = {
        "bound": bound,
        "shape": shape,
        "label": label or bound.label,
        "hint": bound_hint,
        "optional": not bound.field.required if optional is None else optional,
        "control": bound.as_widget(attrs=_control_attributes(shape, width, ids, invalid=bool(bound.errors))),
    }
    return render_to_string("components/field.html", context)


def _shape(widget: str, kind: str) -> str:
    if widget in {"RadioSelect", "CheckboxSelectMultiple"}:
        return "choices"
    if kind in {"checkbox", "hidden"}:
        return kind
    return "select" if kind == "select" else "line"


def _control_attributes(shape: str, width: str, ids: list[str], *, invalid: bool) -> dict[str, str]:
    css = {"select": "form-select", "line": "form-control"}.get(shape, "")
    attributes = {"class": f"{css} width-{width}" if width and css else css}
    if ids:
        attributes["aria-describedby"] = " ".join(ids)
    if invalid:
        attributes["aria-invalid"] = "true"
    return {name: value for name, value in attributes.items() if value}


# Who may, and where one can go ------------------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def may(context: template.Context, action: str, subject: object) -> bool:
    """Whether the person looking may do this: {% may "assessment.approve" assessment as ok %}."""
    user = context.get("user")
    return isinstance(user, User) and permissions.allowed(user, action, subject)


@register.simple_tag(takes_context=True)
def why_not(context: template.Context, action: str, subject: object) -> str:
    """The sentence beside a button that is off; empty when the action is allowed."""
    user = context.get("user")
    return permissions.refusal(user, action, subject) if isinstance(user, User) else "Sign in first."


@register.simple_tag(takes_context=True)
def my_roles(context: template.Context) -> str:
    """What the signed-in person is, under the name: "Compliance, Pretrial Services"; "Auditor, 3 teams"."""
    user = context.get("user")
    if not isinstance(user, User):
        return ""
    if not hasattr(user, "_role_line"):
        held = user.memberships.filter(is_active=True).values_list("role", "team__name")
        user._role_line = _role_line(list(held))  # type: ignore[attr-defined] - the bar shows it twice, it is read once
    return str(user._role_line)


def _role_line(held: list[tuple[str, str]]) -> str:
    roles = " and ".join(sorted({role for role, _ in held}))
    teams = sorted({team for _, team in held})
    if not held:
        return "no role yet"
    return f"{roles.capitalize()}, {teams[0] if len(teams) == 1 else figures.counted(len(teams), 'team')}"


@dataclass(frozen=True)
class NavItem:
    """One noun of the side bar."""

    key: str
    label: str
    icon: str
    url_name: str
    is_set_up: bool = False
    url: str = ""
    count: int | None = None


NAV = (
    NavItem("home", "Your work", "home", "governance:home"),
    NavItem("systems", "Systems", "stack-2", "governance:system-list"),
    NavItem("assessments", "Assessments", "clipboard-list", "assessments:assessment-list"),
    NavItem("evaluations", "Evaluations", "scale", "audits:evaluation-list"),
    NavItem("findings", "Findings", "flag", "audits:finding-list"),
    NavItem("reports", "Reports", "file-certificate", "audits:report-list"),
    NavItem("record", "Record", "fingerprint", "audits:record"),
    NavItem("frameworks", "Frameworks", "books", "assessments:framework-list", is_set_up=True),
    NavItem("teams", "Teams", "users", "governance:team-list", is_set_up=True),
    NavItem("tokens", "API tokens", "key", "governance:token-list", is_set_up=True),
)


@register.simple_tag(takes_context=True)
def nav_items(context: template.Context) -> list[NavItem]:
    """The side bar: every noun whose page exists. `nav_counts` of the context gives numbers by key."""
    counts = context.get("nav_counts") or {}
    found = (replace(item, url=_url(item.url_name), count=counts.get(item.key)) for item in NAV)
    return [item for item in found if item.url]


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
