"""Tests and draws where rows repeat or weights differ: what the plain ones would overstate, or nothing at all.

Fisher's exact test and the multinomial bootstrap hold for independent people of equal weight only. Here the score test
takes effective samples, and replicates are drawn so that sums have the mean and the covariance of the design.
"""

from dataclasses import dataclass
from math import erfc, isnan, sqrt
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from evenhand.fairness.comparing import significance
from evenhand.fairness.comparing.drawing import CellDraws
from evenhand.fairness.comparing.references import Pairs
from evenhand.fairness.measuring.intervals import Array
from evenhand.fairness.measuring.margins import Finest, Margin
from evenhand.fairness.measuring.rates import Rate
from evenhand.fairness.measuring.samples import people, sample

MOST_CELLS = 1_000  # of a covariance matrix: beyond, its roots take longer than all the rest

NOTHING = 1e-12


class Draws(Protocol):
    """What makes replicates of a table's cells."""

    def draw(self, random: np.random.Generator, size: int) -> NDArray[np.int64] | Array:
        """``size`` replicates, of shape (size, cells)."""


def draws_of(table: Finest) -> Draws:
    """The draws that fit a table: multinomial, Poisson where people are weighted, normal where rows have units."""
    if table.products is not None:
        return UnitDraws.of(table)
    if table.weights is not None:
        return WeightedDraws.of(table)
    return CellDraws.of(table.cells.T)


@dataclass(frozen=True)
class WeightedDraws:
    """Independent Poisson numbers of effective people, each of the cell's mean weight.

    So the weight of a cell varies around its sum with the sum of its squared weights, as under resampling.
    """

    people: Array
    each: Array

    @classmethod
    def of(cls, table: Finest) -> "WeightedDraws":
        """The draws of a weighted table."""
        assert table.weights is not None
        total, squares = (table.weights[:, :, moment].T.reshape(-1) for moment in (0, 1))
        counted = squares > 0
        effective = np.divide(total**2, squares, out=np.zeros_like(total), where=counted)
        return cls(effective, np.divide(squares, total, out=np.zeros_like(total), where=counted))

    def draw(self, random: np.random.Generator, size: int) -> Array:
        """``size`` replicates of the weights of all cells."""
        return random.poisson(self.people, size=(size, len(self.people))) * self.each


@dataclass(frozen=True)
class UnitDraws:
    """Normal draws with the covariance that resampling whole units gives; below nobody there is nobody."""

    mean: Array
    root: Array | None

    @classmethod
    def of(cls, table: Finest) -> "UnitDraws":
        """The draws of a table of units; none where its covariance would be too large, or there is one unit."""
        products = table.products
        assert products is not None
        mean = table.cells.T.reshape(-1).astype(np.float64)
        weighted = table.weights is not None  # the products are of rows, not of weights
        if weighted or products.units < 2 or len(mean) > MOST_CELLS:
            return cls(mean, None)
        order = np.arange(table.cells.size).reshape(table.cells.shape).T.reshape(-1)
        total = table.cells.reshape(-1).astype(np.float64)
        covariance = products.matrix(len(total)) - np.outer(total, total) / products.units
        values, vectors = np.linalg.eigh(covariance[np.ix_(order, order)] * products.units / (products.units - 1))
        some = values > NOTHING * max(float(values[-1]), 1.0)  # no more directions than units, the rest is rounding
        return cls(mean, vectors[:, some] * np.sqrt(values[some]))

    def draw(self, random: np.random.Generator, size: int) -> Array:
        """``size`` replicates of all cells; ``nan`` where none can be drawn."""
        if self.root is None:
            return np.full((size, len(self.mean)), np.nan)
        drawn: Array = np.maximum(self.mean + random.standard_normal((size, self.root.shape[1])) @ self.root.T, 0.0)
        return drawn


def pair_p_values(pairs: Pairs) -> list[float | None]:
    """The p-value of equal rates for each pair; None where no test holds."""
    if pairs.is_plain:
        found = significance.rates_of_pairs(pairs.x1, pairs.n1, pairs.x2, pairs.n2)
        return [None if isnan(p) else p for p in found.tolist()]
    # Without the reduction for few units, which the t distribution of the test makes up for.
    assert pairs.worth1 is not None
    assert pairs.worth2 is not None
    none = np.zeros(len(pairs.index))
    columns = (
        pairs.x1 * pairs.worth1,
        pairs.n1 * pairs.worth1,
        pairs.x2 * pairs.worth2,
        pairs.n2 * pairs.worth2,
        none if pairs.correlation is None else pairs.correlation,
        np.full(len(none), np.inf) if pairs.df1 is None or pairs.df2 is None else np.minimum(pairs.df1, pairs.df2),
    )
    return [_score_test(*(float(value) for value in row)) for row in zip(*columns, strict=True)]


def many_p_value(margin: Margin, rate: Rate, eligible: NDArray[np.bool_]) -> float | None:
    """The p-value of one rate shared by all eligible groups; None where groups share units, for which none holds."""
    seen = sample(people(margin), rate).of(np.flatnonzero(eligible))
    if seen.worth is None:
        return significance.many_rates(seen.counted, seen.n)
    if margin.clusters is not None and margin.clusters.shared:
        return None
    return significance.chi_square(seen.x * seen.worth, seen.n * seen.worth)


def _score_test(x1: float, n1: float, x2: float, n2: float, correlation: float, df: float) -> float | None:
    """The score test of equal rates with effective people, allowing for their correlation and for few units."""
    if not n1 > 0 or not n2 > 0 or isnan(df):
        return None
    pooled = (x1 + x2) / (n1 + n2)
    if min(n1, n2) * min(pooled, 1 - pooled) < significance.SMALL_EXPECTED:
        return None  # Fisher's exact test, which small samples would need, does not hold
    first, second = pooled * (1 - pooled) / n1, pooled * (1 - pooled) / n2
    z = (x1 / n1 - x2 / n2) / sqrt(first + second - 2 * correlation * sqrt(first * second))
    if df == float("inf"):
        return erfc(abs(z) / sqrt(2))
    from scipy.special import stdtr  # SciPy is slow to import: only where rows have units

    return float(2 * stdtr(df, -abs(z)))
