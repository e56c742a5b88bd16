"""The one chart style of pages and PDF: token colours, shapes and axes.

Colours are exactly the tokens of the stylesheet, because the pages re-ink the inlined SVG for dark mode by its fills.
"""

from typing import Any

GROUP_COLORS = ("#2a52a6", "#a85b00", "#0b7d76", "#8a3f8f", "#5c6877", "#8c2f39")  # never those of a verdict
GROUP_DASHES: tuple[tuple[int, ...], ...] = ((1, 0), (5, 3), (2, 2), (8, 3, 2, 3), (10, 4), (1, 3))
FONT = "Inter, 'Liberation Sans', Arial, sans-serif"
INK, INK2, INK3 = "#17202b", "#4a5665", "#626e7e"
LINE, LINE_STRONG, SURFACE = "#e3e7ec", "#c6ced7", "#ffffff"
GOOD, BAD, DOUBT, NONE = "#087c56", "#9c2418", "#955900", "#474f59"
ACCENT, ACCENT_WASH = "#2a52a6", "#edf2fb"
BEYOND = "#f9e9e5"  # wash on the side of the goal line that misses it

# Colour and shape by state: both always say the same, so neither is needed to read the other.
MARKS: dict[str, tuple[str, str]] = {
    "met": (GOOD, "circle"),
    "not_met": (BAD, "square"),
    "inconclusive": (DOUBT, "diamond"),
    "not_judged": (INK2, "circle"),
    "reference": (INK2, "circle"),
    "too_few": (NONE, "circle"),
}
WORDS = {
    "met": "met",
    "not_met": "not met",
    "inconclusive": "inconclusive",
    "not_judged": "",
    "reference": "",
    "too_few": "not judged",
}

CONFIG: dict[str, Any] = {
    "font": FONT,
    "background": None,
    "padding": 0,
    "view": {"stroke": None},
    "axis": {
        "labelFont": FONT,
        "labelFontSize": 11,
        "labelColor": INK3,
        "gridColor": LINE,
        "gridWidth": 1,
        "domain": False,
        "ticks": False,
        "labelPadding": 6,
        "titleFont": FONT,
        "titleFontSize": 11,
        "titleFontWeight": 500,
        "titleColor": INK3,
        "titlePadding": 8,
    },
    "title": {"font": FONT, "subtitleFont": FONT},
    "text": {"font": FONT, "fontSize": 12, "color": INK},
    "legend": {"disable": True},
    "concat": {"spacing": 0},
}
