"""Funnel by group size: which groups lie further from everyone's rate than their size explains."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evenhand.errors import InputError
from evenhand.fairness.measuring.rates import RATES
from evenhand.fairness.plots import funnel_layers as layers
from evenhand.fairness.plots.drawing import svg_of
from evenhand.fairness.plots.groups import too_few
from evenhand.fairness.plots.plot import Plot, Table, in_words
from evenhand.fairness.plots.rows import MINIMUM, Result
from evenhand.fairness.plots.scale import PERCENT, span_text, value_text
from evenhand.fairness.plots.words import by_label, group_label, metric_name, sentence_case
from evenhand.fairness.results import Evaluation

INNER, OUTER = 0.95, 0.998
WORDS = {"inside": "within", "between": "outside 95%", "outside": "outside 99.8%"}
MOST_IN_WORDS = 8
STEPS = 80  # sizes at which the limits are found

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The lower and upper limit of a rate at each group size."""

    low: Array
    high: Array


@dataclass(frozen=True, kw_only=True)
class _Group:
    label: str
    x: int
    n: int


def funnel_plot(
    result: Evaluation | Result,
    metric: str,
    by: Sequence[str],
    *,
    minimum: int = MINIMUM,
    width: str = "page",
    fonts: Path | None = None,
) -> Plot:
    """Each group's rate against how many people it is about, with control limits around everyone's rate.

    ``metric`` must be a share of people. Groups with fewer than ``minimum`` in its denominator are named, not drawn.
    Raises InputError for other metrics, and where nothing was measured. See ``control_limits`` for the source.
    """
    plain = result.to_json() if isinstance(result, Evaluation) else result
    groups, (x, n) = _groups(plain, metric, by)
    drawn = [group for group in groups if group.n >= minimum]
    if not drawn or not n:
        raise InputError(f"No group by {', '.join(by)} has {minimum} people for {metric_name(metric)}.")
    sizes = np.array([group.n for group in drawn])
    inner, outer = (control_limits(x / n, sizes, confidence=level) for level in (INNER, OUTER))
    states = [_state(group.x / group.n, inner, outer, place) for place, group in enumerate(drawn)]
    dots = [
        layers.Dot(label=group.label, n=group.n, rate=group.x / group.n, state=state)
        for group, state in zip(drawn, states, strict=True)
    ]
    few = too_few([(group.label, group.n) for group in groups if group.n < minimum], minimum)
    alt = _alt(dots, x / n, metric, by, few)
    chart = layers.compose(dots, x / n, _curves(x / n, sizes), metric=metric, width=width, remark=_remark(dots, few))
    table = Table(
        head=(
            by_label(by),
            "People",
            sentence_case(metric_name(metric)),
            "95% limits",
            "99.8% limits",
            "Where it lies",
        ),
        rows=tuple(
            (
                dot.label,
                f"{dot.n:,}",
                value_text(dot.rate, PERCENT),
                span_text(inner.low[place], inner.high[place], PERCENT),
                span_text(outer.low[place], outer.high[place], PERCENT),
                WORDS[dot.state],
            )
            for place, dot in enumerate(dots)
        ),
    )
    return Plot(svg=svg_of(chart, alt, fonts=fonts), alt=alt, table=table)


def control_limits(rate: float, sizes: NDArray[np.int64], *, confidence: float) -> Limits:
    """Exact binomial limits around a rate, interpolated between whole numbers of people.

    D. J. Spiegelhalter, "Funnel plots for comparing institutional performance", Statistics in Medicine 24 (2005),
    appendix A.1.1. A rate of 0 or 1 has no width: both limits are the rate.
    """
    from scipy.special import bdtrik  # SciPy is slow to import: only when limits are drawn

    n = np.asarray(sizes, dtype=np.float64)
    if rate in (0.0, 1.0):
        return Limits(low=np.full(len(n), rate), high=np.full(len(n), rate))
    found = []
    for p in ((1 - confidence) / 2, (1 + confidence) / 2):
        # The smallest whole number whose cumulated chance reaches p: the continuous inverse is at most one off.
        near = np.maximum(np.nan_to_num(np.floor(bdtrik(p, n, rate)), nan=0.0) - 1, 0)
        r = np.where(_chance(near, n, rate) >= p, near, near + 1)
        r = np.where(_chance(r, n, rate) >= p, r, r + 1)
        below, reached = _chance(r - 1, n, rate), _chance(r, n, rate)
        found.append(np.clip((r - (reached - p) / (reached - below)) / n, 0.0, 1.0))
    return Limits(low=found[0], high=found[1])


def _chance(most: Array, n: Array, rate: float) -> Array:
    """The chance of at most so many of n people, by the incomplete beta function; 0 under nobody, 1 for all."""
    from scipy.special import betaincc

    inside = np.clip(most, 0, n - 1)
    chance = betaincc(inside + 1, n - inside, rate)
    return np.where(most < 0, 0.0, np.where(most >= n, 1.0, chance))


def _groups(result: Result, metric: str, by: Sequence[str]) -> tuple[list[_Group], tuple[int, int]]:
    """The groups with people to divide by, largest first, and everyone's numbers."""
    if metric not in RATES:
        raise InputError(f"A funnel shows a share of people; {metric!r} is none. Use one of {', '.join(RATES)}.")
    found, everyone = [], (0, 0)
    for row in result["groups"]:
        value: dict[str, Any] = row["metrics"].get(metric) or {}
        x, n = value.get("numerator") or 0, value.get("denominator") or 0
        if not row["group"]:
            everyone = (x, n)
        elif set(row["group"]) == set(by) and n:
            found.append(_Group(label=group_label(row["group"]), x=x, n=n))
    if not found:
        raise InputError(f"This result has no {metric} by {', '.join(by)}.")
    return sorted(found, key=lambda group: (-group.n, group.label)), everyone


def _state(rate: float, inner: Limits, outer: Limits, place: int) -> str:
    if not outer.low[place] <= rate <= outer.high[place]:
        return "outside"
    return "inside" if inner.low[place] <= rate <= inner.high[place] else "between"


def _curves(rate: float, sizes: NDArray[np.int64]) -> layers.Curves:
    low, high = int(sizes.min()), int(sizes.max())
    grid = np.unique(np.round(np.geomspace(max(1.0, low * 0.8), high * 1.25, STEPS)).astype(np.int64))
    inner, outer = (control_limits(rate, grid, confidence=level) for level in (INNER, OUTER))
    return layers.Curves(
        sizes=tuple(int(size) for size in grid),
        lines=tuple(
            (name, dash, tuple(float(value) for value in line))
            for name, dash, line in (
                ("95%", (4, 3), inner.low),
                ("95%", (4, 3), inner.high),
                ("99.8%", (1, 0), outer.low),
                ("99.8%", (1, 0), outer.high),
            )
        ),
    )


def _outside(dots: Sequence[layers.Dot]) -> list[layers.Dot]:
    return [dot for dot in dots if dot.state == "outside"]


def _remark(dots: Sequence[layers.Dot], few: str) -> str:
    return in_words([_expected(len(dots)), few])


def _expected(count: int) -> str:
    chance = f"{count * (1 - INNER):.1f}"
    return f"By chance alone about {chance} of {count} groups would lie outside the 95% lines."


def _alt(dots: Sequence[layers.Dot], rate: float, metric: str, by: Sequence[str], few: str) -> str:
    outside = sorted(_outside(dots), key=lambda dot: -abs(dot.rate - rate) * dot.n**0.5)
    named = "; ".join(f"{dot.label} {value_text(dot.rate, PERCENT)} of {dot.n:,}" for dot in outside[:MOST_IN_WORDS])
    more = f" and {len(outside) - MOST_IN_WORDS} more" if len(outside) > MOST_IN_WORDS else ""
    name = sentence_case(metric_name(metric))
    return in_words(
        [
            f"{name} by {by_label(by).lower()} against group size, around everyone's {value_text(rate, PERCENT)}.",
            f"{len(outside)} of {len(dots)} groups lie outside the 99.8% limits"
            + (f": {named}{more}." if named else "."),
            f"{sum(dot.state == 'between' for dot in dots)} lie between the 95% and the 99.8% limits.",
            _expected(len(dots)),
            few,
        ]
    )
