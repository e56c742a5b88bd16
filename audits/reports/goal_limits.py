"""What a goal document allows, as a band of gaps and as words on the goal line."""

from typing import Any

from audits.reports.chart_rows import MINIMUM, SHARES, Band
from audits.reports.chart_scale import Unit, value_text


def band_of(goal: dict[str, Any]) -> Band:
    """The gaps a goal allows. "equal" looks both ways: a group far below the reference misses it too."""
    threshold, side = float(goal["threshold"]), goal.get("side", "equal")
    if goal.get("kind") == "ratio":
        return _ratio_band(threshold, side)
    bound = abs(threshold)
    high = bound if side in ("at_most", "equal") else None
    low = -bound if side in ("at_least", "equal") else None
    return Band(low=low, high=high)


def limit_label(goal: dict[str, Any]) -> str:
    """ "at most +5", "at least −10", "within 5 points", "at least 0.80"."""
    band = band_of(goal)
    unit = Unit.of_gap(goal["metric"], goal.get("kind", "difference"))
    if band.low is not None and band.high is not None:
        return _both_ways(band, unit, points=goal["metric"] in SHARES)
    if band.high is not None:
        return f"at most {_plain(band.high, unit)}"
    return f"at least {_plain(band.low or 0.0, unit)}"


def minimum_of(goal: dict[str, Any]) -> int:
    """The fewest people a group needs to be judged."""
    return int(goal.get("minimum") or MINIMUM)


def _ratio_band(threshold: float, side: str) -> Band:
    if side == "equal":
        low, high = sorted((threshold, 1 / threshold))
        return Band(low=low, high=high)
    return Band(low=threshold, high=None) if side == "at_least" else Band(low=None, high=threshold)


def _both_ways(band: Band, unit: Unit, *, points: bool) -> str:
    assert band.low is not None and band.high is not None
    if unit.ratio:
        return f"{_plain(band.low, unit)} to {_plain(band.high, unit)}"
    return f"within {_plain(band.high, unit).lstrip('+')}{' points' if points else ''}"


def _plain(value: float, unit: Unit) -> str:
    """Without needless zeros: "+5", not "+5.0"; ratios keep two digits."""
    text = value_text(value, unit)
    return text if unit.ratio or "." not in text else text.rstrip("0").rstrip(".")
