"""Score axes as JSON values and back, each checked against the cells it must add up to."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import astuple
from itertools import pairwise
from typing import Any

from evenhand.fairness.counts.bins import FINE, Bin, GroupBins, Ranks, possible_wins
from evenhand.fairness.counts.cells import Cell
from evenhand.fairness.counts.columns import Columns
from evenhand.fairness.counts.values import decimal, group, listed, refuse, string, whole

BIN_COLUMNS = ["first", "last", "n", "n_positive", "score_sum"]


def axis_out(table: GroupBins) -> dict[str, Any]:
    """One group's axis as JSON values."""
    return {
        "by": list(table.by),
        "group": list(table.group),
        "ranks": None if table.ranks is None else [str(value) for value in astuple(table.ranks)],
        "bins": [[part.first, part.last, part.n, part.n_positive, str(part.score_sum)] for part in table.bins],
    }


def axis_in(table: Any, columns: Columns) -> GroupBins:
    """One group's axis of a document, checked by itself."""
    if not isinstance(table, dict):
        refuse("score_bins must be a list of tables")
    by = tuple(string(name, "a column of score_bins") for name in listed(table, "by"))
    if any(name not in columns.groups for name in by):
        refuse(f"score_bins name {by}, which are not all group columns")
    bins = [_bin_in(row, labeled=columns.labeled) for row in listed(table, "bins")]
    if any(later.first <= earlier.last for earlier, later in pairwise(bins)):
        refuse("score bins overlap or are out of order")
    return GroupBins(by, group(table.get("group"), by), tuple(bins), _ranks_in(table.get("ranks"), bins))


def check_axes(tables: Sequence[GroupBins], cells: Iterable[Cell], columns: Columns) -> None:
    """Each group's bins hold exactly the people, positives and score sums of its cells."""
    rows = list(cells)
    seen: set[tuple[tuple[str, ...], tuple[str, ...]]] = set()
    margins: dict[tuple[str, ...], dict[tuple[str, ...], list[int]]] = {}
    for table in tables:
        if (table.by, table.group) in seen:
            refuse(f"the score bins of {table.group} are given twice")
        seen.add((table.by, table.group))
        if table.by not in margins:
            places = [columns.groups.index(name) for name in table.by]
            margins[table.by] = _margin(rows, places, labeled=columns.labeled)
        held = [0, 0, 0]
        for part in table.bins:
            held = [held[0] + part.n, held[1] + (part.n_positive or 0), held[2] + part.score_sum]
        if held != margins[table.by].get(table.group):
            refuse(f"the score bins of {', '.join(table.group) or 'all'} do not add up to their cells")


def _bin_in(row: Any, *, labeled: bool) -> Bin:
    if not isinstance(row, list) or len(row) != len(BIN_COLUMNS):
        refuse("a score bin has not 5 values")
    first, last, n = (whole(part, "a score bin") for part in row[:3])
    positive = None if row[3] is None else whole(row[3], "a score bin")
    if last < first or last >= FINE or n == 0 or (positive or 0) > n or (positive is not None) != labeled:
        refuse(f"score bin {row} is not possible")
    return Bin(first, last, n, positive, decimal(row[4]))


def _ranks_in(value: Any, bins: Sequence[Bin]) -> Ranks | None:
    if value is None:
        return None
    if not isinstance(value, list) or len(value) != 3:
        refuse("ranks of score bins are not three sums")
    ranks = Ranks(*(decimal(text) for text in value))
    fewest, most = possible_wins(bins)
    if not fewest <= ranks.wins <= most:
        refuse("ranks of score bins contradict the bins")
    return ranks


def _margin(cells: Iterable[Cell], places: Sequence[int], *, labeled: bool) -> dict[tuple[str, ...], list[int]]:
    sums: dict[tuple[str, ...], list[int]] = defaultdict(lambda: [0, 0, 0])
    for cell in cells:
        row = sums[tuple(cell.group[place] for place in places)]
        row[0] += cell.n
        row[1] += cell.n if labeled and cell.label else 0
        row[2] += cell.score_sum
    return sums
