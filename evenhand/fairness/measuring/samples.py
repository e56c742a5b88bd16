"""What the people behind a rate are worth as evidence: less than their number where rows repeat or weights differ.

Every interval and test takes an effective sample: ``x`` of ``n`` people as if drawn independently with equal chances.
For plain counts these are the counts themselves.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from evenhand.fairness.measuring.clusters import Places
from evenhand.fairness.measuring.intervals import Array, normal_quantile
from evenhand.fairness.measuring.margins import Margin
from evenhand.fairness.measuring.rates import Rate, Whole, parts, spread

Numbers = NDArray[np.int64] | NDArray[np.float64]
MOST_CORRELATED = 0.95


class People(NamedTuple):
    """Groups of people with what is needed for their doubt; ``units`` is ``nan`` where it was not counted."""

    cells: Whole
    weights: Array | None
    products: Array | None
    units: Array | None


@dataclass(frozen=True)
class Sample:
    """The people behind one rate, group by group.

    ``counted`` of ``n`` are people. ``x`` is ``n`` times the rate: the same as ``counted`` unless people are weighted.
    ``worth`` is how many independent people each of them counts for, at most 1 (None: 1), ``nan`` where that is
    unknown; ``df`` the degrees of freedom of that estimate (None: many). ``mass`` is what ``n`` adds up to in weights.
    """

    counted: Whole
    n: Whole
    x: Numbers
    mass: Numbers
    worth: Array | None = None
    df: Array | None = None

    def of(self, places: Places) -> "Sample":
        """The same for chosen groups."""
        return Sample(
            self.counted[places],
            self.n[places],
            self.x[places],
            self.mass[places],
            None if self.worth is None else self.worth[places],
            None if self.df is None else self.df[places],
        )

    def effective(self, *, confidence: float) -> tuple[Numbers, Numbers]:
        """The effective sample ``x`` of ``n`` for an interval of this confidence.

        Few units make the estimated worth itself doubtful, for which ``n`` is reduced by the squared ratio of the
        normal and the t quantile (Korn and Graubard 1998).
        """
        if self.worth is None:
            return self.x, self.n
        factor = self.worth * fewness(self.df, confidence=confidence)
        return self.x * factor, self.n * factor


def correlation_of(margin: Margin, rate: Rate, first: Places, second: Places) -> Array | None:
    """The correlation of the rates of pairs of groups, by place; None where rows have no units or groups share none."""
    clusters = margin.clusters
    if clusters is None or not clusters.shared:
        return None
    seen, units = sample(people(margin), rate), np.minimum(clusters.n[first], clusters.n[second])
    return correlation(clusters.between(first, second), rate, seen.of(first), seen.of(second), units=units)


def correlation_to_rest(margin: Margin, rate: Rate) -> Array | None:
    """The correlation of each group's rate with that of all other people."""
    clusters = margin.clusters
    if clusters is None or not clusters.shared:
        return None
    seen, rest = sample(people(margin), rate), sample(everyone_else(margin), rate)
    return correlation(clusters.across - clusters.within, rate, seen, rest, units=clusters.n)


def correlation_of_rates(margin: Margin, first: Rate, second: Rate) -> Array | None:
    """The correlation of two rates of the same group; None where rows are independent.

    Without units it is 0 for rates of different people, which is what this is for.
    """
    if margin.clusters is None:
        return None
    who = people(margin)
    one, other, within = sample(who, first), sample(who, second), margin.clusters.within
    sums = np.einsum("gk,gkl,gl->g", residuals(one, first, within), within, residuals(other, second, within))
    return _correlation(sums, one, other, margin.clusters.n)


def people(margin: Margin) -> People:
    """The groups of a margin."""
    clusters = margin.clusters
    return People(
        margin.cells,
        margin.weights,
        None if clusters is None else clusters.within,
        None if clusters is None else clusters.n,
    )


def everyone_else(margin: Margin) -> People:
    """For each group of a margin all people of the other groups."""
    weights = None if margin.weights is None else margin.weights.sum(axis=0) - margin.weights
    products = units = None
    if margin.clusters is not None:
        within, across = margin.clusters.within, margin.clusters.across
        products = across.sum(axis=0) - across - across.transpose(0, 2, 1) + within
        squares = products.sum(axis=(1, 2))
        rest = margin.n.sum() - margin.n
        units = np.divide(rest**2, squares, out=np.full(len(rest), np.nan), where=squares > 0)
    return People(margin.cells.sum(axis=0) - margin.cells, weights, products, units)


def sample(who: People, rate: Rate) -> Sample:
    """The effective sample of a rate in each group."""
    counted, n = parts(who.cells, rate)
    x: Numbers = counted
    mass: Numbers = n
    worth = df = None
    if who.weights is not None:
        x, mass, worth = _weighted(who.weights, rate, n)
    if who.products is not None and who.units is not None:
        factor, df = _clustered(who.products, who.units, rate, counted, n)
        worth = factor if worth is None else worth * factor
    return Sample(counted, n, x, mass, worth, df)


def correlation(products: Array, rate: Rate, first: Sample, second: Sample, *, units: Array) -> Array:
    """How the rates of groups that share units move together, pair by pair.

    ``products`` are those between the cells of the two groups, ``units`` the number of units of the smaller one.
    """
    if rate.needs_median:
        return np.zeros(len(first.n))
    sums = np.einsum("gk,gkl,gl->g", residuals(first, rate, products), products, residuals(second, rate, products))
    return _correlation(sums, first, second, units)


def residuals(of: Sample, rate: Rate, products: Array) -> Array:
    """For each group and cell how far its people lie above the group's rate, 0 outside the rate's denominator."""
    width = products.shape[-1]
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.nan_to_num(of.counted / of.n)
    found: Array = spread(rate.numerator, width) - share[:, None] * spread(rate.denominator, width)
    return found


def fewness(df: Array | None, *, confidence: float) -> Any:
    """What remains of a sample because few units tell little about their spread: (z / t) squared."""
    if df is None:
        return 1.0
    return np.array([_shrinkage(float(each), confidence) for each in df])


def _weighted(weights: Array, rate: Rate, n: Whole) -> tuple[Array, Array, Array]:
    """People as the weights have them, their weight, and their worth.

    The smaller of two: Kish's (1965), as if weights had nothing to do with the rate, and that of the linearised
    variance, which sees whether they have.
    """
    (top, mass), (top_squares, squares) = (parts(weights[:, :, moment], rate) for moment in (0, 1))
    with np.errstate(invalid="ignore", divide="ignore"):
        share = top / mass
        kish = mass**2 / squares
        variance = ((1 - share) ** 2 * top_squares + share**2 * (squares - top_squares)) / mass**2
        linear = np.where(variance > 0, share * (1 - share) / variance, np.inf)
        worth = np.fmin(kish, linear) / n
    return np.nan_to_num(share * n), mass, np.minimum(np.nan_to_num(worth, nan=1.0), 1.0)


def _clustered(products: Array, units: Array, rate: Rate, counted: Whole, n: Whole) -> tuple[Array, Array]:
    """The worth of each row from the linearised cluster-robust variance, and how well that is known.

    With few units, or a rate that few units speak about, the variance itself is doubtful. Its degrees of freedom are
    one less than the number of units, or than twice the number of those among which the rarer outcome is spread;
    both are numbers of equally large units (squared sum over sum of squares), never more than there are.
    """
    if rate.needs_median:  # products are kept by label, prediction and decision only
        return np.full(len(n), np.nan), np.full(len(n), np.nan)
    top, inside = (spread(mask, products.shape[-1]) for mask in (rate.numerator, rate.denominator))
    fewest, with_it, without = (
        _units(products, mask, rows) for mask, rows in ((inside, n), (top, counted), (inside - top, n - counted))
    )
    away = residuals(Sample(counted, n, counted, n), rate, products)
    spread_sums = np.einsum("gk,gkl,gl->g", away, products, away)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = counted / n
        robust = units / (units - 1) * spread_sums / n.astype(np.float64) ** 2
        worth = np.where(robust > 0, share * (1 - share) / robust, np.inf) / n
        # With all or nobody counted no spread is seen: then rows of one unit are taken to be all alike.
        one_sided = (counted == 0) | (counted == n)
        worth = np.where(one_sided, fewest / n, np.minimum(worth, 1.0))
        df = np.where(one_sided, fewest, np.fmin(fewest, 2 * np.fmin(with_it, without))) - 1
    unknown = np.isnan(units) | (units < 2) | ((fewest < 1 + 1e-9) & (n > 1))  # one unit tells nothing of the others
    return np.where(unknown, np.nan, worth), np.where(unknown, np.nan, np.maximum(df, 1.0))


def _units(products: Array, mask: Whole, rows: Whole) -> Array:
    """How many equally large units the rows of a mask are spread over; ``nan`` where there is none."""
    squares = np.einsum("k,gkl,l->g", mask, products, mask)
    found: Array = np.divide(rows.astype(np.float64) ** 2, squares, out=np.full(len(rows), np.nan), where=squares > 0)
    return found


def _correlation(sums: Array, first: Sample, second: Sample, units: Array) -> Array:
    with np.errstate(invalid="ignore", divide="ignore"):
        covariance = units / (units - 1) * sums / (first.n.astype(np.float64) * second.n)
        length = np.sqrt(_variance(first) * _variance(second))
        found = np.where(length > 0, covariance / length, 0.0)
    limited: Array = np.clip(np.nan_to_num(found), -MOST_CORRELATED, MOST_CORRELATED)
    return limited


def _variance(of: Sample) -> Array:
    share = of.x / of.n
    found: Array = share * (1 - share) / (of.n * (1.0 if of.worth is None else of.worth))
    return found


@lru_cache(maxsize=65_536)
def _shrinkage(df: float, confidence: float) -> float:
    if np.isnan(df):
        return float("nan")
    from scipy.special import stdtrit  # SciPy is slow to import: only where rows have units

    return float((normal_quantile(confidence) / stdtrit(df, 0.5 + confidence / 2)) ** 2)
