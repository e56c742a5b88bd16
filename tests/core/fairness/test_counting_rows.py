"""Rows become the counts one gets by hand, on every engine, to the same digest."""

from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from evenhand.errors import InputError
from evenhand.fairness import Cell, Counts, count
from tests.core.fairness.published import COMPAS, cells, csv_text, people

TINY: dict[str, list[Any]] = {
    "city": ["Bonn", "Bonn", "Bonn", "Kiel", "Kiel", None],
    "y": [1, 0, 1, 0, 0, 1],
    "p": [1, 1, 0, 0, 0, 1],
    "s": [0.9, 0.7, 0.2, 0.1, 0.4999996, 0.5],
}


@pytest.fixture
def tiny_csv(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.csv"
    rows = zip(*TINY.values(), strict=True)
    path.write_text("city,y,p,s\n" + "".join(",".join("" if v is None else str(v) for v in row) + "\n" for row in rows))
    return path


def test_cells_are_what_one_counts_by_hand(tiny_csv: Path) -> None:
    counts = count(tiny_csv, groups="city", label="y", prediction="p", score="s")
    assert counts.cells == (
        Cell(("(missing)",), 1, 1, 1, 500_000, 250_000_000_000),
        Cell(("Bonn",), 0, 1, 1, 700_000, 490_000_000_000),
        Cell(("Bonn",), 1, 0, 1, 200_000, 40_000_000_000),
        Cell(("Bonn",), 1, 1, 1, 900_000, 810_000_000_000),
        Cell(("Kiel",), 0, 0, 2, 600_000, 260_000_000_000),
    )
    assert counts.n_rows == 6
    assert counts.attributes == ("city",)


@pytest.mark.parametrize(
    "engine", ["pandas", "polars", "lazy", "pyarrow", "duckdb", "parquet", "folder", "glob", "gzip"]
)
def test_every_engine_gives_the_same_digest(engine: str, tiny_csv: Path, tmp_path: Path) -> None:
    frame = pa.table(TINY)
    pq.write_table(frame, tmp_path / "tiny.parquet")
    (tmp_path / "parts").mkdir()
    pq.write_table(frame.slice(0, 2), tmp_path / "parts" / "one.parquet")
    pq.write_table(frame.slice(2), tmp_path / "parts" / "two.parquet")
    pd.DataFrame(TINY).to_csv(tmp_path / "tiny.csv.gz", index=False)
    connection = duckdb.connect()
    data: dict[str, Any] = {
        "pandas": pd.DataFrame(TINY),
        "polars": pl.DataFrame(TINY).reverse(),
        "lazy": pl.LazyFrame(TINY),
        "pyarrow": frame,
        "duckdb": connection.from_arrow(frame),
        "parquet": tmp_path / "tiny.parquet",
        "folder": tmp_path / "parts",
        "glob": str(tmp_path / "parts" / "*.parquet"),
        "gzip": tmp_path / "tiny.csv.gz",
    }
    options: dict[str, Any] = {"groups": "city", "label": "y", "prediction": "p", "score": "s"}
    assert count(data[engine], **options).sha256 == count(tiny_csv, **options).sha256
    connection.close()


def test_threshold_decides_on_the_exact_score() -> None:
    counts = count(pd.DataFrame(TINY), groups="city", label="y", score="s", threshold=0.5)
    selected = [(cell.group[0], cell.label, cell.n) for cell in counts.cells if cell.prediction == 1]
    assert selected == [
        ("(missing)", 1, 1),
        ("Bonn", 0, 1),
        ("Bonn", 1, 1),
    ]  # 0.4999996 rounds to 0.5 in millionths and stays unselected


def test_prediction_must_agree_with_the_threshold() -> None:
    with pytest.raises(InputError, match=r"In 1 rows column 'p' contradicts 's' >= 0.3"):
        count(pd.DataFrame(TINY), groups="city", label="y", prediction="p", score="s", threshold=0.3)


def test_positive_value_may_be_named_and_a_prediction_stay_0_and_1() -> None:
    frame = pd.DataFrame({"g": ["a", "a", "b"], "y": [">50K", "<=50K", ">50K"], "p": [1, 0, 0]})
    counts = count(frame, groups="g", label="y", prediction="p", positive=">50K")
    assert [(c.group[0], c.label, c.prediction, c.n) for c in counts.cells] == [
        ("a", 0, 0, 1),
        ("a", 1, 1, 1),
        ("b", 1, 0, 1),
    ]


@pytest.mark.parametrize("values", [[True, False], ["1", "0"], ["1.0", "0.0"], ["true", "false"], [1.0, 0.0]])
def test_usual_spellings_of_two_classes_are_understood(values: list[Any]) -> None:
    counts = count(pd.DataFrame({"g": ["a", "b"], "y": values}), groups="g", label="y")
    assert [(cell.group[0], cell.label) for cell in counts.cells] == [("a", 1), ("b", 0)]


def test_zero_may_be_the_positive_value() -> None:
    counts = count(pd.DataFrame({"g": ["a", "b"], "y": [0, 1]}), groups="g", label="y", positive=0)
    assert [(cell.group[0], cell.label) for cell in counts.cells] == [("a", 1), ("b", 0)]


def test_decisions_alone_can_be_counted() -> None:
    counts = count(pd.DataFrame(TINY), groups="city", prediction="p")
    assert {cell.label for cell in counts.cells} == {None}
    assert counts.n_rows == 6


def test_groups_of_one_and_one_class_are_counted() -> None:
    counts = count(pd.DataFrame({"g": ["only"], "y": [0], "p": [0]}), groups="g", label="y", prediction="p")
    assert counts.cells == (Cell(("only",), 0, 0, 1),)


def test_filters_choose_rows_and_stay_on_record() -> None:
    frame = pd.DataFrame({"g": ["a", "a", "b", "b"], "y": [1, 0, 1, 0], "age": [17, 18, 40, None]})
    counts = count(frame, groups="g", label="y", filters=["age >= 18", "g != b"])
    assert [(cell.group[0], cell.n) for cell in counts.cells] == [("a", 1)]
    assert [str(each) for each in counts.filters] == ["age >= 18", "g != b"]
    assert counts.sources[0].n_rows == 4


def test_rows_without_a_value_meet_no_condition() -> None:
    frame = pd.DataFrame({"g": ["a", "b", None, ""], "y": [1, 0, 1, 0], "x": [1.0, 2.0, None, 3.0]})
    for table in (frame, pl.from_pandas(frame), pa.Table.from_pandas(frame)):
        assert count(table, groups="g", label="y", filters=["g != a"]).n_rows == 1
        assert count(table, groups="g", label="y", filters=["x != 1"]).n_rows == 2


def test_missing_values_of_nullable_columns_are_a_level() -> None:
    values = {"g": pd.array([1, 2, None], dtype="Int64"), "y": pd.array([True, False, True], dtype="boolean")}
    counts = count(pd.DataFrame(values), groups="g", label="y")
    assert [(cell.group[0], cell.label) for cell in counts.cells] == [("(missing)", 1), ("1", 1), ("2", 0)]


def test_control_total_must_reconcile() -> None:
    assert count(pd.DataFrame(TINY), groups="city", label="y", control_total=6).sources[0].control_total == 6
    with pytest.raises(InputError, match="has 6 rows but the control total is 7"):
        count(pd.DataFrame(TINY), groups="city", label="y", control_total=7)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1", "windows-1252"])
def test_stated_encodings_are_read(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "cities.csv"
    path.write_bytes("größe,y\nKöln,1\nBåstad,0\n".encode(encoding))
    counts = count(path, groups="größe", label="y", encoding=encoding)
    assert [cell.group[0] for cell in counts.cells] == ["Båstad", "Köln"]


def test_semicolons_quotes_and_commas_in_names_are_read(tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_text('"a;b";"say ""x""";"y\'; DROP TABLE t; --"\n"one;1";u;1\n"two\n2";v;0\n')
    counts = count(path, groups=["a;b", 'say "x"'], label="y'; DROP TABLE t; --")
    assert [cell.group for cell in counts.cells] == [("one;1", "u"), ("two\n2", "v")]


@pytest.mark.parametrize("name", ['say "x"', "a.b", "y'; DROP TABLE t; --", "select", "*"])
def test_odd_column_names_work_in_frames_and_parquet(name: str, tmp_path: Path) -> None:
    frame = pa.table({name: ["u", "v", "u"], "y": [1, 0, 0]})
    pq.write_table(frame, tmp_path / "odd[1].parquet")
    for data in (frame, tmp_path / "odd[1].parquet", duckdb.from_arrow(frame)):
        assert count(data, groups=[name], label="y").n_rows == 3


def test_whole_number_scores_find_their_range() -> None:
    frame = pd.DataFrame({"g": ["a", "b"], "y": [1, 0], "decile": [10, 3]})
    counts = count(frame, groups="g", label="y", score="decile", threshold=5)
    assert counts.columns.score_range == (0.0, 10.0)
    assert [(cell.prediction, cell.score_sum) for cell in counts.cells] == [(1, 10_000_000), (0, 3_000_000)]


def test_partitions_add_up_to_one_pass() -> None:
    frame = pd.DataFrame(people(COMPAS)).sample(frac=1, random_state=7)
    frame["s"] = [index % 997 / 996 for index in range(len(frame))]
    options: dict[str, Any] = {"groups": "race", "label": "label", "prediction": "prediction", "score": "s"}
    parts = [count(frame.iloc[start::8], min_bin=1, **options) for start in range(8)]
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    assert total.guarded().sha256 == count(frame, **options).sha256


def test_no_score_bin_singles_people_out() -> None:
    frame = pd.DataFrame(people(COMPAS))
    frame["s"] = [index * 7919 % 1000 / 999 for index in range(len(frame))]
    counts = count(frame, groups=["race", "prediction"], label="label", score="s")
    for table in counts.score_bins:
        held = sum(part.n for part in table.bins)
        assert all(part.n >= min(10, held) for part in table.bins)


def test_published_cells_equal_the_same_people_counted() -> None:
    published = Counts.from_cells(cells(COMPAS), groups=["race"], label="label", prediction="prediction")
    counted = count(pd.DataFrame(people(COMPAS)), groups="race", label="label", prediction="prediction")
    assert published.sha256 == counted.sha256
    assert published.n_rows == 7214


def test_csv_of_compas_counts_like_the_published_cells(tmp_path: Path) -> None:
    path = tmp_path / "compas.csv"
    path.write_text(csv_text(people(COMPAS)))
    counts = count(path, groups="race", label="label", prediction="prediction")
    assert {(c.group[0], c.label, c.prediction): c.n for c in counts.cells}["Caucasian", 0, 1] == 349
    assert counts.sources[0].sha256 is not None
