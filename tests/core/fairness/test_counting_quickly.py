"""The quick way of counting classes gives what the general way gives, and says no where the general way says no."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pytest

from evenhand.errors import InputError
from evenhand.fairness import count
from evenhand.fairness.scanning import packing

ROWS: dict[str, list[Any]] = {
    "race": ["a", "b", None, "a", "", "b", "a", "b"] * 3,
    "site": [1.0, 2.0, 1.0, 1.0, None, 2.0, 1.0, 2.0] * 3,
    "flag": [True, False, False, True, True, False, True, True] * 3,
    "text": ["yes", "no", "no", "yes", "yes", "no", "no", "yes"] * 3,
    "spelled": ["1", "0.0", "false", "TRUE", "1.0", "0", "true", "False"] * 3,
    "whole": [1, 0, 0, 1, 1, 0, 1, 0] * 3,
    "real": [1.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 0.0] * 3,
    "three": [1, 0, 2, 1, 1, 0, 1, 0] * 3,
    "gap": [1, 0, None, 1, 1, 0, 1, 0] * 3,
    "chance": [row / 24 for row in range(24)],
    "over": [int(row / 24 >= 0.5) for row in range(24)],
    "tens": [row % 11 for row in range(24)],
    "wild": [(-1) ** row * 999.9999994 / (row + 1) for row in range(24)],
    "holes": [None if row == 5 else row / 24 for row in range(24)],
    "nans": [float("nan") if row == 5 else row / 24 for row in range(24)],
}
KINDS: dict[str, Callable[[dict[str, list[Any]]], Any]] = {
    "pandas": pd.DataFrame,
    "polars": pl.DataFrame,
    "lazy polars": pl.LazyFrame,
    "arrow": lambda rows: pl.DataFrame(rows).to_arrow(),
    "duckdb": lambda rows: duckdb.from_arrow(pl.DataFrame(rows).to_arrow()),
}
ASKED: list[dict[str, Any]] = [
    {"label": "flag", "prediction": "whole"},
    {"label": "real", "prediction": "flag"},
    {"label": "spelled", "prediction": "real"},
    {"label": "text", "positive": "yes"},
    {"label": "text", "prediction": "whole", "positive": "yes"},
    {"label": "whole", "prediction": "flag", "filters": ["site <= 1"]},
    {"label": "text"},
    {"label": "three"},
    {"label": "gap"},
    {"label": "whole", "positive": "2"},
    {"label": "whole", "filters": ["site > 7"]},
]


SCORED_ASKED: list[dict[str, Any]] = [
    {"label": "flag", "score": "chance", "threshold": 0.5},
    {"label": "text", "positive": "yes", "prediction": "over", "score": "chance", "threshold": 0.5},
    {"label": "whole", "prediction": "real", "score": "chance"},
    {"label": "whole", "prediction": "real", "score": "chance", "threshold": 0.5},
    {"prediction": "flag", "score": "tens"},
    {"label": "whole", "score": "tens", "threshold": 4, "score_range": (0.0, 10.0)},
    {"label": "whole", "score": "chance", "threshold": 0.5, "filters": ["chance < 0.9"]},
    {"label": "spelled", "prediction": "whole", "score": "wild", "score_range": (-1000.0, 1000.0)},
    {"label": "whole", "score": "wild", "threshold": 0.5},
    {"label": "whole", "score": "holes", "threshold": 0.5},
    {"label": "whole", "score": "nans", "threshold": 0.5},
    {"label": "three", "score": "chance", "threshold": 0.5},
]


def outcome(data: Any, asked: dict[str, Any]) -> str:
    try:
        return count(data, groups=["race", "site"], **asked).sha256
    except InputError as error:
        return str(error)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_both_ways_agree(kind: str, asked: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    data = KINDS[kind](ROWS)
    quick = outcome(data, asked)
    monkeypatch.setattr(packing, "MOST_ROWS", 0)
    assert outcome(data, asked) == quick


@pytest.mark.parametrize("asked", ASKED, ids=str)
@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_both_ways_agree_on_files(
    suffix: str, asked: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / f"rows.{suffix}"
    frame = pl.DataFrame(ROWS)
    frame.write_csv(path) if suffix == "csv" else frame.write_parquet(path)
    quick = outcome(path, asked)
    monkeypatch.setattr(packing, "MOST_ROWS", 0)
    assert outcome(path, asked) == quick


@pytest.mark.parametrize("asked", SCORED_ASKED, ids=str)
@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_both_ways_agree_on_scores(
    suffix: str, asked: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / f"rows.{suffix}"
    frame = pl.DataFrame(ROWS)
    frame.write_csv(path) if suffix == "csv" else frame.write_parquet(path)
    quick = outcome(path, asked)
    monkeypatch.setattr(packing, "SCORED", [])
    assert outcome(path, asked) == quick


def test_a_label_that_is_an_amount_is_refused_without_grouping_by_it(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    pl.DataFrame({"race": ["a", "b"] * 500, "label": range(1000)}).write_parquet(path)
    with pytest.raises(InputError, match="label"):
        count(path, groups="race", label="label")


def test_counts_at_the_same_time_do_not_see_each_other(tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    paths = []
    for number in range(4):
        paths.append(tmp_path / f"{number}.parquet")
        scores = [(row % 90 + number) / 100 for row in range(300)]
        pl.DataFrame({"race": ["a", "b", "c"] * 100, "y": [0, 1] * 150, "score": scores}).write_parquet(paths[-1])
    asked: dict[str, Any] = {"groups": "race", "label": "y", "score": "score", "threshold": 0.5}
    alone = [count(path, **asked).sha256 for path in paths]
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(lambda path: count(path, **asked).sha256, paths * 3))
    assert together == alone * 3


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_forked_process_counts_with_an_engine_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    pl.DataFrame({"race": ["a", "b"] * 500, "y": [0, 1] * 500}).write_parquet(path)
    script = (
        "import os, sys\n"
        "from evenhand.fairness import count\n"
        "asked = dict(groups='race', label='y')\n"
        "here = count(sys.argv[1], **asked).sha256\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        "    os._exit(0 if count(sys.argv[1], **asked).sha256 == here else 1)\n"
        "_, status = os.waitpid(child, 0)\n"
        "os._exit(os.waitstatus_to_exitcode(status))\n"
    )
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", script, str(path)], timeout=60, check=False)
    assert done.returncode == 0
