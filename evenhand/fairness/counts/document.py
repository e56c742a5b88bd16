"""The counts document: written as JSON values, and read back with every check an outside file needs."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import astuple
from itertools import pairwise
from typing import Any, NamedTuple, NoReturn

from evenhand.errors import InputError
from evenhand.fairness.counts.bins import FINE, Bin, GroupBins, Ranks, possible_wins
from evenhand.fairness.counts.cells import Cell, Source
from evenhand.fairness.counts.columns import MICRO, OPERATORS, Columns, Filter

SCHEMA = "evenhand.counts/1"
BIN_COLUMNS = ["first", "last", "n", "n_positive", "score_sum"]
SAFE = 2**53 - 1


class Parts(NamedTuple):
    """What a counts document holds, by the names of ``Counts``."""

    columns: Columns
    cells: tuple[Cell, ...]
    score_bins: tuple[GroupBins, ...]
    filters: tuple[Filter, ...]
    sources: tuple[Source, ...]
    min_bin: int


def written(
    *,
    columns: Columns,
    cells: Iterable[Cell],
    score_bins: Iterable[GroupBins],
    filters: Iterable[Filter],
    sources: Iterable[Source],
    min_bin: int,
) -> dict[str, Any]:
    """The document; sums of scores are decimal strings because they may exceed what JSON numbers hold exactly."""
    scored = columns.score is not None
    rows = list(cells)
    return {
        "schema": SCHEMA,
        "n_rows": sum(cell.n for cell in rows),
        "columns": _columns_out(columns),
        "filters": [{"column": each.column, "operator": each.operator, "value": each.value} for each in filters],
        "sources": [_source_out(source) for source in sources],
        "cell_columns": ["group", "label", "prediction", "n", *(["score_sum", "score_squares"] if scored else [])],
        "cells": [_cell_out(cell, scored=scored) for cell in rows],
        "min_bin": min_bin,
        "bin_columns": BIN_COLUMNS,
        "score_bins": [
            {
                "by": list(table.by),
                "group": list(table.group),
                "ranks": None if table.ranks is None else [str(value) for value in astuple(table.ranks)],
                "bins": [[part.first, part.last, part.n, part.n_positive, str(part.score_sum)] for part in table.bins],
            }
            for table in score_bins
        ],
    }


def read(value: Any) -> Parts:
    """The parts of a document, each checked, and checked against each other."""
    if not isinstance(value, dict) or value.get("schema") != SCHEMA:
        _refuse(f'it does not say "schema": "{SCHEMA}"; make it with evenhand count')
    columns = _columns_in(value.get("columns"))
    cells = tuple(sorted((_cell_in(row, columns) for row in _list(value, "cells")), key=lambda cell: cell.key))
    keys = [cell.key for cell in cells]
    if len(set(keys)) != len(keys):
        _refuse("two cells have the same group, label and prediction")
    if value.get("n_rows") != sum(cell.n for cell in cells):
        _refuse(f"n_rows is {value.get('n_rows')} but the cells add up to {sum(cell.n for cell in cells)}")
    bins = tuple(_bins_in(table, columns) for table in _list(value, "score_bins"))
    _check_bins(bins, cells, columns)
    return Parts(
        columns=columns,
        cells=cells,
        score_bins=tuple(sorted(bins, key=lambda table: (len(table.by), table.by, table.group))),
        filters=tuple(_filter_in(each) for each in _list(value, "filters")),
        sources=tuple(_source_in(source) for source in _list(value, "sources")),
        min_bin=_whole(value.get("min_bin"), "min_bin"),
    )


def _columns_out(columns: Columns) -> dict[str, Any]:
    span = columns.score_range
    return {
        "groups": list(columns.groups),
        "label": columns.label,
        "prediction": columns.prediction,
        "score": columns.score,
        "threshold": columns.threshold,
        "positive": columns.positive,
        "score_range": None if span is None else list(span),
    }


def _columns_in(value: Any) -> Columns:
    if not isinstance(value, dict):
        _refuse("it has no columns")
    span, threshold = value.get("score_range"), value.get("threshold")
    if value.get("score") is not None and not (
        isinstance(span, list) and len(span) == 2 and all(map(_is_number, span))
    ):
        _refuse("score_range must be two numbers")
    if threshold is not None and not _is_number(threshold):
        _refuse("threshold must be a number or null")
    return Columns(
        groups=tuple(_string(name, "a group column") for name in _list(value, "groups")),
        label=_optional(value.get("label"), "label"),
        prediction=_optional(value.get("prediction"), "prediction"),
        score=_optional(value.get("score"), "score"),
        threshold=None if threshold is None else float(threshold),
        positive=_string(value.get("positive"), "positive"),
        score_range=None if span is None else (float(span[0]), float(span[1])),
    )


def _cell_out(cell: Cell, *, scored: bool) -> list[Any]:
    sums = [str(cell.score_sum), str(cell.score_squares)] if scored else []
    return [list(cell.group), cell.label, cell.prediction, cell.n, *sums]


def _cell_in(row: Any, columns: Columns) -> Cell:
    width = 6 if columns.score is not None else 4
    if not isinstance(row, list) or len(row) != width:
        _refuse(f"a cell has not {width} values")
    sums = [_sum(text) for text in row[4:]] or [0, 0]
    return Cell(
        group=_group(row[0], columns.groups),
        label=_class(row[1], used=columns.label is not None),
        prediction=_class(row[2], used=columns.decides),
        n=_whole(row[3], "the number of people in a cell"),
        score_sum=sums[0],
        score_squares=sums[1],
    )


def _bins_in(table: Any, columns: Columns) -> GroupBins:
    if not isinstance(table, dict):
        _refuse("score_bins must be a list of tables")
    by = tuple(_string(name, "a column of score_bins") for name in _list(table, "by"))
    if any(name not in columns.groups for name in by):
        _refuse(f"score_bins name {by}, which are not all group columns")
    bins = []
    for row in _list(table, "bins"):
        if not isinstance(row, list) or len(row) != len(BIN_COLUMNS):
            _refuse("a score bin has not 5 values")
        first, last, n = (_whole(part, "a score bin") for part in row[:3])
        positive = None if row[3] is None else _whole(row[3], "a score bin")
        if (
            last < first
            or last >= FINE
            or n == 0
            or (positive or 0) > n
            or (positive is None) != (columns.label is None)
        ):
            _refuse(f"score bin {row} is not possible")
        bins.append(Bin(first, last, n, positive, _sum(row[4])))
    if any(later.first <= earlier.last for earlier, later in pairwise(bins)):
        _refuse("score bins overlap or are out of order")
    return GroupBins(by, _group(table.get("group"), by), tuple(bins), _ranks_in(table.get("ranks"), bins))


def _ranks_in(value: Any, bins: Sequence[Bin]) -> Ranks | None:
    if value is None:
        return None
    if not isinstance(value, list) or len(value) != 3:
        _refuse("ranks of score bins are not three sums")
    ranks = Ranks(*(_sum(text) for text in value))
    fewest, most = possible_wins(bins)
    if not fewest <= ranks.wins <= most:
        _refuse("ranks of score bins contradict the bins")
    return ranks


def _check_bins(tables: Sequence[GroupBins], cells: Iterable[Cell], columns: Columns) -> None:
    """Each group's bins hold exactly the people, positives and score sums of its cells."""
    rows = list(cells)
    seen: set[tuple[tuple[str, ...], tuple[str, ...]]] = set()
    margins: dict[tuple[str, ...], dict[tuple[str, ...], list[int]]] = {}
    for table in tables:
        if (table.by, table.group) in seen:
            _refuse(f"the score bins of {table.group} are given twice")
        seen.add((table.by, table.group))
        if table.by not in margins:
            margins[table.by] = _margin(rows, [columns.groups.index(name) for name in table.by])
        held = [0, 0, 0]
        for part in table.bins:
            held = [held[0] + part.n, held[1] + (part.n_positive or 0), held[2] + part.score_sum]
        if held != margins[table.by].get(table.group):
            _refuse(f"the score bins of {', '.join(table.group) or 'all'} do not add up to their cells")


def _margin(cells: Iterable[Cell], places: Sequence[int]) -> dict[tuple[str, ...], list[int]]:
    sums: dict[tuple[str, ...], list[int]] = defaultdict(lambda: [0, 0, 0])
    for cell in cells:
        row = sums[tuple(cell.group[place] for place in places)]
        row[0] += cell.n
        row[1] += cell.n if cell.label else 0
        row[2] += cell.score_sum
    return sums


def _source_out(source: Source) -> dict[str, Any]:
    return {
        "name": source.name,
        "n_rows": source.n_rows,
        "sha256": source.sha256,
        "extracted_on": source.extracted_on,
        "control_total": source.control_total,
        "note": source.note,
    }


def _source_in(value: Any) -> Source:
    if not isinstance(value, dict):
        _refuse("a source is not an object")
    total = value.get("control_total")
    return Source(
        name=_string(value.get("name"), "the name of a source"),
        n_rows=_whole(value.get("n_rows"), "the rows of a source"),
        sha256=_optional(value.get("sha256"), "sha256"),
        extracted_on=_optional(value.get("extracted_on"), "extracted_on"),
        control_total=None if total is None else _whole(total, "control_total"),
        note=_optional(value.get("note"), "note"),
    )


def _filter_in(value: Any) -> Filter:
    if not isinstance(value, dict) or value.get("operator") not in OPERATORS:
        _refuse(f"filter {value!r} has no known operator")
    parts = (_string(value.get(name), f"the {name} of a filter") for name in ("column", "operator", "value"))
    return Filter(*parts)


def _group(value: Any, by: Sequence[str]) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) != len(by):
        _refuse(f"a group has not one value for each of {', '.join(by) or 'no columns'}")
    return tuple(_string(name, "a group") for name in value)


def _class(value: Any, *, used: bool) -> int | None:
    if not used:
        return None if value is None else _refuse("a cell has a class for a column that was not counted")
    if isinstance(value, bool) or value not in (0, 1):
        _refuse(f"a label or prediction is {value!r}, not 0 or 1")
    return int(value)


def _sum(text: Any) -> int:
    if not isinstance(text, str) or not text.removeprefix("-").isdecimal() or len(text) > 40:
        _refuse(f"a sum of scores is {text!r}, not a decimal string")
    return int(text)


def _whole(value: Any, what: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= SAFE:
        _refuse(f"{what} is {value!r}, not a whole number of 0 or more")
    return int(value)


def _string(value: Any, what: str) -> str:
    return value if isinstance(value, str) else _refuse(f"{what} is {value!r}, not text")


def _optional(value: Any, what: str) -> str | None:
    return None if value is None else _string(value, what)


def _list(value: dict[str, Any], name: str) -> list[Any]:
    found = value.get(name)
    return found if isinstance(found, list) else _refuse(f"{name!r} is not a list")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= MICRO


def _refuse(what: str) -> NoReturn:
    raise InputError(f"This is not a usable counts document: {what}.")
