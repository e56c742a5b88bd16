"""Metrics of scores: from exact sums where they suffice, otherwise from the score axis."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from evenhand.fairness.counts.bins import GroupBins, possible_wins, ranked
from evenhand.fairness.counts.columns import MICRO
from evenhand.fairness.measuring.axes import Axis, axis_of
from evenhand.fairness.measuring.calibration import calibration_error, calibration_gap
from evenhand.fairness.measuring.intervals import normal_quantile
from evenhand.fairness.results import MetricValue

WITHHELD = "no interval: rows of one unit belong together"

Sums = Sequence[tuple[int, int]]  # for label 0 and 1: sum of scores and sum of their squares, in millionths


def score_metrics(
    n: int,
    n_positive: int | None,
    sums: Sums,
    table: GroupBins | None,
    *,
    is_probability: bool,
    confidence: float,
    independent: bool = True,
) -> dict[str, MetricValue]:
    """Every score metric a group can have; ``n_positive`` is None where no label was counted.

    Where rows are not independent their intervals are withheld: the score axis does not know whose rows are whose.
    """
    found = _score_metrics(n, n_positive, sums, table, is_probability=is_probability, confidence=confidence)
    if independent:
        return found
    return {name: replace(each, low=None, high=None, method=WITHHELD) for name, each in found.items()}


def _score_metrics(
    n: int, n_positive: int | None, sums: Sums, table: GroupBins | None, *, is_probability: bool, confidence: float
) -> dict[str, MetricValue]:
    found = {"mean_score": mean_score(n, sums, confidence=confidence)}
    if n_positive is None or table is None:
        return found
    found["auc"] = auc(table, confidence=confidence)
    if is_probability:
        axis = axis_of(table)
        found["brier_score"] = brier_score(n, n_positive, sums, axis, confidence=confidence)
        found["calibration_error"] = calibration_error(axis, confidence=confidence)
        totals, squares = zip(*sums, strict=True)
        found["calibration_gap"] = calibration_gap(n, n_positive, totals, squares, confidence=confidence)
    return found


def mean_score(n: int, sums: Sums, *, confidence: float) -> MetricValue:
    """The average score, exact, with the normal interval of a mean; no interval for fewer than two people."""
    total, squares = (sum(part) for part in zip(*sums, strict=True))
    value = total / (n * MICRO) if n else math.nan
    if n < 2:
        return _score_value(value, None, "normal", n)
    # Whole-number arithmetic: n * squares - total**2 is exact, however close to zero the variance is.
    variance = (n * squares - total * total) / (n * (n - 1)) / MICRO**2
    return _score_value(value, math.sqrt(variance / n), "normal", n, confidence=confidence)


def brier_score(n: int, n_positive: int, sums: Sums, axis: Axis, *, confidence: float) -> MetricValue:
    """Mean squared distance of score and label (Brier 1950), exact; its interval takes the spread from the bins."""
    squares = sums[0][1] + sums[1][1] - 2 * MICRO * sums[1][0] + n_positive * MICRO**2
    value = squares / (n * MICRO**2)
    losses = np.concatenate([axis.mean**2, (1 - axis.mean) ** 2])
    people = np.concatenate([axis.negative, axis.positive])
    if n < 2:
        return _score_value(value, None, "normal, spread from bins", n)
    variance = float(people @ (losses - people @ losses / n) ** 2) / (n - 1)
    return _score_value(value, math.sqrt(variance / n), "normal, spread from bins", n, confidence=confidence, limit=1.0)


def auc(table: GroupBins, *, confidence: float) -> MetricValue:
    """Chance that a positive scores above a negative, ties half, with DeLong's interval (1988).

    Exact up to 1,024 bins over the score's range (64 for intersections), inside which people count as tied. None for
    one-class groups; no interval where DeLong's variance is 0 or a class has one person.
    """
    ranks = table.ranks or ranked(table.bins)
    positives = sum(part.n_positive or 0 for part in table.bins)
    negatives = sum(part.n for part in table.bins) - positives
    if ranks is None or not positives or not negatives:
        return MetricValue(None, None, None, "delong")
    value = ranks.wins / (2 * positives * negatives)
    error = None
    if positives > 1 and negatives > 1:
        spread_positive = (positives * ranks.squares_positive - ranks.wins**2) / (positives * (positives - 1))
        spread_negative = (negatives * ranks.squares_negative - ranks.wins**2) / (negatives * (negatives - 1))
        error = math.sqrt(
            spread_positive / (4 * negatives**2) / positives + spread_negative / (4 * positives**2) / negatives
        )
    return _score_value(value, error, "delong", None, confidence=confidence, limit=1.0)


def auc_bounds(table: GroupBins) -> tuple[float, float] | None:
    """The lowest and highest AUC that a group's bins allow, whatever order people have inside them; None as the AUC.

    The true AUC of unrounded scores lies between them. Bins that were merged for privacy allow more than the 1,024 the
    AUC itself was taken from, so the truth is mostly far closer.
    """
    positives = sum(part.n_positive or 0 for part in table.bins)
    negatives = sum(part.n for part in table.bins) - positives
    if table.bins[0].n_positive is None or not positives or not negatives:
        return None
    fewest, most = possible_wins(table.bins)
    return fewest / (2 * positives * negatives), most / (2 * positives * negatives)


def auc_rounding(table: GroupBins) -> float | None:
    """How far the true AUC can at most be from the one given; None as the AUC."""
    bounds, ranks = auc_bounds(table), table.ranks or ranked(table.bins)
    if bounds is None or ranks is None:
        return None
    positives = sum(part.n_positive or 0 for part in table.bins)
    value = ranks.wins / (2 * positives * (sum(part.n for part in table.bins) - positives))
    return max(bounds[1] - value, value - bounds[0])


def _score_value(
    value: float,
    error: float | None,
    method: str,
    n: int | None,
    *,
    confidence: float = 0.95,
    limit: float | None = None,
) -> MetricValue:
    """A metric with its normal interval; a standard error of zero is no certainty but too little data."""
    if math.isnan(value):
        return MetricValue(None, None, None, method, None, n)
    if not error:
        return MetricValue(value, None, None, method, None, n)
    half = normal_quantile(confidence) * error
    low, high = value - half, value + half
    if limit is not None:
        low, high = max(0.0, low), min(limit, high)
    return MetricValue(value, low, high, method, None, n)
