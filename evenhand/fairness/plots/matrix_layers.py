"""The drawing of a metric matrix: one column a metric, in each cell a value, a distance and a small interval."""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

from evenhand.fairness.plots.axial import by_state
from evenhand.fairness.plots.drawing import altair, beside, marks
from evenhand.fairness.plots.lines import PADDING
from evenhand.fairness.plots.rows import GroupRow
from evenhand.fairness.plots.rowwise import LAYOUTS, Layout, column, label_width, names, numbers, y
from evenhand.fairness.plots.scale import Unit, value_text
from evenhand.fairness.plots.theme import ACCENT_WASH, BAD, INK, INK2, INK3, LINE, NONE

HEAD = 62  # px above the rows that a goal's shade covers
LEFT = 12  # px between a column's edge and its text
ATTENTION = ("not_met", "inconclusive")


@dataclass(frozen=True, kw_only=True)
class Column:
    """One metric: its words, units and rows, and whether a goal is agreed on it."""

    head: str
    name: str
    unit: Unit
    gap_unit: Unit
    rows: tuple[GroupRow, ...]
    shaded: bool


def compose(columns: Sequence[Column], *, by_label: str, minimum: int, width: str) -> Any:
    """The whole chart. On a phone it keeps the width of a printed page: a matrix scrolls sideways."""
    layout = LAYOUTS["page" if width == "page" else "print"]
    layout = Layout(width=layout.width, step=layout.step + 10, people=layout.people, tail=0, font=layout.font, dot=24)
    rows = columns[0].rows
    label = min(label_width([row.label for row in rows], by_label, layout), int(layout.width * 0.22))
    room = max(74, (layout.width - label - layout.people) // len(columns))
    drawn = [
        names([row.label for row in rows], by_label, label, layout),
        numbers([f"{row.people:,}" for row in rows], "People", layout.people, layout),
    ]
    drawn += [_column(each, room, layout, minimum) for each in columns]
    return beside(drawn, spacing=0, bounds="flush", padding=PADDING)


def _column(each: Column, width: int, layout: Layout, minimum: int) -> Any:
    alt, count = altair(), len(each.rows)
    content = [*_heads(each, width), *_texts(each, layout, minimum), *_intervals(each, width, layout)]
    if not each.shaded:
        return column(content, width, count, layout)
    wash = marks([{"k": 0}]).mark_rect(color=ACCENT_WASH, opacity=1)
    top, bottom = alt.YValue(-HEAD), alt.Y2Value(layout.step * count)
    shade = wash.encode(x=alt.XValue(0), x2=alt.X2Value(width - 2), y=top, y2=bottom)
    return column(content, width, count, layout, under=[shade])


def _heads(each: Column, width: int) -> list[Any]:
    """Plain words over the metric's name, each broken where the column is narrow."""
    alt, room = altair(), int((width - LEFT) / 6.4)
    name, plain = wrap(each.name, room), wrap(each.head, int(room * 0.94))
    content = []
    for lines, up, weight, ink, size in ((name, 8, 400, INK3, 11), (plain, 12 + 13 * len(name), 600, INK, 12)):
        # Lines grow downwards from the first, so the block begins as many lines up as it has.
        word = marks([{"text": lines}]).mark_text(
            align="left", baseline="bottom", fontSize=size, fontWeight=weight, color=ink, lineHeight=13
        )
        start = alt.YValue(-up - 13 * (len(lines) - 1))
        content.append(word.encode(x=alt.XValue(LEFT), y=start, text=alt.Text("text:N")))
    return content


def _texts(each: Column, layout: Layout, minimum: int) -> list[Any]:
    """Value and distance, or how many people there are where they are too few."""
    alt, values = altair(), []
    for index, row in enumerate(each.rows):
        few = row.rate is None or row.state == "too_few"
        asks = row.state in ATTENTION
        text = f"{row.judged} of {minimum}" if few or row.rate is None else value_text(row.rate.value, each.unit)
        gap = "" if few or row.gap is None else value_text(row.gap.value, each.gap_unit)
        after = LEFT + 14 * asks + len(text) * layout.font * 0.62 + 4
        values.append(
            {"row": index, "text": text, "gap": gap, "few": few, "state": row.state, "asks": asks, "after": after}
        )
    y_of, color = y(len(each.rows)), by_state()
    content = []
    for asks in (False, True):
        for few, state, ink, weight in ((True, "", NONE, 400), (False, "not_met", BAD, 600), (False, "", INK, 500)):
            chosen = [
                value
                for value in values
                if value["asks"] is asks
                and value["few"] is few
                and (value["state"] == "not_met") is (state == "not_met")
            ]
            word = marks(chosen).mark_text(align="left", dy=-7, fontSize=layout.font, fontWeight=weight, color=ink)
            content.append(word.encode(x=alt.XValue(LEFT + 14 * asks), y=y_of, text=alt.Text("text:N")))
    asked = marks([value for value in values if value["asks"]]).mark_point(filled=True, size=70, opacity=1, yOffset=-7)
    content.append(asked.encode(x=alt.XValue(LEFT + 4), y=y_of, color=color[0], shape=color[1]))
    gaps = marks([value for value in values if value["gap"]]).mark_text(align="left", dy=-7, fontSize=11, color=INK3)
    place = alt.X("after:Q", scale=alt.Scale(domain=[0, 1000], range=[0, 1000]), axis=None)
    content.append(gaps.encode(x=place, y=y_of, text=alt.Text("gap:N")))
    return content


def _intervals(each: Column, width: int, layout: Layout) -> list[Any]:
    """A short line from lower to upper limit, on 0 to 1 or on what the metric spans."""
    known = [(index, row) for index, row in enumerate(each.rows) if row.rate is not None and row.state != "too_few"]
    ends = [
        end for _, row in known if row.rate for end in (row.rate.value, row.rate.low, row.rate.high) if end is not None
    ]
    low, high = min([0.0, *ends]), max([1.0, *ends])
    alt, track = altair(), width - LEFT - 16

    def px(value: float) -> float:
        return LEFT + track * (value - low) / (high - low)

    values = [
        {
            "row": index,
            "state": row.state if row.state in ATTENTION else "reference",
            "at": px(row.rate.value),
            "low": px(row.rate.value if row.rate.low is None else row.rate.low),
            "high": px(row.rate.value if row.rate.high is None else row.rate.high),
            "start": px(low),
            "end": px(high),
        }
        for index, row in known
        if row.rate is not None
    ]
    color, shape = by_state()
    base, offset = marks(values).encode(y=y(len(each.rows))), layout.step / 2 - 11
    scale = alt.Scale(domain=[0, 1000], range=[0, 1000])

    def x(field: str) -> Any:
        return alt.X(f"{field}:Q", scale=scale, axis=None)

    return [
        base.mark_rule(color=LINE, strokeWidth=1, yOffset=offset).encode(x=x("start"), x2=alt.X2("end:Q")),
        base.mark_rule(color=INK2, strokeWidth=2, opacity=0.6, yOffset=offset).encode(x=x("low"), x2=alt.X2("high:Q")),
        base.mark_point(filled=True, size=layout.dot, opacity=1, yOffset=offset).encode(
            x=x("at"), color=color, shape=shape
        ),
    ]
