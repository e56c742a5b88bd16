"""Funnel: limits against SciPy's binomial and simulated groups, and which groups lie outside."""

import numpy as np
import pytest
from scipy.stats import binom

from evenhand.errors import InputError
from evenhand.fairness import Counts, evaluate
from evenhand.fairness.plots import funnel_plot
from evenhand.fairness.plots.funnel import control_limits
from tests.core.fairness.plots import samples


def _limit_by_hand(p: float, n: int, rate: float) -> float:
    """Spiegelhalter 2005, A.1.1, with SciPy's distribution functions in place of ours."""
    r = int(binom.ppf(p, n, rate))
    over = (binom.cdf(r, n, rate) - p) / (binom.cdf(r, n, rate) - binom.cdf(r - 1, n, rate))
    return float(np.clip((r - over) / n, 0, 1))


@pytest.mark.parametrize("rate", [0.003, 0.191, 0.5, 0.87])
@pytest.mark.parametrize("confidence", [0.95, 0.998])
def test_limits_are_those_of_the_binomial_distribution(rate: float, confidence: float) -> None:
    sizes = np.array([1, 5, 30, 31, 244, 1795, 20_000])
    found = control_limits(rate, sizes, confidence=confidence)
    low = [_limit_by_hand((1 - confidence) / 2, int(n), rate) for n in sizes]
    high = [_limit_by_hand((1 + confidence) / 2, int(n), rate) for n in sizes]
    assert found.low == pytest.approx(low, abs=1e-9)
    assert found.high == pytest.approx(high, abs=1e-9)


def test_one_group_in_twenty_lies_outside_by_chance() -> None:
    generator = np.random.default_rng(3)
    sizes = generator.integers(200, 5000, 40_000)
    rates = generator.binomial(sizes, 0.3) / sizes
    for confidence, share in ((0.95, 0.05), (0.998, 0.002)):
        limits = control_limits(0.3, sizes, confidence=confidence)
        outside = float(((rates < limits.low) | (rates > limits.high)).mean())
        assert outside == pytest.approx(share, rel=0.35)


def test_nobody_or_everybody_leaves_no_room() -> None:
    for rate in (0.0, 1.0):
        limits = control_limits(rate, np.array([10, 1000]), confidence=0.95)
        assert limits.low.tolist() == limits.high.tolist() == [rate, rate]


def test_groups_are_sorted_into_within_and_outside() -> None:
    rows = [
        {"team": name, "p": p, "n": n}
        for name, passed, hit in (("usual", 700, 300), ("odd", 500, 500), ("small", 20, 8), ("near", 60, 40))
        for p, n in ((0, passed), (1, hit))
    ]
    result = evaluate(Counts.from_cells(rows, groups=["team"], prediction="p"), replicates=100)
    plot = funnel_plot(result, "selection_rate", ["team"])
    assert {row[0]: row[-1] for row in plot.table.rows} == {
        "usual": "outside 99.8%",
        "odd": "outside 99.8%",
        "near": "within",
    }
    assert "2 of 3 groups lie outside the 99.8% limits" in plot.alt
    assert "Not enough data, 30 people needed: small (28)." in plot.alt


def test_published_false_positive_rates_lie_outside() -> None:
    plot = funnel_plot(samples.compas_result(), "false_positive_rate", ["race"])
    assert "around everyone's 32.3%" in plot.alt  # 1,282 of 3,963
    assert plot.table.rows[0][:3] == ("African-American", "1,795", "44.8%")
    assert {row[-1] for row in plot.table.rows} == {"outside 99.8%"}


def test_metrics_that_are_no_share_are_refused() -> None:
    with pytest.raises(InputError, match="'auc' is none"):
        funnel_plot(samples.compas_result(), "auc", ["race"])
    with pytest.raises(InputError, match="no selection_rate by sex"):
        funnel_plot(samples.compas_result(), "selection_rate", ["sex"])
