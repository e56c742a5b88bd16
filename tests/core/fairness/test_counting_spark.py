"""Spark counts the rows where they are: the same cells, sums, bins and units as a file, and parts that add up."""

import logging
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from evenhand.errors import InputError
from evenhand.fairness import Counts, count
from evenhand.fairness.scanning import frames

pytestmark = [
    pytest.mark.xdist_group("spark"),
    pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java: apt-get install default-jre-headless"),
]
ROWS = 3000
EVERYTHING: dict[str, Any] = {
    "groups": ["g", "h", "age"],
    "label": "y",
    "prediction": "p",
    "score": "s",
    "decision": "human",
    "unit": "person",
    "weight": "w",
    "bands": {"age": [25, 40.5]},
    "median": 0.4,
    "order": 2,
}


def rows() -> pd.DataFrame:
    """Rows with missing levels, several rows a person, and scores and weights with long fractions."""
    number = pd.Series(range(ROWS))
    return pd.DataFrame(
        {
            "g": [("a", "b", None, "c d")[index * 7 % 11 % 4] for index in number],
            "h": number * 5 % 3,
            "age": [None if index % 41 == 0 else 18 + index * 13 % 50 for index in number],
            "y": [("yes", "no", "no")[index * 3 % 7 % 3] for index in number],
            "p": [("yes", "no")[index * 5 % 11 % 2] for index in number],
            "human": [("yes", "no")[index * 5 % 13 % 2] for index in number],
            "person": number * 17 % 701,
            "w": 1 + number * 31 % 97 / 7,
            "s": (number * 7919 % 100_003) / 100_003,
        }
    )


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    from pyspark.sql import SparkSession

    logging.getLogger("py4j").setLevel(logging.WARNING)  # it says good-bye after the log of the tests is closed
    settings: dict[str, bool | float | int | str | None] = {
        "spark.ui.enabled": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.codegen.wholeStage": "false",  # to compile each question takes longer than to answer it here
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.ui.showConsoleProgress": "false",
    }
    session = SparkSession.builder.master("local[2]").appName("evenhand").config(map=settings).getOrCreate()
    yield session
    session.stop()


@pytest.fixture(scope="module")
def parquet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("rows") / "rows.parquet"
    rows().to_parquet(path)
    return path


def test_spark_equals_duckdb_to_the_cell(spark: Any, parquet: Path) -> None:
    known = count(parquet, positive="yes", **EVERYTHING)
    found = count(spark.read.parquet(str(parquet)).repartition(4), positive="yes", **EVERYTHING)
    assert found.cells == known.cells
    assert found.score_bins == known.score_bins
    assert found.units == known.units
    assert found.sha256 == known.sha256


def test_a_table_too_large_to_fetch_stays_on_the_cluster(
    spark: Any, parquet: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frames, "MOST_FETCHED", 10)
    options: dict[str, Any] = {"groups": "g", "label": "y", "unit": "person", "positive": "yes"}
    assert count(spark.read.parquet(str(parquet)), **options).sha256 == count(parquet, **options).sha256


def test_eight_partitions_add_up_to_one_pass(spark: Any, parquet: Path) -> None:
    from pyspark.sql import functions

    table = spark.read.parquet(str(parquet)).withColumn("part", functions.col("person") % 8)
    options = {**EVERYTHING, "positive": "yes", "score_range": (0.0, 1.0), "min_bin": 1}
    parts = [count(table.filter(functions.col("part") == part), **options) for part in range(8)]
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    assert total.sha256 == count(parquet, **options).sha256


def test_spark_finds_median_range_and_selected_labels(spark: Any, tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "g": ["a", "b", "b"] * 20,
            "y": [(1.0, 0.0, None)[index % 3] for index in range(60)],
            "p": [1, 1, 0] * 20,
            "decile": [1 + index % 10 for index in range(60)],
            "n": [index % 4 for index in range(60)],
        }
    )
    frame.to_parquet(tmp_path / "rows.parquet")
    options: dict[str, Any] = {"groups": "g", "label": "y", "prediction": "p", "score": "decile", "median": "sample"}
    known, found = (
        count(data, people="n", observed="selected", filters=["decile > 1"], **options)
        for data in (tmp_path / "rows.parquet", spark.read.parquet(str(tmp_path / "rows.parquet")))
    )
    assert (
        found.columns.median
        == known.columns.median
        == frame.loc[frame.index.repeat(frame["n"])].query("decile > 1")["decile"].median()
    )
    assert found.columns.score_range == (0.0, 10.0)
    assert found.sha256 == known.sha256
    assert Counts.from_json(found.to_json()) == found


@pytest.mark.parametrize(
    "options",
    [
        {"label": "y", "prediction": "h", "outcome": "classes", "classes": ["yes", "no", 0, 1, 2]},
        {"label": "w", "prediction": "s", "outcome": "numeric", "filters": ["h > 0"]},
        {"rank": "person", "top": 50, "filters": ["person > 0"], "bands": {"age": [25, 40.5]}},
    ],
)
def test_spark_counts_classes_quantities_and_ranks(spark: Any, parquet: Path, options: dict[str, Any]) -> None:
    groups = ["g", "age"] if "bands" in options else "g"
    found = count(spark.read.parquet(str(parquet)).repartition(4), groups=groups, **options)
    assert found.sha256 == count(parquet, groups=groups, **options).sha256


def test_spark_refuses_what_every_engine_refuses(spark: Any, parquet: Path) -> None:
    table = spark.read.parquet(str(parquet))
    with pytest.raises(InputError, match="has no column 'nobody'"):
        count(table, groups="nobody", label="y", positive="yes")
    with pytest.raises(InputError, match="say which value is positive"):
        count(table, groups="person", label="y")
    with pytest.raises(InputError, match="values that are not a score from 0 to 1"):
        count(table, groups="g", label="y", positive="yes", score="w")
