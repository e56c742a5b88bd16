"""Shrunken estimates: against SciPy's beta-binomial, brute-force integration, and by simulation."""

import time

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.stats import betabinom

from evenhand.fairness import Counts, evaluate
from evenhand.fairness.measuring.intervals import Array, wilson
from evenhand.fairness.measuring.shrinking import posterior


def test_many_groups_agree_with_scipys_maximum_likelihood() -> None:
    """With 2,000 groups hardly any doubt about their distribution is left, and little time may pass."""
    random = np.random.default_rng(0)
    n = random.integers(1, 2000, 2000).astype(float)
    x = random.binomial(n.astype(int), random.beta(3, 7, 2000)).astype(float)
    start = time.perf_counter()
    value, _, _ = posterior(x, n, confidence=0.95)
    assert time.perf_counter() - start < 3
    found = minimize(lambda log: -betabinom.logpmf(x, n, *np.exp(log)).sum(), [0, 0], method="Nelder-Mead")
    a, b = np.exp(found.x)
    assert value == pytest.approx((x + a) / (n + a + b), abs=5e-4)


def test_few_groups_agree_with_integration_by_brute_force() -> None:
    """Uniform mean and intraclass correlation, 160,000 points, densities from SciPy."""
    x, n = np.array([3.0, 9.0, 14.0, 40.0]), np.array([20.0, 25.0, 90.0, 110.0])
    step = (np.arange(400) + 0.5) / 400
    mean, correlation = (each.ravel() for each in np.meshgrid(step, step))
    precision = 1 / correlation - 1
    a, b = mean * precision, (1 - mean) * precision
    density = sum(betabinom.logpmf(k, size, a, b) for k, size in zip(x, n, strict=True))
    weight = np.exp(density - density.max())
    weight /= weight.sum()
    each = (x[:, None] + a) / (n[:, None] + a + b)
    expected = each @ weight
    value, low, high = posterior(x, n, confidence=0.95)
    assert value == pytest.approx(expected, abs=0.003)
    random = np.random.default_rng(1)
    chosen = random.choice(len(weight), 40_000, p=weight)
    drawn = random.beta(x[:, None] + a[chosen], n[:, None] - x[:, None] + b[chosen])
    assert low == pytest.approx(np.quantile(drawn, 0.025, axis=1), abs=0.01)
    assert high == pytest.approx(np.quantile(drawn, 0.975, axis=1), abs=0.01)


@pytest.mark.parametrize(
    ("groups", "rate", "alike"), [(5, 0.3, 0.1), (10, 0.3, 0.02), (50, 0.1, 0.05), (50, 0.5, 0.0005)]
)
def test_intervals_cover_and_estimates_are_closer_than_raw_ones(groups: int, rate: float, alike: float) -> None:
    random = np.random.default_rng(groups)
    spread = (1 - alike) / alike
    held, near, raw, width, plain = (list[float]() for _ in range(5))
    for _ in range(300):
        truth = random.beta(rate * spread, (1 - rate) * spread, groups)
        n = random.integers(3, 120, groups).astype(float)
        x = random.binomial(n.astype(int), truth).astype(float)
        value, low, high = posterior(x, n, confidence=0.95)
        limits = wilson(x, n)
        held.append(float(np.mean((low <= truth) & (truth <= high))))
        near.append(_squared(value, truth))
        raw.append(_squared(x / n, truth))
        width.append(float(np.mean(high - low)))
        plain.append(float(np.mean(limits.high - limits.low)))
    assert np.mean(held) >= 0.935
    assert np.mean(near) < 0.8 * np.mean(raw)
    assert np.mean(width) < np.mean(plain)


def test_results_carry_shrunken_rates_beside_raw_ones_for_intersections_only() -> None:
    rows = [
        {"race": race, "sex": sex, "y": label, "p": prediction, "n": n}
        for race, base in (("a", 40), ("b", 12), ("c", 3))
        for sex, more in (("f", 1), ("m", 2))
        for label in (0, 1)
        for prediction, n in ((0, base * more), (1, (base + 5 * label) // 2))
    ]
    found = evaluate(Counts.from_cells(rows, groups=["race", "sex"], label="y", prediction="p"), replicates=100)
    small, raw = found.group(race="c", sex="m"), found.group(race="c", sex="m").metrics["selection_rate"]
    estimate = small.shrunken["selection_rate"]
    rates = [each.metrics["selection_rate"].value or 0.0 for each in found.groups if len(each.group) == 2]
    assert (estimate.numerator, estimate.denominator) == (raw.numerator, raw.denominator)
    assert estimate.method == "beta-binomial, hierarchical"
    assert estimate.value is not None
    assert raw.value is not None
    assert abs(estimate.value - np.mean(rates)) < abs(raw.value - np.mean(rates))
    assert not found.group(race="c").shrunken
    assert not found.group().shrunken


def _squared(estimate: Array, truth: Array) -> float:
    return float(np.mean((estimate - truth) ** 2))
