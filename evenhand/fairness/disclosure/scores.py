"""Exact score sums in a public edition: only of people whose number is shown."""

from collections import defaultdict
from collections.abc import Callable, Mapping

from evenhand.fairness.counts.table import Counts
from evenhand.fairness.disclosure.lattice import By, Key, Lattice
from evenhand.fairness.disclosure.public import PublicScores
from evenhand.fairness.disclosure.shape import LABEL, N

Parts = Mapping[str, tuple[int, ...]]


def scores_of(counts: Counts, table: Lattice) -> Callable[[int, Parts], PublicScores | None]:
    """A function that gives the scores of a group, of which the given parts are shown.

    A sum is shown exactly where the number of its people is. So a combination of shown sums that is the sum of a few
    people would have their number as the same combination of shown numbers, and that is what the audit rules out.
    """
    if counts.columns.score is None:
        return lambda _index, _parts: None
    sums = _sums(counts, table)
    ranks = {(axis.by, axis.group): axis.ranks for axis in counts.score_bins}

    def found(index: int, parts: Parts) -> PublicScores | None:
        if N not in parts:
            return None
        by_label = sums[table.groups[index]]
        total = (sum(pair[0] for pair in by_label), sum(pair[1] for pair in by_label))
        if LABEL not in parts:
            return PublicScores(total, None, None)
        known = ranks.get(table.groups[index])
        three = None if known is None else (known.wins, known.squares_positive, known.squares_negative)
        return PublicScores(total, tuple((pair[0], pair[1]) for pair in by_label), three)

    return found


def _sums(counts: Counts, table: Lattice) -> dict[tuple[By, Key], list[list[int]]]:
    found: dict[tuple[By, Key], list[list[int]]] = defaultdict(lambda: [[0, 0], [0, 0]])
    places = {by: [counts.attributes.index(name) for name in by] for by in dict.fromkeys(by for by, _ in table.groups)}
    for cell in counts.cells:
        for by, chosen in places.items():
            held = found[by, tuple(cell.group[place] for place in chosen)][cell.label or 0]
            held[0] += cell.score_sum
            held[1] += cell.score_squares
    return found
