"""The gaps a goal accepts: one reading for verdicts and for the lines drawn in plots."""

from math import inf


def accepted(*, kind: str, side: str, threshold: float) -> tuple[float, float]:
    """The lowest and highest accepted difference or ratio; infinite where a side is open.

    A two-sided goal looks both ways: a group far below the reference misses it too. A ratio of 0.8 then allows 1.25.
    """
    if side == "at_most":
        return (-inf, threshold)
    if side == "at_least":
        return (threshold, inf)
    if kind == "difference":
        return (-threshold, threshold)
    return (min(threshold, 1 / threshold), max(threshold, 1 / threshold))
