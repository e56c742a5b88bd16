"""Marks along a measured axis of a row-wise chart: intervals, values beside them, and lines through all rows."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from evenhand.fairness.plots.drawing import altair, marks
from evenhand.fairness.plots.rows import Estimate
from evenhand.fairness.plots.rowwise import Layout, haloed, y
from evenhand.fairness.plots.scale import Axis, Unit, value_text
from evenhand.fairness.plots.theme import MARKS, SURFACE


class Ruler(NamedTuple):
    """An axis with the unit its values are printed in."""

    axis: Axis
    unit: Unit

    def x(self, field: str) -> Any:
        """The horizontal place of a field, with the axis' own ticks."""
        alt = altair()
        plus = "(datum.value > 0 ? '+' : '') + " if self.unit.sign else ""
        label = f"{plus}replace(datum.value, '-', '\u2212') + '{self.unit.suffix}'"
        return alt.X(
            f"{field}:Q",
            scale=alt.Scale(domain=[self.axis.low, self.axis.high], nice=False, zero=False),
            axis=alt.Axis(
                values=list(self.axis.ticks), labelExpr=label, title=None, labelFlush=False, labelOverlap=False
            ),
        )

    def share(self, value: float) -> float:
        """Where a value stands, from 0 at the lower end to 1 at the upper."""
        return (value - self.axis.low) / (self.axis.high - self.axis.low)


class Placed(NamedTuple):
    """An estimate in its row, with the verdict that gives colour and shape."""

    row: int
    estimate: Estimate
    state: str


def ends_of(estimates: Sequence[Estimate], scale: float) -> list[float]:
    """All values an axis must hold, in printed units."""
    ends = [end * scale for found in estimates for end in (found.value, found.low, found.high) if end is not None]
    return ends or [0.0, scale]


def line_at(value: float, ruler: Ruler, height: int, color: str, *, dash: bool) -> Any:
    """A line down through the rows."""
    alt = altair()
    style = {"strokeDash": [2, 3], "strokeWidth": 1} if dash else {"strokeWidth": 1.5}
    return (
        marks([{"at": value}])
        .mark_rule(color=color, **style)
        .encode(x=ruler.x("at"), y=alt.YValue(0), y2=alt.Y2Value(height))
    )


def note_at(value: float, text: str, ruler: Ruler, *, turn: float, limit: int | None = None, **style: Any) -> Any:
    """Words above a line, on its left where the line stands beyond ``turn`` of the axis."""
    alt, far = altair(), ruler.share(value) > turn
    if limit is not None:
        style["limit"] = limit
    return (
        marks([{"at": value, "text": text}])
        .mark_text(align="right" if far else "left", dx=-4 if far else 4, baseline="bottom", fontSize=11, **style)
        .encode(x=ruler.x("at"), y=alt.YValue(-5), text=alt.Text("text:N"))
    )


def by_state() -> tuple[Any, Any]:
    """The scales of colour and shape, both by verdict."""
    alt = altair()
    domain = list(MARKS)
    color = alt.Color("state:N", scale=alt.Scale(domain=domain, range=[mark[0] for mark in MARKS.values()]))
    shape = alt.Shape("state:N", scale=alt.Scale(domain=domain, range=[mark[1] for mark in MARKS.values()]))
    return color, shape


def intervals(placed: Sequence[Placed], count: int, ruler: Ruler, layout: Layout) -> list[Any]:
    """A line with a point in a white halo; colour and shape both carry the verdict."""
    scale = ruler.unit.scale
    values = [
        {
            "row": each.row,
            "state": each.state,
            "at": each.estimate.value * scale,
            "low": scale * (each.estimate.value if each.estimate.low is None else each.estimate.low),
            "high": scale * (each.estimate.value if each.estimate.high is None else each.estimate.high),
        }
        for each in placed
    ]
    base = marks(values).encode(y=y(count))
    color, shape = by_state()
    line = base.mark_rule(strokeWidth=2.5, opacity=0.45, strokeCap="round")
    halo = base.mark_point(filled=True, size=layout.dot * 2, opacity=1, color=SURFACE)
    point = base.mark_point(filled=True, size=layout.dot, opacity=1)
    return [
        line.encode(x=ruler.x("low"), x2=altair().X2("high:Q"), color=color),
        halo.encode(x=ruler.x("at"), shape=shape),
        point.encode(x=ruler.x("at"), color=color, shape=shape),
    ]


def value_labels(placed: Sequence[Placed], count: int, ruler: Ruler, layout: Layout) -> Any:
    """The value beside the upper end of its interval."""
    values = [
        {
            "row": each.row,
            "end": ruler.unit.scale * max(each.estimate.value, each.estimate.high or each.estimate.value),
            "text": value_text(each.estimate.value, ruler.unit),
        }
        for each in placed
    ]
    base = marks(values).encode(y=y(count), x=ruler.x("end"), text=altair().Text("text:N"))
    return haloed(base, align="left", dx=8, fontSize=layout.font, fontWeight=600)


def remarks_in_rows(texts: dict[int, str], count: int, layout: Layout, *, color: str) -> Any:
    """Words in place of a mark, such as "Not enough data"."""
    alt = altair()
    values = [{"row": row, "text": text} for row, text in texts.items()]
    base = marks(values).encode(y=y(count), x=alt.XValue(6), text=alt.Text("text:N"))
    return haloed(base, color=color, align="left", fontSize=layout.font - 0.5)
