"""Every metric of every group of a margin, each with its interval."""

from collections.abc import Sequence

import numpy as np

from evenhand.fairness.counts.columns import Columns
from evenhand.fairness.measuring.bounds import unseen_bounds
from evenhand.fairness.measuring.intervals import Array, Interval, square_and_add, wilson
from evenhand.fairness.measuring.margins import Margin
from evenhand.fairness.measuring.rates import MISSED, RATES, RIGHTLY_SELECTED, Rate, available, unseen
from evenhand.fairness.measuring.samples import correlation_of_rates, people, sample
from evenhand.fairness.measuring.scores import score_metrics
from evenhand.fairness.results import MetricValue, defined

Metrics = dict[str, MetricValue]


def group_metrics(margin: Margin, columns: Columns, *, confidence: float) -> list[Metrics]:
    """One dictionary of metrics for each group of the margin."""
    found: list[Metrics] = [{"count": MetricValue(int(n), None, None, "exact", int(n))} for n in margin.n]
    columnwise = {rate.name: rate_metrics(margin, rate, confidence=confidence) for rate in available(columns)} | {
        rate.name: unseen_bounds(margin, rate) for rate in unseen(columns)
    }
    if columns.labeled and columns.decides:
        columnwise |= {
            "balanced_accuracy": balanced_accuracies(margin, confidence=confidence),
            "f1_score": f1_scores(margin, confidence=confidence),
            "treatment_equality": treatment_equalities(margin, confidence=confidence),
        }
    for name, values in columnwise.items():
        for metrics, value in zip(found, values, strict=True):
            metrics[name] = value
    if columns.score is not None and columns.weight is None:
        for index, metrics in enumerate(found):
            metrics.update(_score_metrics(margin, index, columns, confidence=confidence))
    return found


def rate_metrics(margin: Margin, rate: Rate, *, confidence: float) -> list[MetricValue]:
    """A rate of each group with the Wilson interval of its effective sample; numerator and denominator are people."""
    seen = sample(people(margin), rate)
    low, high = wilson(*seen.effective(confidence=confidence), confidence=confidence)
    return [
        MetricValue(
            float(seen.x[index] / seen.n[index]) if seen.n[index] else None,
            defined(low[index]),
            defined(high[index]),
            margin.method("wilson"),
            int(seen.counted[index]),
            int(seen.n[index]),
        )
        for index in range(len(seen.n))
    ]


def balanced_accuracies(margin: Margin, *, confidence: float) -> list[MetricValue]:
    """Half the sum of the two rates of being right; the interval by squaring and adding theirs."""
    method = margin.method("square and add")
    right, wrong = (
        rate_metrics(margin, RATES[name], confidence=confidence)
        for name in ("true_positive_rate", "false_positive_rate")
    )
    first, second = _limits(right), _limits(wrong)
    together = correlation_of_rates(margin, RATES["true_positive_rate"], RATES["false_positive_rate"])
    limits = square_and_add(*first, *second, correlation=together)
    value = (1 + first[0] - second[0]) / 2
    return [
        MetricValue(defined(value[i]), defined((1 + limits.low[i]) / 2), defined((1 + limits.high[i]) / 2), method)
        for i in range(len(value))
    ]


def f1_scores(margin: Margin, *, confidence: float) -> list[MetricValue]:
    """F1, with the Wilson interval of ``j = tp / (tp + fp + fn)``, of which F1 is a rising function: 2 j / (1 + j)."""
    method = margin.method("wilson, transformed")
    found = []
    for share in rate_metrics(margin, RIGHTLY_SELECTED, confidence=confidence):
        assert share.numerator is not None
        assert share.denominator is not None
        value, low, high = (None if part is None else 2 * part / (1 + part) for part in _three(share))
        if value is not None and margin.weights is None:  # one division of whole numbers
            value = 2 * share.numerator / (share.denominator + share.numerator)
        total = share.denominator + share.numerator if share.denominator else 0
        found.append(MetricValue(value, low, high, method, 2 * share.numerator, total))
    return found


def treatment_equalities(margin: Margin, *, confidence: float) -> list[MetricValue]:
    """False negatives for each false positive (Berk and others 2018); None where there is no false positive.

    The limits are the odds of the Wilson limits of the share of errors that are false negatives. The upper limit is
    None where that share's is 1, since nothing bounds the odds.
    """
    method = margin.method("wilson, as odds")
    found = []
    for share in rate_metrics(margin, MISSED, confidence=confidence):
        assert share.numerator is not None
        assert share.denominator is not None
        positives = share.denominator - share.numerator
        value, low, high = (None if part is None or part >= 1 else part / (1 - part) for part in _three(share))
        if value is not None and margin.weights is None:
            value = share.numerator / positives
        limits = (low, high) if value is not None else (None, None)
        found.append(MetricValue(value, *limits, method, share.numerator, positives))
    return found


def _three(metric: MetricValue) -> tuple[float | None, float | None, float | None]:
    return metric.value, metric.low, metric.high


def _limits(metrics: Sequence[MetricValue]) -> tuple[Array, Interval]:
    value, low, high = (np.array(part, dtype=np.float64) for part in zip(*map(_three, metrics), strict=True))
    return value, Interval(low, high)


def _score_metrics(margin: Margin, index: int, columns: Columns, *, confidence: float) -> Metrics:
    confusion = margin.confusion[index]
    return score_metrics(
        int(margin.n[index]),
        int(confusion[2] + confusion[3]) if columns.labeled else None,
        margin.sums[index],
        margin.bins[index],
        is_probability=columns.score_range == (0.0, 1.0),
        confidence=confidence,
        independent=columns.unit is None,
    )
