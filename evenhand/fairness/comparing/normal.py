"""The normal distribution for whole arrays, without SciPy: its import would cost every run of the command line."""

from math import erfc, sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike

from evenhand.fairness.measuring.intervals import Array

_ERFC = np.frompyfunc(erfc, 1, 1)
_QUANTILE = NormalDist().inv_cdf


def upper_tail(z: ArrayLike) -> Array:
    """Chance of a standard normal value above ``z``, element by element; ``nan`` stays ``nan``."""
    return np.asarray(_ERFC(np.asarray(z, dtype=np.float64) / sqrt(2)), dtype=np.float64) / 2


def two_sided(z: ArrayLike) -> Array:
    """Chance of a standard normal value at least as far from 0 as ``z``."""
    return np.asarray(_ERFC(np.abs(np.asarray(z, dtype=np.float64)) / sqrt(2)), dtype=np.float64)


def quantile(chance: float) -> float:
    """The standard normal value below which ``chance`` of the values lie."""
    return _QUANTILE(chance)
