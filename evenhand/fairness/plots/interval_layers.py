"""The drawing of an interval chart: rates left, gaps to the reference right, verdicts behind."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from evenhand.fairness.plots import axial
from evenhand.fairness.plots.axial import Placed, Ruler
from evenhand.fairness.plots.drawing import altair, beside, marks, stacked
from evenhand.fairness.plots.rows import Band, GroupRow
from evenhand.fairness.plots.rowwise import Layout, column, label_width, names, numbers, y
from evenhand.fairness.plots.scale import Unit, axis_from_zero, axis_over, value_text
from evenhand.fairness.plots.theme import BAD, BEYOND, INK, INK3, NONE, WORDS

LABEL_ROOM = 52  # px beyond the longest interval, for its value


@dataclass(frozen=True, kw_only=True)
class Look:
    """Words and units of one chart."""

    by_label: str
    metric_label: str
    interval_label: str
    unit: Unit
    gap_unit: Unit
    band: Band | None
    limit_label: str
    reference: str
    reference_value: float | None
    minimum: int


def compose(rows: Sequence[GroupRow], look: Look, layout: Layout) -> Any:
    """The whole chart."""
    labels = [row.label for row in rows]
    label = label_width(labels, look.by_label, layout)
    named = names(labels, look.by_label, label, layout)
    people = numbers([f"{row.judged:,}" for row in rows], "People", layout.people, layout)
    free = layout.width - label - layout.people - layout.tail
    if layout.stacked:
        return _stacked(rows, look, layout, label, named, people)
    if not look.reference:
        return beside([named, people, _rates(rows, look, free + layout.tail, layout)], spacing=0, bounds="flush")
    left = int(free * 0.46)
    return beside(
        [
            named,
            people,
            _rates(rows, look, left - 24, layout),
            column([], 24, len(rows), layout),
            _gaps(rows, look, free - left, layout),
            _verdicts(rows, look, layout),
        ],
        spacing=0,
        bounds="flush",
    )


def _stacked(rows: Sequence[GroupRow], look: Look, layout: Layout, label: int, named: Any, people: Any) -> Any:
    """The two panels one below the other, for a phone."""
    chart = beside(
        [named, people, _rates(rows, look, layout.width - label - layout.people, layout)], spacing=0, bounds="flush"
    )
    if not look.reference:
        return chart
    gaps = _gaps(rows, look, layout.width - label - layout.tail, layout)
    below = beside([named, gaps, _verdicts(rows, look, layout)], spacing=0, bounds="flush")
    return stacked([chart, below], spacing=28, bounds="full")


def _rates(rows: Sequence[GroupRow], look: Look, width: int, layout: Layout) -> Any:
    placed = [
        Placed(index, row.rate, row.state)
        for index, row in enumerate(rows)
        if row.rate is not None and row.state != "too_few"
    ]
    ends = axial.ends_of([each.estimate for each in placed], look.unit.scale)
    ruler = Ruler(axis_from_zero(ends, room=LABEL_ROOM / max(width, 140)), look.unit)
    content: list[Any] = []
    if look.reference_value is not None:
        content += _reference_line(look, look.reference_value, ruler, len(placed) * layout.step, width)
    content += axial.intervals(placed, len(rows), ruler, layout)
    content.append(axial.value_labels(placed, len(rows), ruler, layout))
    few = {index: _few_text(row, look, layout) for index, row in enumerate(rows) if _is_few(row)}
    content.append(axial.remarks_in_rows(few, len(rows), layout, color=NONE))
    head = look.metric_label + (f", {look.interval_label}" if width > 215 else "")
    return column(content, width, len(rows), layout, head=head)


def _gaps(rows: Sequence[GroupRow], look: Look, width: int, layout: Layout) -> Any:
    unit, judged = look.gap_unit, layout.step * len([row for row in rows if row.state != "too_few"])
    placed = [Placed(index, row.gap, row.state) for index, row in enumerate(rows) if row.gap and _is_compared(row)]
    limits = [limit for limit in (look.band.low, look.band.high) if limit is not None] if look.band else []
    ends = axial.ends_of([each.estimate for each in placed], unit.scale)
    ruler = Ruler(axis_over([*ends, unit.neutral * unit.scale, *_wide(limits, unit)]), unit)
    content = [
        *_goal(look, ruler, judged, width),
        axial.line_at(unit.neutral * unit.scale, ruler, judged, INK3, dash=True),
        *axial.intervals(placed, len(rows), ruler, layout),
    ]
    return column(content, width, len(rows), layout, head=_gap_head(look, width))


def _gap_head(look: Look, width: int) -> str:
    if look.gap_unit.ratio:
        return f"Times that of {look.reference}"
    points = "Percentage points" if width > 190 else "Points"
    return f"{points if look.gap_unit.scale == 100 else 'Difference'} above {look.reference}"


def _wide(limits: list[float], unit: Unit) -> list[float]:
    """A goal's limit with some missed side beyond it, so that the wash is seen."""
    around = [unit.neutral + (limit - unit.neutral) * 1.6 for limit in limits]
    return [value * unit.scale for value in around]


def _is_few(row: GroupRow) -> bool:
    return row.state == "too_few" or row.rate is None


def _is_compared(row: GroupRow) -> bool:
    return row.state not in ("too_few", "reference")


def _reference_line(look: Look, value: float, ruler: Ruler, height: int, width: int) -> list[Any]:
    at = value * look.unit.scale
    text = f"{_short(look.reference, width)} {value_text(value, look.unit)}"
    note = axial.note_at(at, text, ruler, turn=0.5, color=INK3)
    return [axial.line_at(at, ruler, height, INK3, dash=True), note]


def _short(text: str, width: int) -> str:
    most = max(8, width // 14)
    return text if len(text) <= most else text[: most - 1] + "\u2026"


def _goal(look: Look, ruler: Ruler, height: int, width: int) -> list[Any]:
    """The goal's line or lines, the wash on each side that misses it, and one label."""
    if look.band is None:
        return []
    alt, scale, content = altair(), look.gap_unit.scale, []
    for limit, end in ((look.band.high, ruler.axis.high), (look.band.low, ruler.axis.low)):
        if limit is not None:
            wash = marks([{"a": limit * scale, "b": end}]).mark_rect(color=BEYOND, opacity=1)
            content.append(wash.encode(x=ruler.x("a"), x2=alt.X2("b:Q"), y=alt.YValue(0), y2=alt.Y2Value(height)))
            content.append(axial.line_at(limit * scale, ruler, height, BAD, dash=False))
    at = (look.band.high if look.band.high is not None else look.band.low or 0.0) * scale
    label = f"goal: {look.limit_label}"
    content.append(axial.note_at(at, label, ruler, turn=0.55, limit=width, fontWeight=600, color=BAD))
    return content


def _few_text(row: GroupRow, look: Look, layout: Layout) -> str:
    if layout.width > 800:
        return f"Not enough data: {row.judged} {'person' if row.judged == 1 else 'people'}, {look.minimum} needed"
    return f"Not enough data ({row.judged} of {look.minimum})"


def _verdicts(rows: Sequence[GroupRow], look: Look, layout: Layout) -> Any:
    """The gap as a number and the verdict as a word, behind the panels."""
    alt = altair()
    values = [
        {
            "row": index,
            "gap": value_text(row.gap.value, look.gap_unit) if row.gap and _is_compared(row) else "",
            "word": "reference" if row.state == "reference" else WORDS[row.state],
            "state": row.state,
        }
        for index, row in enumerate(rows)
    ]
    base = marks(values).encode(y=y(len(rows)))
    color, _ = axial.by_state()
    number = base.mark_text(align="right", fontSize=layout.font, fontWeight=600, color=INK)
    word = base.mark_text(align="left", fontSize=layout.font, fontWeight=600)
    content = [number.encode(x=alt.XValue(48), text=alt.Text("gap:N"))]
    if not layout.stacked:
        content.append(word.encode(x=alt.XValue(60), text=alt.Text("word:N"), color=color))
    return column(content, layout.tail, len(rows), layout)
