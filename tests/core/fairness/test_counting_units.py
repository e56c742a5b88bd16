"""Rows of the same person, site or employer: units and pair sums as found one by one, on every engine."""

from collections import defaultdict
from itertools import combinations, product
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from evenhand.errors import InputError
from evenhand.fairness import Counts, count
from evenhand.fairness.scanning import clustering

OPTIONS: dict[str, Any] = {"groups": ["g", "h"], "label": "y", "prediction": "p", "unit": "person"}


def visits() -> pd.DataFrame:
    """People who come several times; some change group, some have none."""
    return pd.DataFrame(
        {
            "person": [f"p{index % 23 % 17}" for index in range(120)],
            "g": [("a", "b", None, "")[index * 7 % 11 % 4] for index in range(120)],
            "h": [("x", "y")[index % 3 % 2] for index in range(120)],
            "y": [index % 5 % 2 for index in range(120)],
            "p": [index * 3 % 7 % 2 for index in range(120)],
        }
    )


def by_hand(frame: pd.DataFrame, *, people: str | None = None) -> tuple[dict[Any, int], dict[Any, int]]:
    """Units per group, and pair sums by the cells' own names, counted one row and one pair at a time."""
    held: dict[Any, dict[Any, int]] = defaultdict(lambda: defaultdict(int))
    for row in frame.to_dict("records"):
        group = tuple("(missing)" if value in (None, "") or value != value else value for value in (row["g"], row["h"]))
        held[row["person"]][group, row["y"], row["p"]] += 1 if people is None else row[people]
    groups: dict[Any, int] = defaultdict(int)
    for cells in held.values():
        for size in range(3):
            for by in combinations(range(2), size):
                for level in {tuple(group[place] for place in by) for group, _, _ in cells}:
                    groups[tuple("gh"[place] for place in by), level] += 1
    pairs: dict[Any, int] = defaultdict(int)
    for cells in held.values():
        for (first, n), (second, m) in product(cells.items(), repeat=2):
            if first <= second:
                pairs[first, second] += n * m
    return dict(groups), dict(pairs)


def named(counts: Counts) -> tuple[dict[Any, int], dict[Any, int]]:
    assert counts.units is not None
    cells = [(cell.group, cell.label, cell.prediction) for cell in counts.cells]
    return (
        {(each.by, each.group): each.n for each in counts.units.groups},
        {(cells[first], cells[second]): total for first, second, total in counts.units.pairs},
    )


def test_units_are_what_one_counts_by_hand() -> None:
    counts = count(visits(), **OPTIONS)
    assert named(counts) == by_hand(visits())
    assert counts.units is not None
    assert counts.units.n == 17
    assert Counts.from_json(counts.to_json()) == counts


@pytest.mark.parametrize("engine", ["polars", "lazy", "pyarrow", "duckdb", "csv", "parquet"])
def test_every_engine_finds_the_same_units(engine: str, tmp_path: Path) -> None:
    frame = visits().sample(frac=1, random_state=3)
    table = pa.Table.from_pandas(frame, preserve_index=False)
    frame.to_csv(tmp_path / "visits.csv", index=False)
    frame.to_parquet(tmp_path / "visits.parquet")
    with duckdb.connect() as connection:
        data: dict[str, Any] = {
            "polars": pl.from_arrow(table),
            "lazy": pl.LazyFrame(pl.from_arrow(table)),
            "pyarrow": table,
            "duckdb": connection.from_arrow(table),
            "csv": tmp_path / "visits.csv",
            "parquet": tmp_path / "visits.parquet",
        }
        assert count(data[engine], **OPTIONS).sha256 == count(visits(), **OPTIONS).sha256


def test_units_of_parts_add_up() -> None:
    frame = visits()
    parts = [count(part, **OPTIONS) for _, part in frame.groupby("person")]
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    assert total.sha256 == count(frame, **OPTIONS).sha256


def test_rows_of_several_people_multiply() -> None:
    frame = visits().assign(n=[index % 4 for index in range(120)])
    counts = count(frame, people="n", **OPTIONS)
    _, pairs = by_hand(frame, people="n")
    assert named(counts)[1] == {pair: total for pair, total in pairs.items() if total}
    spread = frame.loc[frame.index.repeat(frame["n"])]
    assert counts.units == count(spread.assign(n=1), people="n", **OPTIONS).units


@pytest.mark.parametrize("missing", [None, "", float("nan")])
def test_a_missing_unit_is_refused(missing: Any) -> None:
    frame = visits()
    frame.loc[[4, 7], "person"] = missing
    with pytest.raises(InputError, match="Column 'person' is empty in 2 rows"):
        count(frame, **OPTIONS)
    assert count(frame, filters=["person != "], **OPTIONS).n_rows == 118


@pytest.mark.parametrize("lazy", [False, True])
def test_too_many_pairs_are_refused(lazy: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clustering, "MOST_PAIRS", 50)
    with duckdb.connect() as connection, pytest.raises(InputError, match="more than 50 pairs of cells"):
        count(connection.from_df(visits()) if lazy else visits(), **OPTIONS)


def test_one_site_with_every_cell_is_refused_before_its_pairs_are_made() -> None:
    rows = 1500
    frame = pd.DataFrame({"site": ["one"] * rows, "g": [index % 750 for index in range(rows)], "y": [0, 1, 1] * 500})
    frame["p"] = [index // 750 for index in range(rows)]
    with duckdb.connect() as connection:
        for data in (frame, connection.from_df(frame)):
            with pytest.raises(InputError, match="count fewer groups"):
                count(data, groups="g", label="y", prediction="p", unit="site")
