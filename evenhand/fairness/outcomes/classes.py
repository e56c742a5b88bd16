"""More than two classes: accuracy, macro averages, and each class against the rest."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache

import numpy as np

from evenhand.fairness.comparing import references, significance
from evenhand.fairness.comparing.comparisons import max_min_comparisons, pair_comparisons
from evenhand.fairness.counts.columns import Columns
from evenhand.fairness.counts.groups import described
from evenhand.fairness.counts.table import Counts
from evenhand.fairness.measuring import margins as tables
from evenhand.fairness.measuring.intervals import Interval, square_and_add
from evenhand.fairness.measuring.margins import Margin
from evenhand.fairness.measuring.metrics import Metrics, group_metrics
from evenhand.fairness.measuring.rates import RATES, Rate, available
from evenhand.fairness.outcomes.class_averages import AVERAGES, averaged_classes, averages
from evenhand.fairness.outcomes.confusion import Confusion, View, views
from evenhand.fairness.outcomes.findings import Choices, Findings
from evenhand.fairness.results import Comparison, MetricValue, defined

MOST_NAMED = 40
TOGETHER = "Of each rate of a class, p_adjusted is Holm's over all classes of that rate together."
COMPARED = ("selection_rate", "true_positive_rate", "false_positive_rate", "positive_predictive_value")


def of_class(metric: str, name: str) -> str:
    """The name of a metric of one class: ``true_positive_rate[cat]``."""
    return f"{metric}[{name}]"


def found(counts: Counts, margins: Sequence[Margin], choices: Choices) -> Findings:
    """Metrics of each group, comparisons and warnings for an outcome of classes."""
    columns = counts.columns
    right, *rest = views(counts, [None, *range(columns.n_classes)])
    by_class = dict(zip(columns.classes, rest, strict=True))
    confusion = right.confusion

    @cache
    def metrics(by: tuple[str, ...]) -> list[Metrics]:
        return _metrics(by_margin[by], right, by_class, columns, confidence=choices.confidence)

    by_margin = {each.by: each for each in margins}
    crossed = [each for each in margins if each.by]
    comparisons = list(_holm_over_classes(_rate_comparisons(crossed, right, by_class, columns, choices)))
    warnings = [TOGETHER] if comparisons else []
    if _has_both(columns):
        warnings += _left_out(margins, confusion, columns)
        for margin in crossed:
            comparisons += _average_comparisons(margin, confusion.at(margin), metrics(margin.by), choices)
    return Findings(
        metrics=lambda margin: metrics(margin.by),
        comparisons=tuple(comparisons),
        warnings=tuple(warnings),
        of_class=lambda name: _margins_of(right if name is None else by_class[name], counts),
    )


def _margins_of(view: View, counts: Counts) -> Callable[[tuple[str, ...]], Margin]:
    return lambda by: view.margin(tables.margin(counts, view.table, by))


def _metrics(
    margin: Margin, right: View, by_class: dict[str, View], columns: Columns, *, confidence: float
) -> list[Metrics]:
    """One dictionary a group; the names of classes stand in brackets."""
    rows: list[Metrics] = [{} for _ in margin.keys]
    if _has_both(columns):
        accuracy = group_metrics(right.margin(margin), _binary(columns), confidence=confidence)
        for row, each in zip(rows, accuracy, strict=True):
            row["accuracy"] = each["accuracy"]
        for name, values in averages(right.confusion.at(margin), confidence=confidence).items():
            for row, value in zip(rows, values, strict=True):
                row[name] = value
    for name, view in by_class.items():
        for row, each in zip(
            rows, group_metrics(view.margin(margin), _binary(columns), confidence=confidence), strict=True
        ):
            row.update({of_class(key, name): each[key] for key in _shown(each)})
    return rows


def _shown(metrics: Metrics) -> list[str]:
    """The metrics shown of each class: its rates and F1. Accuracy is of all classes together."""
    return [name for name in metrics if (name in RATES and name != "accuracy") or name == "f1_score"]


def _rate_comparisons(
    margins: Sequence[Margin], right: View, by_class: dict[str, View], columns: Columns, choices: Choices
) -> Iterator[Comparison]:
    """Pairs and spreads of accuracy and of each class's rates."""
    rates = {rate.name: rate for rate in available(_binary(columns))}
    if "accuracy" in rates:
        yield from _compared(right, margins, [rates["accuracy"]], choices)
    for name, view in by_class.items():
        chosen = [replace(rates[each], name=of_class(each, name)) for each in COMPARED if each in rates]
        if not columns.decides:
            chosen = [replace(rates["base_rate"], name=of_class("base_rate", name))]
        yield from _compared(view, margins, chosen, choices)


def _compared(view: View, margins: Sequence[Margin], rates: Sequence[Rate], choices: Choices) -> Iterator[Comparison]:
    seen = [view.margin(margin) for margin in margins]
    for margin in seen:
        for rate in rates:
            yield from pair_comparisons(
                margin, rate, choices.reference, min_group=choices.min_group, confidence=choices.confidence
            )
    yield from max_min_comparisons(
        view.finest,
        seen,
        rates,
        min_group=choices.min_group,
        confidence=choices.confidence,
        seed=choices.seed,
        replicates=choices.replicates,
    )


def _holm_over_classes(rows: Iterator[Comparison]) -> Iterator[Comparison]:
    """Holm's adjustment over all classes of a metric: whoever looks at ten classes finds a small p-value in one."""
    families: dict[tuple[str, tuple[str, ...], str, str], list[Comparison]] = defaultdict(list)
    for row in rows:
        families[row.metric.partition("[")[0], row.by, row.kind, row.of].append(row)
    for family in families.values():
        adjusted = significance.holm([row.p_value for row in family])
        yield from (replace(row, p_adjusted=each) for row, each in zip(family, adjusted, strict=True))


def _average_comparisons(
    margin: Margin, confusion: Confusion, metrics: Sequence[Metrics], choices: Choices
) -> Iterator[Comparison]:
    """Differences of macro averages from a named or the largest group, where both are over the same classes."""
    reference = choices.reference
    chosen = references.named(margin, reference) if reference not in (references.OVERALL, references.BEST) else None
    if chosen is None:
        return
    over = averaged_classes(confusion)
    for name in AVERAGES:
        for index, found in enumerate(metrics):
            if index != chosen and np.array_equal(over[name][index], over[name][chosen]):
                yield _difference(margin, name, (index, chosen), (found[name], metrics[chosen][name]))


def _difference(
    margin: Margin, name: str, places: tuple[int, int], pair: tuple[MetricValue, MetricValue]
) -> Comparison:
    first, second = pair
    value = None if first.value is None or second.value is None else first.value - second.value
    low = high = None
    if value is not None and None not in (first.low, first.high, second.low, second.high):
        limits = ((np.array(each.value), Interval(np.array(each.low), np.array(each.high))) for each in (first, second))
        one, other = limits
        low, high = (defined(limit) for limit in square_and_add(*one, *other))
    return Comparison(
        metric=name,
        by=margin.by,
        kind="difference",
        of="pair",
        group=margin.group(places[0]),
        reference=margin.group(places[1]),
        value=value,
        low=low,
        high=high,
        method="square and add",
        p_value=None,
        p_adjusted=None,
    )


def _left_out(margins: Sequence[Margin], confusion: Confusion, columns: Columns) -> list[str]:
    """Which classes a group's macro averages are not over; a long list is cut with its length said."""
    found = list(_missing_classes(margins, confusion, columns))
    if len(found) <= MOST_NAMED:
        return found
    return [*found[:MOST_NAMED], f"And {len(found) - MOST_NAMED} more groups in which nobody has some label."]


def _missing_classes(margins: Sequence[Margin], confusion: Confusion, columns: Columns) -> Iterator[str]:
    for margin in margins:
        over = averaged_classes(confusion.at(margin))["macro_recall"]
        for index in range(len(margin.keys)):
            names = [name for name, known in zip(columns.classes, over[index], strict=True) if not known]
            if names:
                listed = ", ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")
                who = described(margin.group(index))
                yield f"{who} has nobody with the label {listed}: macro recall leaves that out."


def _binary(columns: Columns) -> Columns:
    """The columns as those of one class against the rest."""
    return replace(columns, outcome="binary", classes=())


def _has_both(columns: Columns) -> bool:
    return columns.label is not None and columns.prediction is not None
