"""Decisions beside predictions, survey weights and ready count tables: the sums one gets by hand, exact at any size."""

from fractions import Fraction
from typing import Any

import pandas as pd
import pytest

from evenhand.errors import InputError
from evenhand.fairness import Cell, Counts, count
from tests.core.fairness.published import COMPAS, cells, people


def test_decision_stands_beside_the_prediction() -> None:
    frame = pd.DataFrame({"g": ["a"] * 5, "y": [1, 1, 0, 0, 0], "p": [1, 1, 1, 0, 0], "human": [1, 0, 0, 0, 1]})
    counts = count(frame, groups="g", label="y", prediction="p", decision="human")
    assert counts.cells == (
        Cell(("a",), 0, 0, 1, decision=0),
        Cell(("a",), 0, 0, 1, decision=1),
        Cell(("a",), 0, 1, 1, decision=0),
        Cell(("a",), 1, 1, 1, decision=0),
        Cell(("a",), 1, 1, 1, decision=1),
    )
    assert Counts.from_json(counts.to_json()) == counts


def test_decision_shares_the_positive_value_and_leaves_the_score_axis_alone() -> None:
    frame = pd.DataFrame({"g": ["a", "b"] * 20, "p": ["yes", "no"] * 20, "s": [i / 39 for i in range(40)]})
    frame["human"] = ["no", "no", "yes", "yes"] * 10
    options: dict[str, Any] = {"groups": "g", "prediction": "p", "score": "s", "positive": "yes"}
    counts = count(frame, decision="human", **options)
    assert counts.score_bins == count(frame, **options).score_bins
    assert {(cell.prediction, cell.decision): cell.n for cell in counts.cells} == {
        (1, 0): 10,
        (1, 1): 10,
        (0, 0): 10,
        (0, 1): 10,
    }


def test_weights_are_exact_sums_of_millionths() -> None:
    weights = [0.000001, 0.1, 1 / 3, 2, 999_999.999999, 1_000_000]
    counts = count(pd.DataFrame({"g": ["a"] * 6, "y": [1] * 6, "w": weights}), groups="g", label="y", weight="w")
    micro = [int(Fraction(weight) * 1_000_000 + Fraction(1, 2)) for weight in weights]
    assert counts.columns.measures == ("weight_sum", "weight_squares")
    assert counts.cells == (Cell(("a",), 1, None, 6, sums=(sum(micro), sum(each**2 for each in micro))),)
    assert Counts.from_json(counts.to_json()) == counts


def test_largest_weights_of_many_rows_do_not_overflow() -> None:
    rows = 100_000
    frame = pd.DataFrame({"g": ["a"] * rows, "y": [1] * rows, "w": [999_999.999999] * rows, "n": [1000] * rows})
    (cell,) = count(frame, groups="g", label="y", weight="w", people="n").cells
    assert cell.n == 1000 * rows
    assert cell.sums == (cell.n * (10**12 - 1), cell.n * (10**12 - 1) ** 2)


def test_a_ready_table_counts_like_its_people() -> None:
    table, rows = pd.DataFrame(cells(COMPAS)), pd.DataFrame(people(COMPAS))
    for frame in (table, rows):
        frame["s"] = (frame["label"] + 2 * frame["prediction"]) / 7
        frame["w"] = 1 + frame["label"] / 3
    options: dict[str, Any] = {"groups": "race", "label": "label", "prediction": "prediction", "score": "s"}
    ready = count(table, people="n", weight="w", **options)
    one_each = count(rows.assign(n=1), people="n", weight="w", **options)
    assert ready.n_rows == ready.sources[0].n_rows == 7214
    assert ready.sha256 == one_each.sha256
    assert ready.cells == count(rows, weight="w", **options).cells
    assert count(table, people="n", filters=["label = 1"], control_total=7214, **options).n_rows == 3251


def test_a_row_may_stand_for_nobody() -> None:
    frame = pd.DataFrame({"g": ["a", "a", "b"], "y": [1, 0, 1], "s": [0.1, 0.2, 0.3], "n": [3, 0, 0]})
    counts = count(frame, groups="g", label="y", score="s", people="n")
    assert [(cell.group[0], cell.label, cell.n) for cell in counts.cells] == [("a", 0, 0), ("a", 1, 3), ("b", 1, 0)]
    assert [table.group for table in counts.score_bins] == [(), ("a",)]
    with pytest.raises(InputError, match="nothing to count"):
        count(frame.assign(n=0), groups="g", label="y", people="n")


@pytest.mark.parametrize(
    ("value", "shown"), [(-3, "-3"), (1.5, "1.5"), (None, "nan"), (2e9, "2000000000"), (float("inf"), "inf")]
)
def test_impossible_numbers_of_people_are_refused(value: Any, shown: str) -> None:
    frame = pd.DataFrame({"g": ["a", "b"], "y": [1, 0], "n": [2, value]})
    with pytest.raises(InputError, match="Column 'n' has 1 values that are not a whole number of people") as caught:
        count(frame, groups="g", label="y", people="n")
    assert f"(the first found is {shown})" in str(caught.value)


@pytest.mark.parametrize("value", [0, -1, 4e-7, 1_000_001, float("nan"), float("inf")])
def test_impossible_weights_are_refused(value: float) -> None:
    frame = pd.DataFrame({"g": ["a", "b"], "y": [1, 0], "w": [2.0, value]})
    with pytest.raises(InputError, match="Column 'w' has 1 values that are not a weight over 0 and at most a million"):
        count(frame, groups="g", label="y", weight="w")
    assert count(frame, groups="g", label="y", weight="w", filters=["w = 2"]).n_rows == 1


def test_more_people_than_there_are_are_refused() -> None:
    frame = pd.DataFrame({"g": ["a"] * 10, "y": [1] * 10, "n": [10**9] * 10})
    with pytest.raises(InputError, match="more than there are"):
        count(frame, groups="g", label="y", people="n")


@pytest.mark.parametrize("role", ["people", "weight"])
def test_text_is_no_quantity(role: str) -> None:
    options: dict[str, Any] = {role: "x"}
    with pytest.raises(InputError, match="Column 'x' is not numeric"):
        count(pd.DataFrame({"g": ["a"], "y": [1], "x": ["many"]}), groups="g", label="y", **options)
