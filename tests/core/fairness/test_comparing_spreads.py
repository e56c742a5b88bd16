"""Spreads over groups: what chance makes of them, tests where groups are small, and all tests corrected together."""

import time
from typing import Any

import fairlearn.metrics as fairlearn
import numpy as np
import pytest
from scipy.stats import PermutationMethod, chi2_contingency
from statsmodels.stats.multitest import multipletests

from evenhand.errors import InputError
from evenhand.fairness import Comparison, Counts, Evaluation, evaluate
from evenhand.fairness.comparing.parity import deal, deals, dealt, expected_under_parity
from evenhand.fairness.comparing.references import parsed
from tests.core.fairness.published import COMPAS, cells, people

Table = dict[str, tuple[int, int, int, int]]


def counts_of(table: Table) -> Counts:
    return Counts.from_cells(cells(table), groups=["race"], label="label", prediction="prediction")


def evaluated(table: Table, **options: Any) -> Evaluation:
    return evaluate(counts_of(table), **{"replicates": 200, **options})


def spread(found: Evaluation, metric: str, kind: str = "difference") -> Comparison:
    (row,) = [each for each in found.comparisons if (each.metric, each.kind, each.of) == (metric, kind, "max_min")]
    return row


def alike(groups: int, size: int, rate: float) -> Table:
    """Groups of one size and, as nearly as whole people allow, one rate."""
    positive = round(size * rate)
    return {f"g{i:02}": (size - positive, positive, 0, 0) for i in range(groups)}


def test_expected_is_the_average_of_many_deals() -> None:
    found = evaluated(COMPAS)
    for metric in ("selection_rate", "true_positive_rate", "positive_predictive_value"):
        for kind in ("difference", "ratio"):
            many: Any = expected_under_parity(counts_of(COMPAS), "race", metric, kind=kind)
            assert spread(found, metric, kind).expected == pytest.approx(many.expected, rel=0.03)


def test_expected_is_what_fair_models_show_on_average() -> None:
    """Simulated: ten groups of 50 people, one rate for all; drawn anew 4,000 times."""
    generator = np.random.default_rng(2)
    rates = generator.binomial(50, 0.3, (4000, 10)) / 50
    expected = float((rates.max(axis=1) - rates.min(axis=1)).mean())
    assert spread(evaluated(alike(10, 50, 0.3)), "selection_rate").expected == pytest.approx(expected, rel=0.03)


def test_expected_of_two_rates_is_that_of_the_larger_spread() -> None:
    found = evaluated(COMPAS)
    odds, tpr, fpr = (
        spread(found, name).expected
        for name in ("equalized_odds_difference", "true_positive_rate", "false_positive_rate")
    )
    assert odds is not None
    assert tpr is not None
    assert fpr is not None
    assert max(tpr, fpr) < odds < tpr + fpr


def test_opposite_rates_have_the_same_expectation() -> None:
    found = evaluated(COMPAS)
    first, second = spread(found, "true_positive_rate"), spread(found, "false_negative_rate")
    assert first.expected == pytest.approx(second.expected)
    assert (
        spread(found, "true_positive_rate", "ratio").expected != spread(found, "false_negative_rate", "ratio").expected
    )


def test_small_groups_are_tested_by_permutation() -> None:
    """With an expected count under 1; SciPy permutes the rows themselves with the same statistic."""
    table: Table = {"a": (10, 8, 0, 0), "b": (3, 0, 0, 0), "c": (1, 4, 0, 0), "d": (30, 5, 0, 0), "e": (1, 1, 0, 0)}
    row = spread(evaluated(table), "selection_rate")
    observed = np.array([[quad[0], quad[1]] for quad in table.values()])
    resampled = PermutationMethod(n_resamples=20_000, rng=np.random.default_rng(4))
    expected = chi2_contingency(observed, correction=False, method=resampled).pvalue
    assert row.p_value == pytest.approx(expected, abs=0.006)


def test_permutation_agrees_with_chi_square_where_both_hold() -> None:
    x, n = np.array([60, 80, 95, 70]), np.array([200, 240, 230, 180])
    chi_square = chi2_contingency(np.column_stack([x, n - x]), correction=False).pvalue
    found = [dealt(x, n, random=np.random.default_rng(seed)).p_value for seed in range(5)]
    assert np.mean(found) == pytest.approx(chi_square, abs=0.012)


def test_very_many_people_are_dealt_too() -> None:
    x, n = np.array([400_000_000, 500_000_000]), np.array([1_000_000_000, 1_200_000_000])
    drawn = deal(x, n, random=np.random.default_rng(1), replicates=50) / n
    assert drawn.mean(axis=0) == pytest.approx([x.sum() / n.sum()] * 2, abs=1e-4)
    assert (deals(2), deals(200), deals(400), deals(100_000)) == (2000, 2000, 1000, 200)


def test_equalized_odds_are_tested_by_bonferroni_and_have_a_ratio() -> None:
    found = evaluated(COMPAS)
    tpr, fpr = (spread(found, name) for name in ("true_positive_rate", "false_positive_rate"))
    odds = spread(found, "equalized_odds_difference")
    assert tpr.p_value is not None
    assert fpr.p_value is not None
    assert odds.p_value == 2 * min(tpr.p_value, fpr.p_value)
    rows = people(COMPAS)
    expected = fairlearn.equalized_odds_ratio(rows["label"], rows["prediction"], sensitive_features=rows["race"])
    assert spread(found, "equalized_odds_ratio", "ratio").value == pytest.approx(expected)


def test_conditional_use_accuracy_is_the_larger_of_two_spreads() -> None:
    found = evaluated(COMPAS)
    parts = [spread(found, name).value for name in ("positive_predictive_value", "negative_predictive_value")]
    assert spread(found, "conditional_use_accuracy_difference").value == max(each or 0 for each in parts)


def test_treatment_equality_compares_false_negatives_for_each_false_positive() -> None:
    found = evaluated({"a": (50, 20, 30, 40), "b": (60, 25, 10, 50), "c": (30, 10, 20, 60)})
    assert spread(found, "treatment_equality_difference").value == pytest.approx(2 - 0.4)
    assert spread(found, "treatment_equality_ratio", "ratio").value == pytest.approx(0.2)
    (pair,) = [row for row in found.comparisons if row.metric == "treatment_equality" and row.group == {"race": "c"}]
    assert pair.value == pytest.approx(2 - 0.4)
    errors = np.array([[20, 10], [10, 25]])
    assert pair.p_value == pytest.approx(chi2_contingency(errors, correction=False).pvalue)


def test_differential_fairness_bounds_every_pair_and_both_decisions() -> None:
    """Epsilon: the largest |log| of a ratio of chances, over all pairs of groups and both decisions."""
    found = evaluated(COMPAS)
    rates = [(quad[1] + quad[3]) / sum(quad) for quad in COMPAS.values()]
    epsilon = max(abs(np.log(one / other)) for p in (rates, [1 - r for r in rates]) for one in p for other in p)
    row = spread(found, "differential_fairness_ratio", "ratio")
    assert row.value == pytest.approx(np.exp(-epsilon))
    selected = spread(found, "selection_rate", "ratio")
    assert row.p_value == selected.p_value
    assert row.expected is not None
    assert selected.expected is not None
    assert row.expected <= selected.expected


def test_every_two_groups_are_compared_once() -> None:
    found = evaluated(COMPAS, reference="all_pairs")
    sizes = {name: sum(quad) for name, quad in COMPAS.items()}
    rows = [row for row in found.comparisons if (row.metric, row.kind, row.of) == ("accuracy", "ratio", "pair")]
    pairs = [((row.group or {})["race"], (row.reference or {})["race"]) for row in rows]
    assert len(pairs) == len({frozenset(pair) for pair in pairs}) == 15
    assert all(sizes[group] <= sizes[reference] for group, reference in pairs)
    assert "Every two groups are compared once, the smaller with the larger." in found.warnings
    assert parsed(["all_pairs"]) == "all_pairs"
    with pytest.raises(InputError, match="more than 20,000"):
        evaluate(counts_of(alike(250, 20, 0.3)), reference="all_pairs", replicates=100)


def test_q_values_are_over_every_test_of_the_evaluation() -> None:
    """The difference and the ratio of the same groups are one test."""
    found = evaluated(COMPAS)
    tests = {
        (row.metric, row.of, str(row.group), str(row.reference)): (row.p_value, row.q_value)
        for row in found.comparisons
        if row.p_value is not None
    }
    p_values, q_values = zip(*tests.values(), strict=True)
    assert list(q_values) == pytest.approx(multipletests(p_values, method="fdr_bh")[1])
    assert all(row.q_value is not None for row in found.comparisons if row.p_value is not None)
    assert (
        "Of many tests some come out by chance, so each p-value also stands corrected: within its metric and "
        f"attributes (race: 5) as p_adjusted (Holm), over all {len(tests)} tests of this evaluation as q_value "
        "(Benjamini and Hochberg)." in found.warnings
    )


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("largest", "Groups are compared with the largest one: race=African-American."),
        ({"race": "Caucasian"}, "Groups are compared with a named one: race=Caucasian."),
        ("overall", "Groups are compared with everyone, themselves included."),
        (
            "best_eligible",
            "Each metric is compared with the group that did best in this data, which makes gaps look larger.",
        ),
    ],
)
def test_the_result_says_whom_groups_are_compared_with(reference: Any, said: str) -> None:
    assert said in evaluated(COMPAS, reference=reference).warnings


def test_detectable_stands_on_differences_of_pairs_only() -> None:
    found = evaluated(COMPAS, reference={"race": "Caucasian"})
    rows = [row for row in found.comparisons if row.metric == "false_positive_rate"]
    assert all((row.detectable is not None) == (row.kind == "difference" and row.of == "pair") for row in rows)
    by_race = {(row.group or {})["race"]: row.detectable or 0 for row in rows if row.detectable}
    assert by_race["Native American"] > 0.4 > 0.06 > by_race["African-American"]


def test_groups_too_small_to_show_a_difference_are_named() -> None:
    found = evaluated({"a": (400, 300, 200, 300), "b": (300, 280, 120, 300), "c": (10, 9, 8, 9)})
    (said,) = [each for each in found.warnings if "could not have shown" in each]
    assert said.startswith(
        "This data could not have shown true differences of 20 points or more in some rates of: race=c."
    )
    assert not any("could not have shown" in each for each in evaluated(alike(3, 5000, 0.3)).warnings)


def test_an_evaluation_of_twelve_groups_takes_no_time() -> None:
    counts = counts_of(alike(12, 900, 0.3))
    evaluate(counts, replicates=100)
    start = time.perf_counter()
    evaluate(counts, replicates=100)
    assert time.perf_counter() - start < 0.5
