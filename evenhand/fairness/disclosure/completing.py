"""Counts that agree with a public edition on everything shown: what is withheld is filled with anything that fits.

What is computed from such counts is kept only where it does not depend on the filling.
"""

from collections.abc import Iterator, Sequence

from evenhand.fairness.counts.bins import FINE, Bin, GroupBins, Ranks
from evenhand.fairness.counts.cells import Cell
from evenhand.fairness.counts.columns import Columns
from evenhand.fairness.counts.table import Counts, summed
from evenhand.fairness.disclosure.edition import PublicEdition
from evenhand.fairness.disclosure.public import PublicGroup
from evenhand.fairness.disclosure.shape import ABOVE, CELLS, LABEL, PREDICTION, Shape

EVERYONE = "(everyone)"


def completed(edition: PublicEdition, groups: Sequence[PublicGroup]) -> Counts:
    """Counts of some groups of one combination of attributes, all with their number of people shown."""
    shape, by = edition.shape, groups[0].by or (EVERYONE,)
    columns = _columns(edition.columns, by)
    cells = summed(cell for each in groups for cell in _cells(each, shape, columns))
    bins = tuple(_axis(each) for each in groups if each.scores is not None and columns.score is not None)
    return Counts(columns=columns, cells=cells, score_bins=bins, filters=edition.filters)


def _columns(full: Columns, by: tuple[str, ...]) -> Columns:
    """The columns of the completed counts: no decisions, units or ranks, and no bands of columns that are not there."""
    decides = full.decides and full.prediction is None
    return Columns(
        groups=by,
        label=full.label,
        prediction="selected" if decides else full.prediction,
        score=full.score,
        score_range=full.score_range,
        median=full.median,
        observed=full.observed,
        outcome=full.outcome,
        classes=full.classes,
    )


def _cells(each: PublicGroup, shape: Shape, columns: Columns) -> Iterator[Cell]:
    key = each.key or (EVERYONE,)
    above = each.parts[ABOVE][1] if ABOVE in each.parts else 0
    found = list(_people(each, shape))
    for place, (label, prediction, n) in enumerate(found):
        here = min(above, n)
        above -= here
        first = label not in [other for other, _, _ in found[:place]]
        total, squares = _sums(each, label, first=first, start=place == 0)
        sums = tuple(here if name == "above" else 0 for name in columns.measures)
        yield Cell(key, label, prediction, n, score_sum=total, score_squares=squares, sums=sums)


def _sums(each: PublicGroup, label: int | None, *, first: bool, start: bool) -> tuple[int, int]:
    """The score sums a cell holds: those of its label stand in the label's first cell, or all in the very first."""
    if each.scores is None:
        return (0, 0)
    if each.scores.by_label is None or label is None:
        return each.scores.total if start else (0, 0)
    return each.scores.by_label[label] if first else (0, 0)


def _people(each: PublicGroup, shape: Shape) -> Iterator[tuple[int | None, int | None, int]]:
    """Label, prediction and people of each cell of a group."""
    if CELLS in each.parts:
        yield from ((*pair, n) for pair, n in zip(shape.classes(CELLS), each.parts[CELLS], strict=True))
        return
    labels = _by_class(each, shape, LABEL)
    predictions = _by_class(each, shape, PREDICTION)
    if labels and predictions:
        yield from _corner(labels, predictions)
        return
    if not labels and not predictions:  # an outcome in quantities: only people are shown
        yield (None, None, each.n or 0)
    for value, n in labels:
        yield (value, None, n)
    for value, n in predictions:  # where cells are counted too, labels are known of selected people only
        yield (0 if CELLS in shape.parts and value else None, value, n)


def _by_class(each: PublicGroup, shape: Shape, part: str) -> list[tuple[int, int]]:
    """People by class; all of them in the first class where the part is withheld, nothing where there is none."""
    if part not in shape.parts:
        return []
    classes = [pair[0 if part == LABEL else 1] or 0 for pair in shape.classes(part)]
    return list(zip(classes, each.parts.get(part, (each.n or 0,)), strict=False))


def _corner(
    labels: Sequence[tuple[int, int]], predictions: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, int, int]]:
    """A table with these margins (the north-west corner rule)."""
    left, up = [list(pair) for pair in labels], [list(pair) for pair in predictions]
    while left and up:
        n = min(left[0][1], up[0][1])
        yield (left[0][0], up[0][0], n)
        left[0][1] -= n
        up[0][1] -= n
        (up if left[0][1] else left).pop(0)


def _axis(each: PublicGroup) -> GroupBins:
    """One bin for all of a group, with the ranks that were found before bins were merged."""
    assert each.scores is not None
    positive = each.parts[LABEL][1] if LABEL in each.parts else 0
    ranks = None if each.scores.ranks is None else Ranks(*each.scores.ranks)
    one = Bin(0, FINE - 1, each.n or 0, positive, each.scores.total[0])
    return GroupBins(each.by, each.key, (one,), ranks)
