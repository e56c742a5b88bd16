"""Fisher's exact test for many pairs at once.

SciPy has it for one table, but importing ``scipy.stats`` takes seconds that every run of the command line would pay.
"""

import numpy as np
from numpy.typing import NDArray

from evenhand.fairness.measuring.intervals import Array

AT_ONCE = 2_000_000  # tables held in memory at a time
ALIKE = 1e-7  # of logarithms: two tables this close are equally likely, and were parted by rounding only


def fisher(x1: Array, n1: Array, x2: Array, n2: Array) -> Array:
    """Two-sided p-values: of all tables with the same margins, those that are no more likely than the one seen.

    Takes and gives one value a pair; nobody may be missing in a group. Pairs alike are computed once.
    """
    pairs, back = np.unique(np.column_stack([x1, n1, x2, n2]), axis=0, return_inverse=True)
    positive = pairs[:, 0] + pairs[:, 2]
    smallest = np.maximum(0, positive - pairs[:, 3])
    sizes = (np.minimum(pairs[:, 1], positive) - smallest).astype(np.int64) + 1
    found = np.empty(len(pairs))
    order = np.argsort(sizes, kind="stable")
    while len(order):
        held = max(1, int(np.searchsorted(sizes[order] * np.arange(1, len(order) + 1), AT_ONCE, side="right")))
        chunk, order = order[:held], order[held:]
        found[chunk] = _chances(pairs[chunk], smallest[chunk], sizes[chunk])
    return found[back.reshape(-1)]


def _chances(pairs: Array, smallest: Array, sizes: NDArray[np.int64]) -> Array:
    """The p-values of pairs, each with ``sizes`` tables from ``smallest`` in the first group upwards."""
    x1, n1, x2, n2 = pairs.T
    place = np.arange(int(sizes.max()))
    positive, k = (x1 + x2)[:, None], smallest[:, None] + place[:-1]
    inside = place < sizes[:, None]
    # From each table to the next, so that equal chances stay equal however many people there are.
    steps = np.where(
        inside[:, 1:], (n1[:, None] - k) * (positive - k) / ((k + 1) * (n2[:, None] - positive + k + 1)), 1.0
    )
    weights = np.concatenate([np.zeros((len(x1), 1)), np.cumsum(np.log(steps), axis=1)], axis=1)
    seen = np.take_along_axis(weights, (x1 - smallest).astype(np.intp)[:, None], axis=1)
    top = np.where(inside, weights, -np.inf).max(axis=1, keepdims=True)
    chances = np.where(inside, np.exp(np.where(inside, weights - top, 0.0)), 0.0)
    rare = np.where(weights <= seen + ALIKE, chances, 0.0)
    return np.asarray(np.minimum(1.0, rare.sum(axis=1) / chances.sum(axis=1)))
