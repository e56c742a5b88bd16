"""Two one-sided tests agree with statsmodels, with duality, and claim parity wrongly no more often than they say."""

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.stats import norm
from statsmodels.stats.proportion import test_proportions_2indep as proportions_2indep

from evenhand.errors import InputError
from evenhand.fairness.comparing.equivalence import equivalence, pairs_within, within
from evenhand.fairness.comparing.references import Pairs
from evenhand.fairness.measuring.intervals import koopman
from evenhand.fairness.results import Kind

TABLES = [(40, 100, 35, 90), (3, 40, 5, 60), (700, 1000, 430, 600), (0, 50, 2, 60), (50, 50, 58, 60)]


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("margin", [0.05, 0.2])
def test_difference_agrees_with_a_likelihood_searched_by_scipy(table: tuple[int, ...], margin: float) -> None:
    """Farrington and Manning's statistic, its restricted rates found by an optimiser of its own."""
    x1, n1, x2, n2 = table
    p_values = []
    for limit in (-margin, margin):

        def loss(p2: float, limit: float = limit) -> float:
            p1 = p2 + limit
            chances = ((x1, p1), (n1 - x1, 1 - p1), (x2, p2), (n2 - x2, 1 - p2))
            return -float(sum(k * np.log(max(p, 1e-300)) for k, p in chances if k))

        found = minimize_scalar(
            loss, bounds=(max(0, -limit), min(1, 1 - limit)), method="bounded", options={"xatol": 1e-12}
        )
        p2 = found.x
        p1 = p2 + limit
        z = (x1 / n1 - x2 / n2 - limit) / np.sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2)
        p_values.append(norm.sf(z) if limit < 0 else norm.cdf(z))
    assert equivalence(*table, margin=margin) == pytest.approx(max(p_values), rel=1e-4, abs=1e-12)


@pytest.mark.parametrize("table", [table for table in TABLES if 0 < table[0] < table[1]])
def test_ratio_agrees_with_statsmodels(table: tuple[int, ...]) -> None:
    below = proportions_2indep(
        *table, value=0.8, compare="ratio", method="score", alternative="larger", correction=False
    )
    above = proportions_2indep(
        *table, value=1.25, compare="ratio", method="score", alternative="smaller", correction=False
    )
    assert equivalence(*table, margin=0.8, kind="ratio") == pytest.approx(max(below.pvalue, above.pvalue), rel=1e-6)


def test_parity_is_claimed_where_the_interval_of_twice_the_level_lies_inside() -> None:
    """Koopman's 90 % interval and the two one-sided tests at 5 % are the same statement."""
    generator = np.random.default_rng(3)
    n1, n2 = generator.integers(50, 2000, (2, 400))
    x1, x2 = generator.binomial(n1, 0.4), generator.binomial(n2, 0.42)
    interval = koopman(x1, n1, x2, n2, confidence=0.9)
    inside = (interval.low > 0.8) & (interval.high < 1.25)
    assert 50 < inside.sum() < 350
    assert ((equivalence(x1, n1, x2, n2, margin=0.8, kind="ratio") < 0.05) == inside).all()


@pytest.mark.parametrize(
    ("rates", "kind", "margin"),
    [((0.35, 0.30), "difference", 0.05), ((0.08, 0.10), "ratio", 0.8), ((0.02, 0.07), "difference", 0.05)],
)
def test_parity_is_claimed_wrongly_in_at_most_one_case_of_twenty(
    rates: tuple[float, float], kind: Kind, margin: float
) -> None:
    """The truth lies exactly on the margin: the claim is wrong, and is made in 5 % of 20,000 data sets (+- 0.6)."""
    generator = np.random.default_rng(5)
    n1, n2 = 3000, 5000
    x1, x2 = generator.binomial(n1, rates[0], 20_000), generator.binomial(n2, rates[1], 20_000)
    claimed = float((equivalence(x1, n1, x2, n2, margin=margin, kind=kind) < 0.05).mean())
    assert claimed == pytest.approx(0.05, abs=0.006)


def test_limits_without_end_are_not_tested() -> None:
    one_sided = within(40, 100, 35, 100, lowest=-np.inf, highest=0.1)
    z = proportions_2indep(40, 100, 35, 100, value=0.1, compare="diff", method="wald", alternative="smaller")
    assert one_sided == pytest.approx(z.pvalue, abs=0.02)
    assert within(40, 100, 35, 100, lowest=-np.inf, highest=np.inf) == 0
    assert within(40, 100, 35, 100, lowest=0.0, highest=np.inf, kind="ratio") == 0


def test_what_cannot_be_tested_is_nan_and_no_margin_is_refused() -> None:
    assert np.isnan(equivalence([0, 5], [0, 10], [5, 0], [10, 0], margin=0.1)).all()
    assert np.isnan(equivalence(0, 10, 0, 10, margin=0.8, kind="ratio"))
    assert equivalence(0, 1000, 0, 1000, margin=0.1) < 0.001  # none of either are alike indeed
    for margin in (0.0, 1.0, -0.1):
        with pytest.raises(InputError, match="margin of equivalence"):
            equivalence(1, 10, 1, 10, margin=margin)


def test_against_everyone_the_limits_carry_over_to_everyone_else() -> None:
    """p - p_all = (1 - w)(p - p_rest), so a margin of 0.05 to everyone is 0.05 / (1 - w) to the rest."""
    place, x = np.zeros(1, dtype=np.intp), np.array([300])
    pairs = Pairs(place, None, x, np.array([1000]), np.array([900]), np.array([3000]), np.array([0.25]))
    found = pairs_within(pairs, lowest=-0.05, highest=0.05, kind="difference")
    assert found[0] == pytest.approx(equivalence(300, 1000, 900, 3000, margin=0.05 / 0.75))
    ratio = pairs_within(pairs, lowest=0.8, highest=1.25, kind="ratio")
    low, high = (0.75 / (1 / limit - 0.25) for limit in (0.8, 1.25))
    assert ratio[0] == pytest.approx(within(300, 1000, 900, 3000, lowest=low, highest=high, kind="ratio"))
