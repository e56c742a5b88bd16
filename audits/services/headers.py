"""The column names of a file that was just handed in: the cheap look that refuses a wrong file at once."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
from django.core.files import File

from evenhand.errors import InputError
from evenhand.fairness.scanning import sources
from evenhand.fairness.scanning.files import SETTINGS
from governance.errors import InvalidError

PIECE = 1024 * 1024


def column_names(content: File[bytes], name: str) -> list[str]:
    """The columns of a CSV or Parquet file; InvalidError with the reason where it cannot be read."""
    try:
        with _on_disk(content, name) as path:
            if name.lower().endswith(".parquet"):
                return _parquet_columns(path)
            return list(sources.read_layout(path, codec=sources.python_encoding("utf-8")).columns)
    except InputError as error:
        raise InvalidError(str(error), fields={"file": ["cannot be read"]})
    finally:
        content.seek(0)


def _parquet_columns(path: Path) -> list[str]:
    try:
        with duckdb.connect(config=SETTINGS) as connection:
            found = connection.execute("SELECT name FROM parquet_schema(?) WHERE num_children IS NULL", [str(path)])
            return [str(name) for (name,) in found.fetchall()]
    except duckdb.Error:
        raise InputError("The Parquet file is damaged or cut off; copy or export it again.")


@contextlib.contextmanager
def _on_disk(content: File[bytes], name: str) -> Iterator[Path]:
    """The file under its own name: where Django keeps it, or for small ones a copy."""
    with tempfile.TemporaryDirectory(prefix="evenhand-") as folder:
        path = Path(folder) / Path(name).name
        kept = getattr(content, "temporary_file_path", None)
        if kept is not None:
            path.symlink_to(kept())
        else:
            with path.open("wb") as target:
                for piece in content.chunks(PIECE):
                    target.write(piece)
        yield path
