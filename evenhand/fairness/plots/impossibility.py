"""Impossibility chart: what equal predictive values and equal misses would force false positive rates to be."""

from pathlib import Path
from typing import Any

from evenhand.errors import InputError
from evenhand.fairness.plots import axial
from evenhand.fairness.plots.axial import Ruler
from evenhand.fairness.plots.drawing import altair, beside, marks, svg_of
from evenhand.fairness.plots.lines import PADDING
from evenhand.fairness.plots.plot import Plot, Table, in_words
from evenhand.fairness.plots.rowwise import (
    LAYOUTS,
    Layout,
    column,
    haloed,
    label_width,
    names,
    numbers,
    y,
)
from evenhand.fairness.plots.scale import PERCENT, Unit, axis_from_zero, value_text
from evenhand.fairness.plots.theme import ACCENT, INK2, INK3, LINE_STRONG, SURFACE
from evenhand.fairness.plots.words import by_label, group_label
from evenhand.fairness.results import ForcedRate, Impossibility

MOST_ROWS = 18
LABEL_ROOM = 60


def impossibility_plot(found: Impossibility, *, width: str = "page", fonts: Path | None = None) -> Plot:
    """Each group's base rate, its false positive rate as seen and as equal PPV and FNR would force it.

    ``found`` comes from ``evenhand.fairness.judging.impossibility``. Groups that were too small there are named. A
    rate over 100 % cannot be and is said in words. Raises InputError where no group was large enough.
    """
    if not found.rates:
        raise InputError(f"No group by {', '.join(found.by)} is large enough to draw.")
    rates = sorted(found.rates, key=lambda rate: (-rate.base_rate, group_label(rate.group)))
    alt = _alt(found, rates)
    chart = _composed(found, rates[:MOST_ROWS], LAYOUTS[width])
    table = Table(
        head=(by_label(found.by), "People", "Base rate", "False positive rate as seen", "as forced"),
        rows=tuple(
            (group_label(rate.group), f"{rate.n:,}", *(_text(value) for value in _values(rate))) for rate in rates
        ),
    )
    return Plot(svg=svg_of(chart, alt, fonts=fonts), alt=alt, table=table)


def _values(rate: ForcedRate) -> tuple[float | None, float | None, float | None]:
    return rate.base_rate, rate.false_positive_rate, rate.forced


def _text(value: float | None) -> str:
    return "none possible" if value is None else value_text(value, PERCENT)


def _composed(found: Impossibility, rates: list[ForcedRate], layout: Layout) -> Any:
    labels = [group_label(rate.group) for rate in rates]
    head, people = by_label(found.by), [f"{rate.n:,}" for rate in rates]
    label, base = label_width(labels, head, layout), 72 if layout.stacked else 92
    columns = [names(labels, head, label, layout)]
    if not layout.stacked:
        columns.append(numbers(people, "People", layout.people, layout))
    columns.append(numbers([value_text(rate.base_rate, PERCENT) for rate in rates], "Base rate", base, layout))
    room = layout.width - label - base - (0 if layout.stacked else layout.people)
    columns.append(_panel(rates, room, layout))
    return beside(columns, spacing=0, bounds="flush", padding=PADDING)


def _panel(rates: list[ForcedRate], width: int, layout: Layout) -> Any:
    """Seen as a ring, forced as a dot, a line from one to the other."""
    count = len(rates)
    known = [100 * value for rate in rates for value in (rate.false_positive_rate, rate.forced) if value is not None]
    ruler = Ruler(axis_from_zero(known or [100.0], room=LABEL_ROOM / width), Unit(scale=100, digits=0, suffix="%"))
    both = [
        {"row": row, "seen": 100 * rate.false_positive_rate, "forced": 100 * rate.forced}
        for row, rate in enumerate(rates)
        if rate.false_positive_rate is not None and rate.forced is not None
    ]
    seen = _at([(row, rate.false_positive_rate) for row, rate in enumerate(rates)])
    forced = _at([(row, rate.forced) for row, rate in enumerate(rates)])
    line = marks(both).mark_rule(color=LINE_STRONG, strokeWidth=2.5)
    ring = marks(seen).mark_point(filled=True, size=layout.dot, color=SURFACE, stroke=INK2, strokeWidth=1.6, opacity=1)
    dot = marks(forced).mark_point(filled=True, size=layout.dot, color=ACCENT, opacity=1)
    none = {row: "more than 100%, which cannot be" for row, rate in enumerate(rates) if rate.forced is None}
    content = [
        line.encode(y=y(count), x=ruler.x("seen"), x2=altair().X2("forced:Q")),
        ring.encode(y=y(count), x=ruler.x("at")),
        dot.encode(y=y(count), x=ruler.x("at")),
        *_labels(rates, ruler, layout),
        axial.remarks_in_rows(none, count, layout, color=INK3),
        *_key(layout),
    ]
    return column(content, width, count, layout, head="False positive rate")


def _at(values: list[tuple[int, float | None]]) -> list[dict[str, Any]]:
    return [{"row": row, "at": 100 * value} for row, value in values if value is not None]


def _labels(rates: list[ForcedRate], ruler: Ruler, layout: Layout) -> list[Any]:
    """The forced rate beside its dot, on the side away from the ring."""
    drawn = []
    for below in (False, True):
        values = [
            {"row": row, "at": 100 * rate.forced, "text": value_text(rate.forced, PERCENT)}
            for row, rate in enumerate(rates)
            if rate.forced is not None and (rate.forced < (rate.false_positive_rate or 0.0)) is below
        ]
        base = marks(values).encode(y=y(len(rates)), x=ruler.x("at"), text=altair().Text("text:N"))
        side = "right" if below else "left"
        drawn.append(haloed(base, align=side, dx=-9 if below else 9, fontSize=layout.font, fontWeight=600))
    return drawn


def _key(layout: Layout) -> list[Any]:
    """What ring and dot mean, above the panel."""
    alt = altair()
    forced = "as forced" if layout.stacked else "if flags meant the same and misses were equal"
    ring = marks([{"k": 0}]).mark_point(filled=True, size=50, color=SURFACE, stroke=INK2, strokeWidth=1.6, opacity=1)
    dot = marks([{"k": 0}]).mark_point(filled=True, size=50, color=ACCENT, opacity=1)
    content = []
    for mark, text, left in ((ring, "as seen", 5), (dot, forced, 74)):
        content.append(mark.encode(x=alt.XValue(left), y=alt.YValue(-11)))
        word = marks([{"text": text}]).mark_text(align="left", fontSize=11, color=INK3)
        content.append(word.encode(x=alt.XValue(left + 9), y=alt.YValue(-10), text=alt.Text("text:N")))
    return content


def _alt(found: Impossibility, rates: list[ForcedRate]) -> str:
    return in_words(
        [
            found.sentence,
            *(
                f"{group_label(rate.group)}: false positive rate {_text(rate.false_positive_rate)} as seen, "
                f"{_text(rate.forced)} if positive predictive values and false negative rates were equal."
                for rate in rates[:MOST_ROWS]
            ),
            f"And {len(rates) - MOST_ROWS} more groups, in the table." if len(rates) > MOST_ROWS else "",
            "Not enough data: " + ", ".join(group_label(group) for group in found.left_out) + "."
            if found.left_out
            else "",
        ]
    )
