"""Survey weights: against statsmodels' weighted statistics, and simulated coverage."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from statsmodels.stats.weightstats import DescrStatsW

from evenhand.errors import InputError
from evenhand.fairness import evaluate
from evenhand.fairness.comparing.parity import expected_under_parity
from evenhand.fairness.comparing.worth import draws_of
from evenhand.fairness.measuring.intervals import newcombe, wilson
from evenhand.fairness.measuring.margins import finest, margin
from evenhand.fairness.measuring.rates import RATES
from evenhand.fairness.measuring.samples import People, people, sample
from tests.core.fairness.repeated import counts_of_weights

SELECTED = RATES["selection_rate"]


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    random = np.random.default_rng(8)
    n = 400
    frame = pd.DataFrame({"g": random.choice(["a", "b"], n), "y": random.integers(0, 2, n)})
    frame["w"] = np.round(np.exp(0.7 * random.normal(size=n)), 6)
    frame["p"] = (random.random(n) < 0.2 + 0.3 * frame["y"] + 0.1 * (frame["w"] > 1)).astype(int)
    return frame


def test_rates_are_statsmodels_weighted_means(rows: pd.DataFrame) -> None:
    found = evaluate(counts_of_weights(rows), replicates=100)
    for level in "ab":
        part = rows[rows["g"] == level]
        metrics = found.group(g=level).metrics
        for metric, of, outcome in (
            ("selection_rate", part, part["p"]),
            ("true_positive_rate", part[part["y"] == 1], part[part["y"] == 1]["p"]),
            ("positive_predictive_value", part[part["p"] == 1], part[part["p"] == 1]["y"]),
            ("accuracy", part, part["p"] == part["y"]),
        ):
            value = metrics[metric]
            assert value.value == pytest.approx(DescrStatsW(outcome, weights=of["w"]).mean, rel=1e-9)
            assert value.method == "wilson, weighted"
            assert (value.numerator, value.denominator) == (int(outcome.sum()), len(of))
        assert not {"auc", "brier_score", "mean_score"} & set(metrics)


def test_the_worth_of_people_is_the_robust_variance_or_kishs(rows: pd.DataFrame) -> None:
    table = counts_of_weights(rows)
    seen = sample(people(margin(table, finest(table), ("g",))), SELECTED)
    assert seen.worth is not None
    for index, level in enumerate("ab"):
        part = rows[rows["g"] == level]
        # Weighted least squares with White's covariance (HC0) is the linearised variance of a weighted mean.
        fit = sm.WLS(part["p"], np.ones(len(part)), weights=part["w"]).fit(cov_type="HC0")
        share = seen.x[index] / seen.n[index]
        linear = share * (1 - share) / fit.bse.iloc[0] ** 2
        kish = part["w"].sum() ** 2 / (part["w"] ** 2).sum()
        assert seen.n[index] * seen.worth[index] == pytest.approx(min(linear, kish, len(part)), rel=1e-6)


def test_what_excludes_each_other_is_asked_of_weighted_people(rows: pd.DataFrame) -> None:
    (panel,) = evaluate(counts_of_weights(rows), replicates=100).impossibility
    for rate in panel.rates:
        part = rows[rows["g"] == rate.group["g"]]
        assert rate.n == len(part)
        assert rate.base_rate == pytest.approx(np.average(part["y"], weights=part["w"]))
        negatives = part[part["y"] == 0]
        assert rate.false_positive_rate == pytest.approx(np.average(negatives["p"], weights=negatives["w"]))


def test_dealing_outcomes_at_random_is_refused_for_weighted_people(rows: pd.DataFrame) -> None:
    with pytest.raises(InputError, match="independent people of equal weight"):
        expected_under_parity(counts_of_weights(rows), "g", "selection_rate")


def test_equal_weights_change_nothing(rows: pd.DataFrame) -> None:
    table = counts_of_weights(rows.assign(w=2.5))
    seen = sample(people(margin(table, finest(table), ("g",))), SELECTED)
    low, high = wilson(*seen.effective(confidence=0.95))
    plain = wilson(seen.counted, seen.n)
    assert low == pytest.approx(plain.low, abs=1e-9)
    assert high == pytest.approx(plain.high, abs=1e-9)


def test_replicates_vary_as_weighted_people_drawn_again_do(rows: pd.DataFrame) -> None:
    drawn = draws_of(finest(counts_of_weights(rows))).draw(np.random.default_rng(1), 20_000)
    random = np.random.default_rng(2)
    code = 2 * (2 * rows["y"] + rows["p"]) + (rows["g"] == "b")
    weights = np.zeros((len(rows), 8))
    weights[np.arange(len(rows)), code] = rows["w"]
    again = weights[random.integers(len(rows), size=(3_000, len(rows)))].sum(axis=1)
    assert drawn.mean(axis=0) == pytest.approx(weights.sum(axis=0), rel=0.01)
    assert drawn.std(axis=0) == pytest.approx(again.std(axis=0), rel=0.1)


def test_small_weighted_groups_have_no_exact_test(rows: pd.DataFrame) -> None:
    few = rows.groupby("g").head(6)
    found = evaluate(counts_of_weights(few), replicates=100)
    pair = next(row for row in found.comparisons if row.metric == "selection_rate" and row.of == "pair")
    assert pair.value is not None
    assert pair.p_value is None
    assert pair.method == "newcombe, weighted"


@pytest.mark.parametrize(("n", "spread", "link"), [(30, 0.8, 0.3), (100, 0.8, -0.3), (1000, 0.3, 0.3)])
def test_weighted_intervals_cover_the_truth(n: int, spread: float, link: float) -> None:
    """2,000 data sets whose weights vary, and go with the rate (link) or not."""
    random = np.random.default_rng(n)
    many = random.normal(size=1_000_000)
    truth = np.average(np.clip(0.3 * np.exp(link * many), 0, 1), weights=np.exp(spread * many))
    samples = []
    for _ in range(2):
        z = random.normal(size=(2000, n))
        weight, hit = np.exp(spread * z), random.random((2000, n)) < np.clip(0.3 * np.exp(link * z), 0, 1)
        cells = np.stack([(~hit).sum(axis=1), hit.sum(axis=1)], axis=-1)
        sums = np.stack([[(weight**k * each).sum(axis=1) for k in (1, 2)] for each in (~hit, hit)])
        table = np.zeros((2000, 4, 2))
        table[:, :2] = sums.transpose(2, 0, 1)
        samples.append(
            sample(People(np.pad(cells, ((0, 0), (0, 2))), table, None, None), SELECTED).effective(confidence=0.95)
        )
    low, high = wilson(*samples[0])
    assert 0.935 <= np.mean((low <= truth) & (truth <= high)) <= 0.985
    low, high = newcombe(*samples[0], *samples[1])
    assert 0.935 <= np.mean((low <= 0) & (high >= 0)) <= 0.985
