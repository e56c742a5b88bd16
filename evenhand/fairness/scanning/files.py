"""Files opened as one DuckDB relation: types fixed, strict, nothing downloaded, bounded memory."""

import glob
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from evenhand.errors import InputError
from evenhand.fairness.scanning import sources

SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "preserve_insertion_order": "false",
    "temp_directory": tempfile.gettempdir(),
}
_PLACES = count()


@contextmanager
def opened(
    files: sources.TableFiles, *, aliases: Mapping[str, str], numeric: frozenset[str], encoding: str
) -> Iterator[Any]:
    """A DuckDB relation over the files with the columns that ``aliases`` (alias to column name) asks for.

    Columns of a CSV are text, except the aliases in ``numeric``, which are read as numbers.
    """
    import duckdb  # takes a tenth of a second, which those who only evaluate counts need not wait for

    with tempfile.TemporaryDirectory(prefix="evenhand-") as folder, _workspace() as connection:
        try:
            if files.kind == "parquet":
                yield connection.from_query(_parquet_query(connection, files, aliases))
            else:
                yield connection.from_query(_csv_query(files, aliases, numeric, encoding, Path(folder)))
        except duckdb.Error as error:
            names = column_names(files, encoding=encoding) if files.kind == "csv" else ()
            raise InputError(f"{files.name}: {_plain(error, names)}")


def column_names(files: sources.TableFiles, *, encoding: str) -> tuple[str, ...]:
    """The columns of a file, without reading its rows."""
    if files.kind == "csv":
        return sources.read_layout(files.paths[0], codec=sources.python_encoding(encoding)).columns
    import duckdb

    with _workspace() as connection:
        try:
            scan = f"SELECT * FROM read_parquet({_list(files.paths)}) LIMIT 0"  # noqa: S608 - paths are quoted
            return tuple(connection.from_query(scan).columns)
        except duckdb.Error as error:
            raise InputError(f"{files.name}: {_plain(error, ())}")


def require_columns(wanted: Iterable[str], present: Iterable[str], *, where: str) -> None:
    """Refuse names that are not among the columns, naming the closest ones."""
    names = list(present)
    for name in wanted:
        if name not in names:
            shown = ", ".join(map(str, names[:12])) + (", ..." if len(names) > 12 else "")
            raise InputError(f"{where} has no column {name!r}; it has {shown}.")


@contextmanager
def _workspace() -> Iterator[Any]:
    """A connection with an empty place of its own for tables, which is gone afterwards.

    The engine behind it is started once a process, since that takes longer than to count a million rows.
    """
    with _engine(os.getpid()).cursor() as connection:
        place = f"count_{next(_PLACES)}"
        connection.execute(f"ATTACH ':memory:' AS {place}")
        try:
            connection.execute(f"USE {place}")
            yield connection
        finally:
            connection.execute("USE memory")
            connection.execute(f"DETACH {place}")


@cache  # also of a process this one was forked from: its engine cannot be closed here, where its threads are not
def _engine(process: int) -> Any:  # noqa: ARG001 - a forked process needs an engine with threads of its own
    import duckdb

    return duckdb.connect(config=SETTINGS)


def _parquet_query(connection: Any, files: sources.TableFiles, aliases: Mapping[str, str]) -> str:
    scan = f"read_parquet({_list(files.paths)})"
    present = connection.from_query(f"SELECT * FROM {scan} LIMIT 0").columns  # noqa: S608 - paths are quoted
    require_columns(aliases.values(), present, where=files.name)
    chosen = ", ".join(f"{_name(name)} AS {alias}" for alias, name in aliases.items())
    return f"SELECT {chosen} FROM {scan}"  # noqa: S608 - names are quoted


def _csv_query(
    files: sources.TableFiles, aliases: Mapping[str, str], numeric: frozenset[str], encoding: str, folder: Path
) -> str:
    codec = sources.python_encoding(encoding)
    layout = _common_layout(files, codec=codec)
    require_columns(aliases.values(), layout.columns, where=files.name)
    paths = files.paths
    if codec != "utf-8":
        paths = tuple(
            sources.as_utf8(path, codec=codec, folder=folder, number=number) for number, path in enumerate(paths)
        )
    # Columns go by position, so no name of the file ever becomes part of a statement.
    place = {alias: layout.columns.index(name) for alias, name in aliases.items()}
    numbers = {place[alias] for alias in numeric if alias in place}
    types = ", ".join(f"'c{i}': '{'DOUBLE' if i in numbers else 'VARCHAR'}'" for i in range(len(layout.columns)))
    chosen = ", ".join(f"c{position} AS {alias}" for alias, position in place.items())
    return (
        f"SELECT {chosen} FROM read_csv({_list(paths)}, header = true, auto_detect = false, columns = {{{types}}}, "  # noqa: S608
        f"delim = {_text(layout.delimiter)}, quote = '\"', escape = '\"', strict_mode = true, nullstr = '')"
    )


def _common_layout(files: sources.TableFiles, *, codec: str) -> sources.CsvLayout:
    first = sources.read_layout(files.paths[0], codec=codec)
    for path in files.paths:
        if sources.read_layout(path, codec=codec) != first:
            raise InputError(f"{path.name} has other columns than {files.paths[0].name}; count them separately.")
        sources.check_csv_text(path, codec=codec)
    return first


def _list(paths: tuple[Path, ...]) -> str:
    return "[" + ", ".join(_text(glob.escape(str(path))) for path in paths) + "]"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _name(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'


def _plain(error: Exception, names: Sequence[str]) -> str:
    """DuckDB's message as one sentence: the line and the fault, without its advice."""
    message = str(error)
    line = re.search(r"CSV Error on Line: (\d+)", message)
    where = f"line {line.group(1)}: " if line else ""
    if wrong := re.search(r'column "c(\d+)"\. Could not convert string "(.*?)" to', message, re.DOTALL):
        name, held = names[int(wrong.group(1))], wrong.group(2)
        return f"{where}column {name!r} holds {held!r}, which is not a number; correct or remove it."
    if wrong := re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", message):
        return f"{where}{wrong.group(2)} values where the first line names {wrong.group(1)} columns; correct the line."
    if "unterminated quote" in message:
        return f'{where}a quote (") is never closed; quotes inside a value are doubled ("").'
    if "state machine" in message:
        return "lines end in different ways or quotes are misplaced; save the file again as plain CSV."
    first = next((text for text in message.splitlines() if text.strip() and "CSV Error" not in text), "cannot be read")
    return where + " ".join(first.split())[:300]
