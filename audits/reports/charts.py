"""Interval charts for pages and reports: rates left, gaps to the reference right, the goal's line and what it says.

Drawn with Altair, turned into SVG by vl-convert: no browser, text stays text, the same bytes each time.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import vl_convert

from audits.reports import chart_layers as layers
from audits.reports.chart_rows import (
    Band,
    GroupRow,
    Partition,
    Reference,
    Result,
    interval_rows,
    metric_name,
    reference_of,
)
from audits.reports.chart_scale import Unit, value_text
from audits.reports.chart_theme import CONFIG, WORDS

MOST_ROWS = 18  # more do not fit a page; the table beside the chart has all of them


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A drawn chart with the same finding in words and the rows behind it."""

    svg: str
    alt: str
    rows: tuple[GroupRow, ...]
    left_out: int = 0


@dataclass(frozen=True, kw_only=True)
class Question:
    """What a chart is about: a partition of a result, and the goal's limits where there is one.

    by_label heads the names ("Race"), limit_label stands on the goal line ("at most +5").
    """

    shown: Partition
    by_label: str
    band: Band | None = None
    limit_label: str = ""


def interval_chart(result: Result, question: Question, *, width: str = "page", fonts: Path | None = None) -> Chart:
    """The chart for one width: "page" (1088 px), "print" (170 mm) or "phone" (340 px, two panels below each other)."""
    if fonts is not None:
        _register(str(fonts))
    rows = interval_rows(result, question.shown)
    drawn = _most_telling(rows)
    look = _look(question, reference_of(result, question.shown), result.get("confidence", 0.95))
    alt = alt_text(rows, question)
    spec = layers.compose(drawn, look, layers.LAYOUTS[width])
    return Chart(svg=_svg(spec, alt), alt=alt, rows=rows, left_out=len(rows) - len(drawn))


def _look(question: Question, reference: Reference | None, confidence: float) -> layers.Look:
    """The words and units the drawing needs."""
    metric, kind = question.shown.metric, question.shown.kind
    return layers.Look(
        by_label=question.by_label,
        metric_label=_sentence_case(metric_name(metric)),
        interval_label=f"{confidence * 100:g}% interval",
        unit=Unit.of(metric),
        gap_unit=Unit.of_gap(metric, kind),
        band=question.band,
        limit_label=question.limit_label,
        reference=reference.label if reference else "",
        reference_value=reference.value if reference else None,
        minimum=question.shown.minimum,
    )


def alt_text(rows: Sequence[GroupRow], question: Question) -> str:
    """The finding in words, for who cannot see the picture."""
    unit = Unit.of(question.shown.metric)
    parts = [f"{_sentence_case(metric_name(question.shown.metric))} by {question.by_label.lower()} with intervals."]
    if question.limit_label:
        parts.append(f"Goal: {question.limit_label}.")
    for row in rows[:MOST_ROWS]:
        parts.append(_row_in_words(row, unit))
    if len(rows) > MOST_ROWS:
        parts.append(f"And {len(rows) - MOST_ROWS} more groups, in the table.")
    return " ".join(parts)


def _row_in_words(row: GroupRow, unit: Unit) -> str:
    if row.rate is None or row.state == "too_few":
        return f"{row.label}: not enough data."
    said = f"{row.label}: {value_text(row.rate.value, unit)}"
    word = "reference" if row.state == "reference" else WORDS[row.state]
    return f"{said}, {word}." if word else f"{said}."


def _most_telling(rows: tuple[GroupRow, ...]) -> tuple[GroupRow, ...]:
    """At most MOST_ROWS rows: missed and undecided goals and the reference first, then the largest; order kept."""
    if len(rows) <= MOST_ROWS:
        return rows
    urgency = {"not_met": 0, "reference": 0, "inconclusive": 1, "met": 2, "not_judged": 2, "too_few": 3}
    ranked = sorted(range(len(rows)), key=lambda index: (urgency[rows[index].state], index))
    return tuple(rows[index] for index in sorted(ranked[:MOST_ROWS]))


def _svg(spec: dict[str, Any], alt: str) -> str:
    svg: str = vl_convert.vegalite_to_svg({**spec, "config": CONFIG})
    return re.sub(r"<svg ", lambda _: f'<svg role="img" aria-label={quoteattr(alt)} ', svg, count=1)


@cache
def _register(folder: str) -> None:
    """Tell the converter about our fonts, once a process: it measures text with them."""
    vl_convert.register_font_directory(folder)


def _sentence_case(text: str) -> str:
    return text[:1].upper() + text[1:]


__all__ = ["Band", "Chart", "GroupRow", "Partition", "Question", "alt_text", "interval_chart"]
