"""Tests and intervals of matched pairs. Only pairs that disagree say anything about which side is favored."""

from math import sqrt
from typing import NamedTuple

from evenhand.fairness.measuring.intervals import wilson
from evenhand.fairness.pairs.tables import PairTable

MANY = 25  # disagreeing pairs from which on the chi-square approximation is given


class Limits(NamedTuple):
    """An estimate and its limits; None where there is none."""

    value: float | None
    low: float | None
    high: float | None


class McNemar(NamedTuple):
    """P-values of the hypothesis that neither side is favored; ``asymptotic`` is None with few disagreeing pairs."""

    exact: float
    mid_p: float
    asymptotic: float | None


def mcnemar(table: PairTable) -> McNemar:
    """McNemar's test (1947) on the pairs that disagree: exact binomial, mid-p, and chi-square without correction.

    The mid-p test counts half of the chance of what was seen; it keeps to its level nearly as well as the exact test
    and misses less (Fagerland, Lydersen and Laake 2013). All are 1 where no pair disagrees.
    """
    fewer, total = min(table.n10, table.n01), table.n10 + table.n01
    if not total:
        return McNemar(1.0, 1.0, None)
    from scipy.special import bdtr, chdtrc  # slow to import: only when pairs are compared

    below = 2 * float(bdtr(fewer, total, 0.5))
    seen = float(bdtr(fewer, total, 0.5) - (bdtr(fewer - 1, total, 0.5) if fewer else 0.0))
    asymptotic = float(chdtrc(1, (table.n10 - table.n01) ** 2 / total)) if total >= MANY else None
    return McNemar(min(1.0, below), min(1.0, below - seen), asymptotic)


def difference(table: PairTable, *, confidence: float) -> Limits:
    """Rate of the first minus rate of the second, with Newcombe's interval for paired data (1998b, method 10).

    The Wilson limits of both rates are combined by squaring and adding, less what their correlation takes away (with
    the paper's continuity correction of a positive correlation).
    """
    a, b, c, d, n = table.n11, table.n10, table.n01, table.n00, table.n
    (low1, high1), (low2, high2) = (
        tuple(float(limit) for limit in wilson(x, n, confidence=confidence)) for x in (a + b, a + c)
    )
    p1, p2 = (a + b) / n, (a + c) / n
    phi = _correlation(a, b, c, d)
    value = (b - c) / n
    below = _joined(p1 - low1, high2 - p2, phi)
    above = _joined(high1 - p1, p2 - low2, phi)
    return Limits(value, value - below, value + above)


def odds_ratio(table: PairTable, *, confidence: float) -> Limits:
    """The conditional odds ratio ``n10 / n01`` with the exact interval of Clopper and Pearson (1934), transformed.

    Among pairs that disagree, the share that favors the first is binomial; the odds are a rising function of it. No
    value where no pair favors the second, then also no upper limit; nothing at all where no pair disagrees.
    """
    b, c = table.n10, table.n01
    if not b + c:
        return Limits(None, None, None)
    from scipy.special import betaincinv

    tail = (1 - confidence) / 2
    low = float(betaincinv(b, c + 1, tail)) if b else 0.0
    high = float(betaincinv(b + 1, c, 1 - tail)) if c else 1.0
    return Limits(b / c if c else None, low / (1 - low), high / (1 - high) if high < 1 else None)


class ScoreDifference(NamedTuple):
    """The mean difference of scores with its limits and p-value."""

    limits: Limits
    p_value: float | None


def score_difference(table: PairTable, *, scale: int, confidence: float) -> ScoreDifference:
    """Mean of the score of the first minus that of the second: exact, with the interval and test of Student's t.

    No interval where there is one pair or where every pair differs by the same: that is too little data, not certainty.
    """
    n, total, squares = table.n, table.score_sum, table.score_squares
    value = total / (n * scale)
    spread = n * squares - total * total  # in whole numbers: exact however close to zero
    if n < 2 or not spread:
        return ScoreDifference(Limits(value, None, None), None)
    from scipy.special import stdtr, stdtrit

    error = sqrt(spread / (n * (n - 1))) / scale / sqrt(n)
    half = float(stdtrit(n - 1, 0.5 + confidence / 2)) * error
    p_value = 2 * float(stdtr(n - 1, -abs(value) / error))
    return ScoreDifference(Limits(value, value - half, value + half), p_value)


def _correlation(a: int, b: int, c: int, d: int) -> float:
    """The phi coefficient, drawn towards 0 by half a pair where it is positive; 0 where a side has no variation."""
    margins = (a + b) * (c + d) * (a + c) * (b + d)
    if not margins:
        return 0.0
    product = float(a * d - b * c)
    if product > 0:
        product = max(product - (a + b + c + d) / 2, 0.0)
    return product / sqrt(margins)


def _joined(first: float, second: float, phi: float) -> float:
    return sqrt(max(first**2 - 2 * phi * first * second + second**2, 0.0))
