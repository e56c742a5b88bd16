"""The lines of a goal about a metric that is no share of people, from the interval of each group."""

import numpy as np

from evenhand.fairness.comparing import references as against
from evenhand.fairness.counts.columns import Columns
from evenhand.fairness.judging.goals import ALL_PAIRS, FairnessGoal
from evenhand.fairness.judging.lines import Lines, Places, higher_first, named_pairs
from evenhand.fairness.measuring.intervals import Array, Interval, square_and_add
from evenhand.fairness.measuring.margins import Margin
from evenhand.fairness.measuring.metrics import group_metrics


def scored_lines(goal: FairnessGoal, metric: str, margin: Margin, columns: Columns) -> Lines:
    """Differences by squaring and adding (Zou and Donner 2008): the two groups are different people."""

    def differences(confidence: float) -> Interval:
        value, each = _measured(metric, margin, columns, confidence)
        one, other = (Interval(each.low[at], each.high[at]) for at in (first, second))
        return square_and_add(value[first], one, value[second], other)

    value, _ = _measured(metric, margin, columns, goal.confidence)
    first, second = _compared(goal, margin, value)
    limits = differences(goal.confidence)
    enough = margin.n >= max(goal.min_group, goal.min_denominator)
    return Lines(
        metric=metric,
        **named_pairs(margin, first, second),
        judged=enough[first] & enough[second] & (np.isfinite(limits.low) | np.isfinite(limits.high)),
        value=value[first] - value[second],
        limits=differences,
        pairs=None,
        people=margin.n[first],
        other_people=margin.n[second],
    )


def _compared(goal: FairnessGoal, margin: Margin, value: Array) -> tuple[Places, Places]:
    if goal.reference == ALL_PAIRS:
        return higher_first(value)
    chosen = against.named(margin, goal.reference)
    if chosen is None:
        return np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.intp)
    first = np.array([index for index in range(len(margin.keys)) if index != chosen], dtype=np.intp)
    return first, np.full(len(first), chosen, dtype=np.intp)


def _measured(metric: str, margin: Margin, columns: Columns, confidence: float) -> tuple[Array, Interval]:
    """The metric of each group and its limits; ``nan`` where there is none."""
    metrics = [found.get(metric) for found in group_metrics(margin, columns, confidence=confidence)]
    value, low, high = (
        np.array([_number(None if found is None else getattr(found, name)) for found in metrics])
        for name in ("value", "low", "high")
    )
    return value, Interval(low, high)


def _number(value: float | None) -> float:
    return np.nan if value is None else value
