"""The threshold study: every rate over all thresholds, what a goal costs, and thresholds for each group."""

from collections.abc import Sequence

import numpy as np

from evenhand.errors import InputError
from evenhand.fairness.counts.bins import GroupBins
from evenhand.fairness.counts.table import Counts
from evenhand.fairness.curves import GoalCurve, GroupCurve, ThresholdStudy
from evenhand.fairness.judging.edges import Edges, edges_of, every_edge, shown_thresholds
from evenhand.fairness.judging.goals import FairnessGoal
from evenhand.fairness.judging.own_thresholds import own_thresholds
from evenhand.fairness.judging.sweeping import met_at
from evenhand.fairness.measuring.intervals import Array
from evenhand.fairness.measuring.margins import Margin, finest, margin
from evenhand.fairness.measuring.rates import RATES, parts

SAME_DATA = (
    "These figures take rates as they are, without their doubt; thresholds chosen on this data look better here than "
    "on new data."
)
MERGED = "Where an edge cuts through score bins that were merged for small groups, their rates are not known there."


def threshold_study(counts: Counts, by: str | Sequence[str], *, goals: Sequence[FairnessGoal] = ()) -> ThresholdStudy:
    """Every rate of every group where people with a score of at least t are selected, for every t between bins.

    Parameters
    ----------
    counts
        Counts with a label and a score; exact at the edges of the bins that were handed on.
    by
        The attribute (or attributes, crossed) whose groups are shown.
    goals
        Goals about rates of these groups: at which thresholds each would be met, point by point, and the thresholds
        for each group that would meet it at the least loss of accuracy. Goals by other attributes are refused.

    Raises
    ------
    InputError
        Where no score or label was counted, a column is unknown, or a goal asks for what has no threshold.
    """
    names = (by,) if isinstance(by, str) else tuple(by)
    table = _checked(counts, names, goals)
    tables = [bins for bins in table.bins if bins is not None]
    whole = _whole(counts)
    at = every_edge([*tables, *whole])
    edges, everyone = edges_of(tables, at), _everyone(edges_of(tables, at), whole)
    thresholds = shown_thresholds([*tables, *whole], at, counts.columns.score_range or (0.0, 1.0))
    accuracy = _rate(everyone, "accuracy")[:, 0]
    own = [found for goal in goals for found in own_thresholds(goal, edges, table, thresholds)]
    return ThresholdStudy(
        counts_sha256=counts.sha256,
        by=names,
        current=counts.columns.threshold,
        thresholds=tuple(float(each) for each in thresholds),
        selected=_plain(_rate(everyone, "selection_rate")[:, 0]),
        accuracy=_plain(accuracy),
        groups=_curves(edges, table),
        goals=tuple(_goal_curve(goal, edges, table, thresholds, accuracy) for goal in goals),
        own_thresholds=tuple(own),
        warnings=(SAME_DATA,) if edges.exact.all() else (SAME_DATA, MERGED),
    )


def _checked(counts: Counts, names: tuple[str, ...], goals: Sequence[FairnessGoal]) -> Margin:
    for name in names:
        if name not in counts.attributes:
            raise InputError(f"Column {name!r} was not counted ({', '.join(counts.attributes)}).")
    if counts.columns.score is None or not counts.columns.labeled:
        raise InputError(
            "A threshold study needs a label of everyone and a score; count again with --label and --score."
        )
    if counts.columns.weight is not None:
        raise InputError("A threshold study needs the score axis, which counts people and not their weights.")
    for goal in goals:
        if goal.by != names:
            raise InputError(f"Goal {goal.id!r} compares by {', '.join(goal.by)}; the study is by {', '.join(names)}.")
        for metric in goal.metrics:
            if metric not in RATES or len(RATES[metric].denominator) != 4 or metric == "base_rate":
                raise InputError(f"Goal {goal.id!r} is about {metric}, which does not move with the threshold.")
    table = margin(counts, finest(counts), names)
    if any(bins is None for bins in table.bins):
        raise InputError(f"The counts have no score bins by {', '.join(names)}; count again with a higher --order.")
    return table


def _whole(counts: Counts) -> list[GroupBins]:
    return [table for table in counts.score_bins if not table.by]


def _everyone(edges: Edges, whole: Sequence[GroupBins]) -> Edges:
    """Everyone's counts: from their own bins, or as the sum of the groups."""
    if whole:
        return edges_of(whole, edges.at)
    return Edges(edges.at, edges.cells.sum(axis=1, keepdims=True), np.asarray(edges.exact.all(axis=1, keepdims=True)))


def _rate(edges: Edges, name: str) -> Array:
    """A rate at each edge and group; ``nan`` where it is undefined or not known exactly."""
    x, n = parts(edges.cells, RATES[name])
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(edges.exact & (n > 0), x / n, np.nan)


def _plain(values: Array) -> tuple[float | None, ...]:
    return tuple(None if value != value else value for value in values.tolist())


def _curves(edges: Edges, table: Margin) -> tuple[GroupCurve, ...]:
    names = [name for name, rate in RATES.items() if len(rate.denominator) == 4 and rate.needs_prediction]
    found = {name: _rate(edges, name) for name in names}
    return tuple(
        GroupCurve(table.group(index), int(n), {name: _plain(found[name][:, index]) for name in names})
        for index, n in enumerate(table.n)
    )


def _goal_curve(goal: FairnessGoal, edges: Edges, table: Margin, thresholds: Array, accuracy: Array) -> GoalCurve:
    met, known = met_at(goal, edges, table)
    meeting = np.where(met & known, accuracy, np.nan)
    best = int(np.nanargmax(meeting)) if np.isfinite(meeting).any() else None
    return GoalCurve(
        goal=goal.id,
        met=tuple(bool(each) if sure else None for each, sure in zip(met, known, strict=True)),
        best=None if best is None else float(thresholds[best]),
        accuracy=None if best is None else float(accuracy[best]),
        accuracy_paid=None if best is None else float(np.nanmax(accuracy) - accuracy[best]),
    )
