"""What is not known, at its worst: outcomes nobody saw, and people whose group is missing.

These bounds are about what was not observed, not about chance; they hold for the people counted, whatever the truth is.
"""

from itertools import product

import numpy as np

from evenhand.fairness.measuring.intervals import Interval
from evenhand.fairness.measuring.margins import Margin
from evenhand.fairness.measuring.rates import Rate, Whole, parts
from evenhand.fairness.results import Kind, MetricValue, defined


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


def unseen_comparison(margin: Margin, rate: Rate, kind: Kind, first: int, second: int) -> tuple[float | None, ...]:
    """The lowest and highest difference or ratio of two groups (by place) whose unseen labels may be anything.

    None for the highest ratio where the second group's rate may be 0, and for both where a group has nobody.
    """
    bounds = unseen_limits(margin, rate)
    one, other = ((float(bounds.low[index]), float(bounds.high[index])) for index in (first, second))
    if kind == "difference":
        return defined(one[0] - other[1]), defined(one[1] - other[0])
    if np.isnan(one[0]) or np.isnan(other[0]):
        return None, None
    return (one[0] / other[1] if other[1] else None), (one[1] / other[0] if other[0] else None)


def _unseen(margin: Margin) -> Whole:
    return margin.unseen if margin.unseen is not None else np.zeros_like(margin.cells)
