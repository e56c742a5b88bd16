"""Every metric of every group of a margin, each with its interval."""

from collections.abc import Mapping

import numpy as np

from evenhand.fairness.counts.columns import Columns
from evenhand.fairness.measuring.intervals import Interval, square_and_add, wilson
from evenhand.fairness.measuring.margins import Margin
from evenhand.fairness.measuring.rates import RATES, available, parts
from evenhand.fairness.measuring.scores import score_metrics
from evenhand.fairness.results import MetricValue, defined

Metrics = dict[str, MetricValue]


def group_metrics(margin: Margin, columns: Columns, *, confidence: float) -> list[Metrics]:
    """One dictionary of metrics for each group of the margin."""
    found: list[Metrics] = [{"count": MetricValue(int(n), None, None, "exact", int(n))} for n in margin.n]
    for rate in available(label=columns.label is not None, prediction=columns.decides):
        x, n = parts(margin.cells, rate)
        low, high = wilson(x, n, confidence=confidence)
        for index, metrics in enumerate(found):
            value = float(x[index] / n[index]) if n[index] else None
            metrics[rate.name] = MetricValue(
                value, defined(low[index]), defined(high[index]), "wilson", int(x[index]), int(n[index])
            )
    for index, metrics in enumerate(found):
        if columns.label is not None and columns.decides:
            metrics["balanced_accuracy"] = balanced_accuracy(metrics)
            metrics["f1_score"] = f1_score(*(int(cell) for cell in margin.cells[index]), confidence=confidence)
        if columns.score is not None:
            metrics.update(_score_metrics(margin, index, columns, confidence=confidence))
    return found


def balanced_accuracy(metrics: Mapping[str, MetricValue]) -> MetricValue:
    """Half the sum of the two rates of being right; its interval by squaring and adding theirs."""
    right, wrong = metrics["true_positive_rate"], metrics["false_positive_rate"]
    if right.value is None or wrong.value is None:
        return MetricValue(None, None, None, "square and add")
    first, second = (
        Interval(np.array(each.low, dtype=float), np.array(each.high, dtype=float)) for each in (right, wrong)
    )
    low, high = square_and_add(np.array(right.value), first, np.array(wrong.value), second)
    return MetricValue(
        (1 + right.value - wrong.value) / 2, defined((1 + low) / 2), defined((1 + high) / 2), "square and add"
    )


def f1_score(tn: int, fp: int, fn: int, tp: int, *, confidence: float) -> MetricValue:
    """F1, with the Wilson interval of ``tp / (tp + fp + fn)``, of which F1 is a rising function: 2 j / (1 + j)."""
    del tn  # F1 does not look at true negatives
    involved = tp + fp + fn
    if not involved:
        return MetricValue(None, None, None, "wilson, transformed", 2 * tp, 0)
    low, high = (float(limit) for limit in wilson(tp, involved, confidence=confidence))
    return MetricValue(
        2 * tp / (involved + tp),
        2 * low / (1 + low),
        2 * high / (1 + high),
        "wilson, transformed",
        2 * tp,
        involved + tp,
    )


def _score_metrics(margin: Margin, index: int, columns: Columns, *, confidence: float) -> Metrics:
    label_positive = int(parts(margin.cells, RATES["base_rate"])[0][index])
    return score_metrics(
        int(margin.n[index]),
        label_positive if columns.label is not None else None,
        margin.sums[index],
        margin.bins[index],
        is_probability=columns.score_range == (0.0, 1.0),
        confidence=confidence,
    )
