"""The score axis read as thresholds: confusion counts of every group at every edge between bins, as arrays."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evenhand.fairness.counts.bins import FINE, GroupBins
from evenhand.fairness.counts.columns import MICRO, micro
from evenhand.fairness.measuring.intervals import Array


@dataclass(frozen=True)
class Edges:
    """Confusion counts where everybody in a bin at or above an edge is selected.

    ``at`` are the edges as fine bins (0 selects everyone, 1,024 nobody). ``cells`` has shape (edges, groups, 4), in the
    order of ``rates.CELLS``; ``exact`` (edges, groups) is False where an edge cuts through merged bins of a group.
    """

    at: NDArray[np.intp]
    cells: NDArray[np.int64]
    exact: NDArray[np.bool_]


def edges_of(tables: Sequence[GroupBins], at: NDArray[np.intp]) -> Edges:
    """The counts of some groups at given edges; every axis has labels."""
    cells = np.zeros((len(at), len(tables), 4), dtype=np.int64)
    exact = np.ones((len(at), len(tables)), dtype=np.bool_)
    for place, table in enumerate(tables):
        first, last, n, positive = _columns(table)
        below = np.searchsorted(first, at, side="left")  # bins that begin below each edge
        negatives, positives = (np.concatenate([[0], np.cumsum(part)]) for part in (n - positive, positive))
        cells[:, place, 0], cells[:, place, 1] = negatives[below], negatives[-1] - negatives[below]
        cells[:, place, 2], cells[:, place, 3] = positives[below], positives[-1] - positives[below]
        exact[:, place] = (below == 0) | (last[np.maximum(below - 1, 0)] < at)
    return Edges(at, cells, exact)


def every_edge(tables: Sequence[GroupBins]) -> NDArray[np.intp]:
    """Every edge at which a bin of some group begins, and the one above all."""
    firsts = {part.first for table in tables for part in table.bins}
    return np.array(sorted({*firsts, FINE}), dtype=np.intp)


def shown_thresholds(tables: Sequence[GroupBins], at: NDArray[np.intp], score_range: tuple[float, float]) -> Array:
    """A score for each edge: the roundest one that selects the same people.

    Between the highest bin that lies below an edge and the edge itself nobody has a score, so any number there will do:
    with whole scores 0 to 10, the edge below 8 is 7.5. The last edge, above all scores, selects nobody.
    """
    low, high = (micro(bound) for bound in score_range)
    lasts = np.array(sorted({part.last for table in tables for part in table.bins}), dtype=np.intp)
    place = np.searchsorted(lasts, at, side="left") - 1
    under = np.where(place >= 0, lasts[np.maximum(place, 0)] + 1, 0)
    ends = ((_first_score(int(a), low, high), _first_score(int(b), low, high)) for a, b in zip(under, at, strict=True))
    return np.array([_roundest(*each) for each in ends])


def _first_score(edge: int, low: int, high: int) -> int:
    """The lowest score, in millionths, of a fine bin: scores are binned as whole millionths."""
    if edge == FINE:
        return high + 1
    return low - ((low - high) * edge // FINE)


def _roundest(low: int, high: int) -> float:
    """The number with the fewest decimals within two ends in millionths; nearest to their middle."""
    for decimals in range(6):
        candidate = round((low + high) / 2 / MICRO, decimals)
        if low <= candidate * MICRO <= high:
            return candidate
    return high / MICRO


def _columns(table: GroupBins) -> tuple[NDArray[np.int64], ...]:
    rows = [(part.first, part.last, part.n, part.n_positive or 0) for part in table.bins]
    first, last, n, positive = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    return first, last, n, positive
