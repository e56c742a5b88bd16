"""Final decisions beside the model's, scoring rates and treatment equality: by hand and against plain pandas."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import fisher_exact
from statsmodels.stats.proportion import proportion_confint

from evenhand.errors import InputError
from evenhand.fairness import Counts, FairnessGoal, count, evaluate
from evenhand.fairness.measuring.rates import RATES
from tests.core.fairness.published import cells


@pytest.fixture(scope="module")
def decided() -> pd.DataFrame:
    random = np.random.default_rng(6)
    n = 900
    frame = pd.DataFrame({"g": random.choice(["a", "b", "c"], n, p=[0.5, 0.3, 0.2]), "y": random.integers(0, 2, n)})
    frame["p"] = np.where(random.random(n) < 0.7, frame["y"], 1 - frame["y"])
    frame["d"] = np.where(random.random(n) < 0.8, frame["p"], 1 - frame["p"])
    return frame


def by_pandas(part: pd.DataFrame, metric: str) -> tuple[int, int]:
    """Numerator and denominator of a rate, row by row, from its definition."""
    y, p, d = (part[name] == 1 for name in "ypd")
    top, of = {
        "override_rate": (p != d, p | True),
        "override_to_positive_rate": (d, ~p),
        "override_to_negative_rate": (~d, p),
        "final_selection_rate": (d, d | True),
        "final_accuracy": (d == y, d | True),
        "final_true_positive_rate": (d, y),
        "final_false_positive_rate": (d, ~y),
        "final_true_negative_rate": (~d, ~y),
        "final_false_negative_rate": (~d, y),
        "final_positive_predictive_value": (y, d),
        "final_negative_predictive_value": (~y, ~d),
    }[metric]
    return int((top & of).sum()), int(of.sum())


FINAL = [name for name, rate in RATES.items() if rate.needs_decision]


@pytest.mark.parametrize("metric", FINAL)
def test_rates_of_final_decisions_are_those_of_the_rows(decided: pd.DataFrame, metric: str) -> None:
    found = evaluate(count(decided, groups="g", label="y", prediction="p", decision="d"), replicates=100)
    for level in "abc":
        value = found.group(g=level).metrics[metric]
        assert (value.numerator, value.denominator) == by_pandas(decided[decided["g"] == level], metric)
        assert (value.low, value.high) == pytest.approx(
            proportion_confint(value.numerator, value.denominator, method="wilson"), abs=1e-12
        )


def test_the_models_own_rates_do_not_change_with_a_decision_beside_it(decided: pd.DataFrame) -> None:
    plain = evaluate(count(decided, groups="g", label="y", prediction="p"), replicates=100)
    both = evaluate(count(decided, groups="g", label="y", prediction="p", decision="d"), replicates=100)
    for level in "abc":
        expected = plain.group(g=level).metrics
        found = both.group(g=level).metrics
        assert {name: found[name] for name in expected} == expected


def test_final_decisions_are_compared_and_judged(decided: pd.DataFrame) -> None:
    goal = FairnessGoal.from_dict({"id": "final", "metric": "override_rate", "by": ["g"], "threshold": 0.5})
    found = evaluate(count(decided, groups="g", label="y", prediction="p", decision="d"), goals=[goal], replicates=200)
    rows = {(row.metric, row.kind, row.of) for row in found.comparisons}
    assert {("override_rate", "difference", "pair"), ("final_accuracy", "ratio", "max_min")} <= rows
    assert {("final_impact_ratio", "ratio", "pair"), ("final_impact_ratio", "ratio", "max_min")} <= rows
    shares = decided.groupby("g")["d"].mean()
    spread = next(row for row in found.comparisons if row.metric == "final_selection_rate" and row.of == "max_min")
    assert spread.value is not None
    assert spread.value == pytest.approx(shares.max() - shares.min())
    assert spread.low is not None
    assert spread.low < spread.value
    assert found.overall is not None
    assert found.overall.verdict == "met"


def test_a_goal_about_decisions_that_were_not_counted_is_refused(decided: pd.DataFrame) -> None:
    goal = FairnessGoal.from_dict({"id": "final", "metric": "override_rate", "by": ["g"], "threshold": 0.5})
    with pytest.raises(InputError, match="needs a decision"):
        evaluate(count(decided, groups="g", label="y", prediction="p"), goals=[goal], replicates=100)


def test_scoring_rate_is_the_share_above_the_sample_median() -> None:
    """Scores 1 to 12, median 6.5: group a has 1 to 5 and 12, group b has 6 to 11. So 1 of 6 against 5 of 6."""
    frame = pd.DataFrame({"g": ["a"] * 5 + ["b"] * 6 + ["a"], "s": range(1, 13), "y": [0, 1] * 6})
    found = evaluate(count(frame, groups="g", label="y", score="s", median="sample"), replicates=500)
    rates = {level: found.group(g=level).metrics["scoring_rate"] for level in "ab"}
    assert {level: (each.numerator, each.denominator) for level, each in rates.items()} == {"a": (1, 6), "b": (5, 6)}
    assert rates["a"].method == "wilson"
    ratio = next(row for row in found.comparisons if row.metric == "scoring_rate_ratio" and row.of == "pair")
    assert (ratio.group, ratio.reference) == ({"g": "a"}, {"g": "b"})
    assert ratio.value == pytest.approx(0.2)
    assert ratio.p_value == pytest.approx(fisher_exact([[1, 5], [5, 1]]).pvalue)
    spread = next(row for row in found.comparisons if row.metric == "scoring_rate" and row.of == "max_min")
    assert spread.value is not None
    assert spread.value == pytest.approx(4 / 6)
    assert spread.high is not None
    assert spread.high > spread.value


def test_treatment_equality_is_the_odds_of_a_false_negative_among_errors() -> None:
    """Berk and others (2018): false negatives over false positives; COMPAS by race as published."""
    table = {"a": (10, 8, 4, 3), "none": (10, 0, 4, 3), "perfect": (5, 0, 0, 5), "all": (5, 6, 0, 5)}
    found = evaluate(
        Counts.from_cells(cells(table), groups=["race"], label="label", prediction="prediction"), replicates=100
    )
    metric = found.group(race="a").metrics["treatment_equality"]
    low, high = proportion_confint(4, 12, method="wilson")
    assert metric.value == pytest.approx(0.5)
    assert (metric.low, metric.high) == pytest.approx((low / (1 - low), high / (1 - high)))
    assert (metric.numerator, metric.denominator, metric.method) == (4, 8, "wilson, as odds")
    assert found.group(race="none").metrics["treatment_equality"].value is None
    assert found.group(race="perfect").metrics["treatment_equality"].value is None
    nobody_missed = found.group(race="all").metrics["treatment_equality"]
    assert (nobody_missed.value, nobody_missed.low) == (0.0, 0.0)
