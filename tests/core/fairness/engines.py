"""One table on every engine, for tests that all must count it alike."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq


@contextmanager
def on_every_engine(columns: dict[str, list[Any]], folder: Path) -> Iterator[dict[str, Any]]:
    """The table as data frames and files by the name of the engine; Polars gets the rows in reverse."""
    table = pa.table(columns)
    pq.write_table(table, folder / "table.parquet")
    pd.DataFrame(columns).to_csv(folder / "table.csv", index=False)
    with duckdb.connect() as connection:
        yield {
            "pandas": pd.DataFrame(columns),
            "polars": pl.DataFrame(columns).reverse(),
            "lazy": pl.LazyFrame(columns),
            "pyarrow": table,
            "duckdb": connection.from_arrow(table),
            "parquet": folder / "table.parquet",
            "csv": folder / "table.csv",
        }
