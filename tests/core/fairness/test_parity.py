"""The spread expected under parity agrees with exact sums and tells noise from harm."""

import numpy as np
import pytest
from scipy.stats import fisher_exact, hypergeom

from evenhand.errors import InputError
from evenhand.fairness import Counts
from evenhand.fairness.comparing.parity import ParitySpread, expected_under_parity
from tests.core.fairness.published import COMPAS, cells


def decided(**selected: tuple[int, int]) -> Counts:
    rows = [
        {"group": name, "taken": taken, "n": chosen if taken else people - chosen}
        for name, (chosen, people) in selected.items()
        for taken in (0, 1)
    ]
    return Counts.from_cells(rows, groups=["group"], prediction="taken")


def known(found: ParitySpread | None) -> ParitySpread:
    assert found is not None
    return found


def test_two_groups_agree_with_the_exact_sum_and_fishers_test() -> None:
    counts = decided(a=(12, 30), b=(6, 30))
    found = known(expected_under_parity(counts, "group", "selection_rate"))
    chances = hypergeom(60, 30, 18)
    exact = sum(chances.pmf(k) * abs(k / 30 - (18 - k) / 30) for k in range(19))
    assert found.value == pytest.approx(0.2)
    assert found.expected == pytest.approx(exact, abs=0.005)
    assert found.p_value == pytest.approx(fisher_exact([[12, 18], [6, 24]])[1], abs=0.02)
    assert 0 < found.expected < found.unusual


def test_ten_fair_groups_differ_by_chance_as_much_as_simulated() -> None:
    rng = np.random.default_rng(7)
    rates = rng.binomial(50, 0.3, size=(4000, 10)) / 50
    counts = decided(**{f"g{i}": (15, 50) for i in range(10)})
    found = known(expected_under_parity(counts, "group", "selection_rate"))
    assert found.groups == 10
    assert found.value == 0
    assert found.p_value == 1
    assert found.expected == pytest.approx(np.ptp(rates, axis=1).mean(), abs=0.01)
    assert found.expected > 0.15
    ratio = known(expected_under_parity(counts, "group", "selection_rate", kind="ratio"))
    assert ratio.unusual < ratio.expected < 0.8  # four fifths is missed by noise alone


def test_compas_is_beyond_chance_and_repeats_itself() -> None:
    counts = Counts.from_cells(cells(COMPAS), groups=["race"], label="label", prediction="prediction")
    found = known(expected_under_parity(counts, ["race"], "false_positive_rate", min_group=30, replicates=2000))
    assert found.value == pytest.approx(805 / 1795 - 2 / 23)
    assert found.p_value < 0.01
    assert found.value > found.unusual
    assert found == expected_under_parity(counts, "race", "false_positive_rate", min_group=30, replicates=2000)


def test_nothing_to_compare_is_none_and_bad_requests_are_refused() -> None:
    assert expected_under_parity(decided(a=(3, 5)), "group", "selection_rate") is None
    assert expected_under_parity(decided(a=(0, 5), b=(0, 9)), "group", "selection_rate", kind="ratio") is None
    for by, metric, said in (
        ("sex", "selection_rate", "was not counted"),
        ("group", "auc", "is no rate"),
        ("group", "accuracy", "needs a label"),
    ):
        with pytest.raises(InputError, match=said):
            expected_under_parity(decided(a=(3, 5), b=(2, 5)), by, metric)
