"""A threshold for each group that keeps a rate alike and loses the least accuracy. Information, never advice.

In the manner of M. Hardt, E. Price and N. Srebro, Equality of Opportunity in Supervised Learning (2016), section 4,
without random decisions: only the edges of score bins are tried, so one rate can be held alike and not two at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evenhand.fairness.counts.groups import Group
from evenhand.fairness.curves import OwnThreshold, OwnThresholds
from evenhand.fairness.judging.edges import Edges
from evenhand.fairness.judging.goals import FairnessGoal
from evenhand.fairness.measuring.intervals import Array
from evenhand.fairness.measuring.margins import Margin
from evenhand.fairness.measuring.rates import RATES, parts


@dataclass(frozen=True)
class Chosen:
    """The edge chosen for each group, by its place among the edges, and the accuracy over all of them."""

    edges: NDArray[np.intp]
    values: Array
    gap: float
    accuracy: float


def own_thresholds(goal: FairnessGoal, edges: Edges, table: Margin, thresholds: Array) -> list[OwnThresholds]:
    """One row for each rate of the goal; none where groups are too few, or no thresholds of their own would meet it.

    A goal with a reference or one side is met where all its groups lie within its threshold of each other, so that is
    what is sought. Groups without the people that were agreed are left out.
    """
    margin = goal.threshold if goal.kind == "difference" else min(goal.threshold, 1 / goal.threshold)
    found = []
    for metric in goal.metrics if margin >= 0 else ():
        denominators = parts(edges.cells, RATES[metric])[1].max(axis=0)
        large = np.flatnonzero((table.n >= goal.min_group) & (denominators >= goal.min_denominator))
        kept = Edges(edges.at, edges.cells[:, large], edges.exact[:, large])
        chosen = least_costly(kept, metric, kind=goal.kind, margin=margin, fewest=goal.min_denominator)
        if chosen is not None and len(large) > 1:
            groups = [table.group(int(index)) for index in large]
            paid = _best_single_accuracy(kept) - chosen.accuracy
            found.append(
                OwnThresholds(
                    goal=goal.id,
                    metric=metric,
                    margin=margin,
                    thresholds=_rows(kept, chosen, groups, thresholds),
                    gap=chosen.gap,
                    accuracy=chosen.accuracy,
                    accuracy_paid=paid,
                )
            )
    return found


def _rows(edges: Edges, chosen: Chosen, groups: Sequence[Group], thresholds: Array) -> tuple[OwnThreshold, ...]:
    places = np.arange(len(groups))
    cells = edges.cells[chosen.edges, places]
    selected, right = (np.divide(*parts(cells, RATES[name])) for name in ("selection_rate", "accuracy"))
    return tuple(
        OwnThreshold(
            group=group,
            threshold=float(thresholds[chosen.edges[place]]),
            value=float(chosen.values[place]),
            selection_rate=float(selected[place]),
            accuracy=float(right[place]),
        )
        for place, group in enumerate(groups)
    )


def _best_single_accuracy(edges: Edges) -> float:
    """Of one threshold for all; each group's to its next own edge where bins were merged."""
    right, everyone = (part.sum(axis=1) for part in parts(edges.cells, RATES["accuracy"]))
    return float((right / everyone).max())


def least_costly(edges: Edges, metric: str, *, kind: str, margin: float, fewest: int = 1) -> Chosen | None:
    """The edges that keep a rate within ``margin`` over all groups with the highest accuracy over everyone.

    The margin is a difference, or the ratio of the lowest rate to the highest. Exact over the known edges at which
    ``fewest`` people stand in the rate's denominator: every window of rates that begins at some group's rate is tried,
    and in each every group takes its most accurate edge. None where some group has no edge in any window.
    """
    x, n = parts(edges.cells, RATES[metric])
    right, everyone = parts(edges.cells, RATES["accuracy"])
    known = edges.exact & (n >= max(fewest, 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        rates = np.where(known, x / n, np.nan)
    starts = np.unique(rates[np.isfinite(rates)])
    if not len(starts):
        return None
    ends = starts + margin if kind == "difference" else starts / margin
    total = np.zeros(len(starts))
    picks = np.zeros((len(starts), rates.shape[1]), dtype=np.intp)
    for group in range(rates.shape[1]):
        best, pick = _best_in_windows(rates[:, group], right[:, group], starts, ends)
        total += best
        picks[:, group] = pick
    winner = int(np.argmax(total))
    if not np.isfinite(total[winner]):
        return None
    places = np.arange(rates.shape[1])
    values = rates[picks[winner], places]
    people = float(everyone[0].sum())
    return Chosen(picks[winner], values, float(values.max() - values.min()), float(total[winner] / people))


def _best_in_windows(
    rates: Array, right: NDArray[np.int64], starts: Array, ends: Array
) -> tuple[Array, NDArray[np.intp]]:
    """For each window the most people rightly decided by an edge whose rate lies in it, and that edge."""
    known = np.flatnonzero(np.isfinite(rates))
    order = known[np.argsort(rates[known], kind="stable")]
    low = np.searchsorted(rates[order], starts - 1e-12, side="left")
    high = np.searchsorted(rates[order], ends + 1e-12, side="right")
    found = _range_maximum(right[order].astype(np.float64), low, high)
    empty = found < 0
    pick = order[np.maximum(found, 0)] if len(order) else np.zeros(len(starts), dtype=np.intp)
    return np.where(empty, -np.inf, right[pick]), pick


def _range_maximum(values: Array, low: NDArray[np.intp], high: NDArray[np.intp]) -> NDArray[np.intp]:
    """Where the largest value of each range ``low <= i < high`` stands, by doubling; -1 for an empty range."""
    levels = [np.arange(len(values))]
    while 2 ** len(levels) <= len(values):
        before, step = levels[-1], 2 ** (len(levels) - 1)
        first, second = before[:-step], before[step:]
        levels.append(np.where(values[second] > values[first], second, first))
    length = high - low
    found = np.full(len(low), -1, dtype=np.intp)
    for level, table in enumerate(levels):
        here = np.flatnonzero((length >= 2**level) & (length < 2 ** (level + 1)))
        first, second = table[low[here]], table[high[here] - 2**level]
        found[here] = np.where(values[second] > values[first], second, first)
    return found
