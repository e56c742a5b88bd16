"""What a goal allows, as a band of gaps and as the words on its line."""

from math import isfinite

from evenhand.fairness.comparing.accepted import accepted
from evenhand.fairness.plots.rows import Band
from evenhand.fairness.plots.scale import Unit, value_text
from evenhand.fairness.plots.words import is_share


def allowed(*, kind: str, side: str, threshold: float) -> Band:
    """The gaps a goal allows; None where a side is open."""
    low, high = accepted(kind=kind, side=side, threshold=threshold)
    return Band(low=low if isfinite(low) else None, high=high if isfinite(high) else None)


def limit_label(band: Band, *, metric: str, kind: str) -> str:
    """ "at most +5", "at least -10", "within 5 points", "at least 0.80"."""
    unit = Unit.of_gap(metric, kind)
    if band.low is not None and band.high is not None:
        return _both_ways(band.low, band.high, unit, points=is_share(metric))
    if band.high is not None:
        return f"at most {_plain(band.high, unit)}"
    return f"at least {_plain(band.low or 0.0, unit)}"


def _both_ways(low: float, high: float, unit: Unit, *, points: bool) -> str:
    if unit.ratio:
        return f"{_plain(low, unit)} to {_plain(high, unit)}"
    return f"within {_plain(high, unit).lstrip('+')}{' points' if points else ''}"


def _plain(value: float, unit: Unit) -> str:
    """Without needless zeros: "+5", not "+5.0"; ratios keep two digits."""
    text = value_text(value, unit)
    return text if unit.ratio or "." not in text else text.rstrip("0").rstrip(".")
