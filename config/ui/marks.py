"""Icons, states and tiers: a mark and a word."""

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from config import states
from config.ui.library import register

SPRITE = "vendor/tabler-sprite.svg"
SPRITE_FILLED = "vendor/tabler-sprite-filled.svg"


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


@register.simple_tag
def lane_mark(code: str = "", icon_name: str = "") -> SafeString:
    """A mark on a time line, 16 units wide: the mark of a state, or an icon."""
    known = states.state_of(code) if code else None
    name, filled = (known.icon, known.filled) if known else (icon_name or "point", False)
    return format_html(
        '<svg class="i {} glyph {}" x="-8" y="8" width="16" height="16" viewBox="0 0 24 24"><use href="{}#{}"/></svg>',
        "fill" if filled else "",
        known.tone if known else "",
        static(SPRITE_FILLED if filled else SPRITE),
        f"tabler-filled-{name}" if filled else f"tabler-{name}",
    )
