"""Differences of the metrics that are no share of people: scores, AUC, F1 and the like."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from evenhand.fairness.comparing import references
from evenhand.fairness.comparing.detecting import POWER
from evenhand.fairness.comparing.families import Family, Tested
from evenhand.fairness.comparing.named import SCORED
from evenhand.fairness.comparing.normal import quantile, two_sided
from evenhand.fairness.comparing.references import Places, Reference
from evenhand.fairness.comparing.worth import pair_p_values
from evenhand.fairness.counts.columns import MICRO
from evenhand.fairness.measuring.intervals import Array, Interval, normal_quantile, square_and_add
from evenhand.fairness.measuring.margins import Margin
from evenhand.fairness.measuring.rates import MISSED
from evenhand.fairness.results import Comparison, MetricValue, defined

NORMAL = (
    "mean_score",
    "auc",
    "brier_score",
    "calibration_gap",
)  # with symmetric intervals, from which the standard error is read

Metrics = Sequence[Mapping[str, MetricValue]]


def scored_families(margin: Margin, metrics: Metrics, reference: Reference, *, confidence: float) -> Iterator[Family]:
    """The difference of each metric between groups, with the interval from those of the groups (square and add).

    Against everyone or the best group there is none: the two are not different people, or not fixed beforehand.
    """
    if reference in (references.OVERALL, references.BEST):
        return
    first, second = references.places(margin, reference)
    for name in SCORED:
        if len(first) and name in metrics[0]:
            yield _family(margin, name, [found[name] for found in metrics], first, second, confidence)


def standard_errors(found: Sequence[MetricValue], *, confidence: float) -> Array:
    """The standard errors behind normal intervals; ``nan`` where there is none, or both limits ended at a bound."""
    value, low, high = _columns(found)
    half = np.fmax(value - low, high - value)  # the limits of an AUC end at 0 and 1: the other side is whole
    return np.where((low <= 0) & (high >= 1), np.nan, half) / normal_quantile(confidence)


def mean_errors(margin: Margin) -> tuple[Array, Array]:
    """The standard error of each group's mean score, from exact sums, and its degrees of freedom."""
    found = []
    for n, sums in zip(margin.n.tolist(), margin.sums, strict=True):
        total, squares = (sum(part) for part in zip(*sums, strict=True))
        found.append((n * squares - total * total) / (n * n * (n - 1)) / MICRO**2 if n > 1 else np.nan)
    return np.sqrt(np.array(found)), np.array(margin.n - 1, dtype=np.float64)


def _family(
    margin: Margin, name: str, found: Sequence[MetricValue], first: Places, second: Places, confidence: float
) -> Family:
    value, low, high = _columns(found)
    errors = standard_errors(found, confidence=confidence) if name in NORMAL else np.full(len(found), np.nan)
    shared = margin.clusters is not None and margin.clusters.shared  # how the two go together is not known
    limits = square_and_add(
        value[first], Interval(low[first], high[first]), value[second], Interval(low[second], high[second])
    )
    difference, error = value[first] - value[second], np.hypot(errors[first], errors[second])
    if shared:
        limits = Interval(*(np.full(len(first), np.nan) for _ in range(2)))
        error = np.full(len(first), np.nan)
    shown = (quantile(0.5 + confidence / 2) + quantile(POWER)) * error

    def rows(tested: Sequence[Tested]) -> Iterator[Comparison]:
        groups = [margin.group(index) for index in range(len(margin.keys))]
        for row, (one, other) in enumerate(zip(first.tolist(), second.tolist(), strict=True)):
            yield Comparison(
                metric=name,
                by=margin.by,
                kind="difference",
                of="pair",
                group=groups[one],
                reference=groups[other],
                value=defined(difference[row]),
                low=defined(limits.low[row]),
                high=defined(limits.high[row]),
                method=margin.method("square and add"),
                p_value=tested[row].p_value,
                p_adjusted=tested[row].p_adjusted,
                q_value=tested[row].q_value,
                detectable=defined(shown[row]),
            )

    return Family(margin.by, _p_values(margin, name, difference, error, first, second), rows)


def _p_values(margin: Margin, name: str, difference: Array, error: Array, first: Places, second: Places) -> Array:
    """Welch's test for means, the normal one for AUC and Brier scores, that of the error shares for their odds."""
    if name == "treatment_equality":
        return np.array(pair_p_values(references.chosen_pairs(margin, MISSED, first, second)), dtype=np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        z = np.where(error > 0, difference / error, np.nan)
    if name == "mean_score" and np.isfinite(z).any():
        return _welch(margin, z, first, second)
    return two_sided(z)


def _welch(margin: Margin, z: Array, first: Places, second: Places) -> Array:
    from scipy.special import stdtr  # SciPy is slow to import: only where scores are compared

    errors, df = mean_errors(margin)
    one, other = errors[first] ** 2, errors[second] ** 2
    with np.errstate(invalid="ignore", divide="ignore"):
        freedom = (one + other) ** 2 / (one**2 / df[first] + other**2 / df[second])
    return np.asarray(2 * stdtr(freedom, -np.abs(z)))


def _columns(found: Sequence[MetricValue]) -> tuple[Array, Array, Array]:
    value, low, high = (
        np.array([getattr(each, part) for each in found], dtype=np.float64) for part in ("value", "low", "high")
    )
    return value, low, high
