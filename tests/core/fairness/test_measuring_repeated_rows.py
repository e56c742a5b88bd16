"""Rows of one person or site: variances against statsmodels' cluster-robust ones, and simulated coverage."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from evenhand.fairness import Counts, count, evaluate
from evenhand.fairness.comparing import references
from evenhand.fairness.comparing.worth import draws_of
from evenhand.fairness.measuring.intervals import koopman, newcombe, pairing_gain, wilson
from evenhand.fairness.measuring.margins import Margin, finest, margin
from evenhand.fairness.measuring.rates import RATES
from evenhand.fairness.measuring.samples import People, correlation, people, sample
from tests.core.fairness.published import COMPAS, cells
from tests.core.fairness.repeated import counts_of_units

SELECTED = RATES["selection_rate"]


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    """Sixty units whose rows go together, most with rows in both groups."""
    random = np.random.default_rng(4)
    found: list[tuple[Any, ...]] = []
    for unit in range(60):
        base = random.beta(1.5, 1.5)
        found += [
            (random.choice(["a", "b"]), int(random.random() < base), int(random.random() < 0.1 + 0.8 * base), unit)
            for _ in range(random.integers(2, 12))
        ]
    return pd.DataFrame(found, columns=["g", "y", "p", "unit"])


def margin_of(counts: Counts) -> Margin:
    return margin(counts, finest(counts), ("g",))


def robust(part: pd.DataFrame, outcome: str) -> float:
    """The variance of a mean by statsmodels' cluster-robust least squares, with the factor m / (m - 1)."""
    units = part["unit"].nunique()
    fit = sm.OLS(part[outcome], np.ones(len(part))).fit(
        cov_type="cluster", cov_kwds={"groups": part["unit"], "use_correction": False}
    )
    return float(fit.bse.iloc[0] ** 2 * units / (units - 1))


@pytest.mark.parametrize(("metric", "outcome"), [("selection_rate", "p"), ("base_rate", "y")])
def test_the_worth_of_rows_is_statsmodels_cluster_robust_variance(
    rows: pd.DataFrame, metric: str, outcome: str
) -> None:
    seen = sample(people(margin_of(counts_of_units(rows))), RATES[metric])
    assert seen.worth is not None
    for index, level in enumerate("ab"):
        part = rows[rows["g"] == level]
        share = seen.x[index] / seen.n[index]
        plain = share * (1 - share) / seen.n[index]
        assert plain / seen.worth[index] == pytest.approx(max(robust(part, outcome), plain), rel=1e-9)
    assert seen.worth.min() < 0.9


def test_the_difference_of_groups_that_share_units_has_statsmodels_variance(rows: pd.DataFrame) -> None:
    pairs = references.pairs(margin_of(counts_of_units(rows)), SELECTED, {"g": "a"}, eligible=np.array([True, True]))
    assert pairs.worth1 is not None
    assert pairs.worth2 is not None
    assert pairs.correlation is not None
    first, second = (
        x / n * (1 - x / n) / (n * worth)
        for x, n, worth in ((pairs.x1, pairs.n1, pairs.worth1), (pairs.x2, pairs.n2, pairs.worth2))
    )
    found = float((first + second - 2 * pairs.correlation * np.sqrt(first * second))[0])
    terms = pd.DataFrame({"one": 1, "b": (rows["g"] == "b").astype(int)})
    fit = sm.OLS(rows["p"], terms).fit(cov_type="cluster", cov_kwds={"groups": rows["unit"], "use_correction": False})
    factor = min(rows[rows["g"] == level]["unit"].nunique() for level in "ab")
    assert pairs.correlation[0] > 0.1
    assert found == pytest.approx(fit.bse["b"] ** 2 * factor / (factor - 1), rel=0.01)


def test_everyone_else_is_the_other_group_where_there_are_two(rows: pd.DataFrame) -> None:
    table = margin_of(counts_of_units(rows))
    eligible = np.array([True, True])
    overall = references.pairs(table, SELECTED, "overall", eligible=eligible)
    pair = references.pairs(table, SELECTED, {"g": "a"}, eligible=eligible)
    assert overall.correlation is not None
    assert pair.correlation is not None
    assert overall.correlation[1] == pytest.approx(pair.correlation[0], rel=0.02)
    assert overall.worth2 is not None
    assert pair.worth2 is not None
    assert overall.worth2[1] == pytest.approx(pair.worth2[0], rel=0.02)


def test_units_of_one_row_are_what_independent_people_are() -> None:
    table = {level: COMPAS[level] for level in ("Hispanic", "Other")}
    frame = pd.DataFrame(
        [(row["race"], row["label"], row["prediction"]) for row in cells(table) for _ in range(row["n"])],
        columns=["g", "y", "p"],
    )
    frame["unit"] = range(len(frame))
    plain = evaluate(
        Counts.from_cells(cells(table), groups=["race"], label="label", prediction="prediction"), replicates=100
    )
    clustered = evaluate(counts_of_units(frame), replicates=100)
    for level in table:
        one, other = plain.group(race=level).metrics["accuracy"], clustered.group(g=level).metrics["accuracy"]
        assert other.value == one.value
        assert other.method == "wilson, clustered by unit"
        assert one.low is not None
        assert other.low is not None
        assert other.low == pytest.approx(one.low, abs=0.002)
        assert other.low <= one.low


def test_rows_all_alike_within_units_count_as_units() -> None:
    """Twenty units of five equal rows tell what twenty people tell."""
    frame = pd.DataFrame(
        {
            "g": "a",
            "y": 0,
            "p": [int(unit < 8) for unit in range(20) for _ in range(5)],
            "unit": np.repeat(range(20), 5),
        }
    )
    seen = sample(people(margin_of(counts_of_units(frame))), SELECTED)
    assert seen.worth is not None
    assert seen.n[0] * seen.worth[0] == pytest.approx(20 * 19 / 20)
    nobody = frame.assign(p=0)
    none = sample(people(margin_of(counts_of_units(nobody))), SELECTED)
    assert none.worth is not None
    assert none.n[0] * none.worth[0] == pytest.approx(20)


def test_the_scanner_counts_units_as_plain_loops_do(rows: pd.DataFrame) -> None:
    found, expected = count(rows, groups="g", label="y", prediction="p", unit="unit"), counts_of_units(rows)
    assert (found.units, found.cells) == (expected.units, expected.cells)


def test_one_unit_alone_has_no_interval() -> None:
    frame = pd.DataFrame({"g": ["a"] * 6 + ["b"] * 6, "y": 0, "p": [0, 1] * 6, "unit": [1] * 6 + [2, 3, 4, 5, 6, 7]})
    found = evaluate(counts_of_units(frame), replicates=100)
    metric = found.group(g="a").metrics["selection_rate"]
    assert (metric.value, metric.low, metric.high) == (0.5, None, None)
    assert found.group(g="b").metrics["selection_rate"].low is not None
    assert all(row.low is None for row in found.comparisons if row.metric == "selection_rate" and row.of == "pair")


def test_replicates_vary_as_units_drawn_again_do(rows: pd.DataFrame) -> None:
    """Against a plain bootstrap of whole units, 4,000 times."""
    counts = counts_of_units(rows)
    drawn = draws_of(finest(counts)).draw(np.random.default_rng(1), 20_000).reshape(20_000, 4, 2)
    random = np.random.default_rng(2)
    by_unit = np.zeros((60, 4, 2))
    for group, label, prediction, unit in rows.itertuples(index=False):
        by_unit[unit, 2 * label + prediction, "ab".index(group)] += 1
    again = by_unit[random.integers(60, size=(4_000, 60))].sum(axis=1)
    for held in (drawn, again):
        held[:] = held / held.sum(axis=(1, 2), keepdims=True)
    assert drawn.std(axis=0) == pytest.approx(again.std(axis=0), rel=0.08)


@pytest.mark.parametrize(
    ("units", "together", "rate"), [(20, 0.1, 0.3), (20, 0.5, 0.3), (50, 0.5, 0.05), (200, 0.3, 0.05)]
)
def test_intervals_of_repeated_rows_cover_the_truth(units: int, together: float, rate: float) -> None:
    """2,000 data sets with this intraclass correlation; two groups share all units and have the same rate."""
    random = np.random.default_rng(units)
    spread = (1 - together) / together
    chance = random.beta(rate * spread, (1 - rate) * spread, (2000, units))
    groups = []
    for _ in range(2):
        n = 1 + random.poisson(6, chance.shape)
        x = random.binomial(n, chance)
        groups.append(np.stack([n - x, x, 0 * x, 0 * x], axis=-1).astype(float))
    many = np.full(2000, float(units))
    first, second = (
        sample(People(each.sum(axis=1).astype(np.int64), None, np.einsum("rmk,rml->rkl", each, each), many), SELECTED)
        for each in groups
    )
    low, high = wilson(*first.effective(confidence=0.95))
    assert 0.935 <= np.mean((low <= rate) & (rate <= high)) <= 0.985
    naive = wilson(first.x, first.n)
    assert np.mean((naive.low <= rate) & (rate <= naive.high)) < 0.89
    products = np.einsum("rmk,rml->rkl", *groups)
    known = correlation(products, SELECTED, first, second, units=many)
    effective = (*first.effective(confidence=0.95), *second.effective(confidence=0.95))
    low, high = newcombe(*effective, correlation=known)
    assert 0.935 <= np.mean((low <= 0) & (high >= 0)) <= 0.99
    gain = pairing_gain(*effective, known)
    low, high = koopman(*(part * gain for part in effective))
    assert 0.935 <= np.mean((np.nan_to_num(low) <= 1) & (np.nan_to_num(high, nan=np.inf) >= 1)) <= 0.99


@pytest.mark.parametrize("by_unit", [True, False])
def test_intervals_of_weighted_repeated_rows_cover_the_truth(by_unit: bool) -> None:
    """The two losses are multiplied: 50 units of 8 rows, log-normal weights that differ by unit or by row."""
    random = np.random.default_rng(5)
    chance = random.beta(0.7, 1.63, (1500, 50, 1))
    hit = random.random((1500, 50, 8)) < chance
    weight = np.exp(0.6 * random.normal(size=(1500, 50, 1 if by_unit else 8))) * np.ones((1500, 50, 8))
    classes = (~hit, hit)
    rows = np.zeros((1500, 50, 4))
    weights = np.zeros((1500, 4, 2))
    for cell, chosen in enumerate(classes):
        rows[:, :, cell] = chosen.sum(axis=2)
        weights[:, cell] = np.stack([(weight**power * chosen).sum(axis=(1, 2)) for power in (1, 2)], axis=-1)
    who = People(rows.sum(axis=1).astype(np.int64), weights, np.einsum("rmk,rml->rkl", rows, rows), np.full(1500, 50.0))
    low, high = wilson(*sample(who, SELECTED).effective(confidence=0.95))
    truth = 0.7 / 2.33
    assert 0.935 <= np.mean((low <= truth) & (truth <= high)) <= 0.99
