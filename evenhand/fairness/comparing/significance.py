"""Tests that two or more groups have the same rate, and Holm's correction."""

from collections.abc import Sequence
from math import isnan

import numpy as np
from numpy.typing import NDArray

from evenhand.fairness.comparing.exact import fisher
from evenhand.fairness.comparing.normal import two_sided

SMALL_EXPECTED = 5

Array = NDArray[np.int64] | NDArray[np.float64]


def two_rates(x1: int, n1: int, x2: int, n2: int) -> float | None:
    """p-value of equal rates: Fisher's exact test where an expected count is under 5, otherwise the score test."""
    found = float(rates_of_pairs(*(np.array([each]) for each in (x1, n1, x2, n2)))[0])
    return None if isnan(found) else found


def rates_of_pairs(x1: Array, n1: Array, x2: Array, n2: Array) -> NDArray[np.float64]:
    """The same for each of many pairs; ``nan`` where a group is empty."""
    a, m, b, n = (np.asarray(each, dtype=np.float64) for each in (x1, n1, x2, n2))
    total, positive = m + n, a + b
    with np.errstate(invalid="ignore", divide="ignore"):
        smallest = np.minimum(m, n) * np.minimum(positive, total - positive) / total
        pooled = positive / total
        found = two_sided((a / m - b / n) / np.sqrt(pooled * (1 - pooled) * (1 / m + 1 / n)))
    alike = (positive == 0) | (positive == total)
    empty = (m == 0) | (n == 0)
    small = (smallest < SMALL_EXPECTED) & ~alike & ~empty
    if small.any():
        found[small] = fisher(a[small], m[small], b[small], n[small])
    return np.where(empty, np.nan, np.where(alike, 1.0, found))


def many_rates(x: NDArray[np.int64], n: NDArray[np.int64]) -> float | None:
    """p-value of one rate shared by all groups (chi-square); None where an expected count is under 1."""
    if len(n) == 2:
        return two_rates(int(x[0]), int(n[0]), int(x[1]), int(n[1]))
    return chi_square(x, n)


def chi_square(x: Array, n: Array) -> float | None:
    """The chi-square test of one rate shared by all; None where an expected count is under 1, or unknown."""
    pooled = float(x.sum() / n.sum())
    if pooled in (0.0, 1.0):
        return 1.0
    expected = n * pooled
    if not min(expected.min(), (n - expected).min()) >= 1:
        return None
    from scipy.special import chdtrc  # SciPy is slow to import: only when a test needs it

    statistic = float((((x - expected) ** 2) / (expected * (1 - pooled))).sum())
    return float(chdtrc(len(n) - 1, statistic))


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Holm's step-down adjustment (1979) over those that are defined, in the same order."""
    ranked = sorted((p, index) for index, p in enumerate(p_values) if p is not None)
    adjusted: list[float | None] = [None] * len(p_values)
    reached = 0.0
    for rank, (p, index) in enumerate(ranked):
        reached = max(reached, min(1.0, p * (len(ranked) - rank)))
        adjusted[index] = reached
    return adjusted


def benjamini_hochberg(p_values: NDArray[np.float64]) -> NDArray[np.float64]:
    """q-values (Benjamini and Hochberg 1995) over those that are defined, in the same order; ``nan`` stays ``nan``.

    Those of at most 0.05 together hold, on average, at most one false alarm in twenty.
    """
    found = np.full(len(p_values), np.nan)
    known = np.flatnonzero(~np.isnan(p_values))
    if len(known):
        order = known[np.argsort(p_values[known], kind="stable")]
        scaled = p_values[order] * len(known) / np.arange(1, len(known) + 1)
        found[order] = np.minimum(1.0, np.minimum.accumulate(scaled[::-1])[::-1])
    return found
