"""Units and axes of the charts: how a value is printed and where the ticks stand."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, floor, log10

from evenhand.fairness.counts.bins import FINE, Bin
from evenhand.fairness.counts.columns import MICRO, Columns
from evenhand.fairness.plots.words import is_share

MINUS = "\u2212"


@dataclass(frozen=True, kw_only=True)
class Unit:
    """scale: factor before printing (100 for percent); digits after the point; sign: "+" before positive values."""

    scale: float
    digits: int
    suffix: str = ""
    sign: bool = False
    ratio: bool = False

    @classmethod
    def of(cls, metric: str) -> "Unit":
        """The unit of a metric's own value."""
        return cls(scale=100, digits=1, suffix="%") if is_share(metric) else cls(scale=1, digits=3)

    @classmethod
    def of_gap(cls, metric: str, kind: str) -> "Unit":
        """The unit of a gap: points for shares, times for ratios, the metric's own otherwise."""
        if kind == "ratio":
            return cls(scale=1, digits=2, ratio=True)
        return cls(scale=100, digits=1, sign=True) if is_share(metric) else cls(scale=1, digits=3, sign=True)

    @property
    def neutral(self) -> float:
        """The value that means no gap."""
        return 1.0 if self.ratio else 0.0


PERCENT = Unit(scale=100, digits=1, suffix="%")


@dataclass(frozen=True, kw_only=True)
class Axis:
    """Ends and tick values, already in printed units."""

    low: float
    high: float
    ticks: tuple[float, ...]


def value_text(value: float, unit: Unit, *, digits: int | None = None) -> str:
    """A value as printed: "44.8%", "+21.4", with a real minus sign."""
    places = unit.digits if digits is None else digits
    number = f"{abs(value * unit.scale):.{places}f}"
    is_zero = float(number) == 0
    lead = MINUS if value < 0 and not is_zero else "+" if unit.sign and not is_zero else ""
    return f"{lead}{number}{unit.suffix}"


def span_text(low: float | None, high: float | None, unit: Unit) -> str:
    """An interval as printed: "+18.2 to +24.5"; empty where there is none, open where one end is missing."""
    if low is None and high is None:
        return ""
    if low is None or high is None:
        return f"{value_text(low, unit)} or more" if low is not None else f"{value_text(high or 0.0, unit)} or less"
    return f"{value_text(low, unit)} to {value_text(high, unit)}"


def axis_over(values: Iterable[float], *, most: int = 4) -> Axis:
    """An axis that begins and ends at round ticks and holds all values."""
    found = sorted(values)
    low, high = found[0], found[-1]
    step = _round_step(max(high - low, 1e-9) / most)
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    ticks = _ticks(first, max(last, first + 1), step)
    return Axis(low=ticks[0], high=ticks[-1], ticks=ticks)


def axis_from_zero(values: Iterable[float], *, room: float, most: int = 4) -> Axis:
    """An axis from 0 (or below) that holds all values, and beyond the last a room (a share of it) for a label."""
    found = sorted(values)
    low = min(0.0, found[0])
    high = low + max(found[-1] - low, 1e-9) / (1 - min(room, 0.6))
    step = _round_step((high - low) / most)
    ticks = _ticks(floor(low / step + 1e-9), floor(high / step + 1e-9), step)
    return Axis(low=ticks[0], high=high, ticks=ticks)


def _ticks(first: int, last: int, step: float) -> tuple[float, ...]:
    return tuple(round(index * step, 10) for index in range(first, last + 1))


def _round_step(raw: float) -> float:
    power = 10.0 ** floor(log10(raw))
    return float(next(step * power for step in (1, 2, 5, 10) if raw <= step * power * 1.0000001))


def lowest_score(part: Bin, columns: Columns) -> str:
    """From which score on people are in a bin: the mean where it is one fine bin, otherwise its lower edge."""
    if part.first == part.last:
        return f"{part.score_sum / MICRO / part.n:.3g}"
    low, high = columns.score_range or (0.0, 1.0)
    return f"{low + (high - low) * part.first / FINE:.3g}"
