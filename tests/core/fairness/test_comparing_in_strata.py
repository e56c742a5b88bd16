"""Comparisons within strata give Berkeley's published figures, agree with statsmodels, and pool only what is alike."""

from typing import Any

import numpy as np
import pytest
from statsmodels.stats.contingency_tables import StratifiedTable

from evenhand.errors import InputError
from evenhand.fairness import Comparison, Counts, evaluate
from evenhand.fairness.comparing.conditional import Conditional, conditional
from evenhand.fairness.comparing.strata import Strata

# Applications to Berkeley's six largest departments in autumn 1973, admitted and all, men and women: P. J. Bickel,
# E. A. Hammel, J. W. O'Connell, Science 187 (1975) 398-404; R: datasets::UCBAdmissions.
BERKELEY = {
    "A": ((512, 825), (89, 108)),
    "B": ((353, 560), (17, 25)),
    "C": ((120, 325), (202, 593)),
    "D": ((138, 417), (131, 375)),
    "E": ((53, 191), (94, 393)),
    "F": ((22, 373), (24, 341)),
}
Table = dict[str, tuple[tuple[int, int], tuple[int, int]]]


def counts_of(table: Table) -> Counts:
    rows = [
        {"department": name, "sex": sex, "admitted": admitted, "n": n}
        for name, groups in table.items()
        for sex, (positive, people) in zip(("Male", "Female"), groups, strict=True)
        for admitted, n in ((1, positive), (0, people - positive))
    ]
    return Counts.from_cells(rows, groups=["sex", "department"], prediction="admitted")


def in_departments(table: Table, **options: Any) -> Conditional:
    (found,) = conditional(
        counts_of(table),
        "sex",
        within="department",
        metric="selection_rate",
        **{"reference": {"sex": "Female"}, **options},
    )
    return found


def peer(table: Table) -> StratifiedTable:
    return StratifiedTable([np.array([[a, n - a], [b, m - b]], dtype=float) for (a, n), (b, m) in table.values()])


def test_berkeley_as_published() -> None:
    """R: mantelhaen.test(UCBAdmissions, correct = FALSE): odds ratio 0.9046968 (0.7719074, 1.0603298), p 0.2169."""
    found = in_departments(BERKELEY, pool_regardless=True)
    assert found.odds_ratio.value == pytest.approx(0.9046968, abs=1e-6)
    assert found.odds_ratio.low == pytest.approx(0.7719074, abs=1e-6)
    assert found.odds_ratio.high == pytest.approx(1.0603298, abs=1e-6)
    assert found.p_value == pytest.approx(0.2169, abs=1e-4)
    assert found.strata == 6
    men, women = (sum(each[side][0] for each in BERKELEY.values()) for side in (0, 1))
    crude = men * (1835 - women) / ((2691 - men) * women)
    assert crude == pytest.approx(1.84, abs=0.005)  # overall men are admitted far more often


def test_unlike_effects_are_not_pooled() -> None:
    """In department A women are admitted far more often, elsewhere alike: Breslow-Day p 0.002."""
    found = in_departments(BERKELEY)
    assert found.p_alike == pytest.approx(peer(BERKELEY).test_equal_odds(adjust=True).pvalue)
    assert not found.pooled
    assert (found.difference.value, found.ratio.value, found.odds_ratio.value, found.p_value) == (None,) * 4
    alike = in_departments({name: groups for name, groups in BERKELEY.items() if name != "A"})
    assert alike.pooled
    assert alike.odds_ratio.value is not None


@pytest.mark.parametrize("seed", range(6))
def test_pooled_figures_equal_statsmodels(seed: int) -> None:
    generator = np.random.default_rng(seed)
    n = generator.integers(5, 300, (7, 2))
    x = generator.binomial(n, generator.uniform(0.1, 0.7, (7, 1)))
    table: Any = {f"{i}": tuple(zip(x[i].tolist(), n[i].tolist(), strict=True)) for i in range(7)}
    expected, found = peer(table), in_departments(table, pool_regardless=True, confidence=0.9)
    assert found.odds_ratio.value == pytest.approx(expected.oddsratio_pooled)
    low, high = expected.oddsratio_pooled_confint(alpha=0.1)
    assert [found.odds_ratio.low, found.odds_ratio.high] == pytest.approx([low, high])
    assert found.ratio.value == pytest.approx(expected.riskratio_pooled)
    assert found.p_value == pytest.approx(expected.test_null_odds(correction=False).pvalue)
    assert found.p_alike == pytest.approx(expected.test_equal_odds(adjust=True).pvalue, rel=1e-6)


def test_intervals_hold_the_truth_in_nineteen_of_twenty_data_sets() -> None:
    """Sato's and Greenland and Robins's, for a few large strata and for many small ones."""
    generator = np.random.default_rng(11)
    for strata, people in ((4, 200), (60, 8)):
        base = np.linspace(0.2, 0.6, strata)
        n1, n2 = (generator.integers(people // 2, people * 2, strata) for _ in range(2))
        for truth, first in ((0.1, base + 0.1), (1.4, base * 1.4)):
            x1, x2 = generator.binomial(n1, first, (4000, strata)), generator.binomial(n2, base, (4000, strata))
            everywhere = np.ones((4000, 1))
            drawn = Strata(x1.astype(float), n1 * everywhere, x2.astype(float), n2 * everywhere)
            _, limits = drawn.difference(confidence=0.95) if truth < 1 else drawn.ratio(confidence=0.95)
            held = float(((limits.low <= truth) & (truth <= limits.high)).mean())
            assert held == pytest.approx(0.95, abs=0.015)


def test_the_difference_is_the_weighted_mean_over_strata() -> None:
    """Weights n1 n2 / (n1 + n2), by hand."""
    found = in_departments({"A": ((30, 100), (10, 100)), "B": ((20, 50), (30, 150))}, pool_regardless=True)
    assert found.difference.value == pytest.approx((50 * 0.2 + 37.5 * 0.2) / 87.5)


def test_a_stratum_with_one_group_says_nothing() -> None:
    one_sided: Table = {**BERKELEY, "G": ((40, 50), (0, 0))}
    first, second = (in_departments(table, pool_regardless=True) for table in (BERKELEY, one_sided))
    assert first == second
    apart = in_departments({"A": ((5, 10), (0, 0)), "B": ((0, 0), (5, 10))})
    assert (apart.strata, apart.pooled, apart.difference.value, apart.p_value) == (0, False, None, None)


def test_evaluations_have_rows_within_strata() -> None:
    found = evaluate(
        counts_of({name: groups for name, groups in BERKELEY.items() if name != "A"}),
        within="department",
        reference={"sex": "Female"},
        replicates=100,
    )
    rows = [row for row in found.comparisons if row.within]
    assert {(row.by, row.kind, row.method) for row in rows} == {
        (("sex",), "difference", "mantel-haenszel"),
        (("sex",), "ratio", "mantel-haenszel"),
    }
    (difference,) = _of(rows, "difference")
    assert difference.within == ("department",)
    assert difference.value == in_departments({n: g for n, g in BERKELEY.items() if n != "A"}).difference.value
    assert difference.q_value is not None
    (crude,) = [
        row
        for row in found.comparisons
        if (row.metric, row.kind, row.of, row.by, row.within) == ("selection_rate", "difference", "pair", ("sex",), ())
    ]
    assert crude.value is not None
    assert difference.value is not None
    assert crude.value > 0.09 > 0.01 > difference.value


def test_what_is_not_pooled_is_a_warning() -> None:
    found = evaluate(counts_of(BERKELEY), within=["department"], reference={"sex": "Female"}, replicates=100)
    assert {row.value for row in found.comparisons if row.within} == {None}
    assert (
        "sex=Male against sex=Female: effects differ between strata of department (Breslow-Day test), so these are not "
        "pooled: selection_rate." in found.warnings
    )


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"within": "faculty"}, "'faculty' is not a group column"),
        ({"within": ["sex", "department"]}, "no groups are left"),
        ({"within": "department", "reference": "overall"}, "not with 'overall'"),
        ({"within": "department", "reference": "best_eligible"}, "not with 'best_eligible'"),
    ],
)
def test_strata_that_cannot_be_are_refused(options: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        evaluate(counts_of(BERKELEY), replicates=100, **options)
    with pytest.raises(InputError, match="cannot be compared within"):
        conditional(counts_of(BERKELEY), "department", within="department", metric="selection_rate")
    with pytest.raises(InputError, match="no rate that was counted"):
        conditional(counts_of(BERKELEY), "sex", within="department", metric="accuracy")


def _of(rows: list[Comparison], kind: str) -> list[Comparison]:
    return [row for row in rows if row.kind == kind]
