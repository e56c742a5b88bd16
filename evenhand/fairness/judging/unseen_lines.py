"""The lines of a goal about outcomes that were seen for selected people only: judged by the worst case either way.

What nobody saw cannot be estimated, only bounded (Manski 2003): a gap is shown to be outside what was agreed where it
would be whatever the unseen outcomes are, and is never shown to be inside.
"""

from dataclasses import replace
from itertools import product

import numpy as np

from evenhand.fairness.comparing import references as against
from evenhand.fairness.judging.goals import FairnessGoal
from evenhand.fairness.judging.lines import Bools, Lines, Places, compared, named_pairs, pair_limits
from evenhand.fairness.measuring.intervals import Array, Interval
from evenhand.fairness.measuring.margins import Margin
from evenhand.fairness.measuring.rates import RATES, REJECTED, Rate, parts, spread
from evenhand.fairness.measuring.samples import Sample, everyone_else, people, sample


def hidden(margin: Margin) -> Margin:
    """The same people, the outcomes of those the model did not select forgotten, unless the counts did so already."""
    if margin.unseen is not None:
        return margin
    width = margin.cells.shape[1]
    rejected = spread(REJECTED, width).astype(np.bool_)
    cells, half = margin.cells.copy(), width // 2
    moved = np.where(rejected[half:], cells[:, half:], 0)
    cells[:, half:] -= moved
    cells[:, :half] += moved
    unseen = np.where(rejected, cells, 0)
    unseen[:, half:] = 0
    return replace(margin, cells=cells, unseen=unseen)


def unseen_lines(goal: FairnessGoal, metric: str, margin: Margin) -> Lines:
    """The lines of a rate that asks about unseen outcomes: no value, and limits that hold whatever those are."""
    rate = RATES[metric]
    low, high = _worst_cases(hidden(margin), rate)
    at_most, second = compared(goal, rate, margin)
    first = at_most.index
    least, most = (_pairs(rate, one, other, first, second) for one, other in ((low, high), (high, low)))

    def limits(confidence: float) -> Interval:
        lowest, highest = (pair_limits(each, goal.kind, confidence) for each in (least, most))
        return Interval(lowest.low, highest.high)

    return Lines(
        metric=metric,
        **named_pairs(margin, first, second),
        judged=_judged(goal, margin, rate, first, second),
        value=np.full(len(first), np.nan),
        limits=limits,
        pairs=None,
        people=np.asarray(parts(margin.cells, rate)[1][first]),
        other_people=np.asarray(at_most.n2),
        bounds=(_rates(least, most), _rates(most, least, of_reference=True)),
    )


def _judged(goal: FairnessGoal, margin: Margin, rate: Rate, first: Places, second: Places) -> Bools:
    enough = against.enough(margin, rate, min_group=goal.min_group, min_denominator=goal.min_denominator)
    return np.asarray(enough[first] & (enough[second] | (second < 0)))


def _worst_cases(margin: Margin, rate: Rate) -> tuple[Margin, Margin]:
    """The people with the unseen outcomes that make a rate lowest, and those that make it highest.

    A rate is a quotient of sums, so all unseen people of one cell have the same outcome in both.
    """
    unseen = margin.unseen
    assert unseen is not None
    places, half = np.flatnonzero(unseen.any(axis=0)), margin.cells.shape[1] // 2
    found: list[tuple[float, int, Margin]] = []
    for labels in product((0, 1), repeat=len(places)):
        cells = margin.cells.copy()
        for place, label in zip(places, labels, strict=True):
            cells[:, place] -= label * unseen[:, place]
            cells[:, place + half] += label * unseen[:, place]
        x, n = (int(part.sum()) for part in parts(cells, rate))
        found.append((x / n if n else 0.0, len(found), replace(margin, cells=cells)))
    return min(found)[2], max(found)[2]


def _pairs(rate: Rate, one: Margin, other: Margin, first: Places, second: Places) -> against.Pairs:
    """Groups in one case against their references in the other."""
    seen = sample(people(one), rate).of(first)
    everyone = bool(len(second) and second[0] < 0)
    rest: Sample = sample(everyone_else(other), rate).of(first) if everyone else sample(people(other), rate).of(second)
    return against.Pairs(
        index=first,
        reference=None,
        x1=seen.x,
        n1=seen.n,
        x2=rest.x,
        n2=rest.n,
        share=seen.n / np.maximum(seen.n + rest.n, 1) if everyone else np.zeros(len(first)),
        worth1=seen.worth,
        worth2=rest.worth,
        df1=seen.df,
        df2=rest.df,
    )


def _rates(lowest: against.Pairs, highest: against.Pairs, *, of_reference: bool = False) -> Interval:
    def rate(pairs: against.Pairs) -> Array:
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(pairs.x2 / pairs.n2 if of_reference else pairs.x1 / pairs.n1)

    return Interval(rate(lowest), rate(highest))
