"""Numeric outcomes: how large outcomes and predictions are on average, and how far predictions miss."""

from collections.abc import Iterator, Sequence
from math import sqrt

import numpy as np

from evenhand.fairness.comparing import references
from evenhand.fairness.counts.columns import MICRO
from evenhand.fairness.counts.table import Counts
from evenhand.fairness.measuring.margins import Finest, Margin
from evenhand.fairness.measuring.metrics import Metrics
from evenhand.fairness.outcomes.findings import Choices, Findings
from evenhand.fairness.outcomes.mean_comparisons import mean_comparisons
from evenhand.fairness.outcomes.mean_groups import MeanGroups, MeanMetric, Welch
from evenhand.fairness.outcomes.means import Sums, t_interval
from evenhand.fairness.results import Comparison, MetricValue, defined

NO_INTERVAL = "no interval"
WITHHELD = (
    "The root mean squared error and R squared have no intervals: those would need fourth powers of the errors, "
    "which the counts do not hold."
)


def found(counts: Counts, table: Finest, margins: Sequence[Margin], choices: Choices) -> Findings:
    """Metrics of each group, comparisons and warnings for a numeric outcome."""
    crossed = [each for each in margins if each.by]
    chosen = mean_metrics(counts, table)
    comparisons = [row for each in chosen for row in mean_comparisons(each, crossed, Welch(), choices)]
    both = counts.columns.label is not None and counts.columns.prediction is not None
    held = _finest_sums(counts, table)
    if both:
        comparisons += [row for margin in crossed for row in _square_rows(held, margin, choices)]

    def metrics(margin: Margin) -> list[Metrics]:
        rows: list[Metrics] = [{} for _ in margin.keys]
        for each in chosen:
            for row, value in zip(
                rows, mean_values(MeanGroups(each, margin), confidence=choices.confidence), strict=True
            ):
                row[each.name] = value
        if both:
            for row, values in zip(rows, square_metrics(held, margin), strict=True):
                row.update(values)
        return rows

    return Findings(metrics, tuple(comparisons), (WITHHELD,) if both else (), means=tuple(chosen))


def mean_metrics(counts: Counts, table: Finest) -> list[MeanMetric]:
    """The metrics that are means, by what was counted."""
    columns = counts.columns
    held = _finest_sums(counts, table)
    label = [Sums(each["n"], each["label_sum"], each["label_squares"]) for each in held]
    prediction = [Sums(each["n"], each["prediction_sum"], each["prediction_squares"]) for each in held]
    rows: list[MeanMetric] = []
    if columns.label is not None:
        rows.append(MeanMetric("mean_outcome", tuple(label), MICRO, "high"))
    if columns.prediction is not None:
        rows.append(MeanMetric("mean_prediction", tuple(prediction), MICRO, "high"))
    if columns.label is not None and columns.prediction is not None:
        error = tuple(
            Sums(a.n, b.total - a.total, _squares(each)) for a, b, each in zip(label, prediction, held, strict=True)
        )
        absolute = tuple(Sums(each["n"], each["absolute_error_sum"], _squares(each)) for each in held)
        rows.append(MeanMetric("mean_error", error, MICRO, "zero"))
        rows.append(MeanMetric("mean_absolute_error", absolute, MICRO, "low", has_ratio=True, ends=(0.0, np.inf)))
    return rows


def mean_values(groups: MeanGroups, *, confidence: float) -> list[MetricValue]:
    """The mean of each group with its t interval, within what the metric can be."""
    low, high = t_interval(groups.means, confidence=confidence)
    least, most = groups.metric.ends
    return [
        MetricValue(
            defined(mean),
            defined(max(below, least)) if np.isfinite(below) else None,
            defined(min(above, most)) if np.isfinite(above) else None,
            "t",
            None,
            int(n),
        )
        for mean, below, above, n in zip(groups.means.mean, low, high, groups.means.n, strict=True)
    ]


def square_metrics(held: Sequence[dict[str, int]], margin: Margin) -> list[Metrics]:
    """The root mean squared error and R squared of each group: the counts do not hold what their doubt would need."""
    groups: list[dict[str, int]] = [dict.fromkeys(held[0], 0) for _ in margin.keys]
    for place, each in zip(margin.place, held, strict=True):
        for name, value in each.items():
            groups[place][name] += value
    return [
        {
            "root_mean_squared_error": _bare(sqrt(_squares(sums) / (sums["n"] * MICRO**2)), sums["n"]),
            "r_squared": _bare(_r_squared(sums), sums["n"]),
        }
        for sums in groups
    ]


def _square_rows(held: Sequence[dict[str, int]], margin: Margin, choices: Choices) -> Iterator[Comparison]:
    """Differences of the figures without intervals, against a named or the largest group."""
    reference = choices.reference
    chosen = references.named(margin, reference) if reference not in (references.OVERALL, references.BEST) else None
    if chosen is None:
        return
    metrics = square_metrics(held, margin)
    for name in ("root_mean_squared_error", "r_squared"):
        for index, found in enumerate(metrics):
            first, second = found[name].value, metrics[chosen][name].value
            if index != chosen:
                yield Comparison(
                    metric=name,
                    by=margin.by,
                    kind="difference",
                    of="pair",
                    group=margin.group(index),
                    reference=margin.group(chosen),
                    value=None if first is None or second is None else first - second,
                    low=None,
                    high=None,
                    method=NO_INTERVAL,
                    p_value=None,
                    p_adjusted=None,
                )


def _finest_sums(counts: Counts, table: Finest) -> list[dict[str, int]]:
    """People and all sums of each of the finest groups."""
    names = counts.columns.measures
    place = {key: index for index, key in enumerate(table.keys)}
    found = [dict.fromkeys(("n", *names), 0) for _ in table.keys]
    for cell in counts.cells:
        if cell.n:
            held = found[place[cell.group]]
            held["n"] += cell.n
            for name, each in zip(names, cell.sums, strict=True):
                held[name] += each
    return found


def _squares(sums: dict[str, int]) -> int:
    """The sum of squared errors."""
    return sums["label_squares"] - 2 * sums["product_sum"] + sums["prediction_squares"]


def _r_squared(sums: dict[str, int]) -> float | None:
    """The share of the outcome's variance that predictions explain; None where the outcome does not vary."""
    spread = sums["n"] * sums["label_squares"] - sums["label_sum"] ** 2
    return 1 - sums["n"] * _squares(sums) / spread if spread else None


def _bare(value: float | None, n: int) -> MetricValue:
    return MetricValue(value, None, None, NO_INTERVAL, None, n)
