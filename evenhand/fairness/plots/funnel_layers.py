"""The drawing of a funnel: limits as lines, groups as dots, names where they say something and have room."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log10
from typing import Any, NamedTuple

from evenhand.fairness.plots.drawing import altair, layered, marks, stacked
from evenhand.fairness.plots.lines import PADDING, remark_below
from evenhand.fairness.plots.rowwise import haloed
from evenhand.fairness.plots.scale import Axis, Unit, axis_over, value_text
from evenhand.fairness.plots.theme import ACCENT, INK, INK2, INK3, LINE_STRONG, SURFACE
from evenhand.fairness.plots.words import metric_name, sentence_case

MOST_TRIED = 200  # names that are tried out for room, when thousands of groups lie outside
ALL_NAMED = 12  # with so few groups each has its name
SHARE = Unit(scale=100, digits=0, suffix="%")
PANELS = {"page": (900, 380), "print": (560, 300), "phone": (280, 280)}
LOOKS = {"inside": (INK2, "circle", 40), "between": (INK, "diamond", 60), "outside": (ACCENT, "square", 66)}


@dataclass(frozen=True, kw_only=True)
class Dot:
    """One group; ``state`` is inside, between or outside the limits."""

    label: str
    n: int
    rate: float
    state: str


@dataclass(frozen=True, kw_only=True)
class Curves:
    """The limits at each size: name, dashes and values of every line."""

    sizes: tuple[int, ...]
    lines: tuple[tuple[str, tuple[int, ...], tuple[float, ...]], ...]


class _Plane:
    """Where sizes and rates stand, in px and as encodings."""

    def __init__(self, dots: Sequence[Dot], rate: float, curves: Curves, size: tuple[int, int]) -> None:
        self.width, self.height = size
        self.first, self.last = curves.sizes[0], curves.sizes[-1]
        near = [
            value
            for _, _, line in curves.lines
            for at, value in zip(curves.sizes, line, strict=True)
            if at >= min(d.n for d in dots)
        ]
        self.axis: Axis = axis_over([100 * value for value in (rate, *near, *(dot.rate for dot in dots))], most=5)

    def x(self, field: str) -> Any:
        alt = altair()
        scale = alt.Scale(type="log", domain=[self.first, self.last], nice=False)
        axis = alt.Axis(
            values=_round_sizes(self.first, self.last), format=",d", grid=False, title="People (logarithmic)"
        )
        return alt.X(f"{field}:Q", scale=scale, axis=axis)

    def y(self, field: str, title: str) -> Any:
        alt = altair()
        scale = alt.Scale(domain=[self.axis.low, self.axis.high], nice=False, zero=False)
        axis = alt.Axis(values=list(self.axis.ticks), labelExpr="datum.value + '%'", title=title)
        return alt.Y(f"{field}:Q", scale=scale, axis=axis)

    def place(self, dot: Dot) -> tuple[float, float]:
        """A dot in px from the upper left corner."""
        along = (log10(dot.n) - log10(self.first)) / (log10(self.last) - log10(self.first))
        up = (100 * dot.rate - self.axis.low) / (self.axis.high - self.axis.low)
        return along * self.width, (1 - up) * self.height


def compose(dots: Sequence[Dot], rate: float, curves: Curves, *, metric: str, width: str, remark: str) -> Any:
    """The whole chart."""
    plane = _Plane(dots, rate, curves, PANELS[width])
    title = sentence_case(metric_name(metric))
    content = [*_limits(plane, curves, rate, title), *_center(plane, rate, title), *_dots(plane, dots, title)]
    content.append(_labels(plane, _named(plane, dots, rate), title))
    panel = layered(content, width=plane.width, height=plane.height)
    below = remark_below(remark, plane.width)
    return stacked([panel, below], spacing=16, padding=PADDING)


def _limits(plane: _Plane, curves: Curves, rate: float, title: str) -> list[Any]:
    content = []
    for name, dash, line in curves.lines:
        values = [{"n": n, "v": 100 * value} for n, value in zip(curves.sizes, line, strict=True)]
        drawn = marks(values).mark_line(
            color=LINE_STRONG if name != "95%" else INK3, strokeWidth=1.2, strokeDash=list(dash), clip=True
        )
        content.append(drawn.encode(x=plane.x("n"), y=plane.y("v", title)))
        if line[0] > rate and line[0] <= plane.axis.high / 100:
            base = marks([{**values[0], "text": name}]).encode(
                x=plane.x("n"), y=plane.y("v", title), text=altair().Text("text:N")
            )
            content.append(haloed(base, color=INK3, align="left", baseline="bottom", dx=4, dy=-4, fontSize=11))
    return content


def _center(plane: _Plane, rate: float, title: str) -> list[Any]:
    """Everyone's rate: a dashed line, named outside the panel."""
    alt = altair()
    text = ["everyone", value_text(rate, Unit(scale=100, digits=1, suffix="%"))]
    base = marks([{"v": 100 * rate, "text": text}]).encode(y=plane.y("v", title))
    line = base.mark_rule(color=INK3, strokeWidth=1, strokeDash=[2, 3])
    word = base.mark_text(align="left", baseline="middle", dx=6, dy=-6, fontSize=11, lineHeight=13, color=INK3)
    return [line, word.encode(x=alt.XValue(plane.width), text=alt.Text("text:N"))]


def _dots(plane: _Plane, dots: Sequence[Dot], title: str) -> list[Any]:
    content = []
    for state, (color, shape, size) in LOOKS.items():
        values = [{"n": dot.n, "v": 100 * dot.rate} for dot in dots if dot.state == state]
        base = marks(values).encode(x=plane.x("n"), y=plane.y("v", title))
        content.append(base.mark_point(filled=True, shape=shape, size=size * 2, opacity=1, color=SURFACE))
        content.append(base.mark_point(filled=True, shape=shape, size=size, opacity=1, color=color))
    return content


def _named(plane: _Plane, dots: Sequence[Dot], rate: float) -> list[tuple[Dot, bool]]:
    """Whose name is drawn, and whether on the left: those furthest out first, as long as nothing is covered."""
    urgency = {"outside": 0, "between": 1, "inside": 2}
    asked = [dot for dot in dots if len(dots) <= ALL_NAMED or dot.state != "inside"]
    asked.sort(key=lambda dot: (urgency[dot.state], -abs(dot.rate - rate) * dot.n**0.5))
    taken = [_spot(plane, dot) for dot in dots]
    chosen: list[tuple[Dot, bool]] = []
    for dot in asked[:MOST_TRIED]:
        own = _spot(plane, dot)
        for turned in (False, True):
            box = _box(plane, dot, turned=turned)
            fits = box.left >= 0 and box.right <= plane.width + 60
            if fits and len(chosen) < plane.width // 60 and not any(box.meets(each) for each in taken if each != own):
                taken.append(box)
                chosen.append((dot, turned))
                break
    return chosen


class _Box(NamedTuple):
    """A rectangle in px."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "_Box") -> bool:
        """Whether two rectangles share any point."""
        beside = self.right < other.left or self.left > other.right
        return not beside and self.bottom >= other.top and self.top <= other.bottom


def _spot(plane: _Plane, dot: Dot) -> _Box:
    x, y = plane.place(dot)
    return _Box(x - 5, y - 5, x + 5, y + 5)


def _box(plane: _Plane, dot: Dot, *, turned: bool) -> _Box:
    x, y = plane.place(dot)
    length = len(dot.label) * 6.6 + 12
    left = x - length if turned else x
    return _Box(left, y - 8, left + length, y + 8)


def _labels(plane: _Plane, named: Sequence[tuple[Dot, bool]], title: str) -> list[Any]:
    layers: list[Any] = []
    for turned in (False, True):
        values = [{"n": dot.n, "v": 100 * dot.rate, "text": dot.label} for dot, side in named if side is turned]
        base = marks(values).encode(x=plane.x("n"), y=plane.y("v", title), text=altair().Text("text:N"))
        side = "right" if turned else "left"
        layers += haloed(base, align=side, dx=-9 if turned else 9, fontSize=12, fontWeight=500)
    return layers


def _round_sizes(first: int, last: int) -> list[int]:
    """Powers of ten, with 2 and 5 times where the sizes span little."""
    steps = (1, 2, 5) if last / first < 300 else (1,)
    powers = range(int(log10(first)), int(log10(last)) + 1)
    return [step * 10**power for power in powers for step in steps if first <= step * 10**power <= last]
