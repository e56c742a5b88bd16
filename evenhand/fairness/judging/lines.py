"""The lines of a goal: which pairs of groups it compares, and their intervals at any confidence."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from evenhand.fairness.comparing import references as against
from evenhand.fairness.comparing.accepted import accepted
from evenhand.fairness.counts.groups import Group
from evenhand.fairness.judging.goals import ALL_PAIRS, FairnessGoal
from evenhand.fairness.measuring.intervals import Array, Interval
from evenhand.fairness.measuring.margins import Margin
from evenhand.fairness.measuring.rates import RATES, Rate, parts

Bools = NDArray[np.bool_]
Places = NDArray[np.intp]


class NamedPairs(TypedDict):
    """The groups of each pair."""

    groups: tuple[Group, ...]
    references: tuple[Group, ...]


@dataclass(frozen=True)
class Lines:
    """The pairs one goal and metric compares; arrays run over the pairs.

    ``pairs`` holds the people behind a rate and is None for the metrics that are no share of people. ``people`` and
    ``other_people`` are those a group and its reference are judged by. ``bounds`` are given where outcomes were not
    seen: the lowest and highest rate of each group and of its reference, whatever those outcomes are.
    """

    metric: str
    groups: tuple[Group, ...]
    references: tuple[Group, ...]
    judged: Bools
    value: Array
    limits: Callable[[float], Interval]
    pairs: against.Pairs | None
    people: NDArray[np.int64]
    other_people: NDArray[np.int64]
    bounds: tuple[Interval, Interval] | None = None


@dataclass(frozen=True, slots=True)
class Region:
    """The values a goal accepts."""

    lowest: float
    highest: float

    def holds(self, interval: Interval) -> Bools:
        """Whether the whole interval lies inside."""
        low, high = _open_ended(interval)
        return np.asarray((low >= self.lowest) & (high <= self.highest))

    def excludes(self, interval: Interval) -> Bools:
        """Whether the whole interval lies outside."""
        low, high = _open_ended(interval)
        return np.asarray((low > self.highest) | (high < self.lowest))


def region(goal: FairnessGoal) -> Region:
    """The values that meet a goal."""
    return Region(*accepted(kind=goal.kind, side=goal.side, threshold=goal.threshold))


def rate_lines(goal: FairnessGoal, metric: str, margin: Margin) -> Lines:
    """The lines of a metric that is a share of people."""
    rate = RATES[metric]
    pairs, second = compared(goal, rate, margin)
    return Lines(
        metric=metric,
        **named_pairs(margin, pairs.index, second),
        judged=_judged(goal, rate, margin, pairs, second),
        value=pairs.difference() if goal.kind == "difference" else pairs.ratio(),
        limits=lambda confidence: pair_limits(pairs, goal.kind, confidence),
        pairs=pairs,
        people=np.asarray(parts(margin.cells, rate)[1][pairs.index]),
        other_people=np.asarray(pairs.n2),
    )


def compared(goal: FairnessGoal, rate: Rate, margin: Margin) -> tuple[against.Pairs, Places]:
    """The pairs a goal compares, with the place of each one's reference; -1 where that is everyone."""
    if goal.reference == ALL_PAIRS:
        first, second = every_pair(margin, rate)
        return against.chosen_pairs(margin, rate, first, second), second
    eligible = against.enough(margin, rate, min_group=goal.min_group, min_denominator=goal.min_denominator)
    pairs = against.pairs(margin, rate, goal.reference, eligible=eligible)
    return pairs, np.full(len(pairs.index), -1 if pairs.reference is None else pairs.reference)


def named_pairs(margin: Margin, first: Places, second: Places) -> NamedPairs:
    """The groups of pairs as they are written in results; everyone is ``{}``."""
    return {
        "groups": tuple(margin.group(int(index)) for index in first),
        "references": tuple({} if index < 0 else margin.group(int(index)) for index in second),
    }


def _judged(goal: FairnessGoal, rate: Rate, margin: Margin, pairs: against.Pairs, second: Places) -> Bools:
    enough = against.enough(margin, rate, min_group=goal.min_group, min_denominator=goal.min_denominator)
    judged = enough[pairs.index] & (enough[second] | (second < 0)) & (pairs.n2 > 0)
    if goal.kind == "ratio":
        judged &= (pairs.x1 > 0) | (pairs.x2 > 0)  # nothing over nothing is no ratio
    return np.asarray(judged)


def pair_limits(pairs: against.Pairs, kind: str, confidence: float) -> Interval:
    """The interval of each pair's difference or ratio."""
    if kind == "difference":
        return pairs.difference_interval(confidence=confidence)
    return pairs.ratio_interval(confidence=confidence)


def every_pair(margin: Margin, rate: Rate) -> tuple[Places, Places]:
    """Every pair of groups once, the one with the higher rate first."""
    x, n = parts(margin.mass, rate)
    with np.errstate(invalid="ignore", divide="ignore"):
        return higher_first(x / n)


def higher_first(value: Array) -> tuple[Places, Places]:
    """Every pair of places once, the one with the higher value first."""
    both = np.array(list(combinations(range(len(value)), 2)), dtype=np.intp).reshape(-1, 2)
    lower = value[both[:, 0]] < value[both[:, 1]]
    return np.where(lower, both[:, 1], both[:, 0]), np.where(lower, both[:, 0], both[:, 1])


def _open_ended(interval: Interval) -> tuple[Array, Array]:
    """A missing limit reaches without end, unless both are missing, which proves nothing either way."""
    return np.nan_to_num(interval.low, nan=-np.inf), np.nan_to_num(interval.high, nan=np.inf)


def chosen_lines(lines: Lines, order: Sequence[int], *, all_pairs: bool) -> list[int]:
    """Which lines are shown, given all in order of gravity: of all pairs, only the gravest of each group."""
    if not all_pairs:
        return list(order)
    shown: list[int] = []
    seen: set[tuple[tuple[str, str], ...]] = set()
    for index in order:
        names = {tuple(lines.groups[index].items()), tuple(lines.references[index].items())}
        if not names <= seen:
            shown.append(index)
            seen |= names
    return shown
