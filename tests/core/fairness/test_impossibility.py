"""Chouldechova's identity holds exactly, and says which criteria exclude each other only where the data show it."""

import json
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.errors import InputError
from evenhand.fairness import Counts, Evaluation, FairnessGoal, count, evaluate
from evenhand.fairness.judging.impossibility import forced_false_positive_rate, impossibility
from evenhand.fairness.results import Exclusion, Impossibility
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
        "The base rate is 51.4% in African-American and 39.4% in Caucasian. Equal positive predictive values "
        "(61.0%) and equal false negative rates (37.0%) would force false positive rates of 42.7% and 26.1%: "
        "the three cannot be equal together."
    )


def test_defaults_are_the_model_as_it_is_and_small_groups_are_named() -> None:
    found = panel(COMPAS)
    assert found.positive_predictive_value == pytest.approx(2035 / 3317)
    assert found.false_negative_rate == pytest.approx(1216 / 3251)
    assert found.left_out == ({"race": "Asian"}, {"race": "Native American"})  # 32 people, but 8 of them selected
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


def goals(*metrics: str, threshold: float = 0.05, by: str = "race") -> list[FairnessGoal]:
    return [
        FairnessGoal.from_dict({"id": metric, "metric": metric, "by": by, "threshold": threshold, "side": "equal"})
        for metric in metrics
    ]


def exclusion(found: Impossibility, *criteria: str) -> Exclusion:
    (row,) = [each for each in found.exclusions if each.criteria == criteria]
    return row


TWO = {name: COMPAS[name] for name in ("African-American", "Caucasian")}


def test_the_chosen_pair_comes_first_with_what_was_agreed() -> None:
    chosen = goals("predictive_parity_difference", "equalized_odds_difference")
    found = panel(TWO, goals=chosen, positive_predictive_value=0.61, false_negative_rate=0.37)
    first = found.exclusions[0]
    assert first.criteria == ("predictive_parity", "equalized_odds")
    assert (first.chosen, first.possible, first.forced, first.margin) == (True, False, "false_positive_rate", 0.05)
    assert [round(each.value or 0, 3) for each in first.values] == [0.427, 0.261]
    assert not any(each.chosen for each in found.exclusions[1:])
    assert "42.7% in African-American and 26.1% in Caucasian" in first.sentence
    assert "more than the 5 points agreed" in first.sentence
    assert "either the false positive rate differs, or predictive values do" in first.sentence


@given(st.tuples(*[st.integers(1, 5_000)] * 8))
def test_equal_error_rates_force_selection_rates_apart_as_tables_show(numbers: tuple[int, ...]) -> None:
    """Two groups built with everyone's TPR and FPR have just the selection rates that the panel forces."""
    found = panel({"a": numbers[:4], "b": numbers[4:]}, min_group=1)  # type: ignore[dict-item]
    forced = exclusion(found, "demographic_parity", "equalized_odds")
    tn, fp, fn, tp = (x + y for x, y in zip(numbers[:4], numbers[4:], strict=True))
    for each, table in zip(forced.values, (numbers[:4], numbers[4:]), strict=True):
        positives, negatives = table[2] + table[3], table[0] + table[1]
        selected = positives * tp / (tp + fn) + negatives * fp / (fp + tn)
        assert each.value == pytest.approx(selected / (positives + negatives))


def test_equal_selection_and_predictive_values_leave_the_outcome_with_those_not_selected() -> None:
    """Half selected, of whom 60 % have the outcome: of base rates 50 % and 40 %, 40 % and 20 % are left."""
    table = {"a": (300, 200, 200, 300), "b": (400, 200, 100, 300)}
    row = exclusion(panel(table), "demographic_parity", "conditional_use_accuracy")
    assert row.possible is False
    assert [each.value for each in row.values] == pytest.approx([0.4, 0.2])
    assert row.gap == pytest.approx(0.2)


def test_parts_of_a_criterion_can_hold_at_a_price() -> None:
    found = panel(TWO, goals=goals("positive_predictive_value", "true_positive_rate"))
    row = exclusion(found, "predictive_parity", "equal_opportunity")
    assert (row.chosen, row.possible, row.forced) == (True, True, "false_positive_rate")
    assert "can both hold, at a price" in row.sentence
    both = panel(TWO, goals=goals("positive_predictive_value", "true_positive_rate", "false_positive_rate"))
    assert exclusion(both, "predictive_parity", "equalized_odds").chosen
    assert not any(each.criteria[1] == "equal_opportunity" for each in both.exclusions)


def test_a_gap_within_what_was_agreed_excludes_nothing() -> None:
    found = panel(TWO, goals=goals("selection_rate", "equalized_odds_difference", threshold=0.25))
    row = exclusion(found, "demographic_parity", "equalized_odds")
    assert (row.chosen, row.possible, row.margin) == (True, None, 0.25)
    assert "within the 25 points agreed" in row.sentence


def test_a_model_that_selects_blindly_or_without_mistakes_escapes() -> None:
    blind = {"a": (300, 100, 150, 50), "b": (75, 25, 300, 100)}
    row = exclusion(panel(blind), "demographic_parity", "equalized_odds")
    assert row.possible is True
    assert "alike with and without the outcome" in row.sentence
    perfect = panel({"a": (500, 0, 100, 400), "b": (900, 0, 20, 80)})
    assert exclusion(perfect, "predictive_parity", "equalized_odds").possible is True


def test_calibrated_scores_exclude_balanced_ones() -> None:
    """Kleinberg and others (2016): with equal means without the outcome, those with it differ as base rates do."""
    people = {"a": (400, 400), "b": (300, 129)}  # without, with the outcome
    rows = [
        {"race": race, "y": y, "s": (0.25, 0.7)[y]}
        for race, each in people.items()
        for y in (0, 1)
        for _ in range(each[y])
    ]
    counts = count(pd.DataFrame(rows), groups=["race"], label="y", score="s", threshold=0.5, score_range=(0, 1))
    found = impossibility(counts, "race", goals=goals("calibration_error", "equalized_odds_difference"))
    row = exclusion(found, "calibration", "error_balance")
    assert (row.chosen, row.possible) == (True, False)
    for each, rate in zip(row.values, found.rates, strict=True):
        p = rate.base_rate
        assert (each.value or 0) * p + 0.25 * (1 - p) == pytest.approx(p), (
            "the mean of calibrated scores is the base rate"
        )
    assert exclusion(found, "score_parity", "calibration").values[0].value == found.rates[0].base_rate


def test_every_evaluation_says_what_excludes_what() -> None:
    rows = [
        {"race": race, "sex": sex, **cell}
        for race, table in TWO.items()
        for sex in ("f", "m")
        for cell in (
            {"y": y, "p": p, "n": n} for (y, p), n in zip(((0, 0), (0, 1), (1, 0), (1, 1)), table, strict=True)
        )
    ]
    counts = Counts.from_cells(rows, groups=["race", "sex"], label="y", prediction="p")
    assert [each.by for each in evaluate(counts, replicates=100).impossibility] == [("race",), ("sex",)]
    found = evaluate(counts, goals=goals("selection_rate", by="race"), replicates=100)
    assert [each.by for each in found.impossibility] == [("race",)]
    again = Evaluation.from_json(json.loads(json.dumps(found.to_json())))
    assert again.impossibility == found.impossibility


def test_without_labels_or_decisions_there_is_no_panel() -> None:
    decisions = Counts.from_cells(
        [{"g": "a", "p": 1, "n": 50}, {"g": "b", "p": 0, "n": 50}], groups=["g"], prediction="p"
    )
    assert evaluate(decisions, replicates=100).impossibility == ()
    nobody = Counts.from_cells([{"g": "a", "y": 1, "p": 0, "n": 50}], groups=["g"], label="y", prediction="p")
    assert evaluate(nobody, replicates=100).impossibility == ()
