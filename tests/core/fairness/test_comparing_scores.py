"""Tests of scores between groups agree with SciPy, and spreads of AUC and calibration with simulation."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm, ttest_ind
from sklearn.metrics import roc_auc_score
from statsmodels.stats.meta_analysis import combine_effects

from evenhand.fairness import Comparison, Evaluation, FairnessGoal, count, evaluate
from evenhand.fairness.comparing.scored_spreads import one_value


def people(seed: int, groups: tuple[int, ...] = (300, 450, 250), lift: float = 0.35) -> Any:
    """Scores on whole 1/1024, so that bins part them as they are."""
    generator = np.random.default_rng(seed)
    race = np.repeat([chr(ord("a") + i) for i in range(len(groups))], groups)
    label = generator.integers(0, 2, len(race))
    raw = (generator.random(len(race)) + lift * label) / (1 + lift)
    return pd.DataFrame({"race": race, "y": label, "s": np.floor(raw * 1023) / 1024 + 1 / 4096})


def evaluated(frame: Any, **options: Any) -> Evaluation:
    counts = count(frame, groups="race", label="y", score="s", score_range=(0.0, 1.0))
    return evaluate(counts, **{"replicates": 100, "reference": {"race": "a"}, **options})


def pair(found: Evaluation, metric: str, race: str) -> Comparison:
    (row,) = [
        r
        for r in found.comparisons
        if (r.metric, r.of, r.kind, r.group) == (metric, "pair", "difference", {"race": race})
    ]
    return row


def delong(frame: Any) -> tuple[float, float]:
    """AUC and its variance by DeLong's formula, from placements over all pairs of people."""
    positive, negative = frame.s[frame.y == 1].to_numpy(), frame.s[frame.y == 0].to_numpy()
    wins = (positive[:, None] > negative) + 0.5 * (positive[:, None] == negative)
    variance = wins.mean(axis=1).var(ddof=1) / len(positive) + wins.mean(axis=0).var(ddof=1) / len(negative)
    return float(wins.mean()), float(variance)


def test_mean_scores_are_compared_by_welch() -> None:
    frame = people(1)
    found = evaluated(frame)
    for race in ("b", "c"):
        expected = ttest_ind(frame.s[frame.race == race].round(6), frame.s[frame.race == "a"].round(6), equal_var=False)
        assert pair(found, "mean_score", race).p_value == pytest.approx(expected.pvalue, rel=1e-5)


def test_auc_of_independent_groups_is_compared_by_delong() -> None:
    frame = people(2)
    found = evaluated(frame)
    first, second = (delong(frame[frame.race == race]) for race in ("b", "a"))
    row = pair(found, "auc", "b")
    assert row.value == pytest.approx(first[0] - second[0])
    assert first[0] == pytest.approx(roc_auc_score(frame.y[frame.race == "b"], frame.s[frame.race == "b"]))
    error = np.sqrt(first[1] + second[1])
    assert row.p_value == pytest.approx(2 * norm.sf(abs(first[0] - second[0]) / error), rel=1e-6)
    assert row.detectable == pytest.approx((norm.ppf(0.975) + norm.ppf(0.8)) * error, rel=1e-6)


def test_a_clipped_interval_still_gives_its_standard_error() -> None:
    """An AUC near 1 has its upper limit cut at 1; the lower one still tells the error."""
    frame = people(3, (30, 400), lift=0.65)
    found = evaluated(frame, reference={"race": "b"})
    metric = found.group(race="a").metrics["auc"]
    assert metric.high == 1.0
    first, second = (delong(frame[frame.race == race]) for race in ("a", "b"))
    expected = 2 * norm.sf(abs(first[0] - second[0]) / np.sqrt(first[1] + second[1]))
    assert pair(found, "auc", "a").p_value == pytest.approx(expected, rel=1e-6)


def test_tests_of_equal_scores_are_wrong_as_often_as_they_say() -> None:
    """800 groups of 60 drawn like the 60,000 they are compared with: p under 0.05 in one of twenty (+- 2.5 points)."""
    frame = people(20, (60_000, *[60] * 800))
    frame["race"] = np.repeat(["a", *(f"g{i}" for i in range(800))], (60_000, *[60] * 800))
    found = evaluated(frame)
    for name in ("mean_score", "auc", "brier_score", "calibration_gap"):
        rows = [row for row in found.comparisons if (row.metric, row.of) == (name, "pair")]
        assert len(rows) == 800
        early = np.mean([row.p_value is not None and row.p_value < 0.05 for row in rows])
        assert early == pytest.approx(0.05, abs=0.025)


def test_spread_of_auc_over_groups() -> None:
    frame = people(4)
    found = evaluated(frame)
    (row,) = [each for each in found.comparisons if each.metric == "auc_difference"]
    each = [delong(frame[frame.race == race]) for race in "abc"]
    value, error = np.array([a for a, _ in each]), np.sqrt([v for _, v in each])
    assert row.value == pytest.approx(value.max() - value.min())
    expected: Any = combine_effects(value, error**2, method_re="dl").test_homogeneity()
    assert row.p_value == pytest.approx(expected.pvalue)
    drawn = np.random.default_rng(8).normal(0, error, (200_000, 3))
    assert row.expected == pytest.approx(float(np.ptp(drawn, axis=1).mean()), rel=0.04)
    assert row.low is not None
    assert row.high is not None
    assert 0 < row.low < row.high < 1
    assert row.method == "normal draws percentile"


def test_one_value_for_all_equals_cochran() -> None:
    expected: Any = combine_effects(np.array([0.6, 0.7, 0.75]), np.array([0.01, 0.02, 0.005]) ** 1).test_homogeneity()
    found = one_value(np.array([0.6, 0.7, 0.75]), np.sqrt([0.01, 0.02, 0.005]))
    assert found == pytest.approx(expected.pvalue)


def test_spread_of_calibration_is_that_of_the_gaps() -> None:
    found = evaluated(people(5))
    gaps = [each.metrics["calibration_gap"].value or 0 for each in found.groups if each.group]
    (row,) = [each for each in found.comparisons if each.metric == "calibration_difference"]
    assert row.value == pytest.approx(max(gaps) - min(gaps))
    errors = [pair(found, "calibration_error", race) for race in "bc"]
    assert all(each.value is not None and each.p_value is None for each in errors)


def test_groups_without_a_standard_error_enter_no_spread() -> None:
    frame = pd.concat(
        [people(6, (300, 200)), pd.DataFrame({"race": ["tiny"] * 3, "y": [0, 0, 1], "s": [0.1, 0.2, 0.9]})]
    )
    found = evaluated(frame)
    (row,) = [each for each in found.comparisons if each.metric == "auc_difference"]
    assert row.value is not None
    assert row.value < 0.2
    assert pair(found, "auc", "tiny").p_value is None


def test_all_pairs_of_scores_stand_once_and_goals_may_ask_for_calibration() -> None:
    frame = people(7)
    found = evaluated(frame, reference="all_pairs")
    rows = [each for each in found.comparisons if (each.metric, each.of) == ("mean_score", "pair")]
    assert len(rows) == 3
    goal = {"id": "cal", "metric": "calibration_gap", "by": ["race"], "threshold": 0.2, "kind": "difference"}
    judged = evaluated(frame, goals=[FairnessGoal.from_dict({**goal, "reference": {"race": "a"}})])
    assert {each.verdict for each in judged.verdicts if each.is_goal} == {"met"}
