"""Interval chart: each group's rate, its gap to the reference, the goal's line, and what the goal says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evenhand.errors import InputError
from evenhand.fairness.plots import interval_layers as layers
from evenhand.fairness.plots.drawing import svg_of
from evenhand.fairness.plots.limits import allowed, limit_label
from evenhand.fairness.plots.plot import Cells, Plot, Table, in_words
from evenhand.fairness.plots.rows import (
    MINIMUM,
    Band,
    GroupRow,
    Partition,
    Reference,
    Result,
    interval_rows,
    reference_of,
)
from evenhand.fairness.plots.rowwise import LAYOUTS
from evenhand.fairness.plots.scale import Unit, span_text, value_text
from evenhand.fairness.plots.theme import WORDS
from evenhand.fairness.plots.words import by_label, metric_name, sentence_case
from evenhand.fairness.results import Evaluation

MOST_ROWS = 18  # more do not fit a page; the table beside the chart has all of them


@dataclass(frozen=True, kw_only=True)
class Question:
    """What a chart is about: a partition of a result, and the goal's limits where there is one.

    by_label heads the names ("Race"), limit_label stands on the goal line ("at most +5").
    """

    shown: Partition
    by_label: str
    band: Band | None = None
    limit_label: str = ""

    @classmethod
    def about(cls, metric: str, by: Sequence[str], *, kind: str = "difference", minimum: int = MINIMUM) -> "Question":
        """A metric over the groups of some attributes, without a goal."""
        shown = Partition(metric=metric, by=tuple(by), kind=kind, minimum=minimum)
        return cls(shown=shown, by_label=by_label(by))

    @classmethod
    def of_goal(cls, result: Evaluation | Result, goal: str, *, metric: str = "", minimum: int = MINIMUM) -> "Question":
        """What a goal judged in a result: its first metric, or the one named. InputError where there is none."""
        rows = [row for row in _plain(result)["verdicts"] if row["metric"] is not None]
        fitting = [row for row in rows if row["goal"] == goal and row["group"] and metric in ("", row["metric"])]
        if not fitting:
            known = ", ".join(dict.fromkeys(str(row["goal"]) for row in rows)) or "none"
            raise InputError(f"Goal {goal!r} judged no pair of groups in this result; its goals are {known}.")
        first: Mapping[str, Any] = fitting[0]
        band = allowed(kind=first["kind"], side=first["side"], threshold=first["threshold"])
        shown = Partition(metric=first["metric"], by=tuple(first["by"]), kind=first["kind"], goal=goal, minimum=minimum)
        label = limit_label(band, metric=first["metric"], kind=first["kind"])
        return cls(shown=shown, by_label=by_label(first["by"]), band=band, limit_label=label)


def interval_plot(
    result: Evaluation | Result, question: Question, *, width: str = "page", fonts: Path | None = None
) -> Plot:
    """The interval chart of a result, or of its JSON values.

    ``width`` is "page" (1088 px), "print" (170 mm) or "phone" (340 px, two panels below each other). At most 18 groups
    are drawn, those that miss the goal first; the table has all. Raises InputError where nothing was measured.
    """
    plain = _plain(result)
    rows = interval_rows(plain, question.shown)
    if not rows:
        raise InputError(f"This result has no groups by {', '.join(question.shown.by)}.")
    look = _look(question, reference_of(plain, question.shown), plain.get("confidence", 0.95))
    alt = alt_text(rows, question)
    chart = layers.compose(most_telling(rows), look, LAYOUTS[width])
    return Plot(svg=svg_of(chart, alt, fonts=fonts), alt=alt, table=_table(rows, look))


def _plain(result: Evaluation | Result) -> Result:
    return result.to_json() if isinstance(result, Evaluation) else result


def _look(question: Question, reference: Reference | None, confidence: float) -> layers.Look:
    """The words and units the drawing needs."""
    metric, kind = question.shown.metric, question.shown.kind
    return layers.Look(
        by_label=question.by_label,
        metric_label=sentence_case(metric_name(metric)),
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
    rest = len(rows) - MOST_ROWS
    return in_words(
        [
            f"{sentence_case(metric_name(question.shown.metric))} by {question.by_label.lower()} with intervals.",
            f"Goal: {question.limit_label}." if question.limit_label else "",
            *(_row_in_words(row, unit) for row in rows[:MOST_ROWS]),
            f"And {rest} more groups, in the table." if rest > 0 else "",
        ]
    )


def _row_in_words(row: GroupRow, unit: Unit) -> str:
    if row.rate is None or row.state == "too_few":
        return f"{row.label}: not enough data."
    said = f"{row.label}: {value_text(row.rate.value, unit)}"
    word = "reference" if row.state == "reference" else WORDS[row.state]
    return f"{said}, {word}." if word else f"{said}."


def most_telling(rows: tuple[GroupRow, ...]) -> tuple[GroupRow, ...]:
    """At most MOST_ROWS rows: missed and undecided goals and the reference first, then the largest; order kept."""
    if len(rows) <= MOST_ROWS:
        return rows
    urgency = {"not_met": 0, "reference": 0, "inconclusive": 1, "met": 2, "not_judged": 2, "too_few": 3}
    ranked = sorted(range(len(rows)), key=lambda index: (urgency[rows[index].state], index))
    return tuple(rows[index] for index in sorted(ranked[:MOST_ROWS]))


def _table(rows: Sequence[GroupRow], look: layers.Look) -> Table:
    """Every group with its people, value and interval; gap, interval and verdict where there is a reference."""
    head: Cells = (look.by_label, "People", look.metric_label, look.interval_label)
    if look.reference:
        head += (f"{'Times' if look.gap_unit.ratio else 'Above'} {look.reference}", look.interval_label, "Goal")
    return Table(head=head, rows=tuple(_cells(row, look) for row in rows))


def _cells(row: GroupRow, look: layers.Look) -> Cells:
    few = row.rate is None or row.state == "too_few"
    rate = None if few else row.rate
    cells: Cells = (
        row.label,
        f"{row.judged:,}",
        "not enough data" if rate is None else value_text(rate.value, look.unit),
        "" if rate is None else span_text(rate.low, rate.high, look.unit),
    )
    if not look.reference:
        return cells
    gap = row.gap if row.state not in ("too_few", "reference") else None
    word = "reference" if row.state == "reference" else WORDS[row.state]
    return (
        *cells,
        "" if gap is None else value_text(gap.value, look.gap_unit),
        "" if gap is None else span_text(gap.low, gap.high, look.gap_unit),
        word,
    )
