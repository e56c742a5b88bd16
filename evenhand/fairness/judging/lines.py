"""The lines of a goal: which pairs of groups it compares, and their intervals at any confidence."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from evenhand.fairness.comparing import references as against
from evenhand.fairness.counts.columns import Columns
from evenhand.fairness.counts.groups import Group
from evenhand.fairness.judging.goals import ALL_PAIRS, FairnessGoal
from evenhand.fairness.measuring.intervals import Array, Interval, square_and_add
from evenhand.fairness.measuring.margins import Margin
from evenhand.fairness.measuring.metrics import group_metrics
from evenhand.fairness.measuring.rates import RATES, parts

Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Lines:
    """The pairs one goal and metric compares; arrays run over the pairs.

    ``pairs`` holds the people behind a rate and is None for the metrics that are no share of people.
    """

    metric: str
    groups: tuple[Group, ...]
    references: tuple[Group, ...]
    judged: Bools
    value: Array
    limits: Callable[[float], Interval]
    pairs: against.Pairs | None
    people: NDArray[np.int64]


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
    limit = goal.threshold
    if goal.side == "at_most":
        return Region(-np.inf, limit)
    if goal.side == "at_least":
        return Region(limit, np.inf)
    if goal.kind == "difference":
        return Region(-limit, limit)
    return Region(min(limit, 1 / limit), max(limit, 1 / limit))


def lines_of(goal: FairnessGoal, metric: str, margin: Margin, columns: Columns) -> Lines:
    """The lines of one of a goal's metrics."""
    if metric not in RATES:
        return _scored_lines(goal, metric, margin, columns)
    rate = RATES[metric]
    enough = against.enough(margin, rate, min_group=goal.min_group, min_denominator=goal.min_denominator)
    _, denominators = parts(margin.cells, rate)
    if goal.reference == ALL_PAIRS:
        pairs, first, second = _all_pairs(margin, metric)
    else:
        pairs = against.pairs(margin, rate, goal.reference, eligible=enough)
        first = pairs.index
        second = np.full(len(first), -1 if pairs.reference is None else pairs.reference)
    against_everyone = second < 0
    judged = enough[first] & (enough[second] | against_everyone) & (pairs.n2 > 0)
    if goal.kind == "ratio":
        judged &= (pairs.x1 > 0) | (pairs.x2 > 0)  # nothing over nothing is no ratio
    return Lines(
        metric=metric,
        groups=tuple(margin.group(int(index)) for index in first),
        references=tuple({} if index < 0 else margin.group(int(index)) for index in second),
        judged=judged,
        value=pairs.difference() if goal.kind == "difference" else pairs.ratio(),
        limits=lambda confidence: pair_limits(pairs, goal.kind, confidence),
        pairs=pairs,
        people=denominators[first],
    )


def pair_limits(pairs: against.Pairs, kind: str, confidence: float) -> Interval:
    """The interval of each pair's difference or ratio."""
    if kind == "difference":
        return pairs.difference_interval(confidence=confidence)
    return pairs.ratio_interval(confidence=confidence)


def _all_pairs(margin: Margin, metric: str) -> tuple[against.Pairs, NDArray[np.intp], NDArray[np.intp]]:
    """Every pair once, the group with the higher rate first."""
    x, n = parts(margin.cells, RATES[metric])
    both = np.array(list(combinations(range(len(n)), 2)), dtype=np.intp).reshape(-1, 2)
    with np.errstate(invalid="ignore", divide="ignore"):
        rate = x / n
    lower = rate[both[:, 0]] < rate[both[:, 1]]
    first, second = np.where(lower, both[:, 1], both[:, 0]), np.where(lower, both[:, 0], both[:, 1])
    return against.chosen_pairs(margin, RATES[metric], first, second), first, second


def _scored_lines(goal: FairnessGoal, metric: str, margin: Margin, columns: Columns) -> Lines:
    chosen = against.named(margin, goal.reference)
    others = [index for index in range(len(margin.keys)) if index != chosen and chosen is not None]
    place = np.array(others, dtype=np.intp)

    def differences(confidence: float) -> tuple[Array, Interval]:
        metrics = [found.get(metric) for found in group_metrics(margin, columns, confidence=confidence)]
        value, low, high = (
            np.array([_number(getattr(found, name, None)) for found in metrics]) for name in ("value", "low", "high")
        )
        reference = np.full(len(others), chosen if chosen is not None else 0)
        limits = square_and_add(
            value[place], Interval(low[place], high[place]), value[reference], Interval(low[reference], high[reference])
        )
        return value[place] - value[reference], limits

    value, limits = differences(goal.confidence)
    enough = margin.n >= max(goal.min_group, goal.min_denominator)
    return Lines(
        metric=metric,
        groups=tuple(margin.group(index) for index in others),
        references=tuple(margin.group(chosen) for _ in others) if chosen is not None else (),
        judged=enough[place] & bool(chosen is not None and enough[chosen]) & np.isfinite(limits.low),
        value=value,
        limits=lambda confidence: differences(confidence)[1],
        pairs=None,
        people=margin.n[place],
    )


def _number(value: float | None) -> float:
    return np.nan if value is None else value


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
