"""The counts document: written as JSON values, and read back with every check an outside file needs."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from evenhand.fairness.counts.axes_document import BIN_COLUMNS, axis_in, axis_out, check_axes
from evenhand.fairness.counts.bins import GroupBins, ordered
from evenhand.fairness.counts.cells import Cell, Source
from evenhand.fairness.counts.columns import Columns, Filter
from evenhand.fairness.counts.columns_document import columns_in, columns_out, filter_in, source_in, source_out
from evenhand.fairness.counts.measures import check_sums
from evenhand.fairness.counts.units import Units, units_in, units_out
from evenhand.fairness.counts.values import decimal, group, listed, refuse, whole

SCHEMA = "evenhand.counts/1"


class Parts(NamedTuple):
    """What a counts document holds, by the names of ``Counts``."""

    columns: Columns
    cells: tuple[Cell, ...]
    score_bins: tuple[GroupBins, ...]
    filters: tuple[Filter, ...]
    sources: tuple[Source, ...]
    min_bin: int
    units: Units | None


def written(
    *,
    columns: Columns,
    cells: Iterable[Cell],
    score_bins: Iterable[GroupBins],
    filters: Iterable[Filter],
    sources: Iterable[Source],
    min_bin: int,
    units: Units | None,
) -> dict[str, Any]:
    """The document; sums are decimal strings because they may exceed what JSON numbers hold exactly."""
    rows = list(cells)
    found = {
        "schema": SCHEMA,
        "n_rows": sum(cell.n for cell in rows),
        "columns": columns_out(columns),
        "filters": [{"column": each.column, "operator": each.operator, "value": each.value} for each in filters],
        "sources": [source_out(source) for source in sources],
        "cell_columns": cell_columns(columns),
        "cells": [_cell_out(cell, columns) for cell in rows],
        "min_bin": min_bin,
        "bin_columns": BIN_COLUMNS,
        "score_bins": [axis_out(table) for table in score_bins],
    }
    return found | ({} if units is None else {"units": units_out(units)})


def read(value: Any) -> Parts:
    """The parts of a document, each checked, and checked against each other."""
    if not isinstance(value, dict) or value.get("schema") != SCHEMA:
        refuse(f'it does not say "schema": "{SCHEMA}"; make it with evenhand count')
    columns = columns_in(value.get("columns"))
    if value.get("cell_columns") != cell_columns(columns):
        refuse(f"cell_columns must be {', '.join(cell_columns(columns))}")
    in_order = [_cell_in(row, columns) for row in listed(value, "cells")]
    cells = tuple(sorted(in_order, key=lambda cell: cell.key))
    keys = [cell.key for cell in cells]
    if len(set(keys)) != len(keys):
        refuse("two cells have the same group, label and prediction")
    if value.get("n_rows") != sum(cell.n for cell in cells):
        refuse(f"n_rows is {value.get('n_rows')} but the cells add up to {sum(cell.n for cell in cells)}")
    bins = tuple(axis_in(table, columns) for table in listed(value, "score_bins"))
    check_axes(bins, cells, columns)
    units = None
    if columns.unit is not None:
        if list(cells) != in_order:
            refuse("the cells are out of order, so the places in units mean nothing")
        units = units_in(value.get("units"), cells, columns.groups)
    return Parts(
        columns=columns,
        cells=cells,
        score_bins=ordered(bins, columns.groups),
        filters=tuple(filter_in(each) for each in listed(value, "filters")),
        sources=tuple(source_in(source) for source in listed(value, "sources")),
        min_bin=whole(value.get("min_bin"), "min_bin"),
        units=units,
    )


def cell_columns(columns: Columns) -> list[str]:
    """The names of a cell's values, in order."""
    decision = ["decision"] if columns.decision is not None else []
    score = ["score_sum", "score_squares"] if columns.score is not None else []
    return ["group", "label", "prediction", *decision, "n", *score, *columns.measures]


def _cell_out(cell: Cell, columns: Columns) -> list[Any]:
    decision = [cell.decision] if columns.decision is not None else []
    score = [str(cell.score_sum), str(cell.score_squares)] if columns.score is not None else []
    return [list(cell.group), cell.label, cell.prediction, *decision, cell.n, *score, *map(str, cell.sums)]


def _cell_in(row: Any, columns: Columns) -> Cell:
    names = cell_columns(columns)
    if not isinstance(row, list) or len(row) != len(names):
        refuse(f"a cell has not {len(names)} values")
    held = dict(zip(names, row, strict=True))
    prediction = _class(held["prediction"], columns, used=columns.decides)
    unseen = columns.observed == "selected" and prediction == 0
    cell = Cell(
        group=group(held["group"], columns.groups),
        label=_class(held["label"], columns, used=columns.label is not None and not columns.is_numeric and not unseen),
        prediction=prediction,
        n=whole(held["n"], "the number of people in a cell"),
        score_sum=decimal(held.get("score_sum", "0")),
        score_squares=decimal(held.get("score_squares", "0")),
        decision=_class(held.get("decision"), columns, used=columns.decision is not None),
        sums=tuple(decimal(held[name], f"the {name} of a cell") for name in columns.measures),
    )
    check_sums(cell, columns)
    return cell


def _class(value: Any, columns: Columns, *, used: bool) -> int | None:
    if not used:
        return None if value is None else refuse("a cell has a class for a column that was not counted")
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < columns.n_classes:
        most = "1" if columns.n_classes == 2 else str(columns.n_classes - 1)
        refuse(f"a label or prediction is {value!r}, not 0 {'or' if most == '1' else 'to'} {most}")
    return int(value)
