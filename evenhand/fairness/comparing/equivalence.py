"""Two one-sided tests: how surprising the data would be if two rates differed by more than was agreed.

A large p-value of a test of *no* difference does not show that two groups are alike. Here the burden is turned round:
the hypothesis is that they differ by at least the margin, and a small p-value speaks for parity within it.
"""

import numpy as np
from numpy.typing import ArrayLike

from evenhand.errors import InputError
from evenhand.fairness.comparing.normal import upper_tail
from evenhand.fairness.comparing.references import Pairs
from evenhand.fairness.measuring.intervals import Array, score_statistic
from evenhand.fairness.results import Kind

STEPS = 60


def equivalence(
    x1: ArrayLike, n1: ArrayLike, x2: ArrayLike, n2: ArrayLike, *, margin: float, kind: Kind = "difference"
) -> Array:
    """p-values of two one-sided score tests that two rates are alike within a margin (Schuirmann 1987).

    Parameters
    ----------
    x1, n1, x2, n2
        People counted and all people of each group; numbers or arrays that broadcast.
    margin
        For ``difference`` the largest accepted difference either way, over 0 and under 1. For ``ratio`` the smallest
        accepted ratio, such as 0.8, between 0 and 1; its inverse is the largest.

    Returns
    -------
    Array
        The larger of the two p-values, element by element, so that a value under ``(1 - confidence)`` claims parity.
        ``nan`` for an empty group, and for a ratio of none over none.

    Raises
    ------
    InputError
        Where the margin is none.

    Notes
    -----
    The tests are those of Farrington and Manning (1990) for a difference and of Koopman (1984) for a ratio: the rates
    are estimated under the hypothesis that is tested. D. J. Schuirmann, J. Pharmacokinetics and Biopharmaceutics 15
    (1987) 657-680. C. P. Farrington, G. Manning, Statistics in Medicine 9 (1990) 1447-1454.
    """
    if not 0 < margin < 1:
        raise InputError(f"The margin of equivalence {margin:g} must lie between 0 and 1.")
    lowest, highest = (-margin, margin) if kind == "difference" else (margin, 1 / margin)
    return within(x1, n1, x2, n2, lowest=lowest, highest=highest, kind=kind)


def within(
    x1: ArrayLike,
    n1: ArrayLike,
    x2: ArrayLike,
    n2: ArrayLike,
    *,
    lowest: float | Array,
    highest: float | Array,
    kind: Kind = "difference",
) -> Array:
    """p-values that the difference or ratio lies between two limits; a limit without end (``inf``) is not tested."""
    a, m, b, n = np.broadcast_arrays(*(np.asarray(each, dtype=np.float64) for each in (x1, n1, x2, n2)))
    score = _difference_score if kind == "difference" else _ratio_score
    none = -np.inf if kind == "difference" else 0.0
    low, high = np.asarray(lowest, dtype=np.float64), np.asarray(highest, dtype=np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        from_below = np.where(low <= none, 0.0, upper_tail(score(a, m, b, n, np.where(low <= none, 0.5, low))))
        from_above = np.where(np.isinf(high), 0.0, upper_tail(-score(a, m, b, n, np.where(np.isinf(high), 0.5, high))))
    known = (m > 0) & (n > 0)
    if kind == "ratio":
        known &= (a > 0) | (b > 0)
    return np.where(known, np.maximum(from_below, from_above), np.nan)


def pairs_within(pairs: Pairs, *, lowest: float, highest: float, kind: Kind) -> Array:
    """The same for pairs of a margin; against everyone the limits are carried over to everyone else."""
    low, high = (_against_the_rest(limit, pairs.share, kind) for limit in (lowest, highest))
    return within(pairs.x1, pairs.n1, pairs.x2, pairs.n2, lowest=low, highest=high, kind=kind)


def _against_the_rest(limit: float, share: Array, kind: Kind) -> Array:
    """The limit of group and everyone else that is the same as ``limit`` of group and everyone."""
    with np.errstate(divide="ignore", invalid="ignore"):
        if kind == "difference":
            rest = np.asarray(limit / (1 - share))
            return np.where(np.abs(rest) >= 1, np.copysign(np.inf, rest), rest)  # no difference can miss it
        inverse = 1 / np.float64(limit)
        return np.where(inverse > share, (1 - share) / np.where(inverse > share, inverse - share, 1.0), np.inf)


def _difference_score(x1: Array, n1: Array, x2: Array, n2: Array, difference: Array) -> Array:
    """The signed score statistic of ``p1 - p2 = difference`` (Farrington and Manning 1990)."""
    p1, p2 = _fitted(x1, n1, x2, n2, difference)
    seen = x1 / n1 - x2 / n2 - difference
    error = np.sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2)
    return np.where(seen == 0, 0.0, seen / error)


def _fitted(x1: Array, n1: Array, x2: Array, n2: Array, difference: Array) -> tuple[Array, Array]:
    """Most likely rates that differ by ``difference``: the likelihood has one peak, found by bisecting its slope."""
    shape = np.broadcast_shapes(x1.shape, difference.shape)
    low = np.broadcast_to(np.maximum(0.0, -difference), shape)
    high = np.broadcast_to(np.minimum(1.0, 1 - difference), shape)
    for _ in range(STEPS):
        p2 = (low + high) / 2
        p1 = p2 + difference
        slope = _slope(x1, n1, p1) + _slope(x2, n2, p2)
        low, high = np.where(slope > 0, p2, low), np.where(slope > 0, high, p2)
    p2 = (low + high) / 2
    return np.clip(p2 + difference, 0, 1), p2


def _slope(x: Array, n: Array, p: Array) -> Array:
    """Slope of the binomial log-likelihood; a count of 0 adds none, also where the rate is 0 or 1."""
    return np.where(x > 0, x / p, 0.0) - np.where(n > x, (n - x) / (1 - p), 0.0)


def _ratio_score(x1: Array, n1: Array, x2: Array, n2: Array, ratio: Array) -> Array:
    """The signed score statistic of ``p1 = ratio * p2`` (Koopman 1984)."""
    return np.sign(x1 * n2 - ratio * n1 * x2) * np.sqrt(score_statistic(x1, n1, x2, n2, ratio))
