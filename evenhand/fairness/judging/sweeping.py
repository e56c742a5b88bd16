"""Goals along the score axis: at which single thresholds they would be met, point by point."""

import numpy as np
from numpy.typing import NDArray

from evenhand.fairness.comparing import references
from evenhand.fairness.judging.edges import Edges
from evenhand.fairness.judging.goals import ALL_PAIRS, FairnessGoal
from evenhand.fairness.judging.lines import Region, region
from evenhand.fairness.measuring.intervals import Array
from evenhand.fairness.measuring.margins import Margin
from evenhand.fairness.measuring.rates import RATES, Rate, parts

Bools = NDArray[np.bool_]
TOUCH = 1e-12  # a difference of two floats that is the threshold itself counts as within


def met_at(goal: FairnessGoal, edges: Edges, table: Margin) -> tuple[Bools, Bools]:
    """For each edge, whether the goal would be met there by the rates as they are, and whether that is known.

    Groups without the people that were agreed are left out, as in a verdict. Not known where fewer than two groups are
    left, where the reference is not among them, or where an edge cuts through merged bins.
    """
    met = np.ones(len(edges.at), dtype=np.bool_)
    known = np.ones(len(edges.at), dtype=np.bool_)
    for metric in goal.metrics:
        one_met, one_known = _met(goal, RATES[metric], edges, table)
        met &= one_met
        known &= one_known
    return met, known


def _met(goal: FairnessGoal, rate: Rate, edges: Edges, table: Margin) -> tuple[Bools, Bools]:
    x, n = parts(edges.cells, rate)
    usable = (n >= goal.min_denominator) & (table.n >= goal.min_group)
    with np.errstate(divide="ignore", invalid="ignore"):
        rates = np.where(usable, x / n, np.nan)
    matters = (table.n >= goal.min_group) & (n.max(axis=0) >= goal.min_denominator)
    known = (usable.sum(axis=1) >= 2) & (edges.exact | ~matters).all(axis=1)
    if goal.reference == ALL_PAIRS:
        spread = _spread(goal, rates, usable)
        return _inside(region(goal), spread), known & ~np.isnan(spread)
    reference = _reference_rates(goal, rate, rates, x, n, table)
    gaps = _gaps(goal, rates, reference)
    inside = _inside(region(goal), gaps) | ~usable
    defined = (~np.isnan(gaps) | ~usable).all(axis=1)  # nothing over nothing is no ratio
    return np.asarray(inside.all(axis=1)), known & defined & np.isfinite(reference)


def _reference_rates(
    goal: FairnessGoal, rate: Rate, rates: Array, x: NDArray[np.int64], n: NDArray[np.int64], table: Margin
) -> Array:
    """The rate of the group compared with at each edge; ``nan`` where it is not usable."""
    if goal.reference == references.OVERALL:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(x.sum(axis=1) / n.sum(axis=1))
    if goal.reference == references.BEST:
        sign = -1.0 if rate.better == "low" else 1.0
        best = np.where(np.isnan(rates), -np.inf, sign * rates).max(axis=1)
        return np.where(np.isfinite(best), sign * best, np.nan)
    chosen = references.named(table, goal.reference)
    return rates[:, chosen] if chosen is not None else np.full(len(rates), np.nan)


def _gaps(goal: FairnessGoal, rates: Array, reference: Array) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):
        return rates - reference[:, None] if goal.kind == "difference" else rates / reference[:, None]


def _inside(accepted: Region, gaps: Array) -> Bools:
    return np.asarray((gaps >= accepted.lowest - TOUCH) & (gaps <= accepted.highest + TOUCH))


def _spread(goal: FairnessGoal, rates: Array, usable: Bools) -> Array:
    """Over all pairs the highest against the lowest decides; nothing over nothing is ``nan``."""
    high = np.where(usable, rates, -np.inf).max(axis=1)
    low = np.where(usable, rates, np.inf).min(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(high - low if goal.kind == "difference" else low / high)
