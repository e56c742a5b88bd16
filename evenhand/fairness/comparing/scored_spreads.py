"""How far groups lie apart in AUC and calibration: the spread of normal estimates over all groups."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from evenhand.fairness.comparing.bootstrap import percentile_interval
from evenhand.fairness.comparing.families import Family, Tested
from evenhand.fairness.comparing.named import SCORED_NAMED
from evenhand.fairness.comparing.parity import deals
from evenhand.fairness.comparing.scored import standard_errors
from evenhand.fairness.measuring.intervals import Array
from evenhand.fairness.measuring.margins import Margin
from evenhand.fairness.results import Comparison, MetricValue, defined

BOUNDS = {"auc": (0.0, 1.0), "calibration_gap": (-1.0, 1.0)}


def scored_spread_families(
    margin: Margin,
    metrics: Sequence[Mapping[str, MetricValue]],
    *,
    min_group: int,
    confidence: float,
    seed: int,
) -> Iterator[Family]:
    """Highest minus lowest over the groups that have a standard error; none for fewer than two of them.

    The interval is of draws from each group's normal distribution, ``expected`` of draws around one common value; the
    test is that of one value for all (Cochran's Q). Where groups share units none of these holds.
    """
    if margin.clusters is not None and margin.clusters.shared:
        return
    for name, metric in SCORED_NAMED.items():
        if not metrics or metric not in metrics[0]:
            continue
        found = [each[metric] for each in metrics]
        value = np.array([each.value for each in found], dtype=np.float64)
        error = standard_errors(found, confidence=confidence)
        eligible = np.isfinite(value) & (error > 0) & (margin.n >= min_group)
        if eligible.sum() >= 2:
            yield _family(name, metric, margin, value[eligible], error[eligible], confidence, seed)


def one_value(value: Array, error: Array) -> float:
    """p-value of one true value behind independent normal estimates (Cochran 1954)."""
    from scipy.special import chdtrc  # SciPy is slow to import: only where scores are compared

    weight = error**-2
    common = (weight @ value) / weight.sum()
    return float(chdtrc(len(value) - 1, float(weight @ (value - common) ** 2)))


def _family(name: str, metric: str, margin: Margin, value: Array, error: Array, confidence: float, seed: int) -> Family:
    def rows(tested: Sequence[Tested]) -> Iterator[Comparison]:
        away = np.random.default_rng([seed, 2]).standard_normal((deals(len(value)), len(value))) * error
        low, high = percentile_interval(_spread(np.clip(value + away, *BOUNDS[metric])), confidence=confidence)
        yield Comparison(
            metric=name,
            by=margin.by,
            kind="difference",
            of="max_min",
            group=None,
            reference=None,
            value=float(value.max() - value.min()),
            low=defined(low),
            high=defined(high),
            method=margin.method("normal draws percentile"),
            p_value=tested[0].p_value,
            p_adjusted=tested[0].p_adjusted,
            q_value=tested[0].q_value,
            expected=float(_spread(away).mean()),
        )

    return Family(margin.by, np.array([one_value(value, error)]), rows)


def _spread(draws: Array) -> Array:
    return np.asarray(draws.max(axis=1) - draws.min(axis=1))
