"""Charts of goals, drawn once by the worker and kept beside the result: a page must not wait for a drawing."""

from pathlib import Path
from typing import Any

import structlog
from django.conf import settings

from audits.models import Drawing, Evaluation
from audits.reports.charts import Question, interval_chart
from audits.reports.goal_limits import band_of, kind_of, limit_label, metrics_of, minimum_of
from evenhand.fairness.plots.rows import GroupRow, Partition, interval_rows

log = structlog.get_logger(__name__)
FONTS = Path(settings.BASE_DIR) / "config" / "static" / "vendor" / "fonts-ttf"
WIDTHS = ("page", "phone")


def question_of(document: dict[str, Any]) -> Question:
    """What the chart of a goal is about."""
    label = " and ".join(column.replace("_", " ") for column in document["by"])
    shown = Partition(
        metric=metrics_of(document)[0],
        by=tuple(document["by"]),
        kind=kind_of(document),
        goal=document["id"],
        minimum=minimum_of(document),
    )
    return Question(
        shown=shown,
        by_label=label[:1].upper() + label[1:],
        band=band_of(document),
        limit_label=limit_label(document),
    )


def rows_of(evaluation: Evaluation, document: dict[str, Any]) -> tuple[GroupRow, ...]:
    """The rows behind a goal's chart."""
    return interval_rows(evaluation.result or {}, question_of(document).shown)


def drawings_of(evaluation: Evaluation, document: dict[str, Any]) -> dict[str, Drawing]:
    """The charts of a goal by width. Those that are missing are drawn now and kept."""
    kept = {row.width: row for row in Drawing.objects.filter(evaluation=evaluation, goal=document["id"])}
    if len(kept) < len(WIDTHS) and any(row.rate for row in rows_of(evaluation, document)):
        return {width: kept.get(width) or _drawn(evaluation, document, width) for width in WIDTHS}
    return kept


def draw_charts(evaluation: Evaluation) -> None:
    """Draw all charts of a completed evaluation. A chart that fails is left to the page; the result stands."""
    for snapshot in evaluation.goals:
        try:
            drawings_of(evaluation, snapshot["document"])
        except Exception:
            log.exception("chart_not_drawn", evaluation=str(evaluation.uid), goal=snapshot["name"])


def _drawn(evaluation: Evaluation, document: dict[str, Any], width: str) -> Drawing:
    fonts = FONTS if FONTS.is_dir() else None
    chart = interval_chart(evaluation.result or {}, question_of(document), width=width, fonts=fonts)
    drawing, _ = Drawing.objects.get_or_create(
        evaluation=evaluation, goal=document["id"], width=width, defaults={"svg": chart.svg, "alt": chart.alt}
    )
    return drawing
