"""Lines by group: up to four groups share one panel with a key, more get a panel each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from textwrap import wrap
from typing import Any

from evenhand.fairness.plots.drawing import Spec, altair, beside, layered, marks, stacked
from evenhand.fairness.plots.theme import ACCENT, GROUP_COLORS, GROUP_DASHES, INK, INK2, INK3, SURFACE

MOST_IN_ONE = 4
MOST_PANELS = 24
GAP = 32
PADDING = {"left": 0, "top": 8, "right": 12, "bottom": 2}

Point = tuple[float, float]
Styled = tuple["Curve", tuple[str, Sequence[int]]]  # with colour and dashes


@dataclass(frozen=True, kw_only=True)
class Side:
    """One axis in printed units."""

    low: float
    high: float
    ticks: tuple[float, ...]
    title: str
    suffix: str = ""

    def encoding(self, field: str, channel: str, *, grid: bool) -> Any:
        """The axis as an encoding of x or y."""
        alt = altair()
        drawn = alt.Axis(
            values=list(self.ticks),
            labelExpr=f"replace(datum.value, '-', '\u2212') + '{self.suffix}'",
            title=self.title or None,
            grid=grid,
            labelFlush=False,
            labelOverlap=True,
        )
        scale = alt.Scale(domain=[self.low, self.high], nice=False, zero=False)
        return {"x": alt.X, "y": alt.Y}[channel](f"{field}:Q", axis=drawn, scale=scale)


PERCENT_TICKS = (0.0, 25.0, 50.0, 75.0, 100.0)


@dataclass(frozen=True, kw_only=True)
class Curve:
    """One group's line. ``dot`` marks where the model stands now; ``spans`` are intervals (x, low, high)."""

    label: str
    points: tuple[Point, ...]
    note: str = ""
    dot: Point | None = None
    spans: tuple[tuple[float, float, float], ...] = ()
    with_points: bool = False


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What all panels share: axes, and whether the diagonal means something (chance, or perfect calibration)."""

    x: Side
    y: Side
    diagonal: bool = True
    background: Curve | None = None
    line: float | None = None  # a dashed line at this place of x


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """Px: the one large panel, and how many small ones stand in a row."""

    width: int
    panel: int
    across: int
    key_below: bool = False


SIZES = {
    "page": Sizes(width=1088, panel=400, across=4),
    "print": Sizes(width=668, panel=320, across=3),
    "phone": Sizes(width=340, panel=280, across=1, key_below=True),
}
AXIS_ROOM = 52


def compose(curves: Sequence[Curve], frame: Frame, sizes: Sizes, *, remark: str = "") -> Any:
    """All groups as one chart, with a remark below such as who has too few people."""
    if len(curves) <= MOST_IN_ONE:
        drawn = panel(styled(curves), frame, sizes.panel, sizes.panel)
        named = key(styled(curves), height=None if sizes.key_below else sizes.panel)
        both = [drawn, named]
        chart = stacked(both, spacing=24) if sizes.key_below else beside(both, spacing=GAP)
    else:
        side = (sizes.width - sizes.across * GAP) // sizes.across - AXIS_ROOM
        shown = curves[:MOST_PANELS]
        small = [
            _titled(curve, frame, side, first=place % sizes.across == 0, last=place + sizes.across >= len(shown))
            for place, curve in enumerate(shown)
        ]
        rows = [beside(small[at : at + sizes.across], spacing=GAP) for at in range(0, len(small), sizes.across)]
        chart = stacked(rows, spacing=28)
    if remark:
        chart = stacked([chart, remark_below(remark, sizes.width - AXIS_ROOM)], spacing=20)
    return {**chart, "padding": PADDING}


def styled(curves: Sequence[Curve]) -> list[Styled]:
    """Each curve with its own colour and dashes."""
    return list(zip(curves, zip(GROUP_COLORS, GROUP_DASHES, strict=True), strict=False))


def panel(curves: Sequence[Styled], frame: Frame, width: int, height: int) -> Any:
    """Lines over the diagonal and everybody's line, dots over all lines."""
    content: list[Any] = []
    if frame.diagonal:
        ends = [{"a": frame.x.low, "b": frame.y.low}, {"a": frame.x.high, "b": frame.y.high}]
        content.append(_line(ends, frame, INK3, (2, 3), 1))
    if frame.background is not None:
        content.append(_line(_values(frame.background), frame, INK3, (1, 0), 1))
    for curve, (color, dash) in curves:
        content += _spans(curve, frame, color)
        content.append(_line(_values(curve), frame, color, dash, 2))
    if frame.line is not None:
        ends = [{"a": frame.line, "b": frame.y.low}, {"a": frame.line, "b": frame.y.high}]
        content.append(_line(ends, frame, INK3, (2, 3), 1))
    for curve, (color, _) in curves:
        if curve.with_points:
            content += _dots(curve.points, frame, color, size=30)
        if curve.dot is not None:
            content += _dots([curve.dot], frame, color, size=60)
    return layered(content, width=width, height=height)


def _titled(curve: Curve, frame: Frame, side: int, *, first: bool, last: bool) -> Any:
    """A small panel under its group's name; only the outer panels name the axes."""
    x, y = replace(frame.x, title=frame.x.title if last else ""), replace(frame.y, title=frame.y.title if first else "")
    drawn = panel([(curve, (ACCENT, (1, 0)))], replace(frame, x=x, y=y), side, side)
    return {**drawn, "title": panel_title(curve.label, curve.note, side + AXIS_ROOM)}


def panel_title(text: str, note: str, limit: int) -> Spec:
    """The head of one of several panels."""
    return {
        "text": text,
        "subtitle": note,
        "limit": limit,
        "fontSize": 12,
        "fontWeight": 600,
        "color": INK,
        "subtitleFontSize": 11,
        "subtitleColor": INK3,
        "anchor": "start",
        "frame": "group",
        "offset": 8,
    }


def _values(curve: Curve) -> list[dict[str, Any]]:
    return [{"a": a, "b": b} for a, b in curve.points]


def _line(values: list[dict[str, Any]], frame: Frame, color: str, dash: Sequence[int], width: float) -> Any:
    numbered = [{**value, "k": index} for index, value in enumerate(values)]
    return (
        marks(numbered)
        .mark_line(color=color, strokeWidth=width, strokeDash=list(dash), strokeJoin="round", clip=True)
        .encode(
            x=frame.x.encoding("a", "x", grid=False),
            y=frame.y.encoding("b", "y", grid=True),
            order=altair().Order("k:Q"),
        )
    )


def _dots(points: Sequence[Point], frame: Frame, color: str, *, size: int) -> list[Any]:
    base = marks([{"a": a, "b": b} for a, b in points]).encode(
        x=frame.x.encoding("a", "x", grid=False), y=frame.y.encoding("b", "y", grid=True)
    )
    halo = base.mark_point(filled=True, size=size * 2.2, opacity=1, color=SURFACE)
    return [halo, base.mark_point(filled=True, size=size, opacity=1, color=color)]


def _spans(curve: Curve, frame: Frame, color: str) -> list[Any]:
    if not curve.spans:
        return []
    values = [{"a": at, "b": low, "c": high} for at, low, high in curve.spans]
    return [
        marks(values)
        .mark_rule(color=color, strokeWidth=2.5, opacity=0.45, strokeCap="round")
        .encode(
            x=frame.x.encoding("a", "x", grid=False), y=frame.y.encoding("b", "y", grid=True), y2=altair().Y2("c:Q")
        )
    ]


def key(curves: Sequence[Styled], *, height: int | None) -> Any:
    """Each group's line, name and note, one below the other."""
    alt, step = altair(), 44
    content: list[Any] = []
    for index, (curve, (color, dash)) in enumerate(curves):
        top = 12 + index * step
        sample = marks([{"k": 0}]).mark_rule(color=color, strokeWidth=2, strokeDash=list(dash))
        content.append(sample.encode(x=alt.XValue(0), x2=alt.X2Value(28), y=alt.YValue(top)))
        for text, size, weight, ink, dy in ((curve.label, 12, 600, INK, 0), (curve.note, 11, 400, INK2, 17)):
            word = marks([{"text": text}]).mark_text(
                align="left", baseline="middle", fontSize=size, fontWeight=weight, color=ink, limit=290
            )
            content.append(word.encode(x=alt.XValue(38), y=alt.YValue(top + dy), text=alt.Text("text:N")))
    return layered(content, width=240, height=height or step * len(curves))


def remark_below(text: str, width: int) -> Any:
    """Words under a chart, broken into lines that fit."""
    alt = altair()
    lines = wrap(text, width=max(20, int(width / 5.9)))
    words = marks([{"text": lines}]).mark_text(align="left", baseline="top", fontSize=11.5, lineHeight=16, color=INK3)
    placed = words.encode(x=alt.XValue(0), y=alt.YValue(0), text=alt.Text("text:N"))
    return layered([placed], width=width, height=16 * len(lines))
