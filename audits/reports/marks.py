"""The marks of verdicts as small SVG pictures: circle good, square bad, half circle doubt, dashed circle not enough."""

from evenhand.fairness.plots.theme import BAD, DOUBT, GOOD, INK, NONE, SURFACE


def _picture(body: str, *, size: int = 16) -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}">{body}</svg>'.encode()


MARKS = {
    "evenhand:mark/met.svg": _picture(
        f'<circle cx="8" cy="8" r="7" fill="{GOOD}"/>'
        f'<path d="M4.8 8.2l2.2 2.2 4.2-4.6" fill="none" stroke="{SURFACE}" stroke-width="1.8"/>'
    ),
    "evenhand:mark/not_met.svg": _picture(
        f'<rect x="1" y="1" width="14" height="14" rx="2.5" fill="{BAD}"/>'
        f'<path d="M5.2 5.2l5.6 5.6M10.8 5.2l-5.6 5.6" fill="none" stroke="{SURFACE}" stroke-width="1.8"/>'
    ),
    "evenhand:mark/inconclusive.svg": _picture(
        f'<circle cx="8" cy="8" r="6.3" fill="none" stroke="{DOUBT}" stroke-width="1.5"/>'
        f'<path d="M8 1.7a6.3 6.3 0 0 1 0 12.6z" fill="{DOUBT}"/>'
    ),
    "evenhand:mark/too_few.svg": _picture(
        f'<circle cx="8" cy="8" r="6.3" fill="none" stroke="{NONE}" stroke-width="1.5" stroke-dasharray="2.4 2.2"/>'
    ),
    "evenhand:mark/brand.svg": _picture(
        f'<rect width="24" height="24" rx="6" fill="{INK}"/>'
        f'<path d="M5 9h14M5 15h14" stroke="{SURFACE}" stroke-width="1.8" stroke-linecap="round"/>'
        f'<circle cx="14" cy="9" r="3" fill="{SURFACE}" stroke="{INK}" stroke-width="1.6"/>'
        f'<circle cx="10" cy="15" r="3" fill="{SURFACE}" stroke="{INK}" stroke-width="1.6"/>',
        size=24,
    ),
}
