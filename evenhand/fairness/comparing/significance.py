"""Tests that two or more groups have the same rate, and Holm's correction."""

from collections.abc import Sequence
from functools import lru_cache
from math import erfc, exp, log, sqrt

import numpy as np
from numpy.typing import NDArray

SMALL_EXPECTED = 5


def two_rates(x1: int, n1: int, x2: int, n2: int) -> float | None:
    """p-value of equal rates: Fisher's exact test where an expected count is under 5, otherwise the score test."""
    total, positive = n1 + n2, x1 + x2
    if n1 == 0 or n2 == 0:
        return None
    if positive in (0, total):
        return 1.0
    smallest = min(n1, n2) * min(positive, total - positive) / total
    if smallest < SMALL_EXPECTED:
        return _fisher(x1, n1, x2, n2)
    pooled = positive / total
    z = (x1 / n1 - x2 / n2) / sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2))
    return erfc(abs(z) / sqrt(2))


def many_rates(x: NDArray[np.int64], n: NDArray[np.int64]) -> float | None:
    """p-value of one rate shared by all groups (chi-square); None where an expected count is under 1."""
    if len(n) == 2:
        return two_rates(int(x[0]), int(n[0]), int(x[1]), int(n[1]))
    pooled = float(x.sum() / n.sum())
    if pooled in (0.0, 1.0):
        return 1.0
    expected = n * pooled
    if min(expected.min(), (n - expected).min()) < 1:
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


@lru_cache(maxsize=4096)
def _fisher(x1: int, n1: int, x2: int, n2: int) -> float:
    """Fisher's exact test, two-sided: all tables with these margins that are no more likely than the one seen.

    SciPy has it too, but importing ``scipy.stats`` takes seconds that every run of the command line would pay.
    """
    positive = x1 + x2
    smallest, largest = max(0, positive - n2), min(n1, positive)
    weights = [0.0]  # from each table to the next, so that equal chances stay equal however many people there are
    for k in range(smallest, largest):
        weights.append(weights[-1] + log((n1 - k) * (positive - k) / ((k + 1) * (n2 - positive + k + 1))))
    seen, top = weights[x1 - smallest], max(weights)
    chances = [exp(weight - top) for weight in weights]
    return min(1.0, sum(c for c, w in zip(chances, weights, strict=True) if w <= seen + 1e-7) / sum(chances))
