"""Metric matrix: groups by metrics, each with its interval, its distance from the reference and what a goal says."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from evenhand.errors import InputError
from evenhand.fairness.plots import matrix_layers as layers
from evenhand.fairness.plots.drawing import svg_of
from evenhand.fairness.plots.plot import Plot, Table, in_words
from evenhand.fairness.plots.rows import MINIMUM, GroupRow, Partition, Result, interval_rows
from evenhand.fairness.plots.scale import Unit, span_text, value_text
from evenhand.fairness.plots.theme import WORDS
from evenhand.fairness.plots.words import OTHER_KINDS, by_label, metric_in_words, metric_name
from evenhand.fairness.results import Evaluation

SHOWN = (
    "base_rate",
    "selection_rate",
    "false_positive_rate",
    "false_negative_rate",
    "positive_predictive_value",
    "accuracy",
)
MOST_ROWS = 24
GRAVITY = ("not_met", "inconclusive", "too_few", "reference", "met", "not_judged")


@dataclass(frozen=True, kw_only=True)
class MetricColumn:
    """One metric over all groups, in the order of the matrix. ``goals`` are those agreed on it."""

    metric: str
    rows: tuple[GroupRow, ...]
    goals: tuple[str, ...]


def matrix_plot(
    result: Evaluation | Result,
    by: Sequence[str],
    *,
    metrics: Sequence[str] = (),
    minimum: int = MINIMUM,
    width: str = "page",
    fonts: Path | None = None,
) -> Plot:
    """Groups of ``by`` against metrics: value, distance from the reference and a small interval in each cell.

    Without ``metrics`` the usual six of its kind of outcome, as far as they were measured. Columns with a goal are
    shaded, and a cell that misses it or leaves it open has its mark. Cells under ``minimum`` people show how many there
    are, never a rate. At most 24 groups are drawn, the largest; the table has all. Raises InputError where nothing was
    measured.
    """
    plain = result.to_json() if isinstance(result, Evaluation) else result
    columns = matrix_columns(plain, by, metrics=metrics, minimum=minimum)
    reference = next((row.label for row in columns[0].rows if row.state == "reference"), "")
    alt = _alt(columns, by, reference)
    chart = layers.compose(
        [
            layers.Column(
                head=metric_in_words(column.metric),
                name=metric_name(column.metric),
                unit=Unit.of(column.metric),
                gap_unit=Unit.of_gap(column.metric, "difference"),
                rows=column.rows[:MOST_ROWS],
                shaded=bool(column.goals),
            )
            for column in columns
        ],
        by_label=by_label(by),
        minimum=minimum,
        width=width,
    )
    return Plot(svg=svg_of(chart, alt, fonts=fonts), alt=alt, table=_table(columns, by))


def matrix_columns(
    result: Result, by: Sequence[str], *, metrics: Sequence[str] = (), minimum: int = MINIMUM
) -> tuple[MetricColumn, ...]:
    """The columns of a matrix, largest groups first; InputError where none of the metrics was measured."""
    groups = [row for row in result["groups"] if row["group"] and set(row["group"]) == set(by)]
    wanted = metrics or (*OTHER_KINDS, *SHOWN)
    measured = [name for name in wanted if any(name in row["metrics"] for row in groups)]
    if not metrics:
        measured = measured[: len(SHOWN)]
    if not measured:
        raise InputError(f"This result has none of {', '.join(metrics or SHOWN)} by {', '.join(by)}.")
    order = {
        row.label: place
        for place, row in enumerate(
            sorted(_rows(result, measured[0], by, "", minimum), key=lambda row: (-row.people, row.label))
        )
    }
    return tuple(
        MetricColumn(
            metric=metric,
            rows=tuple(sorted(_judged(result, metric, by, minimum), key=lambda row: order[row.label])),
            goals=goals_on(result, metric, by),
        )
        for metric in measured
    )


def goals_on(result: Result, metric: str, by: Sequence[str]) -> tuple[str, ...]:
    """The goals of a result that judge differences of a metric between these groups."""
    rows = [
        row["goal"]
        for row in result["verdicts"]
        if row["metric"] == metric and row["group"] and row["kind"] == "difference" and set(row["by"]) == set(by)
    ]
    return tuple(dict.fromkeys(rows))


def _judged(result: Result, metric: str, by: Sequence[str], minimum: int) -> list[GroupRow]:
    """The rows of a metric with the gravest that any goal says of them."""
    plain = _rows(result, metric, by, "", minimum)
    for goal in goals_on(result, metric, by):
        states = {row.label: row.state for row in _rows(result, metric, by, goal, minimum)}
        plain = [
            replace(row, state=min(row.state, states[row.label], key=GRAVITY.index))
            if row.state != "reference"
            else row
            for row in plain
        ]
    return plain


def _rows(result: Result, metric: str, by: Sequence[str], goal: str, minimum: int) -> list[GroupRow]:
    return list(interval_rows(result, Partition(metric=metric, by=tuple(by), goal=goal, minimum=minimum)))


def _alt(columns: Sequence[MetricColumn], by: Sequence[str], reference: str) -> str:
    people = len(columns[0].rows)
    said = [f"{people} groups by {by_label(by).lower()} and {len(columns)} metrics"]
    said[0] += f", with the distance from {reference}." if reference else "."
    for column in columns:
        unit = Unit.of(column.metric)
        known = [(row.rate.value, row.label) for row in column.rows if row.rate and row.state != "too_few"]
        if known:
            low, high = min(known), max(known)
            said.append(
                f"{metric_in_words(column.metric)} ({metric_name(column.metric)}): "
                f"{value_text(low[0], unit)} ({low[1]}) to {value_text(high[0], unit)} ({high[1]})."
            )
        for state, word in (("not_met", "Goal not met for"), ("inconclusive", "Inconclusive for")):
            found = [row.label for row in column.rows if row.state == state]
            said.append(f"{word} {', '.join(found)}." if found else "")
    return in_words(said)


def _table(columns: Sequence[MetricColumn], by: Sequence[str]) -> Table:
    head = [by_label(by), "People"]
    for column in columns:
        head += [metric_in_words(column.metric), "Interval", "From the reference", "Goal"]
    rows = []
    for place, first in enumerate(columns[0].rows):
        cells = [first.label, f"{first.people:,}"]
        for column in columns:
            cells += _cells(column, column.rows[place])
        rows.append(tuple(cells))
    return Table(head=tuple(head), rows=tuple(rows))


def _cells(column: MetricColumn, row: GroupRow) -> list[str]:
    unit, gap_unit = Unit.of(column.metric), Unit.of_gap(column.metric, "difference")
    if row.rate is None or row.state == "too_few":
        return [f"not enough data ({row.judged})", "", "", ""]
    return [
        value_text(row.rate.value, unit),
        span_text(row.rate.low, row.rate.high, unit),
        "" if row.gap is None else value_text(row.gap.value, gap_unit),
        "reference" if row.state == "reference" else WORDS[row.state],
    ]
