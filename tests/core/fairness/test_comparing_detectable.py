"""What data could have shown agrees with statsmodels' power and with simulation."""

import numpy as np
import pytest
from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.proportion import power_proportions_2indep, proportion_effectsize

from evenhand.errors import InputError
from evenhand.fairness.comparing.detecting import detectable, detectable_difference, sample_size
from evenhand.fairness.comparing.significance import rates_of_pairs


@pytest.mark.parametrize(("rate", "n1", "n2"), [(0.3, 40, 1000), (0.5, 500, 500), (0.1, 2000, 900), (0.02, 300, 9000)])
def test_power_at_the_detectable_difference_is_that_of_statsmodels(rate: float, n1: int, n2: int) -> None:
    found = detectable_difference(rate, n1, n2)
    assert found is not None
    powers = [
        power_proportions_2indep(sign * found, rate, n1, ratio=n2 / n1, alpha=0.05).power
        for sign in (1, -1)
        if 0 <= rate + sign * found <= 1
    ]
    assert min(powers) == pytest.approx(0.8, abs=2e-3)  # statsmodels adds the far tail of the test
    effect = proportion_effectsize(rate + found, rate)
    assert NormalIndPower().power(effect, n1, 0.05, ratio=n2 / n1) == pytest.approx(
        0.8, abs=0.1
    )  # on the arcsine scale


def test_sample_size_is_that_of_statsmodels_to_the_person() -> None:
    for rate, difference, times in ((0.3, 0.05, 1.0), (0.5, -0.1, 3.0), (0.1, 0.02, 0.5)):
        group, reference = sample_size(rate, difference, times=times)
        assert reference == pytest.approx(group * times, abs=times + 1)
        powers = [
            power_proportions_2indep(difference, rate, n, ratio=times, alpha=0.05).power for n in (group - 1, group)
        ]
        assert powers[0] < 0.8005
        assert powers[1] > 0.7999


def test_simulated_tests_show_the_detectable_difference_four_times_of_five() -> None:
    generator = np.random.default_rng(7)
    n1, n2, rate = 400, 3000, 0.3
    found = detectable_difference(rate, n1, n2)
    assert found is not None
    x1, x2 = generator.binomial(n1, rate + found, 20_000), generator.binomial(n2, rate, 20_000)
    shown = rates_of_pairs(x1, np.full(20_000, n1), x2, np.full(20_000, n2)) < 0.05
    assert shown.mean() == pytest.approx(0.8, abs=0.02)


def test_detectable_and_sample_size_are_one_statement() -> None:
    for rate, n in ((0.3, 250), (0.6, 1200)):
        found = detectable_difference(rate, n, n)
        assert found is not None
        sizes = [sample_size(rate, sign * found).group for sign in (1, -1)]
        assert max(sizes) == n


def test_what_no_difference_would_have_shown() -> None:
    assert detectable_difference(0.5, 2, 3) is None
    assert np.isnan(detectable([0.5, 0.5], [0, 40], [10, 0], confidence=0.95)).all()
    upwards = detectable_difference(0.0, 100, 1000)  # nothing is under 0
    assert upwards is not None
    assert 0 < upwards < 0.1


@pytest.mark.parametrize(
    ("rate", "difference"), [(0.3, 0.0), (0.3, 0.8), (1.2, -0.5)], ids=["no difference", "over 1", "no rate"]
)
def test_what_is_no_question_is_refused(rate: float, difference: float) -> None:
    with pytest.raises(InputError):
        sample_size(rate, difference)
