"""The drawing itself: columns of layered marks, one row of the chart per group."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from audits.reports.chart_rows import Band, Estimate, GroupRow
from audits.reports.chart_scale import Axis, Unit, axis_from_zero, axis_over, value_text
from audits.reports.chart_theme import BAD, BEYOND, INK, INK2, INK3, LINE, MARKS, NONE, SURFACE, WORDS

LABEL_ROOM = 52  # px beyond the longest interval, for its value


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Sizes of one width, in px: step = height of a row, label and people = widths of the columns before the panels."""

    width: int
    step: int
    people: int
    tail: int
    font: int
    dot: int
    stacked: bool = False


LAYOUTS = {
    "page": Layout(width=1088, step=34, people=72, tail=156, font=12, dot=72),
    "print": Layout(width=668, step=28, people=58, tail=124, font=11, dot=46),
    "phone": Layout(width=340, step=34, people=52, tail=56, font=12, dot=60, stacked=True),
}


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


def compose(rows: Sequence[GroupRow], look: Look, layout: Layout) -> dict[str, Any]:
    """The whole chart as a Vega-Lite object."""
    label = _label_width(rows, look, layout)
    free = layout.width - label - layout.people - layout.tail
    chart: Any
    names, people = _names(rows, look, label, layout), _people(rows, layout)
    if layout.stacked:
        rates = _rates(rows, look, layout.width - label - layout.people, layout)
        chart = alt.hconcat(names, people, rates, spacing=0, bounds="flush")
        if look.reference:
            gaps = _gaps(rows, look, layout.width - label - layout.tail, layout)
            below = alt.hconcat(names, gaps, _verdicts(rows, look, layout), spacing=0, bounds="flush")
            chart = alt.vconcat(chart, below, spacing=28, bounds="full")
    elif look.reference:
        left = int(free * 0.46)
        panels = (
            _rates(rows, look, left - 24, layout),
            _column([], 24, rows, layout),
            _gaps(rows, look, free - left, layout),
        )
        chart = alt.hconcat(names, people, *panels, _verdicts(rows, look, layout), spacing=0, bounds="flush")
    else:
        chart = alt.hconcat(names, people, _rates(rows, look, free + layout.tail, layout), spacing=0, bounds="flush")
    composed: dict[str, Any] = chart.resolve_scale(x="independent", y="independent").to_dict(validate=False)
    return composed


def _label_width(rows: Sequence[GroupRow], look: Look, layout: Layout) -> int:
    longest = max([len(row.label) for row in rows] + [len(look.by_label)])
    return int(min(layout.width * (0.3 if not layout.stacked else 0.36), max(64, longest * layout.font * 0.56 + 16)))


def _y(rows: Sequence[GroupRow]) -> alt.Y:
    order = [row.label for row in rows]
    return alt.Y("group:N", sort=order, axis=None, scale=alt.Scale(domain=order, paddingInner=0, paddingOuter=0))


def _data(values: list[dict[str, Any]]) -> Any:
    return alt.InlineData(values=values)


def _column(
    marks: list[Any], width: int, rows: Sequence[GroupRow], layout: Layout, *, head: str = "", right: bool = False
) -> Any:
    """Marks over the hairlines that run under every row, with a small head above."""
    lines = (
        alt.Chart(_data([{"group": row.label} for row in rows]))
        .mark_rule(color=LINE, strokeWidth=1, yOffset=layout.step / 2)
        .encode(y=_y(rows), x=alt.value(0), x2=alt.value(width))
    )
    title = (
        alt.Chart(_data([{"head": head}]))
        .mark_text(align="right" if right else "left", baseline="bottom", fontSize=11, fontWeight=500, color=INK3)
        .encode(x=alt.value(width - 18 if right else 0), y=alt.value(-24), text="head:N")
    )
    return alt.layer(lines, title, *marks).properties(
        width=width, height=layout.step * len(rows), view=alt.ViewConfig(stroke=None)
    )


def _names(rows: Sequence[GroupRow], look: Look, width: int, layout: Layout) -> Any:
    text = (
        alt.Chart(_data([{"group": row.label} for row in rows]))
        .mark_text(align="left", fontSize=layout.font, fontWeight=500, color=INK, limit=width - 10)
        .encode(y=_y(rows), x=alt.value(0), text="group:N")
    )
    return _column([text], width, rows, layout, head=look.by_label)


def _people(rows: Sequence[GroupRow], layout: Layout) -> Any:
    values = [{"group": row.label, "n": f"{_judged(row):,}"} for row in rows]
    text = (
        alt.Chart(_data(values))
        .mark_text(align="right", fontSize=layout.font, color=INK2)
        .encode(y=_y(rows), x=alt.value(layout.people - 18), text="n:N")
    )
    return _column([text], layout.people, rows, layout, head="People", right=True)


def _judged(row: GroupRow) -> int:
    return row.people if row.denominator is None else row.denominator


def _rates(rows: Sequence[GroupRow], look: Look, width: int, layout: Layout) -> Any:
    shown = [row for row in rows if row.rate is not None and row.state != "too_few"]
    estimates = {row.label: row.rate for row in shown if row.rate is not None}
    scale = look.unit.scale
    axis = axis_from_zero(_ends(list(estimates.values()), scale), room=LABEL_ROOM / max(width, 140))
    marks: list[Any] = []
    if look.reference_value is not None:
        marks += _reference_line(look, axis, len(shown) * layout.step, width)
    marks += _intervals(rows, estimates, scale, axis, look.unit, layout)
    marks += _value_labels(rows, estimates, look.unit, axis, layout)
    marks.append(_too_few(rows, look, layout))
    head = look.metric_label + (f", {look.interval_label}" if width > 215 else "")
    return _column(marks, width, rows, layout, head=head)


def _gaps(rows: Sequence[GroupRow], look: Look, width: int, layout: Layout) -> Any:
    shown = [row for row in rows if row.gap is not None and row.state not in ("too_few", "reference")]
    estimates = {row.label: row.gap for row in shown if row.gap is not None}
    unit, judged = look.gap_unit, layout.step * len([row for row in rows if row.state != "too_few"])
    limits = [limit for limit in (look.band.low, look.band.high) if limit is not None] if look.band else []
    ends = [*_ends(list(estimates.values()), unit.scale), unit.neutral * unit.scale, *_wide(limits, unit)]
    axis = axis_over(ends)
    marks: list[Any] = [
        *_goal(look, axis, judged, width),
        _line_at(unit.neutral * unit.scale, axis, judged, INK3, unit, dash=True),
    ]
    marks += _intervals(rows, estimates, unit.scale, axis, unit, layout)
    return _column(marks, width, rows, layout, head=_gap_head(look, width))


def _gap_head(look: Look, width: int) -> str:
    what = (
        "Times"
        if look.gap_unit.ratio
        else ("Percentage points" if width > 190 else "Points")
        if look.gap_unit.scale == 100
        else "Difference"
    )
    return f"{what} {'that of' if look.gap_unit.ratio else 'above'} {look.reference}"


def _wide(limits: list[float], unit: Unit) -> list[float]:
    """A goal's limit with some missed side beyond it, so that the wash is seen."""
    around = [unit.neutral + (limit - unit.neutral) * 1.6 for limit in limits]
    return [value * unit.scale for value in around]


def _ends(estimates: list[Estimate], scale: float) -> list[float]:
    ends = [end * scale for found in estimates for end in (found.value, found.low, found.high) if end is not None]
    return ends or [0.0, scale]


def _x(field: str, axis: Axis, unit: Unit) -> alt.X:
    plus = "(datum.value > 0 ? '+' : '') + " if unit.sign else ""
    label = f"{plus}replace(datum.value, '-', '\u2212') + '{unit.suffix}'"
    return alt.X(
        f"{field}:Q",
        scale=alt.Scale(domain=[axis.low, axis.high], nice=False, zero=False),
        axis=alt.Axis(values=list(axis.ticks), labelExpr=label, title=None, labelFlush=False, labelOverlap=False),
    )


def _line_at(value: float, axis: Axis, height: int, color: str, unit: Unit, *, dash: bool) -> Any:
    style = {"strokeDash": [2, 3], "strokeWidth": 1} if dash else {"strokeWidth": 1.5}
    return (
        alt.Chart(_data([{"at": value}]))
        .mark_rule(color=color, **style)
        .encode(x=_x("at", axis, unit), y=alt.value(0), y2=alt.value(height))
    )


def _reference_line(look: Look, axis: Axis, height: int, width: int) -> list[Any]:
    assert look.reference_value is not None
    at = look.reference_value * look.unit.scale
    far = (at - axis.low) / (axis.high - axis.low) > 0.5
    text = f"{_short(look.reference, width)} {value_text(look.reference_value, look.unit)}"
    note = (
        alt.Chart(_data([{"at": at, "text": text}]))
        .mark_text(align="right" if far else "left", dx=-4 if far else 4, baseline="bottom", fontSize=11, color=INK3)
        .encode(x=_x("at", axis, look.unit), y=alt.value(-5), text="text:N")
    )
    return [_line_at(at, axis, height, INK3, look.unit, dash=True), note]


def _short(text: str, width: int) -> str:
    most = max(8, width // 14)
    return text if len(text) <= most else text[: most - 1] + "\u2026"


def _goal(look: Look, axis: Axis, height: int, width: int) -> list[Any]:
    """The goal's line or lines, the wash on each side that misses it, and one label."""
    if look.band is None:
        return []
    scale, marks = look.gap_unit.scale, []
    sides = [(look.band.high, axis.high), (look.band.low, axis.low)]
    for limit, end in sides:
        if limit is not None:
            wash = alt.Chart(_data([{"a": limit * scale, "b": end}])).mark_rect(color=BEYOND, opacity=1)
            marks.append(wash.encode(x=_x("a", axis, look.gap_unit), x2="b:Q", y=alt.value(0), y2=alt.value(height)))
            marks.append(_line_at(limit * scale, axis, height, BAD, look.gap_unit, dash=False))
    at = (look.band.high if look.band.high is not None else look.band.low or 0.0) * scale
    share = (at - axis.low) / (axis.high - axis.low)
    ends = share > 0.55
    label = (
        alt.Chart(_data([{"at": at, "text": f"goal: {look.limit_label}"}]))
        .mark_text(
            align="right" if ends else "left",
            dx=-4 if ends else 4,
            baseline="bottom",
            fontSize=11,
            fontWeight=600,
            color=BAD,
            limit=width,
        )
        .encode(x=_x("at", axis, look.gap_unit), y=alt.value(-5), text="text:N")
    )
    return [*marks, label]


def _intervals(
    rows: Sequence[GroupRow], estimates: dict[str, Estimate], scale: float, axis: Axis, unit: Unit, layout: Layout
) -> list[Any]:
    """A line with a point in a white halo; colour and shape both carry the verdict."""
    values = [
        {
            "group": row.label,
            "state": row.state,
            "at": estimates[row.label].value * scale,
            "low": (estimates[row.label].value if estimates[row.label].low is None else estimates[row.label].low or 0.0)
            * scale,
            "high": (
                estimates[row.label].value if estimates[row.label].high is None else estimates[row.label].high or 0.0
            )
            * scale,
        }
        for row in rows
        if row.label in estimates
    ]
    base = alt.Chart(_data(values)).encode(y=_y(rows))
    color = alt.Color("state:N", scale=alt.Scale(domain=list(MARKS), range=[mark[0] for mark in MARKS.values()]))
    shape = alt.Shape("state:N", scale=alt.Scale(domain=list(MARKS), range=[mark[1] for mark in MARKS.values()]))
    return [
        base.mark_rule(strokeWidth=2.5, opacity=0.45, strokeCap="round").encode(
            x=_x("low", axis, unit), x2="high:Q", color=color
        ),
        base.mark_point(filled=True, size=layout.dot * 2, opacity=1, color=SURFACE).encode(
            x=_x("at", axis, unit), shape=shape
        ),
        base.mark_point(filled=True, size=layout.dot, opacity=1).encode(
            x=_x("at", axis, unit), color=color, shape=shape
        ),
    ]


def _value_labels(
    rows: Sequence[GroupRow], estimates: dict[str, Estimate], unit: Unit, axis: Axis, layout: Layout
) -> list[Any]:
    """The value beside the upper end, with a stroke of the surface's colour under it."""
    values = [
        {
            "group": row.label,
            "end": max(found.value, found.high if found.high is not None else found.value) * unit.scale,
            "text": value_text(found.value, unit),
        }
        for row in rows
        if (found := estimates.get(row.label))
    ]
    base = alt.Chart(_data(values)).encode(y=_y(rows), x=_x("end", axis, unit), text="text:N")
    style: dict[str, Any] = {"align": "left", "dx": 8, "fontSize": layout.font, "fontWeight": 600}
    return [
        base.mark_text(stroke=SURFACE, strokeWidth=4, strokeJoin="round", color=SURFACE, **style),
        base.mark_text(color=INK, **style),
    ]


def _too_few(rows: Sequence[GroupRow], look: Look, layout: Layout) -> Any:
    values = [
        {"group": row.label, "text": _few_text(row, look, layout)}
        for row in rows
        if row.state == "too_few" or row.rate is None
    ]
    style: dict[str, Any] = {"align": "left", "fontSize": layout.font - 0.5}
    base = alt.Chart(_data(values)).encode(y=_y(rows), x=alt.value(6), text="text:N")
    return base.mark_text(stroke=SURFACE, strokeWidth=4, color=SURFACE, **style) + base.mark_text(color=NONE, **style)


def _few_text(row: GroupRow, look: Look, layout: Layout) -> str:
    count = _judged(row)
    if layout.width > 800:
        return f"Not enough data: {count} {'person' if count == 1 else 'people'}, {look.minimum} needed"
    return f"Not enough data ({count} of {look.minimum})"


def _verdicts(rows: Sequence[GroupRow], look: Look, layout: Layout) -> Any:
    """The gap as a number and the verdict as a word, behind the panels."""
    values = [
        {
            "group": row.label,
            "gap": value_text(row.gap.value, look.gap_unit)
            if row.gap and row.state not in ("too_few", "reference")
            else "",
            "word": "reference" if row.state == "reference" else WORDS[row.state],
            "state": row.state,
        }
        for row in rows
    ]
    base = alt.Chart(_data(values)).encode(y=_y(rows))
    color = alt.Color("state:N", scale=alt.Scale(domain=list(MARKS), range=[mark[0] for mark in MARKS.values()]))
    number = base.mark_text(align="right", fontSize=layout.font, fontWeight=600, color=INK).encode(
        x=alt.value(48), text="gap:N"
    )
    word = base.mark_text(align="left", fontSize=layout.font, fontWeight=600).encode(
        x=alt.value(60), text="word:N", color=color
    )
    return _column([number] if layout.stacked else [number, word], layout.tail, rows, layout)
