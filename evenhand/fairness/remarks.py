"""What a reader must know before believing a number: the warnings of an evaluation."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from evenhand.fairness.comparing.references import ALL_PAIRS, BEST, LARGEST, OVERALL, Reference, named
from evenhand.fairness.counts.groups import described
from evenhand.fairness.counts.table import Counts
from evenhand.fairness.measuring.margins import Margin
from evenhand.fairness.measuring.metrics import Metrics
from evenhand.fairness.measuring.missing import missing_bounds
from evenhand.fairness.measuring.rates import RATES, available
from evenhand.fairness.measuring.scores import auc_rounding
from evenhand.fairness.results import Comparison

FEW = 30
FEW_UNITS = 20
WORTH_SAYING = 0.001  # how far rounding scores to bins may move an AUC before it is said
MOST_NAMED = 40
MOST_LISTED = 8
UNNOTICED = 0.2  # a difference that is worth a warning where it would have been missed one time in five

Measured = Sequence[tuple[Margin, Sequence[Metrics]]]


class Corrected(NamedTuple):
    """How many tests stand behind an evaluation: the largest family by each combination of attributes, and in all."""

    families: Mapping[tuple[str, ...], int]
    tests: int


def remarks(
    counts: Counts,
    measured: Measured,
    reference: Reference,
    comparisons: Sequence[Comparison] = (),
    corrected: Corrected | None = None,
) -> tuple[str, ...]:
    """All warnings, the general ones first; long lists are cut with their length said."""
    return (
        *_design(counts, comparisons),
        *_missing(measured, counts),
        *_general(counts, measured),
        *_compared_with(measured, reference, comparisons),
        *_corrections(corrected),
        *_could_not_show(comparisons),
        *_cut(list(_one_class(measured, counts)), "groups with one class only"),
        *_cut(list(_small(measured)), f"groups under {FEW} people"),
        *_cut(list(_few_units(measured)), f"groups under {FEW_UNITS} units"),
        *_cut(list(_undefined(measured)), "groups with undefined metrics"),
        *_cut(list(_no_ratio(comparisons)), "references without a ratio"),
    )


def _design(counts: Counts, comparisons: Sequence[Comparison]) -> Iterator[str]:
    """How rows became evidence: independent people or not, and what no longer holds if not."""
    columns = counts.columns
    if counts.units is None:
        yield "Rows were taken as independent people."
    else:
        yield (
            f"Rows were summarised per {columns.unit}: {counts.units.n} units. Intervals allow for rows of one unit "
            "being alike; Fisher's exact test does not hold and was left out where it would have been used."
        )
        if columns.score is not None:
            yield f"Score metrics have no interval: the score axis does not say whose rows are one {columns.unit}."
        if all(row.low is None for row in comparisons if row.of == "max_min"):
            yield "Figures over all groups have no interval: too many cells, weights, or a single unit."
    if columns.weight is not None:
        yield (
            f"People are weighted by {columns.weight}: rates and intervals are of weighted people, numerators and "
            "denominators say how many were counted. Fisher's exact test does not hold for them and was left out; "
            "so were metrics of scores, whose sums are unweighted."
        )
    if columns.observed == "selected":
        unseen = sum(cell.n for cell in counts.cells if cell.label is None)
        yield (
            f"Labels are known for selected people only: the outcome of {unseen} people is unseen. Metrics that ask "
            "for it have no value, only the lowest and highest it could be."
        )


def _rounded(counts: Counts) -> Iterator[str]:
    """How far the true AUC of a group can be from the one of its bins, where that is worth saying."""
    errors = [(auc_rounding(table) or 0.0, table) for table in counts.score_bins]
    worth = [each for each in errors if each[0] > WORTH_SAYING]
    if worth:
        error, table = max(worth, key=lambda each: each[0])
        group = described(dict(zip(table.by, table.group, strict=True)))
        yield (
            f"The order of people inside score bins could move an AUC by more than {WORTH_SAYING} in {len(worth)} of "
            f"{len(errors)} groups, at most by {error:.3f} in {group}."
        )


def _missing(measured: Measured, counts: Counts) -> Iterator[str]:
    """What people of unknown group could change, for each single attribute."""
    rates = {rate.name for rate in available(counts.columns)}
    for each, _ in measured:
        if len(each.by) != 1 or all(map(each.is_named, range(len(each.keys)))):
            continue
        metric = next((name for name in ("selection_rate", "base_rate", "scoring_rate") if name in rates), None)
        bounds = None if metric is None else missing_bounds(counts, each.by, metric)
        if bounds is None or bounds.spread[1] is None:
            continue
        yield (
            f"{each.by[0]} is missing for {bounds.n_missing} people. Depending on who they are, the largest gap in "
            f"{bounds.metric} between known groups is between {bounds.spread[0]:.3f} and {bounds.spread[1]:.3f}."
        )


def _few_units(measured: Measured) -> Iterator[str]:
    for each, _ in measured:
        if each.clusters is None:
            continue
        for index, units in enumerate(each.clusters.n):
            if units < FEW_UNITS:
                yield (
                    f"{described(each.group(index))} has {units:.0f} units: too few to know well how alike their rows "
                    "are, so its intervals are wider still."
                )


def _general(counts: Counts, measured: Measured) -> Iterator[str]:
    if counts.columns.label is None:
        yield "No label was counted, so nothing can be said about errors."
    if not counts.columns.decides and counts.columns.prediction is None:
        yield "No prediction was counted, so nothing can be said about decisions."
    if counts.columns.score is not None and counts.columns.labeled and counts.columns.weight is None:
        yield "For the AUC, people within 1/1,024 of the score's range count as tied (1/64 in intersections)."
        yield from _rounded(counts)
    for each, _ in measured:
        if len(each.by) == 1 and len(each.keys) == 1:
            yield f"Column {each.by[0]} has one group only, so there is nothing to compare."


def _compared_with(measured: Measured, reference: Reference, comparisons: Sequence[Comparison]) -> Iterator[str]:
    """Whom groups are compared with, where there is somebody to compare."""
    if not any(row.of == "pair" for row in comparisons):
        return
    if reference == OVERALL:
        yield "Groups are compared with everyone, themselves included."
    elif reference == BEST:
        yield "Each metric is compared with the group that did best in this data, which makes gaps look larger."
    elif reference == ALL_PAIRS:
        yield "Every two groups are compared once, the smaller with the larger."
    else:
        margins = [each for each, _ in measured if len(each.keys) > 1]
        chosen = [(each, named(each, reference)) for each in margins]
        groups = [described(each.group(index)) for each, index in chosen if index is not None]
        lead = "the largest one" if reference == LARGEST else "a named one"
        yield f"Groups are compared with {lead}: {_listed(groups)}."


def _corrections(corrected: Corrected | None) -> Iterator[str]:
    """How often was tested, and what the two corrections span."""
    if corrected is None or corrected.tests == 0:
        return
    families = [f"{', '.join(by)}: {size:,}" for by, size in corrected.families.items() if size]
    within = f" ({_listed(families)})" if families else ""
    number = "the one test" if corrected.tests == 1 else f"all {corrected.tests:,} tests"
    yield (
        "Of many tests some come out by chance, so each p-value also stands corrected: within its metric and attributes"
        f"{within} as p_adjusted (Holm), over {number} of this evaluation as q_value (Benjamini and Hochberg)."
    )


def _could_not_show(comparisons: Sequence[Comparison]) -> Iterator[str]:
    """Groups so small that a large difference in one of their rates would have gone unnoticed."""
    groups: dict[str, None] = {}
    for row in comparisons:
        if (row.of, row.kind) != ("pair", "difference") or row.metric not in RATES or row.p_value is None:
            continue
        none_shown = row.detectable is None and row.method == "newcombe"  # not even a rate of 0 or 1
        if none_shown or (row.detectable or 0) >= UNNOTICED:
            groups[described(row.group or {})] = None
    if groups:
        yield (
            f"This data could not have shown true differences of {100 * UNNOTICED:g} points or more in some rates of: "
            f"{_listed(list(groups))}. No difference found is no parity there; detectable says how large it had to be."
        )


def _listed(items: Sequence[str]) -> str:
    rest = f"; and {len(items) - MOST_LISTED} more" if len(items) > MOST_LISTED else ""
    return "; ".join(items[:MOST_LISTED]) + rest


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
            names = [name for name, metric in found.items() if metric.value is None and metric.low is None]
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
