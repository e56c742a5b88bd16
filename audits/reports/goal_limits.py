"""What a goal allows, as a band of gaps and as words on the goal line. The goal is read by the engine's own reader."""

from typing import Any

from evenhand.fairness.judging.goals import FairnessGoal
from evenhand.fairness.plots import limits
from evenhand.fairness.plots.rows import Band


def metrics_of(goal: dict[str, Any]) -> tuple[str, ...]:
    """The metrics a goal judges: one, or those a named comparison such as equalized odds is made of."""
    return FairnessGoal.from_dict(goal).metrics


def kind_of(goal: dict[str, Any]) -> str:
    """difference or ratio."""
    return FairnessGoal.from_dict(goal).kind


def band_of(goal: dict[str, Any]) -> Band:
    """The gaps a goal allows. A two-sided goal looks both ways: a group far below the reference misses it too."""
    read = FairnessGoal.from_dict(goal)
    return limits.allowed(kind=read.kind, side=read.side, threshold=read.threshold)


def limit_label(goal: dict[str, Any]) -> str:
    """ "at most +5", "at least -10", "within 5 points", "at least 0.80"."""
    read = FairnessGoal.from_dict(goal)
    return limits.limit_label(band_of(goal), metric=read.metrics[0], kind=read.kind)


def minimum_of(goal: dict[str, Any]) -> int:
    """The fewest people a group needs in the metric's denominator to be judged."""
    return FairnessGoal.from_dict(goal).min_denominator
