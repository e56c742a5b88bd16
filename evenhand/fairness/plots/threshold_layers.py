"""The drawing of a threshold study: a panel for each metric, or for each group where there are many."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from evenhand.fairness.plots.drawing import altair, beside, layered, marks, stacked
from evenhand.fairness.plots.lines import (
    AXIS_ROOM,
    GAP,
    MOST_IN_ONE,
    PADDING,
    PERCENT_TICKS,
    SIZES,
    Curve,
    Frame,
    Side,
    key,
    panel,
    panel_title,
    remark_below,
    styled,
)
from evenhand.fairness.plots.rowwise import haloed
from evenhand.fairness.plots.scale import PERCENT, axis_over, value_text
from evenhand.fairness.plots.theme import GROUP_COLORS
from evenhand.fairness.plots.words import metric_in_words, metric_name

HEIGHT = 240
APART = 15  # px between two labels


@dataclass(frozen=True, kw_only=True)
class Line:
    """One rate of one group at each threshold; shares, None where it is not known."""

    group: str
    n: int
    metric: str
    values: tuple[float | None, ...]


def compose(lines: Sequence[Line], thresholds: Sequence[float], index: int | None, width: str, remark: str) -> Any:
    """The whole chart; ``index`` is the threshold at which a line stands and values are written."""
    sizes = SIZES[width]
    groups = list(dict.fromkeys(line.group for line in lines))
    axis = axis_over([round(threshold, 3) for threshold in (thresholds[0], thresholds[-1])], most=6)
    first, last = thresholds[0], thresholds[-1]
    ticks = tuple(tick for tick in axis.ticks if first <= tick <= last)
    x = Side(low=first, high=last, ticks=ticks, title="flagged when the score is at least")
    y = Side(low=0, high=100, ticks=PERCENT_TICKS, title="", suffix="%")
    at = None if index is None else thresholds[index]
    frame = Frame(x=x, y=y, diagonal=False, line=at)
    if len(groups) <= MOST_IN_ONE:
        across = 1 if width == "phone" else 2
        panels = _by_metric(lines, thresholds, index, frame, (sizes.width - AXIS_ROOM * across) // across - GAP)
        named = [Curve(label=group, points=(), note="") for group in groups]
        is_named = index is not None and all(on_line(line.values, thresholds, index) is not None for line in lines)
        extra = [] if is_named else [key(styled(named), height=None)]
    else:
        across = sizes.across
        panels = _by_group(lines, groups, thresholds, frame, sizes.width // across - AXIS_ROOM - GAP, across)
        metrics = list(dict.fromkeys(line.metric for line in lines))
        named = [Curve(label=metric_in_words(name), points=(), note=metric_name(name)) for name in metrics]
        extra = [key(styled(named), height=None)]
    rows = [beside(panels[start : start + across], spacing=GAP) for start in range(0, len(panels), across)]
    below = [remark_below(remark, sizes.width - AXIS_ROOM)] if remark else []
    return stacked([*rows, *extra, *below], spacing=24, padding=PADDING)


def on_line(values: Sequence[float | None], thresholds: Sequence[float], index: int) -> float | None:
    """The rate at a threshold: as counted, or on the straight line between the next known ones below and above."""
    if values[index] is not None:
        return values[index]
    below = next((place for place in range(index, -1, -1) if values[place] is not None), None)
    above = next((place for place in range(index, len(values)) if values[place] is not None), None)
    if below is None or above is None:
        return None
    if thresholds[above] == thresholds[below]:
        return values[below]
    share = (thresholds[index] - thresholds[below]) / (thresholds[above] - thresholds[below])
    return (1 - share) * (values[below] or 0.0) + share * (values[above] or 0.0)


def said_at(values: Sequence[float | None], thresholds: Sequence[float], index: int) -> str:
    """The rate at a threshold in words: "44.8%", "about 5.2%" between known ones, or that it is not known."""
    value = on_line(values, thresholds, index)
    if value is None:
        return "not known"
    return ("about " if values[index] is None else "") + value_text(value, PERCENT)


def _by_metric(
    lines: Sequence[Line], thresholds: Sequence[float], index: int | None, frame: Frame, width: int
) -> list[Any]:
    panels = []
    for metric in dict.fromkeys(line.metric for line in lines):
        chosen = [line for line in lines if line.metric == metric]
        curves = [_curve(line, line.group, thresholds, index) for line in chosen]
        drawn = panel(styled(curves), frame, width, HEIGHT)
        if index is not None:
            drawn = {**drawn, **layered([*drawn["layer"], *_labels(curves, frame, width)])}
        title = f"{metric_in_words(metric)} ({metric_name(metric)})"
        panels.append({**drawn, "title": panel_title(title, "", width + AXIS_ROOM)})
    return panels


def _by_group(
    lines: Sequence[Line], groups: Sequence[str], thresholds: Sequence[float], frame: Frame, side: int, across: int
) -> list[Any]:
    panels = []
    for place, group in enumerate(groups):
        title = frame.x.title if place + across >= len(groups) else ""
        small = replace(frame, x=replace(frame.x, title=title))
        chosen = [line for line in lines if line.group == group]
        curves = [_curve(line, line.metric, thresholds, None) for line in chosen]
        drawn = panel(styled(curves), small, side, side)
        panels.append({**drawn, "title": panel_title(group, f"{chosen[0].n:,} people", side + AXIS_ROOM)})
    return panels


def _curve(line: Line, label: str, thresholds: Sequence[float], index: int | None) -> Curve:
    """A group's line through the thresholds at which its rate is known, straight in between."""
    value = None if index is None else on_line(line.values, thresholds, index)
    points = [(at, 100 * share) for at, share in zip(thresholds, line.values, strict=True) if share is not None]
    return Curve(
        label=label,
        points=tuple(points),
        note="" if index is None else said_at(line.values, thresholds, index),
        dot=None if index is None or value is None else (thresholds[index], 100 * value),
    )


def _labels(curves: Sequence[Curve], frame: Frame, width: int) -> list[Any]:
    """Value and group beside each dot, moved apart where they would lie on each other."""
    alt = altair()
    marked = [
        (curve.dot, f"{curve.note} {curve.label}", color)
        for curve, color in zip(curves, GROUP_COLORS, strict=False)
        if curve.dot
    ]
    if not marked:
        return []
    at = (marked[0][0][0] - frame.x.low) / (frame.x.high - frame.x.low) * width
    turned = at > width * 0.6
    high_first = sorted(marked, key=lambda each: -each[0][1])
    tops = _apart([HEIGHT * (1 - dot[1] / 100) for dot, _, _ in high_first])
    drawn = []
    for (_, label, color), top in zip(high_first, tops, strict=True):
        base = marks([{"text": label}])
        placed = base.encode(x=alt.XValue(at + (-10 if turned else 10)), y=alt.YValue(top), text=alt.Text("text:N"))
        room = at - 10 if turned else width - at
        side = "right" if turned else "left"
        drawn.append(haloed(placed, color=color, align=side, fontSize=12, fontWeight=600, limit=room))
    return drawn


def _apart(tops: Sequence[float]) -> list[float]:
    """Heights, highest first, pushed apart and kept inside the panel."""
    placed: list[float] = []
    for top in tops:
        placed.append(max(top - 8, placed[-1] + APART) if placed else max(8.0, top - 8))
    over = max(0.0, placed[-1] - (HEIGHT - 6))
    return [max(8.0 + APART * index, top - over) for index, top in enumerate(placed)]
