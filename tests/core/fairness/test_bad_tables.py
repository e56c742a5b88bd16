"""What cannot be counted is refused in one sentence that names the file or column."""

import gzip
import zipfile
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from evenhand.errors import InputError
from evenhand.fairness import Counts, count
from evenhand.fairness.scanning import files

GOOD = "g,y,s\na,1,0.5\nb,0,0.25\n"


def test_a_packed_file_of_one_endless_line_is_refused(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.csv.gz"
    with gzip.open(bomb, "wb") as packed:
        packed.write(b"g" * 3_000_000)
    assert "more than a million characters" in refused(bomb)


def refused(data: Any, **options: Any) -> str:
    """The sentence a table is refused with."""
    with pytest.raises(InputError) as caught:
        count(data, **{"groups": "g", "label": "y", **options})
    sentence = str(caught.value)
    assert "\n" not in sentence
    return sentence


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "bad.csv is empty"),
        ("g,y\n", "There are no rows to count"),
        ("g,g,y\na,b,1\n", "column 'g' appears twice"),
        ("g,,y\na,b,1\n", "column 2 has no name"),
        ('g,y\na,"1\nb,0\n', "never closed"),
        ("g,y\na,1,3\n", "line 2: 3 values where the first line names 2 columns"),
        ("g,y\na\n", "line 2: 1 values where the first line names 2 columns"),
        ("g,y\na,1\nb,0\nc,2\n", "Column 'y' holds '0', '1', '2', not 0 and 1"),
        ("g,y\na,yes\nb,no\n", "say which value is positive (--positive)"),
        ("g,y\na,1\nb,\n", "Column 'y' is empty in 1 rows"),
        ("g,y\n(missing),1\nb,0\n", "Column 'g' holds the value '(missing)'"),
        ("h,y\na,1\n", "bad.csv has no column 'g'; it has h, y"),
    ],
)
def test_bad_csv_is_refused(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(text)
    assert said in refused(path)


@pytest.mark.parametrize(
    ("text", "options", "said"),
    [
        ("g,y,s\na,1,nan\nb,0,0.5\n", {}, "Column 's' has 1 values that are not a score from 0 to 1"),
        ("g,y,s\na,1,\nb,0,0.5\n", {}, "the first found is empty"),
        ("g,y,s\na,1,1.7\nb,0,0.5\n", {}, "the first found is 1.7"),
        ("g,y,s\na,1,x\nb,0,0.5\n", {}, "column 's' holds 'x', which is not a number"),
        ("g,y,s\na,1,11\nb,0,3\n", {"score_range": (0, 10)}, "not a score from 0 to 10"),
        (GOOD, {"threshold": 5}, "The threshold 5 lies outside the score's range, 0 to 1"),
        (GOOD, {"score_range": (1, 1)}, "must rise"),
    ],
)
def test_bad_scores_are_refused(text: str, options: dict[str, Any], said: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(text)
    assert said in refused(path, score="s", **options)


def test_positive_that_never_occurs_is_refused() -> None:
    frame = pd.DataFrame({"g": ["a", "b"], "y": ["yes", "no"]})
    assert "but never 'Yes'" in refused(frame, positive="Yes")


def test_three_values_are_refused_with_a_positive_too() -> None:
    frame = pd.DataFrame({"g": ["a", "b", "c"], "y": ["yes", "no", "maybe"]})
    assert "must be two-valued" in refused(frame, positive="yes")


def test_one_and_two_need_a_positive() -> None:
    frame = pd.DataFrame({"g": ["a", "b"], "y": [1, 2]})
    assert "--positive" in refused(frame)
    assert count(frame, groups="g", label="y", positive=2).n_rows == 2


def test_zip_renamed_to_csv_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("inner.csv", GOOD)
    assert "is a zip (or Excel) file" in refused(path)


@pytest.mark.parametrize("keep", [0.5, 0.99])
def test_truncated_parquet_is_refused(keep: float, tmp_path: Path) -> None:
    path = tmp_path / "bad.parquet"
    pq.write_table(pa.table({"g": ["a", "b"], "y": [1, 0]}), path)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * keep)])
    assert "is not a complete Parquet file" in refused(path)


def test_truncated_gzip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bad.csv.gz"
    pd.DataFrame({"g": ["a", "b"] * 5000, "y": range(10_000)}).to_csv(path, index=False)
    path.write_bytes(path.read_bytes()[:900])
    assert "not a complete gzip file" in refused(path)


@pytest.mark.parametrize(
    ("content", "encoding", "said"),
    [
        ("g,y\nKöln,1\n".encode("latin-1"), "utf-8", "bad.csv is not utf-8 text"),
        ("g,y\nKöln,1\n".encode("utf-16-le"), "utf-8", "state its encoding"),
        ("g,y\nBonn,1\n".encode("utf-16-le"), "utf-8", "if it is UTF-16, say --encoding utf-16"),
        (b"g,y\n\x81,1\n", "windows-1252", "bad.csv is not windows-1252 text"),
        (GOOD.encode(), "koi8-r", "Encoding 'koi8-r' is not accepted"),
    ],
)
def test_wrong_encodings_are_refused(content: bytes, encoding: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    assert said in refused(path, encoding=encoding)


def test_other_paths_are_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.docx").write_text("hello")
    assert "does not exist" in refused(tmp_path / "nowhere.csv")
    assert "does not exist" in refused("https://example.org/rows.csv")
    assert "neither .csv nor .parquet" in refused(tmp_path / "notes.docx")
    assert "holds no CSV or Parquet file" in refused(tmp_path)
    assert "No file matches" in refused(str(tmp_path / "*.csv"))


def test_folder_of_unlike_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("g,y\na,1\n")
    (tmp_path / "b.csv").write_text("y,g\n1,a\n")
    assert "b.csv has other columns than a.csv" in refused(tmp_path)


def test_column_with_a_level_for_each_person_is_refused() -> None:
    frame = pd.DataFrame({"g": range(10_000), "y": [0, 1] * 5000})
    assert "Column 'g' has 10000 different values" in refused(frame)


def test_columns_of_a_frame_that_share_a_name_are_refused() -> None:
    frame = pd.DataFrame([["a", 1, "b"]], columns=["g", "y", "g"])
    assert "'g' 2 times" in refused(frame)


def test_columns_without_text_names_are_shown_as_they_are() -> None:
    assert "has no column 'g'; it has 0, 1" in refused(pd.DataFrame([["a", 1]]))


def test_lists_make_no_groups() -> None:
    assert "Column 'g' holds lists" in refused(pa.table({"g": [["a"], ["b"]], "y": [1, 0]}))


def test_nothing_is_fetched_from_the_web() -> None:
    assert "https://example.org/rows.csv does not exist" in refused("https://example.org/rows.csv")
    with duckdb.connect(config=files.SETTINGS) as connection:
        set_to = dict(
            connection.execute(
                "SELECT name, value FROM duckdb_settings() WHERE name IN "
                "('autoinstall_known_extensions', 'autoload_known_extensions')"
            ).fetchall()
        )
        assert set(set_to.values()) == {"false"}
        for address in ("https://127.0.0.1:9/rows.parquet", "s3://bucket/rows.parquet"):
            with pytest.raises(duckdb.Error, match="requires the extension httpfs to be loaded"):
                connection.execute("SELECT * FROM read_parquet(?)", [address])


def test_missing_column_of_a_frame_is_refused() -> None:
    assert "has no column 'y'; it has g" in refused(pd.DataFrame({"g": ["a"]}))
    assert "is not a table" in refused([1, 2, 3])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"groups": []}, "at least one group column"),
        ({"groups": ["g", "g"]}, "named twice"),
        ({"label": None}, "Name a label"),
        ({"threshold": 0.5}, "A threshold needs a score"),
        ({"filters": ["age"]}, "is not understood"),
        ({"filters": ["age > old"]}, "'old' is not a number"),
        ({"order": 0}, "must be 1 or more"),
    ],
)
def test_contradictory_requests_are_refused(options: dict[str, Any], said: str) -> None:
    assert said in refused(pd.DataFrame({"g": ["a"], "y": [1], "age": [3]}), **options)


@pytest.mark.parametrize("n", [-1, 1.5, True, None, "3"])
def test_published_counts_must_be_whole_people(n: Any) -> None:
    with pytest.raises(InputError, match="whole number of people"):
        Counts.from_cells([{"g": "a", "y": 1, "n": n}], groups=["g"], label="y")


def test_published_classes_must_be_0_or_1() -> None:
    with pytest.raises(InputError, match="must be 0 or 1"):
        Counts.from_cells([{"g": "a", "y": 2, "n": 1}], groups=["g"], label="y")
    with pytest.raises(InputError, match="has no 'y'"):
        Counts.from_cells([{"g": "a", "n": 1}], groups=["g"], label="y")
