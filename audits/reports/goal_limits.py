"""What a goal allows, as a band of gaps and as words on the goal line. The goal is read by the engine's own reader."""

from math import isfinite
from typing import Any

from audits.reports.chart_rows import SHARES, Band
from audits.reports.chart_scale import Unit, value_text
from evenhand.fairness.judging.goals import FairnessGoal
from evenhand.fairness.judging.lines import region


def metrics_of(goal: dict[str, Any]) -> tuple[str, ...]:
    """The metrics a goal judges: one, or those a named comparison such as equalized odds is made of."""
    return FairnessGoal.from_dict(goal).metrics


def kind_of(goal: dict[str, Any]) -> str:
    """difference or ratio."""
    return FairnessGoal.from_dict(goal).kind


def band_of(goal: dict[str, Any]) -> Band:
    """The gaps a goal allows. A two-sided goal looks both ways: a group far below the reference misses it too."""
    accepted = region(FairnessGoal.from_dict(goal))
    return Band(
        low=float(accepted.lowest) if isfinite(accepted.lowest) else None,
        high=float(accepted.highest) if isfinite(accepted.highest) else None,
    )


def limit_label(goal: dict[str, Any]) -> str:
    """ "at most +5", "at least -10", "within 5 points", "at least 0.80"."""
    band, read = band_of(goal), FairnessGoal.from_dict(goal)
    unit = Unit.of_gap(read.metrics[0], read.kind)
    if band.low is not None and band.high is not None:
        return _both_ways(band, unit, points=read.metrics[0] in SHARES)
    if band.high is not None:
        return f"at most {_plain(band.high, unit)}"
    return f"at least {_plain(band.low or 0.0, unit)}"


def minimum_of(goal: dict[str, Any]) -> int:
    """The fewest people a group needs in the metric's denominator to be judged."""
    return FairnessGoal.from_dict(goal).min_denominator


def _both_ways(band: Band, unit: Unit, *, points: bool) -> str:
    assert band.low is not None
    assert band.high is not None
    if unit.ratio:
        return f"{_plain(band.low, unit)} to {_plain(band.high, unit)}"
    return f"within {_plain(band.high, unit).lstrip('+')}{' points' if points else ''}"


def _plain(value: float, unit: Unit) -> str:
    """Without needless zeros: "+5", not "+5.0"; ratios keep two digits."""
    text = value_text(value, unit)
    return text if unit.ratio or "." not in text else text.rstrip("0").rstrip(".")
