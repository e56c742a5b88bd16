"""Tests of many pairs at once agree with SciPy and statsmodels, one by one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import fisher_exact
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportions_ztest

from evenhand.fairness.comparing.exact import fisher
from evenhand.fairness.comparing.significance import benjamini_hochberg, rates_of_pairs


def test_fisher_of_many_pairs_equals_scipy() -> None:
    generator = np.random.default_rng(1)
    n1, n2 = generator.integers(1, 60, 300), generator.integers(1, 3000, 300)
    x1, x2 = generator.binomial(n1, 0.3), generator.binomial(n2, 0.01)
    expected = [fisher_exact([[a, m - a], [b, n - b]]).pvalue for a, m, b, n in zip(x1, n1, x2, n2, strict=True)]
    found = fisher(*(each.astype(np.float64) for each in (x1, n1, x2, n2)))
    assert found == pytest.approx(np.array(expected), rel=1e-9)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30), st.integers(0, 30), st.integers(0, 30)), max_size=6))
def test_each_pair_has_its_own_test(tables: list[tuple[int, int, int, int]]) -> None:
    """Fisher's where an expected count is under 5, the score test otherwise, none for an empty group."""
    columns = np.array(tables, dtype=np.int64).reshape(-1, 4)
    x1, rest1, x2, rest2 = columns.T
    found = rates_of_pairs(x1, x1 + rest1, x2, x2 + rest2)
    for p_value, (a, c, b, d) in zip(found, tables, strict=True):
        if not a + c or not b + d:
            assert np.isnan(p_value)
            continue
        smallest = min(a + c, b + d) * min(a + b, c + d) / (a + b + c + d)
        if smallest < 5:
            assert p_value == pytest.approx(fisher_exact([[a, c], [b, d]]).pvalue, rel=1e-9)
        else:
            assert p_value == pytest.approx(proportions_ztest([a, b], [a + c, b + d])[1], rel=1e-9)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.floats(0, 1), st.sampled_from([0.01, 0.05])), min_size=1, max_size=40), st.data())
def test_q_values_equal_statsmodels_and_leave_undefined_out(p_values: list[float], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(p_values)))
    found = benjamini_hochberg(np.array([*p_values[:place], np.nan, *p_values[place:]]))
    assert np.isnan(found[place])
    assert np.delete(found, place) == pytest.approx(multipletests(p_values, method="fdr_bh")[1])


def test_no_tests_have_no_q_values() -> None:
    assert np.isnan(benjamini_hochberg(np.array([np.nan, np.nan]))).all()
    assert len(benjamini_hochberg(np.array([]))) == 0
