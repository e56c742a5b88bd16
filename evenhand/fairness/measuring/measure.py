"""Metrics by group alone, without comparisons and verdicts: what a monitoring job or a table needs, in milliseconds."""

from evenhand.errors import InputError
from evenhand.fairness.counts.groups import subsets
from evenhand.fairness.counts.table import Counts
from evenhand.fairness.measuring.margins import finest, margin
from evenhand.fairness.measuring.metrics import group_metrics
from evenhand.fairness.results import GroupResult


def measure(counts: Counts, *, order: int | None = None, confidence: float = 0.95) -> tuple[GroupResult, ...]:
    """Every metric of everyone, of each attribute's groups and of their intersections, each with its interval.

    These are the ``groups`` of ``evaluate``, without shrunken estimates and, where the outcome is no yes or no, without
    the metrics of amounts, classes and ranks. ``order`` is the largest number of attributes
    that are crossed (default: all), ``confidence`` that of the intervals, at least 0.5 and under 1.
    """
    if not 0.5 <= confidence < 1:
        raise InputError(f"The confidence {confidence:g} must be at least 0.5 and under 1.")
    if order is not None and order < 1:
        raise InputError("The order of intersections must be 1 or more.")
    table, most = finest(counts), len(counts.attributes)
    found: list[GroupResult] = []
    for by in ((), *subsets(counts.attributes, order=min(order or most, most))):
        groups = margin(counts, table, by)
        metrics = group_metrics(groups, counts.columns, confidence=confidence)
        found += [GroupResult(groups.group(place), int(n), metrics[place]) for place, n in enumerate(groups.n)]
    return tuple(found)
