"""Whatever engine holds the rows, in whatever order and parts, the counts are the same to the byte."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from evenhand.errors import InputError
from evenhand.fairness import Counts, count

COLUMNS = ("g", "h", "age", "y", "p", "human", "s", "person", "w", "n", "known")
SCHEMA = pa.schema(
    [
        ("g", pa.string()),
        ("h", pa.int64()),
        ("age", pa.float64()),
        *((name, pa.int64()) for name in ("y", "p", "human")),
        ("s", pa.float64()),
        ("person", pa.int64()),
        ("w", pa.float64()),
        ("n", pa.int64()),
        ("known", pa.string()),
    ]
)
two = st.integers(0, 1)
people = st.tuples(
    st.sampled_from(["a", "b c", "ä", "", None]),
    st.sampled_from([1, 2, 30, None]),
    st.sampled_from([None, 17.0, 25.0, 39.5, 40.0, 80.25]),
    two,
    two,
    two,
    st.floats(0, 1, allow_subnormal=False),
    st.integers(1, 5),
    st.floats(0.001, 5000),
    st.integers(1, 4),
)
asked: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {"groups": st.sampled_from(["g", ["g", "age"], ["h", "g"]])},
    optional={
        "decision": st.just("human"),
        "unit": st.just("person"),
        "weight": st.just("w"),
        "people": st.just("n"),
        "score": st.just("s"),
        "filters": st.sampled_from([["age >= 25"], ["g != a"], ["h = 30"], ["g = a"]]),
        "order": st.just(1),
    },
)
EVERYTHING: dict[str, Any] = {
    "groups": ["g", "age"],
    "decision": "human",
    "unit": "person",
    "weight": "w",
    "people": "n",
    "score": "s",
}


def completed(options: dict[str, Any], *, selected: bool) -> dict[str, Any]:
    """What was asked for, with what has to come with it."""
    named = {"positive": "1", "label": "known", "prediction": "p", "min_bin": 1, "score_range": (0.0, 1.0), **options}
    if not selected:
        named["label"] = "y"
    if "score" not in options:
        named.pop("score_range")
    else:
        named["median"] = "sample"
    if "age" in options["groups"]:
        named["bands"] = {"age": [25, 40]}
    return {**named, "observed": "selected" if selected else "all"}


@contextmanager
def on_every_engine(rows: list[tuple[Any, ...]]) -> Iterator[dict[str, Any]]:
    """The same rows as tables of each library and as files, in different orders."""
    table = pa.Table.from_pylist([dict(zip(COLUMNS, row, strict=True)) for row in rows], schema=SCHEMA)
    back = table.take(list(reversed(range(len(rows)))))
    half = len(rows) // 2
    with tempfile.TemporaryDirectory() as name, duckdb.connect() as connection:
        folder = Path(name)
        (folder / "parts").mkdir()
        pq.write_table(back, folder / "rows.parquet")
        pq.write_table(table.slice(0, half), folder / "parts" / "one.parquet")
        pq.write_table(table.slice(half), folder / "parts" / "two.parquet")
        lines = [",".join("" if value is None else str(value) for value in row) for row in rows]
        (folder / "rows.csv").write_text("\n".join([",".join(COLUMNS), *lines]) + "\n", encoding="utf-8")
        yield {
            "pandas": table.to_pandas(),
            "polars": pl.from_arrow(back),
            "lazy": pl.LazyFrame(pl.from_arrow(table)),
            "pyarrow": back,
            "duckdb": connection.from_arrow(table),
            "csv": folder / "rows.csv",
            "parquet": folder / "rows.parquet",
            "folder": folder / "parts",
            "glob": str(folder / "parts" / "*.parquet"),
        }


def outcome(data: Any, options: dict[str, Any]) -> Counts | str:
    """The counts, or the refusal without the name of the file."""
    try:
        return count(data, **options)
    except InputError as error:
        return str(error)


ROWS = [
    ("a", 1, 17.0, 1, 1, 0, 0.25, 1, 1.5, 2),
    (None, None, None, 0, 1, 1, 0.75, 1, 2.25, 1),
    ("", 2, 40.0, 1, 0, 1, 0.1, 2, 0.001, 3),
    ("b c", 30, 25.0, 0, 0, 0, 0.9, 3, 4999.9, 4),
]


@settings(max_examples=4, deadline=None, phases=[Phase.explicit, Phase.generate])  # shrinking would take minutes
@given(st.lists(people, min_size=2, max_size=14), asked, st.booleans())
@example(ROWS, EVERYTHING, False)
@example(ROWS, EVERYTHING, True)
@example(ROWS, {"groups": ["h", "g"]}, True)
@example(ROWS, {"groups": "h", "filters": ["g != a"]}, False)
def test_every_engine_gives_the_same_digest(
    rows: list[tuple[Any, ...]], options: dict[str, Any], selected: bool
) -> None:
    # The label is known where the prediction is 1 and empty, or nonsense, elsewhere.
    full = [(*row, str(row[3]) if row[4] else ("" if row[5] else "?")) for row in rows]
    with on_every_engine(full) as tables:
        found = {name: outcome(data, completed(options, selected=selected)) for name, data in tables.items()}
    first = found.pop("pandas")
    for name, other in found.items():
        if isinstance(first, str) or isinstance(other, str):
            assert first == other, name
        else:
            assert other.to_json() | {"sources": []} == first.to_json() | {"sources": []}, name
            assert other.sha256 == first.sha256, name


@settings(max_examples=8, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(st.lists(people, min_size=4, max_size=24), asked)
@example(ROWS, EVERYTHING)
def test_parts_by_unit_add_up_to_the_whole(rows: list[tuple[Any, ...]], options: dict[str, Any]) -> None:
    frame = pd.DataFrame(rows, columns=list(COLUMNS[:-1]))
    named = {**completed(options, selected=False)}
    if "median" in named:
        named["median"] = 0.5
    parts = [outcome(part, named) for _, part in frame.groupby("person")]
    whole = outcome(frame, named)
    known = [part for part in parts if isinstance(part, Counts)]
    if isinstance(whole, str):
        assert not known
        return
    total = known[0]
    for part in known[1:]:
        total = total + part
    assert total.sha256 == whole.sha256
