"""Estimates for intersections that borrow strength: small groups drawn towards the others, never instead of the raw.

The rates of the groups of one intersection are taken as drawn from a beta distribution, so counts are beta-binomial.
Its mean and its spread are not known either; they are averaged over what the data leave possible, so that intervals
are honest where groups are few (a plain empirical-Bayes interval then has no width at all).
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from evenhand.fairness.measuring.intervals import Array
from evenhand.fairness.measuring.margins import Margin
from evenhand.fairness.measuring.rates import Rate
from evenhand.fairness.measuring.samples import people, sample
from evenhand.fairness.results import MetricValue

METHOD = "beta-binomial, hierarchical"
FEWEST = 3  # groups: fewer say nothing about how groups differ
MEANS, SPREADS = 11, 13  # points of the grid over mean and spread
LOOKS = 4  # at first broadly, then each time closer at where the density is
WIDEST = 12.0  # log odds of the intraclass correlation: 6 millionths to all but 6 millionths
NEGLIGIBLE = 7.0  # in log density below the highest point


class Tally(NamedTuple):
    """Different values of successes, failures and totals, with how many groups have each."""

    successes: tuple[Array, Array]
    failures: tuple[Array, Array]
    totals: tuple[Array, Array]


class Grid(NamedTuple):
    """Points over the mean and the intraclass correlation, as log odds, with their log density."""

    mean: Array
    spread: Array
    density: Array


def shrunken(margin: Margin, rates: Sequence[Rate], *, confidence: float) -> list[dict[str, MetricValue]]:
    """Shrunken rates of each group of an intersection; empty for single attributes and where a group has nobody.

    Numerator and denominator are the group's own people. Where rows repeat or weights differ, effective people stand
    in the formulas. The mean of all groups has a flat prior and so has the intraclass correlation ``1 / (a + b + 1)``
    (the uniform shrinkage prior: Daniels 1999).
    """
    found: list[dict[str, MetricValue]] = [{} for _ in margin.keys]
    if len(margin.by) < 2:
        return found
    known: dict[tuple[bytes, bytes], tuple[Array, Array, Array]] = {}
    for rate in rates:
        seen = sample(people(margin), rate)
        x, n = (np.asarray(part, dtype=np.float64) for part in seen.effective(confidence=confidence))
        usable = np.flatnonzero(n > 0)
        if len(usable) < FEWEST:
            continue
        value, low, high = _posterior_once(x[usable], n[usable], confidence=confidence, known=known)
        for place, index in enumerate(usable):
            found[index][rate.name] = MetricValue(
                float(value[place]),
                float(low[place]),
                float(high[place]),
                margin.method(METHOD),
                int(seen.counted[index]),
                int(seen.n[index]),
            )
    return found


def _posterior_once(
    x: Array, n: Array, *, confidence: float, known: dict[tuple[bytes, bytes], tuple[Array, Array, Array]]
) -> tuple[Array, Array, Array]:
    """The posterior, found once for a rate and its opposite, such as TPR and FNR: priors are flat, so it mirrors."""
    key, opposite = ((part.tobytes(), n.tobytes()) for part in (x, n - x))
    if opposite in known:
        value, low, high = known[opposite]
        return 1 - value, 1 - high, 1 - low
    if key not in known:
        known[key] = posterior(x, n, confidence=confidence)
    return known[key]


def posterior(x: Array, n: Array, *, confidence: float) -> tuple[Array, Array, Array]:
    """Posterior mean and central interval of the rate of each group: ``x`` of ``n``, every ``n`` over 0.

    The interval is that of the beta distribution with the posterior's mean and variance (Kass and Steffey 1989).
    """
    from scipy.special import betaincinv  # SciPy is slow to import: only where there are intersections

    tally = Tally(*(_counted(part) for part in (x, n - x, n)))
    middle = float(np.log((x.sum() + 0.5) / ((n - x).sum() + 0.5)))
    grid = _grid(tally, (middle - 4, middle + 4), (-WIDEST, WIDEST))
    for _ in range(LOOKS - 1):
        grid = _grid(tally, *_matters(grid))
    weight = np.exp(grid.density - grid.density.max())
    weight /= weight.sum()
    mean, precision = _logistic(grid.mean), np.exp(-grid.spread)  # a + b = (1 - rho) / rho
    each = (x[:, None] + mean * precision) / (n[:, None] + precision)
    inside = each * (1 - each) / (n[:, None] + precision + 1)
    value = each @ weight
    variance = inside @ weight + (each - value[:, None]) ** 2 @ weight
    size = value * (1 - value) / variance - 1
    tail = (1 - confidence) / 2
    low, high = (betaincinv(value * size, (1 - value) * size, at) for at in (tail, 1 - tail))
    return value, np.asarray(low), np.asarray(high)


def _grid(tally: Tally, means: tuple[float, float], spreads: tuple[float, float]) -> Grid:
    """The log posterior density over a grid, up to a constant; flat in mean and correlation, so with their slopes."""
    mean, spread = (
        each.ravel() for each in np.meshgrid(np.linspace(*means, MEANS), np.linspace(*spreads, SPREADS), indexing="ij")
    )
    precision = np.exp(-spread)
    a, b = _logistic(mean) * precision, _logistic(-mean) * precision
    likelihood = _rising(a, tally.successes) + _rising(b, tally.failures) - _rising(a + b, tally.totals)
    slopes = sum(np.log(_logistic(sign * each)) for each in (mean, spread) for sign in (1, -1))
    return Grid(mean, spread, likelihood + slopes)


def _matters(grid: Grid) -> tuple[tuple[float, float], tuple[float, float]]:
    """The ranges of mean and spread that hold the density, with a step more on each side."""
    held = grid.density > grid.density.max() - NEGLIGIBLE
    found = []
    for values, points in ((grid.mean, MEANS), (grid.spread, SPREADS)):
        step = (values.max() - values.min()) / (points - 1)
        found.append((float(values[held].min() - step), float(values[held].max() + step)))
    return found[0], found[1]


def _rising(start: Array, counted: tuple[Array, Array]) -> Array:
    """Sum over groups of log Gamma(start + value) - log Gamma(start), for each point of the grid."""
    from scipy.special import gammaln

    values, groups = counted
    found: Array = gammaln(start[:, None] + values) @ groups - groups.sum() * gammaln(start)
    return found


def _counted(values: Array) -> tuple[Array, Array]:
    different, groups = np.unique(values, return_counts=True)
    return different, groups.astype(np.float64)


def _logistic(values: Array | NDArray[np.float64]) -> Array:
    return np.asarray(1 / (1 + np.exp(-values)))
