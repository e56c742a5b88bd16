"""Finding where a function crosses zero, for a whole array of brackets at once."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
MOST_STEPS = 100
PRECISION = 1e-13  # of values around 1; nothing is printed to so many digits


def crossing(function: Callable[[Array], Array], inner: Array, outer: Array, *, at_inner: Array) -> Array:
    """Where ``function`` turns positive between ``inner``, where it is not, and ``outer``, element by element.

    Chandrupatla's method (Advances in Engineering Software 28, 1997): inverse quadratic interpolation where it is safe
    and bisection elsewhere, so about ten evaluations where bisection takes fifty. ``at_inner`` is the function's value
    there, which may be impossible to calculate. Where the function is nowhere positive the answer is ``outer``.
    """
    here, there, f_here, f_there = inner, outer, at_inner, function(outer)
    answer, crosses = outer, f_there > 0
    step = np.full(here.shape, 0.5)
    for _ in range(MOST_STEPS):
        if not crosses.any():
            break
        tried = here + step * (there - here)
        f_tried = function(tried)
        same = (f_tried > 0) == (f_here > 0)
        before, f_before = np.where(same, here, there), np.where(same, f_here, f_there)
        there, f_there = np.where(same, there, here), np.where(same, f_there, f_here)
        here, f_here = tried, f_tried
        nearest = np.where(np.abs(f_here) < np.abs(f_there), here, there)
        with np.errstate(invalid="ignore", divide="ignore"):
            least = PRECISION * (1 + np.abs(nearest)) / np.abs(there - here)
        found = crosses & ((least > 0.5) | (f_here == 0))
        answer = np.where(found, nearest, answer)
        crosses &= ~found
        step = _next_step(here, there, before, f_here, f_there, f_before)
        step = np.clip(step, np.minimum(least, 0.5), np.maximum(1 - least, 0.5))
    return answer


def _next_step(x1: Array, x2: Array, x3: Array, f1: Array, f2: Array, f3: Array) -> Array:
    """How far to go from ``x1`` to ``x2``: by inverse quadratic interpolation through three points, or half way."""
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        place, height = (x1 - x2) / (x3 - x2), (f1 - f2) / (f3 - f2)
        safe = (height**2 < place) & ((1 - height) ** 2 < 1 - place)
        step = f1 / (f2 - f1) * (f3 / (f2 - f3)) + (x3 - x1) / (x2 - x1) * (f1 / (f3 - f1)) * (f2 / (f3 - f2))
    return np.where(safe & np.isfinite(step), step, 0.5)
