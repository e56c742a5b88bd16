"""Tables of any kind behind one small face: named columns in, rows of Python values out."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

import narwhals as nw
from narwhals.exceptions import DuplicateError

from evenhand.errors import InputError
from evenhand.fairness.scanning import sources
from evenhand.fairness.scanning.files import opened, require_columns

MOST_FETCHED = 1_000_000  # rows of a grouped table on a cluster
_TABLES = count()
Frame = nw.LazyFrame[Any] | nw.DataFrame[Any]


@dataclass(frozen=True)
class Rows:
    """The wanted columns of a table, under their aliases."""

    name: str
    frame: Frame
    files: sources.TableFiles | None = None

    @property
    def digest(self) -> str | None:
        """SHA-256 of the file, where there is one."""
        return None if self.files is None else sources.file_digest(self.files.paths)

    def kept(self, frame: Frame) -> Frame:
        """The frame computed once, so that several questions to it do not scan the data again.

        A table in somebody else's database is left there: writing into it is not ours to do.
        """
        if self.files is not None:
            native = nw.to_native(frame)
            name = f"counted_{next(_TABLES)}"
            native.create(name)
            kept: Frame = nw.from_native(native.query("fine", f"SELECT * FROM {name}"))  # noqa: S608 - our own name
            return kept
        if not isinstance(frame, nw.LazyFrame) or frame.implementation.is_duckdb():
            return frame
        if frame.implementation.is_polars():
            return frame.collect()
        # A cluster answers each question by reading all rows again: fetch the table where it is small.
        fetched = frame.head(MOST_FETCHED + 1).collect()
        return fetched if len(fetched) <= MOST_FETCHED else frame


def values(frame: Frame) -> list[tuple[Any, ...]]:
    """All rows of a (small) frame as Python values."""
    if isinstance(frame, nw.DataFrame):
        return frame.rows()
    if frame.implementation.is_duckdb():
        found: list[tuple[Any, ...]] = nw.to_native(frame).fetchall()
        return found
    return frame.collect().rows()


@contextmanager
def rows_of(data: Any, *, aliases: Mapping[str, str], numeric: frozenset[str], encoding: str) -> Iterator[Rows]:
    """Open a table or file; ``aliases`` maps the names used from here on to the column names."""
    if isinstance(data, str | os.PathLike):
        files = sources.find_files(os.fspath(data))
        with opened(files, aliases=aliases, numeric=numeric, encoding=encoding) as relation:
            yield Rows(files.name, nw.from_native(relation), files)
        return
    try:
        frame: Frame = nw.from_native(data)
        present = frame.collect_schema().names()
    except DuplicateError as error:
        raise InputError(f"A column appears twice ({' '.join(str(error).split())}); rename one of them.")
    except TypeError:
        raise InputError(f"A {type(data).__name__} is not a table; give a data frame or the path of a file.")
    name = f"a {frame.implementation.name.lower()} table"
    require_columns(aliases.values(), present, where=name)
    yield Rows(name, frame.select(*(nw.col(column).alias(alias) for alias, column in aliases.items())))
