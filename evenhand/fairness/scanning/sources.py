"""Files as a source of rows: finding them, refusing what is not a table, reading a CSV's header, hashing."""

import csv
import gzip
import hashlib
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from evenhand.errors import InputError

ENCODINGS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "utf-8-sig": "utf-8",
    "utf-16": "utf-16",
    "utf16": "utf-16",
    "latin-1": "latin-1",
    "latin1": "latin-1",
    "iso-8859-1": "latin-1",
    "windows-1252": "cp1252",
    "cp1252": "cp1252",
}
DELIMITERS = ",;\t|"
CHUNK = 1 << 20
LONGEST_HEADER = 1 << 20  # characters: a packed file of one endless line must not fill the memory


@dataclass(frozen=True, slots=True)
class TableFiles:
    """The files behind one data argument: all CSV or all Parquet, in a fixed order."""

    name: str
    kind: str
    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class CsvLayout:
    """What a CSV's first line says: column names and delimiter."""

    columns: tuple[str, ...]
    delimiter: str


def find_files(data: str | Path) -> TableFiles:
    """The table files that a path, folder or glob names; refuses what is neither CSV nor Parquet."""
    path = Path(data)
    if path.is_dir():
        found = sorted(file for file in path.rglob("*") if file.is_file() and _kind_by_name(file))
        if not found:
            raise InputError(f"{path} holds no CSV or Parquet file.")
    elif path.is_file():
        found = [path]
    elif any(mark in str(data) for mark in "*?["):
        found = sorted(file for file in Path(path.anchor).glob(str(path.relative_to(path.anchor))) if file.is_file())
        if not found:
            raise InputError(f"No file matches {data}.")
    else:
        raise InputError(f"{data} does not exist; give the path of a CSV or Parquet file.")
    kinds = {_checked_kind(file) for file in found}
    if len(kinds) > 1:
        raise InputError(f"{data} mixes CSV and Parquet files; count them separately and add the counts.")
    return TableFiles(name=path.name or str(path), kind=kinds.pop(), paths=tuple(found))


def python_encoding(encoding: str) -> str:
    """The Python codec of an accepted encoding name."""
    try:
        return ENCODINGS[encoding.strip().lower()]
    except KeyError:
        raise InputError(
            f"Encoding {encoding!r} is not accepted; convert the file to UTF-8, "
            "or state utf-8, utf-16, latin-1 or windows-1252."
        )


def read_layout(path: Path, *, codec: str) -> CsvLayout:
    """Column names and delimiter from the header line of a CSV; refuses empty and repeated names."""
    with _text(path, codec) as lines:
        try:
            head = lines.readline(LONGEST_HEADER)
            delimiter = max(DELIMITERS, key=_unquoted(head).count)
            n_quotes = head.count('"')
            while n_quotes % 2 and len(head) < LONGEST_HEADER and (more := lines.readline(LONGEST_HEADER - len(head))):
                head, n_quotes = head + more, n_quotes + more.count('"')
        except UnicodeError:
            raise _wrong_encoding(path, codec)
    if len(head) >= LONGEST_HEADER:
        raise InputError(f"{path.name}: the first line, which names the columns, has more than a million characters.")
    if not head.strip():
        raise InputError(f"{path.name} is empty; the first line must name the columns.")
    names = next(csv.reader(io.StringIO(head), delimiter=delimiter))
    seen: set[str] = set()
    for position, name in enumerate(names, start=1):
        if not name.strip():
            raise InputError(f"{path.name}: column {position} has no name in the first line; name it.")
        if name in seen:
            raise InputError(f"{path.name}: column {name!r} appears twice in the first line; rename one of them.")
        seen.add(name)
    return CsvLayout(tuple(names), delimiter)


def check_csv_text(path: Path, *, codec: str) -> None:
    """Refuse bytes that are no text of the stated encoding, and quotes that never close."""
    quotes = 0
    with _text(path, codec) as lines:
        try:
            while chunk := lines.read(CHUNK):
                quotes += chunk.count('"')
                if "\0" in chunk:
                    raise InputError(f"{path.name} holds zero bytes: if it is UTF-16, say --encoding utf-16.")
        except UnicodeError:
            raise _wrong_encoding(path, codec)
    if quotes % 2:
        raise InputError(f'{path.name} has a quote (") that is never closed; quotes inside a value are doubled ("").')


def file_digest(paths: tuple[Path, ...]) -> str:
    """SHA-256 of one file, or of the digests of several in their order."""
    digests = []
    for path in paths:
        with path.open("rb") as handle:
            digests.append(hashlib.file_digest(handle, "sha256").hexdigest())
    return digests[0] if len(digests) == 1 else hashlib.sha256("\n".join(digests).encode()).hexdigest()


def as_utf8(path: Path, *, codec: str, folder: Path, number: int) -> Path:
    """A UTF-8 copy of a text file in another encoding, written in chunks."""
    copy = folder / f"{number}.csv"
    with _text(path, codec) as source, copy.open("w", encoding="utf-8", newline="") as target:
        while chunk := source.read(CHUNK):
            target.write(chunk)
    return copy


def _kind_by_name(path: Path) -> str | None:
    name = path.name.lower().removesuffix(".gz")
    if name.endswith((".parquet", ".pq")):
        return "parquet"
    return "csv" if name.endswith((".csv", ".tsv", ".txt")) else None


def _checked_kind(path: Path) -> str:
    try:
        size = path.stat().st_size
        with path.open("rb") as handle:
            head = handle.read(8)
            handle.seek(max(size - 4, 0))
            tail = handle.read(4)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.")
    if size == 0:
        raise InputError(f"{path.name} is empty; the first line must name the columns.")
    if head.startswith(b"PK\x03\x04"):
        raise InputError(f"{path.name} is a zip (or Excel) file, not a table; unpack it or save it as CSV.")
    if head.startswith(b"PAR1") or _kind_by_name(path) == "parquet":
        if not (head.startswith(b"PAR1") and tail == b"PAR1" and size >= 12):
            raise InputError(
                f"{path.name} is not a complete Parquet file (cut off or damaged); copy or export it again."
            )
        return "parquet"
    if _kind_by_name(path) is None:
        raise InputError(f"{path.name} is neither .csv nor .parquet; rename it or convert it.")
    return "csv"


@contextmanager
def _text(path: Path, codec: str) -> Iterator[io.TextIOWrapper]:
    """The file as text, unpacked if it is gzip; a byte order mark is not part of the text."""
    reader = "utf-8-sig" if codec == "utf-8" else codec
    with path.open("rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        stream = cast("BinaryIO", gzip.GzipFile(fileobj=raw)) if packed else raw
        try:
            yield io.TextIOWrapper(stream, encoding=reader, newline="")
        except (EOFError, zlib.error, gzip.BadGzipFile):
            raise InputError(f"{path.name} is not a complete gzip file (cut off or damaged); copy it again.")


def _unquoted(head: str) -> str:
    return "".join(head.split('"')[::2])


def _wrong_encoding(path: Path, codec: str) -> InputError:
    stated = "windows-1252" if codec == "cp1252" else codec
    return InputError(
        f"{path.name} is not {stated} text; state its encoding (--encoding utf-8, utf-16, latin-1 or windows-1252)."
    )
