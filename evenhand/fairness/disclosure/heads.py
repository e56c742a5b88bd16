"""How many units (people, sites) stand behind numbers of rows, at the least: ten rows may be one person's."""

from typing import Any

import numpy as np

from evenhand.fairness.counts.table import Counts
from evenhand.fairness.disclosure.lattice import Lattice
from evenhand.fairness.disclosure.shape import Whole


def heads(counts: Counts, table: Lattice) -> Whole:
    """The fewest units each number of a table can come from; the number itself where every row is a unit.

    With the rows of each unit squared and summed, units are at least rows squared over that sum (Cauchy and Schwarz).
    Where a number has only some of the rows of its cells, the sum over all of them keeps the bound on the safe side.
    """
    if counts.units is None:
        return table.values
    from scipy import sparse  # slow to import: only when something is published

    size = len(counts.cells)
    first, second, total = (np.array(part, dtype=np.float64) for part in zip(*counts.units.pairs, strict=True))
    places = (first.astype(np.intp), second.astype(np.intp))
    upper = sparse.csr_array((total, places), shape=(size, size))
    products = upper + upper.T - sparse.diags_array(upper.diagonal(), format="csr")
    covers = _covers(counts, table)
    squares = (covers @ products).multiply(covers).sum(axis=1).reshape(table.values.shape)
    with np.errstate(invalid="ignore", divide="ignore"):
        units = np.ceil(table.values.astype(np.float64) ** 2 / squares - 1e-9)
    return np.where(table.values > 0, units, 0).astype(np.int64)


def _covers(counts: Counts, table: Lattice) -> Any:
    """Which cells hold rows of each number, as a sparse matrix of 0 and 1."""
    from scipy import sparse

    shape = table.shape
    kinds = [[kind for kind, n in shape.people(cell, counts.columns).items() if n] for cell in counts.cells]
    inside = np.array([shape.masks[:, chosen].any(axis=1) for chosen in kinds])
    row = {group: index for index, group in enumerate(table.groups)}
    by = list(dict.fromkeys(by for by, _ in table.groups))
    places = {name: [counts.attributes.index(each) for each in name] for name in by}
    rows, columns = [], []
    for index, cell in enumerate(counts.cells):
        if cell.n:
            for name in by:
                group = row[name, tuple(cell.group[place] for place in places[name])]
                numbers = group * len(shape.masks) + np.flatnonzero(inside[index])
                rows += numbers.tolist()
                columns += [index] * len(numbers)
    size = (len(table.groups) * len(shape.masks), len(counts.cells))
    return sparse.csr_array((np.ones(len(rows)), (rows, columns)), shape=size)
