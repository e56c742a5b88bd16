"""How surprising the data would be if what was agreed did not hold: the p-value of the claim that a goal is met."""

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

import numpy as np

from evenhand.fairness.comparing.equivalence import pairs_within
from evenhand.fairness.comparing.normal import upper_tail
from evenhand.fairness.comparing.references import Pairs
from evenhand.fairness.judging.cases import Case
from evenhand.fairness.measuring.intervals import Array, normal_quantile
from evenhand.fairness.results import Kind


def p_equivalence(case: Case) -> Array:
    """The p-value of each judged line, the larger of two one-sided tests (Schuirmann 1987); ``nan`` where it has none.

    Score tests for rates; for other metrics the tests that belong to their intervals. Outcomes nobody saw allow no such
    claim. A line is met by its two-sided interval, which asks for a p-value of half of ``1 - confidence`` or so.
    """
    lines = case.lines
    if not case.may_be_met or not len(lines.groups):
        return np.full(len(lines.groups), np.nan)
    if lines.pairs is None:
        found = _by_interval(case)
    else:
        lowest, highest = _tested(case)
        kind = cast("Kind", case.goal.kind)
        pairs = _effective(lines.pairs, case.goal.confidence)
        found = pairs_within(pairs, lowest=lowest, highest=highest, kind=kind)
    return np.where(lines.judged, found, np.nan)


def _tested(case: Case) -> tuple[float, float]:
    """The limits that can be missed at all: no ratio is under 0, no difference of rates over 1 either way."""
    lowest, highest = float(case.region.lowest), float(case.region.highest)
    if case.goal.kind == "ratio":
        return max(lowest, 0.0), highest
    return (-np.inf if lowest <= -1 else lowest), (np.inf if highest >= 1 else highest)


def p_of_goal(cases: Sequence[Case]) -> float | None:
    """The largest p-value over all judged lines of a goal (intersection-union); None where any has none."""
    found = [case.p_values[case.lines.judged] for case in cases]
    every = np.concatenate(found) if found else np.zeros(0)
    return float(every.max()) if len(every) and np.isfinite(every).all() else None


def _effective(pairs: Pairs, confidence: float) -> Pairs:
    """The people as tests take them: fewer where rows repeat or weights differ."""
    x1, n1, x2, n2 = pairs.effective(confidence=confidence)
    return replace(pairs, x1=x1, n1=n1, x2=x2, n2=n2, worth1=None, worth2=None, df1=None, df2=None)


def _by_interval(case: Case) -> Array:
    """Distances to the two limits in standard errors, each taken from its own side of the interval."""
    value, limits = case.lines.value, case.limits
    z = normal_quantile(case.goal.confidence)
    with np.errstate(invalid="ignore", divide="ignore"):
        to_highest = z * (case.region.highest - value) / (limits.high - value)
        to_lowest = z * (value - case.region.lowest) / (value - limits.low)
    return np.maximum(upper_tail(to_highest), upper_tail(to_lowest))
