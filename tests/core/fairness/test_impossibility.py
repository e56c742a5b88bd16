"""Chouldechova's identity holds exactly, and says which criteria exclude each other only where the data show it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.errors import InputError
from evenhand.fairness import Counts
from evenhand.fairness.judging.impossibility import Impossibility, forced_false_positive_rate, impossibility
from tests.core.fairness.published import COMPAS, cells


def panel(table: dict[str, tuple[int, int, int, int]], **options: Any) -> Impossibility:
    counts = Counts.from_cells(cells(table), groups=["race"], label="label", prediction="prediction")
    return impossibility(counts, "race", **options)


@pytest.mark.parametrize(("group", "expected"), [("African-American", 0.4485), ("Caucasian", 0.2345)])
def test_identity_gives_the_published_rates_of_compas(group: str, expected: float) -> None:
    tn, fp, fn, tp = COMPAS[group]
    forced = forced_false_positive_rate(
        (fn + tp) / (tn + fp + fn + tp), positive_predictive_value=tp / (tp + fp), false_negative_rate=fn / (fn + tp)
    )
    assert forced == pytest.approx(fp / (fp + tn), rel=1e-12)
    assert round(forced or 0, 4) == expected


@given(*[st.integers(1, 10_000)] * 4)
def test_identity_holds_in_every_table(tn: int, fp: int, fn: int, tp: int) -> None:
    forced = forced_false_positive_rate(
        (fn + tp) / (tn + fp + fn + tp), positive_predictive_value=tp / (tp + fp), false_negative_rate=fn / (fn + tp)
    )
    assert forced == pytest.approx(fp / (fp + tn), rel=1e-9)


def test_equal_predictive_values_force_unequal_errors_in_compas() -> None:
    two = {name: COMPAS[name] for name in ("African-American", "Caucasian")}
    found = panel(two, positive_predictive_value=0.61, false_negative_rate=0.37)
    assert found.possible is False
    assert [round(rate.forced or 0, 3) for rate in found.rates] == [0.427, 0.261]
    assert found.sentence == (
        "The base rate is 51.4% in race=African-American and 39.4% in race=Caucasian. Equal positive predictive values "
        "(61.0%) and equal false negative rates (37.0%) would force false positive rates of 42.7% and 26.1%: "
        "the three cannot be equal together."
    )


def test_defaults_are_the_model_as_it_is_and_small_groups_are_named() -> None:
    found = panel(COMPAS)
    assert found.positive_predictive_value == pytest.approx(2035 / 3317)
    assert found.false_negative_rate == pytest.approx(1216 / 3251)
    assert found.left_out == ({"race": "Native American"},)
    assert {"race": "Native American"} not in [rate.group for rate in found.rates]


def test_base_rates_that_may_be_equal_exclude_nothing() -> None:
    assert panel({"a": (40, 20, 10, 30), "b": (41, 19, 11, 29)}).possible is None
    assert panel({"a": (40, 20, 10, 30)}).possible is None


def test_without_false_positives_all_three_can_hold() -> None:
    assert panel({"a": (500, 0, 100, 400), "b": (900, 0, 20, 80)}).possible is True


def test_a_rate_over_one_cannot_be() -> None:
    assert forced_false_positive_rate(0.9, positive_predictive_value=0.3, false_negative_rate=0.1) is None
    assert forced_false_positive_rate(1.0, positive_predictive_value=0.5, false_negative_rate=0.1) is None
    found = panel({"a": (50, 50, 100, 800), "b": (500, 400, 20, 80)}, positive_predictive_value=0.3)
    assert "more than 100%, which cannot be" in found.sentence


def test_unusable_requests_are_refused() -> None:
    with pytest.raises(InputError, match="was not counted"):
        impossibility(Counts.from_cells(cells(COMPAS), groups=["race"], label="label", prediction="prediction"), "sex")
    with pytest.raises(InputError, match="need a label and a prediction"):
        impossibility(Counts.from_cells([{"race": "a", "label": 1, "n": 3}], groups=["race"], label="label"), "race")
    with pytest.raises(InputError, match="within 0 and 1"):
        panel(COMPAS, positive_predictive_value=61)
