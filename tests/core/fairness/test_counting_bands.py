"""Numbers in bands, the share above the sample's median, and labels known only of selected people."""

import statistics
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.errors import IncompatibleCountsError, InputError
from evenhand.fairness import Counts, count
from evenhand.fairness.scanning.recounting import differences

AGES = [17.9, 25, 39.5, 40, 60, 200, None, -1]


def test_ages_fall_into_the_stated_bands(tmp_path: Path) -> None:
    frame = pd.DataFrame({"age": AGES, "y": [1] * 8})
    counts = count(frame, groups="age", label="y", bands={"age": [25, 40, 60]})
    assert {cell.group[0]: cell.n for cell in counts.cells} == {
        "(missing)": 1,
        "under 25": 2,
        "25 to under 40": 2,
        "40 to under 60": 1,
        "60 and over": 2,
    }
    assert Counts.from_json(counts.to_json()) == counts
    frame.to_csv(tmp_path / "ages.csv", index=False)
    with duckdb.connect() as connection:
        table = pa.Table.from_pandas(frame)
        for data in (tmp_path / "ages.csv", pl.LazyFrame(pl.from_arrow(table)), connection.from_arrow(table), table):
            assert count(data, groups="age", label="y", bands={"age": [25, 40, 60]}).sha256 == counts.sha256


def test_cut_points_may_be_fractions_and_filters_still_see_the_number() -> None:
    frame = pd.DataFrame({"age": AGES, "y": [1] * 8})
    counts = count(frame, groups="age", label="y", bands={"age": [39.5]}, filters=["age >= 25"])
    assert {cell.group[0]: cell.n for cell in counts.cells} == {"under 39.5": 1, "39.5 and over": 4}


@pytest.mark.parametrize(
    ("bands", "said"),
    [
        ({"age": [40, 25]}, "need cut points that rise"),
        ({"age": []}, "need cut points"),
        ({"y": [1]}, "Bands are for a group column"),
        ({"name": [1]}, "Column 'name' is not numeric"),
        ({"age": [float("nan")]}, "must be numbers"),
    ],
)
def test_impossible_bands_are_refused(bands: dict[str, list[float]], said: str) -> None:
    frame = pd.DataFrame({"age": AGES, "name": list("abcdefgh"), "y": [1] * 8})
    with pytest.raises(InputError, match=said):
        count(frame, groups=["age", "name"], label="y", bands=bands)


def test_bands_that_differ_do_not_add_up() -> None:
    frame = pd.DataFrame({"age": AGES, "y": [1] * 8})
    first, second = (count(frame, groups="age", label="y", bands={"age": [cut]}) for cut in (25, 40))
    with pytest.raises(IncompatibleCountsError):
        first + second


# NYC LL144's rule (DCWP, 6 RCNY 5-301): the scoring rate of a category is its share of scores above the sample median.
def test_scoring_rate_counts_who_is_above_the_median_of_all() -> None:
    frame = pd.DataFrame({"g": list("aaaabbbb"), "s": [10, 20, 30, 40, 30, 40, 50, 60], "y": [0, 1] * 4})
    counts = count(frame, groups="g", label="y", score="s", median="sample")
    assert counts.columns.median == statistics.median(frame["s"]) == 35
    above = {group: sum(cell.sums[0] for cell in counts.cells if cell.group == (group,)) for group in "ab"}
    assert above == {"a": 1, "b": 3}
    assert Counts.from_json(counts.to_json()) == counts


def test_the_scoring_rate_needs_neither_label_nor_prediction() -> None:
    counts = count(pd.DataFrame({"g": list("aab"), "s": [0.1, 0.3, 0.9]}), groups="g", score="s", median="sample")
    assert [(cell.group[0], cell.n, cell.sums) for cell in counts.cells] == [("a", 2, (0,)), ("b", 1, (1,))]
    with pytest.raises(InputError, match="no rows to count"):
        count(pd.DataFrame({"g": [], "s": []}), groups="g", score="s", median="sample")


def test_nobody_at_the_median_is_above_it() -> None:
    counts = count(
        pd.DataFrame({"g": ["a"] * 3, "s": [0.5, 0.5, 0.7], "y": [0, 1, 1]}),
        groups="g",
        label="y",
        score="s",
        median="sample",
    )
    assert counts.columns.median == 0.5
    assert sum(cell.sums[0] for cell in counts.cells) == 1


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("ab"), st.floats(0, 1, allow_nan=False) | st.sampled_from([0.0, 5e-324, 0.1, 1.0])),
        min_size=1,
        max_size=60,
    )
)
def test_the_median_found_is_the_textbook_one(rows: list[tuple[str, float]]) -> None:
    scores = [score for _, score in rows]
    frame = pd.DataFrame({"g": [group for group, _ in rows], "s": scores, "y": [1] * len(rows)})
    counts = count(frame, groups="g", label="y", score="s", median="sample")
    assert counts.columns.median == statistics.median(scores)
    assert sum(cell.sums[0] for cell in counts.cells) == sum(score > statistics.median(scores) for score in scores)
    weighed = frame.groupby(["g", "s"], as_index=False).agg(y=("y", "max"), n=("y", "size"))
    assert count(weighed, groups="g", label="y", score="s", median="sample", people="n").cells == counts.cells


def test_parts_add_up_with_a_stated_median() -> None:
    frame = pd.DataFrame({"g": ["a", "b"] * 30, "s": [index / 59 for index in range(60)], "y": [0, 1, 1] * 20})
    options: dict[str, Any] = {"groups": "g", "label": "y", "score": "s", "min_bin": 1}
    whole = count(frame, median="sample", **options)
    parts = [count(frame.iloc[start::2], median=whole.columns.median, **options) for start in range(2)]
    assert (parts[0] + parts[1]).sha256 == whole.sha256


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"median": "sample"}, "A median needs a score"),
        ({"median": 0.5}, "needs a score"),
        ({"median": "middle", "score": "s"}, "is not a number"),
        ({"median": 2, "score": "s"}, "The median 2 lies outside the score's range"),
        ({"observed": "some"}, "all or selected"),
        ({"observed": "selected"}, "need a label and a prediction"),
    ],
)
def test_impossible_requests_are_refused(options: dict[str, Any], said: str) -> None:
    frame = pd.DataFrame({"g": ["a", "b"], "s": [0.1, 0.2], "y": [1, 0]})
    with pytest.raises(InputError, match=said):
        count(frame, groups="g", label="y", **options)


def loans() -> pd.DataFrame:
    """Whether a loan was paid back is known only where it was granted."""
    return pd.DataFrame(
        {
            "g": ["a", "a", "a", "b", "b", "b"],
            "granted": ["yes", "yes", "no", "yes", "no", "no"],
            "repaid": ["yes", "no", None, "yes", "", "guess"],
            "s": [0.9, 0.8, 0.3, 0.7, 0.2, 0.1],
        }
    )


def test_labels_of_people_not_selected_are_ignored(tmp_path: Path) -> None:
    options: dict[str, Any] = {
        "groups": "g",
        "label": "repaid",
        "prediction": "granted",
        "positive": "yes",
        "score": "s",
    }
    counts = count(loans(), observed="selected", min_bin=1, **options)
    assert [(cell.group[0], cell.label, cell.prediction, cell.n) for cell in counts.cells] == [
        ("a", None, 0, 1),
        ("a", 0, 1, 1),
        ("a", 1, 1, 1),
        ("b", None, 0, 2),
        ("b", 1, 1, 1),
    ]
    assert {part.n_positive for table in counts.score_bins for part in table.bins} == {None}
    assert Counts.from_json(counts.to_json()) == counts
    loans().to_csv(tmp_path / "loans.csv", index=False)
    assert count(tmp_path / "loans.csv", observed="selected", min_bin=1, **options).sha256 == counts.sha256
    with pytest.raises(InputError, match="Column 'repaid' is empty in 2 rows"):
        count(loans(), **options)


def test_a_selected_person_needs_a_label() -> None:
    frame = loans()
    frame.loc[0, "repaid"] = None
    with pytest.raises(InputError, match="Column 'repaid' is empty in 1 rows"):
        count(frame, groups="g", label="repaid", prediction="granted", positive="yes", observed="selected")


def test_a_threshold_selects_whose_label_counts() -> None:
    frame = loans().assign(repaid=[1, 0, None, 1, None, None])
    counts = count(frame, groups="g", label="repaid", score="s", threshold=0.5, observed="selected")
    assert {(cell.label, cell.prediction): cell.n for cell in counts.cells if cell.group == ("a",)} == {
        (None, 0): 1,
        (0, 1): 1,
        (1, 1): 1,
    }


def test_recount_names_what_differs_beyond_people() -> None:
    frame = pd.DataFrame(
        {
            "g": ["a", "b"] * 20,
            "y": [0, 1, 1, 0] * 10,
            "p": [1, 0, 0, 0, 1] * 8,
            "human": [1, 1, 0, 0] * 10,
            "person": [index % 13 for index in range(40)],
            "w": [1 + index % 3 for index in range(40)],
            "s": [index / 39 for index in range(40)],
            "age": range(40),
        }
    )
    counts = count(
        frame,
        groups=["g", "age"],
        label="y",
        prediction="p",
        score="s",
        decision="human",
        unit="person",
        weight="w",
        bands={"age": [20]},
        median="sample",
        order=1,
    )
    assert differences(counts, frame) == []
    heavier = frame.assign(w=frame["w"].where(frame.index != 0, 9))
    (said,) = differences(counts, heavier)
    assert said == (
        "Cell g=a, age=under 20, label 0, prediction 1, decision 1: weight_sum 3000000, of the rows 11000000; "
        "weight_squares 5000000000000, of the rows 85000000000000."
    )
    moved = frame.assign(person=frame["person"].where(frame.index != 0, 99))
    found = differences(counts, moved)
    assert found[0] == "Units of everyone: counted 13, the rows hold 14."
    assert any(
        each.startswith("Units in both (g=a, age=under 20, label 0, prediction 1, decision 1)") for each in found
    )
    overruled = frame.assign(human=frame["human"].where(frame.index != 0, 0))
    assert "decision 0: counted" in " ".join(differences(counts, overruled))
