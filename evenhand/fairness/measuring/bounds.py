"""Outcomes nobody saw, at their worst: the lowest and highest that a rate could be.

These bounds are about what was not observed, not about chance; they hold for the people counted, whatever the truth is.
"""

from itertools import product

import numpy as np

from evenhand.fairness.measuring.intervals import Interval
from evenhand.fairness.measuring.margins import Margin
from evenhand.fairness.measuring.rates import Rate, Whole, parts
from evenhand.fairness.results import MetricValue, defined


def unseen_bounds(margin: Margin, rate: Rate) -> list[MetricValue]:
    """A rate of each group whose labels are known for selected people only: no value, but its lowest and highest."""
    bounds = unseen_limits(margin, rate)
    return [
        MetricValue(
            None,
            defined(bounds.low[index]),
            defined(bounds.high[index]),
            f"worst case, outcome unseen for {_unseen(margin)[index].sum()}",
        )
        for index in range(len(margin.keys))
    ]


def unseen_limits(margin: Margin, rate: Rate) -> Interval:
    """The lowest and highest value of a rate over all labels that unseen people could have; ``nan`` where nobody is.

    A rate is a quotient of sums, so its extremes lie where all unseen people of one cell have the same label: all
    such choices are tried (two cells, or four with a decision).
    """
    hidden = np.where(_unseen(margin) > 0, margin.mass, 0.0)  # of a cell all people are unseen, or none
    base = margin.mass - hidden
    places = np.flatnonzero(hidden.any(axis=0))
    half = margin.cells.shape[1] // 2  # a cell's twin with label 1 stands half a row further
    lowest, highest = np.full(len(base), np.inf), np.full(len(base), -np.inf)
    for labels in product((0, 1), repeat=len(places)):
        cells = base.copy()
        for place, label in zip(places, labels, strict=True):
            cells[:, place + half * label] += hidden[:, place]
        x, n = parts(cells, rate)
        with np.errstate(invalid="ignore", divide="ignore"):
            value = x / n
        lowest, highest = np.fmin(lowest, value), np.fmax(highest, value)
    nobody = ~np.isfinite(lowest)
    return Interval(np.where(nobody, np.nan, lowest), np.where(nobody, np.nan, highest))


def _unseen(margin: Margin) -> Whole:
    return margin.unseen if margin.unseen is not None else np.zeros_like(margin.cells)
