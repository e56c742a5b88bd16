"""What a reader must know before believing a number: the warnings of an evaluation."""

from collections.abc import Iterator, Sequence

from evenhand.fairness.comparing.references import BEST, Reference
from evenhand.fairness.counts.groups import described
from evenhand.fairness.counts.table import Counts
from evenhand.fairness.measuring.margins import Margin
from evenhand.fairness.measuring.metrics import Metrics
from evenhand.fairness.results import Comparison

FEW = 30
MOST_NAMED = 40

Measured = Sequence[tuple[Margin, Sequence[Metrics]]]


def remarks(
    counts: Counts, measured: Measured, reference: Reference, comparisons: Sequence[Comparison] = ()
) -> tuple[str, ...]:
    """All warnings, the general ones first; long lists are cut with their length said."""
    return (
        *_general(counts, measured, reference),
        *_cut(list(_one_class(measured, counts)), "groups with one class only"),
        *_cut(list(_small(measured)), f"groups under {FEW} people"),
        *_cut(list(_undefined(measured)), "groups with undefined metrics"),
        *_cut(list(_no_ratio(comparisons)), "references without a ratio"),
    )


def _general(counts: Counts, measured: Measured, reference: Reference) -> Iterator[str]:
    yield "Rows were taken as independent people."
    if counts.columns.label is None:
        yield "No label was counted, so nothing can be said about errors."
    if not counts.columns.decides and counts.columns.prediction is None:
        yield "No prediction was counted, so nothing can be said about decisions."
    if counts.columns.score is not None and counts.columns.label is not None:
        yield "For the AUC, people within 1/1,024 of the score's range count as tied (1/64 in intersections)."
    if reference == BEST:
        yield "Each metric is compared with the group that did best in this data, which makes gaps look larger."
    for each, _ in measured:
        if len(each.by) == 1 and len(each.keys) == 1:
            yield f"Column {each.by[0]} has one group only, so there is nothing to compare."


def _one_class(measured: Measured, counts: Counts) -> Iterator[str]:
    if not counts.columns.labeled:
        return
    for each, metrics in measured:
        for index, found in enumerate(metrics):
            positive = found["base_rate"].numerator
            if positive in (0, int(each.n[index])):
                what = "no positive label" if positive == 0 else "only positive labels"
                yield f"{described(each.group(index))} has {what}."


def _small(measured: Measured) -> Iterator[str]:
    for each, _ in measured:
        for index, n in enumerate(each.n):
            if n < FEW:
                people = "1 person" if n == 1 else f"{n} people"
                yield f"{described(each.group(index))} has {people}: not enough data to judge by."


def _undefined(measured: Measured) -> Iterator[str]:
    for each, metrics in measured:
        for index, found in enumerate(metrics):
            names = [name for name, metric in found.items() if metric.value is None]
            if names:
                yield f"{described(each.group(index))}: undefined, nobody to divide by: {', '.join(names)}."


def _no_ratio(comparisons: Sequence[Comparison]) -> Iterator[str]:
    """References of which nobody is counted, so that nothing can be divided by their rate."""
    metrics: dict[str, dict[str, None]] = {}
    for row in comparisons:
        # A p-value tells that both groups have people: then the ratio fails on the reference's rate of 0.
        if row.kind == "ratio" and row.of == "pair" and row.value is None and row.p_value is not None:
            metrics.setdefault(described(row.reference or {}), {})[row.metric] = None
    for group, names in metrics.items():
        yield f"No ratio to {group}, whose rate is 0: {', '.join(names)}."


def _cut(warnings: list[str], what: str) -> list[str]:
    if len(warnings) <= MOST_NAMED:
        return warnings
    return [*warnings[:MOST_NAMED], f"And {len(warnings) - MOST_NAMED} more {what}."]
