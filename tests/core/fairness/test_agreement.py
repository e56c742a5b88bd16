"""Ten tables of many shapes: every rate as fairlearn has it, every interval as statsmodels has it."""

import warnings
from typing import Any

import numpy as np
import pytest
from fairlearn import metrics as fairlearn
from sklearn.metrics import accuracy_score, balanced_accuracy_score, f1_score, precision_score
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from evenhand.fairness import Counts, Evaluation, evaluate
from tests.core.fairness.published import cells, people

Table = dict[str, tuple[int, int, int, int]]  # group: tn, fp, fn, tp

TABLES: dict[str, Table] = {
    "two equal groups": {"a": (40, 10, 10, 40), "b": (40, 10, 10, 40)},
    "one tiny group": {"a": (1, 0, 1, 1), "b": (800, 200, 150, 850)},
    "rare outcome": {"a": (4900, 60, 25, 15), "b": (1950, 31, 12, 7)},
    "nearly all selected": {"a": (1, 90, 2, 107), "b": (2, 170, 1, 227)},
    "nobody selected in one": {"a": (70, 0, 30, 0), "b": (60, 10, 5, 25)},
    "perfect in one": {"a": (50, 0, 0, 50), "b": (45, 8, 6, 41)},
    "always wrong in one": {"a": (0, 25, 25, 0), "b": (30, 5, 5, 30)},
    "five groups": {
        "a": (310, 45, 38, 120),
        "b": (150, 40, 22, 66),
        "c": (75, 9, 14, 31),
        "d": (33, 8, 4, 12),
        "e": (12, 3, 2, 6),
    },
    "large numbers": {"a": (40_000, 6_000, 5_000, 19_000), "b": (9_000, 2_100, 1_100, 3_800)},
    "the sign turns": {"a": (20, 60, 5, 55), "b": (200, 20, 90, 30), "c": (7, 7, 7, 7)},
}
RATES: dict[str, Any] = {
    "selection_rate": fairlearn.selection_rate,
    "true_positive_rate": fairlearn.true_positive_rate,
    "false_positive_rate": fairlearn.false_positive_rate,
    "true_negative_rate": fairlearn.true_negative_rate,
    "false_negative_rate": fairlearn.false_negative_rate,
    "accuracy": accuracy_score,
    "balanced_accuracy": balanced_accuracy_score,
    "positive_predictive_value": precision_score,
    "f1_score": f1_score,
}


def evaluated(table: Table) -> Evaluation:
    counts = Counts.from_cells(cells(table, "group"), groups=["group"], label="label", prediction="prediction")
    return evaluate(counts, replicates=200)


@pytest.mark.parametrize("name", TABLES)
def test_rates_equal_fairlearn(name: str) -> None:
    rows = people(TABLES[name], "group")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # scikit-learn warns where a rate is undefined and answers 0; we answer None
        peer = fairlearn.MetricFrame(
            metrics=RATES,
            y_true=np.array(rows["label"]),
            y_pred=np.array(rows["prediction"]),
            sensitive_features=np.array(rows["group"]),
        )
    found = evaluated(TABLES[name])
    for level in TABLES[name]:
        for metric, value in found.group(group=level).metrics.items():
            if metric in RATES and value.value is not None:
                assert value.value == pytest.approx(peer.by_group.loc[level, metric], abs=1e-12), (level, metric)
    for metric in RATES:
        overall = found.group().metrics[metric].value
        assert overall is None or overall == pytest.approx(peer.overall[metric], abs=1e-12)


@pytest.mark.parametrize("name", TABLES)
def test_intervals_equal_statsmodels(name: str) -> None:
    found = evaluated(TABLES[name])
    compared = 0
    for result in found.groups:
        for metric, value in result.metrics.items():
            if value.method == "wilson" and value.denominator:
                low, high = proportion_confint(value.numerator, value.denominator, method="wilson")
                assert (value.low, value.high) == pytest.approx((low, high), abs=1e-9), (result.group, metric)
                compared += 1
    assert compared >= 20
    for row in found.comparisons:
        if row.of == "pair" and row.method == "newcombe" and row.low is not None:
            assert row.group is not None
            assert row.reference is not None
            first, second = (found.group(**group).metrics[row.metric] for group in (row.group, row.reference))
            limits = confint_proportions_2indep(
                first.numerator, first.denominator, second.numerator, second.denominator, method="newcomb"
            )
            assert (row.low, row.high) == pytest.approx(limits, abs=1e-9), (row.group, row.metric)


@pytest.mark.parametrize("name", TABLES)
def test_spreads_equal_fairlearn(name: str) -> None:
    rows = people(TABLES[name], "group")
    given = {
        "y_true": np.array(rows["label"]),
        "y_pred": np.array(rows["prediction"]),
        "sensitive_features": np.array(rows["group"]),
    }
    spreads = {(row.metric, row.kind): row.value for row in evaluated(TABLES[name]).comparisons if row.of == "max_min"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert spreads["demographic_parity_difference", "difference"] == pytest.approx(
            fairlearn.demographic_parity_difference(**given), abs=1e-12
        )
        assert spreads["demographic_parity_ratio", "ratio"] == pytest.approx(
            fairlearn.demographic_parity_ratio(**given), abs=1e-12
        )
        assert spreads["equalized_odds_difference", "difference"] == pytest.approx(
            fairlearn.equalized_odds_difference(**given), abs=1e-12
        )
