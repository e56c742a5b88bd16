"""Charts with one row a group: columns side by side over hairlines, names and people in front."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from evenhand.fairness.plots.drawing import altair, layered, marks
from evenhand.fairness.plots.theme import INK, INK2, INK3, LINE, SURFACE


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Sizes of one width, in px: step = height of a row, people and tail = widths of columns beside the panels."""

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


def y(count: int) -> Any:
    """The vertical place of a row by its number, so that two groups of one name stay two."""
    alt = altair()
    return alt.Y(
        "row:O", sort=None, axis=None, scale=alt.Scale(domain=list(range(count)), paddingInner=0, paddingOuter=0)
    )


def column(
    content: Sequence[Any],
    width: int,
    count: int,
    layout: Layout,
    *,
    head: str = "",
    right: bool = False,
    under: Sequence[Any] = (),
) -> Any:
    """Marks over the hairlines that run under every row, with a small head above; ``under`` lies below the lines."""
    alt = altair()
    lines = (
        marks([{"row": row} for row in range(count)])
        .mark_rule(color=LINE, strokeWidth=1, yOffset=layout.step / 2)
        .encode(y=y(count), x=alt.XValue(0), x2=alt.X2Value(width))
    )
    title = (
        marks([{"head": head}])
        .mark_text(align="right" if right else "left", baseline="bottom", fontSize=11, fontWeight=500, color=INK3)
        .encode(x=alt.XValue(width - 18 if right else 0), y=alt.YValue(-24), text=alt.Text("head:N"))
    )
    return layered([*under, lines, title, *content], width=width, height=layout.step * count)


def names(labels: Sequence[str], head: str, width: int, layout: Layout) -> Any:
    """The column of group names."""
    alt = altair()
    text = (
        marks([{"row": row, "group": label} for row, label in enumerate(labels)])
        .mark_text(align="left", fontSize=layout.font, fontWeight=500, color=INK, limit=width - 10)
        .encode(y=y(len(labels)), x=alt.XValue(0), text=alt.Text("group:N"))
    )
    return column([text], width, len(labels), layout, head=head)


def numbers(texts: Sequence[str], head: str, width: int, layout: Layout) -> Any:
    """A column of figures, flush right."""
    alt = altair()
    text = (
        marks([{"row": row, "n": n} for row, n in enumerate(texts)])
        .mark_text(align="right", fontSize=layout.font, color=INK2)
        .encode(y=y(len(texts)), x=alt.XValue(width - 18), text=alt.Text("n:N"))
    )
    return column([text], width, len(texts), layout, head=head, right=True)


def label_width(labels: Sequence[str], head: str, layout: Layout) -> int:
    """How wide the names may be: what the longest needs, within a share of the chart."""
    longest = max(len(label) for label in (*labels, head))
    share = 0.36 if layout.stacked else 0.3
    return int(min(layout.width * share, max(64, longest * layout.font * 0.56 + 16)))


def haloed(base: Any, *, color: str = INK, **style: Any) -> list[Any]:
    """Text that stays readable where it crosses a line: a stroke of the surface's colour under it."""
    under = base.mark_text(stroke=SURFACE, strokeWidth=4, strokeJoin="round", color=SURFACE, **style)
    return [under, base.mark_text(color=color, **style)]
