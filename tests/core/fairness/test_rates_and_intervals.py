"""Rates and their intervals: hand-counted, published, and against independent packages."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2_contingency, fisher_exact
from sklearn.metrics import brier_score_loss, roc_auc_score
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint
from statsmodels.stats.proportion import proportions_ztest as ztest

from evenhand.fairness import Counts, MetricValue, count, evaluate
from evenhand.fairness.comparing import significance
from evenhand.fairness.measuring.intervals import koopman, newcombe, score_statistic, wilson
from tests.core.fairness.published import COMPAS, cells


def metrics(table: dict[str, tuple[int, int, int, int]], level: str) -> dict[str, MetricValue]:
    """The metrics of one level of a table of confusion counts."""
    counts = Counts.from_cells(cells(table), groups=["race"], label="label", prediction="prediction")
    return evaluate(counts, replicates=100).group(race=level).metrics


@pytest.mark.parametrize(
    ("race", "false_positive", "false_negative", "ppv", "npv"),
    [("African-American", 44.85, 27.99, 0.63, 0.65), ("Caucasian", 23.45, 47.72, 0.59, 0.71)],
)
def test_compas_comes_out_as_published(
    race: str, false_positive: float, false_negative: float, ppv: float, npv: float
) -> None:
    found = {name: metric.value or 0.0 for name, metric in metrics(COMPAS, race).items()}
    assert round(100 * found["false_positive_rate"], 2) == false_positive
    assert round(100 * found["false_negative_rate"], 2) == false_negative
    assert round(found["positive_predictive_value"], 2) == ppv
    assert round(found["negative_predictive_value"], 2) == npv


def test_gender_shades_subgroups_come_out_within_rounding() -> None:
    """Buolamwini and Gebru 2018: error rates in percent; counts from the rounded composition of 1,270 people."""
    sizes = {"darker female": 271, "darker male": 318, "lighter female": 296, "lighter male": 385}
    printed = {
        "Microsoft": (20.8, 6.0, 1.7, 0.0),
        "Face++": (34.5, 0.7, 6.0, 0.8),
        "IBM": (34.7, 12.0, 7.1, 0.3),
    }
    for errors in printed.values():
        table = {}
        for (group, n), error in zip(sizes.items(), errors, strict=True):
            wrong = round(n * error / 100)
            table[group] = (0, 0, wrong, n - wrong) if "female" in group else (n - wrong, wrong, 0, 0)
        for group, error in zip(sizes, errors, strict=True):
            accuracy = metrics(table, group)["accuracy"].value
            assert accuracy is not None
            assert abs(100 * (1 - accuracy) - error) <= 0.2


def test_every_rate_of_a_table_counted_by_hand() -> None:
    found = metrics({"a": (5, 1, 2, 4)}, "a")
    by_hand = {
        "base_rate": (6, 12),
        "selection_rate": (5, 12),
        "accuracy": (9, 12),
        "true_positive_rate": (4, 6),
        "false_positive_rate": (1, 6),
        "true_negative_rate": (5, 6),
        "false_negative_rate": (2, 6),
        "positive_predictive_value": (4, 5),
        "negative_predictive_value": (5, 7),
        "false_discovery_rate": (1, 5),
        "false_omission_rate": (2, 7),
        "f1_score": (8, 11),
    }
    assert {name: (found[name].numerator, found[name].denominator) for name in by_hand} == by_hand
    assert all(found[name].value == pytest.approx(x / n) for name, (x, n) in by_hand.items())
    assert found["balanced_accuracy"].value == pytest.approx((4 / 6 + 5 / 6) / 2)
    assert found["count"].value == 12


def test_nothing_over_nothing_is_none_and_named() -> None:
    counts = Counts.from_cells(cells({"a": (3, 0, 0, 0)}), groups=["race"], label="label", prediction="prediction")
    found = evaluate(counts, replicates=100)
    assert found.group(race="a").metrics["true_positive_rate"].value is None
    assert found.group(race="a").metrics["true_positive_rate"].low is None
    assert any("true_positive_rate" in warning for warning in found.warnings)
    assert any("race=a has no positive label" in warning for warning in found.warnings)
    assert any("race=a has 3 people" in warning for warning in found.warnings)


def test_wilson_equals_statsmodels_and_is_exact_at_the_ends() -> None:
    for x, n in ((0, 10), (1, 10), (18, 20), (20, 20), (805, 1795), (1, 1)):
        low, high = wilson(x, n)
        expected = proportion_confint(x, n, method="wilson")
        assert (low, high) == pytest.approx(expected, abs=1e-12)
    assert wilson(0, 10).low == 0
    assert wilson(10, 10).high == 1
    assert np.isnan(wilson(0, 0).low)


@pytest.mark.parametrize(
    ("x1", "n1", "x2", "n2", "low", "high"),
    [  # Newcombe, Statistics in Medicine 17 (1998) 873-890, table II, method 10
        (56, 70, 48, 80, 0.0524, 0.3339),
        (9, 10, 3, 10, 0.1705, 0.8090),
        (6, 7, 2, 7, 0.0582, 0.8062),
        (5, 56, 0, 29, -0.0381, 0.1926),
        (0, 10, 0, 20, -0.1611, 0.2775),
        (0, 10, 0, 10, -0.2775, 0.2775),
        (10, 10, 0, 20, 0.6791, 1.0000),
        (10, 10, 0, 10, 0.6075, 1.0000),
    ],
)
def test_newcombe_gives_his_published_limits(x1: int, n1: int, x2: int, n2: int, low: float, high: float) -> None:
    found = newcombe(x1, n1, x2, n2)
    assert (float(found.low), float(found.high)) == pytest.approx((low, high), abs=5e-5)


def test_koopman_equals_statsmodels_where_that_is_defined() -> None:
    generator = np.random.default_rng(5)
    for _ in range(40):
        n1, n2 = (int(n) for n in generator.integers(5, 300, 2))
        x1, x2 = int(generator.integers(1, n1)), int(generator.integers(1, n2))
        expected = confint_proportions_2indep(x1, n1, x2, n2, method="score", compare="ratio", correction=False)
        assert [float(limit) for limit in koopman(x1, n1, x2, n2)] == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(("x1", "n1", "x2", "n2"), [(3, 3, 87, 125), (7, 14, 158, 158), (20, 20, 20, 20), (0, 9, 4, 9)])
def test_koopman_limits_sit_on_the_score_statistic(x1: int, n1: int, x2: int, n2: int) -> None:
    """Where a group has all or no successes statsmodels is wrong, so the definition itself is checked."""
    a, m, b, n = (np.array(float(value)) for value in (x1, n1, x2, n2))
    for limit in koopman(x1, n1, x2, n2):
        if limit > 0:
            assert float(score_statistic(a, m, b, n, np.array(limit))) == pytest.approx(1.959964**2, rel=1e-4)


def test_koopman_is_open_where_nothing_bounds_the_ratio() -> None:
    assert koopman(0, 9, 4, 9).low == 0
    assert np.isnan(koopman(4, 9, 0, 9).high)
    assert np.isnan(koopman(0, 9, 0, 9).low)


def test_p_values_equal_scipy_and_statsmodels() -> None:
    for x1, n1, x2, n2 in ((1, 20, 6, 15), (0, 4, 3, 9), (9, 10, 3, 10), (2, 2, 0, 30)):
        assert significance.two_rates(x1, n1, x2, n2) == pytest.approx(
            fisher_exact([[x1, n1 - x1], [x2, n2 - x2]]).pvalue, rel=1e-9
        )
    assert significance.two_rates(805, 1795, 349, 1488) == pytest.approx(ztest([805, 349], [1795, 1488])[1], rel=1e-9)
    many = significance.many_rates(np.array([805, 349, 87]), np.array([1795, 1488, 405]))
    observed = np.array([[805, 990], [349, 1139], [87, 318]])
    assert many == pytest.approx(chi2_contingency(observed, correction=False).pvalue, rel=1e-9)


def test_holm_equals_statsmodels_and_leaves_undefined_out() -> None:
    p_values = [0.01, None, 0.04, 0.03, 0.5]
    expected = multipletests([0.01, 0.04, 0.03, 0.5], method="holm")[1]
    found = significance.holm(p_values)
    assert found[1] is None
    assert [p for p in found if p is not None] == pytest.approx(list(expected))


def test_scores_equal_scikit_learn() -> None:
    generator = np.random.default_rng(3)
    frame: Any = pd.DataFrame({"g": generator.choice(["a", "b"], 600), "y": generator.integers(0, 2, 600)})
    frame["s"] = np.clip(np.round((generator.random(600) + 0.4 * frame["y"]) / 1.4 * 1023) / 1024 + 1e-4, 0, 1).round(6)
    found = evaluate(count(frame, groups="g", label="y", score="s", threshold=0.5), replicates=100)
    for level in ("a", "b"):
        part = frame[frame["g"] == level]
        metric = found.group(g=level).metrics
        assert metric["auc"].value == pytest.approx(roc_auc_score(part["y"], part["s"]), abs=1e-12)
        assert metric["brier_score"].value == pytest.approx(brier_score_loss(part["y"], part["s"]), abs=1e-9)
        assert metric["mean_score"].value == pytest.approx(part["s"].mean(), abs=1e-9)


def test_delong_interval_of_a_table_counted_by_hand() -> None:
    """Positives at 0.2, 0.6, 0.9; negatives at 0.1, 0.4, 0.6: wins 1, 2.5, 3 of 3, so AUC 6.5 / 9.

    Spread of the wins' shares: positives var(1/3, 5/6, 1) = 0.12037, negatives var(1, 2/3, 1/2) = 0.064815.
    """
    frame = pd.DataFrame({"g": ["a"] * 6, "y": [1, 1, 1, 0, 0, 0], "s": [0.2, 0.6, 0.9, 0.1, 0.4, 0.6]})
    metric = evaluate(count(frame, groups="g", label="y", score="s"), replicates=100).group(g="a").metrics["auc"]
    error = (0.1203704 / 3 + 0.0648148 / 3) ** 0.5
    assert metric.value == pytest.approx(6.5 / 9)
    assert metric.low == pytest.approx(6.5 / 9 - 1.959964 * error, abs=1e-6)
    assert metric.high == 1.0
