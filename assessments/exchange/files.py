"""Tables as files: CSV and XLSX, written and read. Bounded, and safe to open in a spreadsheet."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from assessments.exchange.cells import guarded, unguarded
from assessments.exchange.table import HEADINGS, Line
from evenhand.errors import InputError

MAX_BYTES = 5_000_000
MAX_UNPACKED = 60_000_000
MAX_ROWS = 20_000
MAX_COLUMNS = 60
MAX_CELL = 32_767
SHEET = "Answers"
_WIDTHS = {
    "prompt": 50,
    "choices": 30,
    "answer": 45,
    "words": 40,
    "section": 22,
    "question": 26,
    "part": 18,
    "reason": 30,
}
_NEEDED = ("question", "answer")


@dataclass(frozen=True)
class Row:
    """One line of a file that was handed in: its number as a spreadsheet shows it, and its cells by column."""

    number: int
    cells: dict[str, str]


# --- writing


def to_csv(lines: Iterable[Line]) -> bytes:
    """UTF-8 with a mark that makes spreadsheets read it as such."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(HEADINGS.values())
    for line in lines:
        writer.writerow([guarded(cell) for cell in line.cells()])
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8")


def to_xlsx(lines: Iterable[Line], about: Iterable[tuple[str, str]]) -> bytes:
    """A workbook: the answers to fill in, and a sheet that says what it is."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = SHEET
    sheet.append(list(HEADINGS.values()))
    for line in lines:
        sheet.append([guarded(cell) for cell in line.cells()])
    for cell in sheet[1]:
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", start_color="FFE8EDF3")
    for position, name in enumerate(HEADINGS, start=1):
        sheet.column_dimensions[get_column_letter(position)].width = _WIDTHS.get(name, 12)
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            cell.alignment, cell.number_format = Alignment(wrap_text=True, vertical="top"), "@"
    sheet.freeze_panes, sheet.auto_filter.ref = "A2", sheet.dimensions
    told = book.create_sheet("About")
    for name, value in about:
        told.append([name, guarded(value)])
    told.column_dimensions["A"].width, told.column_dimensions["B"].width = 24, 90
    return _saved(book)


def _saved(book: Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


# --- reading


def read_table(content: bytes, *, name: str) -> list[Row]:
    """The lines of a CSV or XLSX file. Raises ``InputError`` in one sentence where it is neither, or no such table."""
    if len(content) > MAX_BYTES:
        raise InputError(f"{name} has {len(content):,} bytes; at most {MAX_BYTES:,} are read.")
    cells = _xlsx(content, name) if content[:2] == b"PK" else _csv(content, name)
    lines = list(_bounded(cells, name))
    if not lines:
        raise InputError(f"{name} is empty; export the assessment first and fill in the column 'Answer'.")
    columns = _columns(lines[0], name)
    return [
        Row(number, {column: unguarded(text) for column, text in zip(columns, line, strict=False) if column})
        for number, line in enumerate(lines[1:], start=2)
        if any(text.strip() for text in line)
    ]


def _columns(head: list[str], name: str) -> list[str]:
    by_heading = {heading.casefold(): column for column, heading in HEADINGS.items()}
    found = [by_heading.get(text.strip().casefold(), text.strip().casefold()) for text in head]
    for needed in _NEEDED:
        if needed not in found:
            raise InputError(
                f"{name}, row 1: there is no column '{HEADINGS[needed]}'; keep the first line of the export."
            )
    twice = next((column for column in HEADINGS if found.count(column) > 1), None)
    if twice:
        raise InputError(f"{name}, row 1: the column '{HEADINGS[twice]}' is there twice.")
    return [column if column in HEADINGS else "" for column in found]


def _bounded(lines: Iterable[list[str]], name: str) -> Iterator[list[str]]:
    for number, line in enumerate(lines, start=1):
        if number > MAX_ROWS:
            raise InputError(f"{name} has more than {MAX_ROWS:,} rows.")
        if len(line) > MAX_COLUMNS and any(line[MAX_COLUMNS:]):
            raise InputError(f"{name}, row {number}: there are more than {MAX_COLUMNS} columns.")
        if any(len(text) > MAX_CELL for text in line):
            raise InputError(f"{name}, row {number}: a cell holds more than {MAX_CELL:,} characters.")
        yield line[:MAX_COLUMNS]


def _csv(content: bytes, name: str) -> Iterator[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise InputError(f"{name}, line {line}: it is not UTF-8 text; save it as 'CSV UTF-8' or as XLSX.")
    if "\0" in text:
        raise InputError(f"{name} is neither a CSV nor an XLSX file.")
    head = text.split("\n", 1)[0]
    separator = max(",;\t", key=head.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    except csv.Error as error:
        raise InputError(f"{name} is not a CSV file that can be read: {error}.")


def _xlsx(content: bytes, name: str) -> Iterator[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(item.file_size for item in packed.infolist()) > MAX_UNPACKED:
                raise InputError(f"{name} unpacks to more than {MAX_UNPACKED:,} bytes.")
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except InputError:
        raise
    except Exception:  # whatever is wrong inside the packed XML
        raise InputError(f"{name} is not an XLSX file that can be read.")
    try:
        sheet: Any = book[SHEET] if SHEET in book.sheetnames else book.worksheets[0]
        for line in sheet.iter_rows(values_only=True):
            yield [_cell(value) for value in line]
    except (ValueError, KeyError, IndexError, AttributeError):
        raise InputError(f"{name} is not an XLSX file that can be read.")
    finally:
        book.close()


def _cell(value: Any) -> str:
    """A cell as text: dates as days, whole numbers without a point."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return value.date().isoformat()
        case date():
            return value.isoformat()
        case float() if value == int(value):
            return str(int(value))
        case _:
            return str(value)
