"""Interval charts for pages and reports: the engine's own, with the rows behind them for the tables beside."""

from dataclasses import dataclass
from pathlib import Path

from evenhand.fairness.plots.interval import MOST_ROWS, Question, interval_plot
from evenhand.fairness.plots.rows import Band, GroupRow, Partition, Result, interval_rows


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A drawn chart with the same finding in words and the rows behind it."""

    svg: str
    alt: str
    rows: tuple[GroupRow, ...]
    left_out: int = 0


def interval_chart(result: Result, question: Question, *, width: str = "page", fonts: Path | None = None) -> Chart:
    """The chart for one width: "page" (1088 px), "print" (170 mm) or "phone" (340 px, two panels below each other)."""
    plot = interval_plot(result, question, width=width, fonts=fonts)
    rows = interval_rows(result, question.shown)
    return Chart(svg=plot.svg, alt=plot.alt, rows=rows, left_out=max(0, len(rows) - MOST_ROWS))


__all__ = ["MOST_ROWS", "Band", "Chart", "GroupRow", "Partition", "Question", "interval_chart"]
