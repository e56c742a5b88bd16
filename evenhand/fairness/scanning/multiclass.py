"""Labels and predictions with more than two classes: their names found or stated, and people counted by number."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import narwhals as nw

from evenhand.errors import InputError
from evenhand.fairness.counts.cells import Cell
from evenhand.fairness.counts.columns import MOST_CLASSES, ONES, ZEROS, Columns, Filter, plain
from evenhand.fairness.counts.table import Counts, summed
from evenhand.fairness.scanning import classes, frames, quantities, reducing, refusing
from evenhand.fairness.scanning.plan import Plan, whole

_DECIMAL = re.compile(r"-?(0|[1-9]\d*)\.\d+")
_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?")


def counted(rows: frames.Rows, columns: Columns, filters: Sequence[Filter], *, stated: Sequence[str]) -> Counts:
    """People by group, class of label and class of prediction; ``stated`` are the class names, where they are known."""
    plan = Plan(columns, dict(rows.frame.collect_schema()))
    used = {alias: name for alias, name in (("y", columns.label), ("p", columns.prediction)) if name is not None}
    found = _grouped(rows, plan, filters, used)
    names = _names(found, used, stated)
    number = {name: place for place, name in enumerate(names)} | {None: None}
    cells = summed(
        Cell(
            group=reducing.levels(row.levels, columns.groups),
            label=number[row.classes.get("y")],
            prediction=number[row.classes.get("p")],
            n=row.n,
        )
        for row in found
        if row.n  # a row of a ready table may stand for nobody
    )
    return Counts(replace(columns, outcome="classes", classes=names), cells, filters=tuple(filters), min_bin=1)


class _Row(NamedTuple):
    """People alike in groups and classes; a class is None where its value is missing."""

    levels: tuple[Any, ...]
    classes: dict[str, str | None]
    n: int


def _grouped(rows: frames.Rows, plan: Plan, filters: Sequence[Filter], used: Mapping[str, str]) -> list[_Row]:
    """The one group-by; refuses columns with too many levels or classes."""
    values = [classes.value_expression(alias, plan.types[alias]).alias(f"{alias}v") for alias in used]
    keys = [*plan.keys, *(f"{alias}v" for alias in used)]
    filtered = plan.filtered(rows.frame, filters)
    frame, sums = filtered.select(*plan.keys, *values), [nw.len().alias("n")]
    if plan.columns.people is not None:
        plan.check_numeric()
        frame = filtered.select(*plan.keys, *values, *quantities.people_columns())
        sums = [nw.col("k").sum().alias("n"), nw.len().alias("rows"), nw.col("peopled").sum()]
    counted_names = ["n", "rows", "peopled"][: len(sums)]
    fine = rows.kept(frame.group_by(*keys).agg(*sums).with_columns(*whole(counted_names)))
    reducing.check_levels(fine, plan)
    for alias, column in used.items():
        _check_many(fine, f"{alias}v", column)
    found = frames.values(fine.select(*keys, *counted_names).head(reducing.MAX_CELLS + 1))
    reducing.check_cells(found, plan.columns)
    first, last = len(plan.keys), len(keys)
    totals = [dict(zip(counted_names, row[last:], strict=True)) for row in found]
    refusing.check_quantities(filtered, plan.columns, reducing.Margins(totals))
    return [
        _Row(row[:first], {alias: _class(row[first + place]) for place, alias in enumerate(used)}, int(row[last]))
        for row in found
    ]


def _names(found: Sequence[_Row], used: Mapping[str, str], stated: Sequence[str]) -> tuple[str, ...]:
    """The class names in order: those stated, or those found; refuses what cannot be them."""
    seen: dict[str, set[str]] = {}
    for alias, column in used.items():
        missing = sum(row.n for row in found if row.classes[alias] is None)
        if missing:
            raise InputError(
                f"Column {column!r} is empty in {missing} rows; fill it or leave those rows out (--filter)."
            )
        seen[column] = {row.classes[alias] or "" for row in found}
        strangers = sorted(seen[column] - set(stated)) if stated else []
        if strangers:
            raise InputError(
                f"Column {column!r} holds {strangers[0]!r}, which is not among the stated classes; add it."
            )
    if stated:
        return in_order(stated)
    names = in_order(set().union(*seen.values()))
    _check_found(names, list(seen.values()), list(seen))
    return names


def _class(value: Any) -> str | None:
    missing = value is None or value == "" or value != value
    return None if missing else class_name(value)


def class_name(value: Any) -> str:
    """A class as text, one spelling for equal numbers and truth values; ``007`` stays what it is."""
    text = plain(value)
    if text in ONES:
        return "1"
    if text in ZEROS:
        return "0"
    return plain(float(text)) if _DECIMAL.fullmatch(text) else text


def stated_names(texts: Sequence[Any]) -> tuple[str, ...]:
    """Class names as somebody states them, in one order however they are listed."""
    names = [class_name(text) for text in texts]
    repeated = [name for name in names if names.count(name) > 1]
    if repeated:
        raise InputError(f"Class {repeated[0]!r} is stated twice; name each class once.")
    if names and not 2 <= len(names) <= MOST_CLASSES:
        raise InputError(f"{len(names)} classes are stated; there may be 2 to {MOST_CLASSES}.")
    return in_order(names)


def in_order(names: Sequence[str] | set[str]) -> tuple[str, ...]:
    """Class names sorted: as numbers where all are numbers, otherwise as text."""
    if all(_NUMBER.fullmatch(name) for name in names):
        return tuple(sorted(names, key=lambda name: (float(name), name)))
    return tuple(sorted(names))


def _check_many(fine: frames.Frame, key: str, column: str) -> None:
    n_classes = frames.values(fine.select(nw.col(key).n_unique()))[0][0] or 0
    if n_classes > MOST_CLASSES + 1:  # one of them may be the empty value, which is refused by its own name
        raise InputError(
            f"Column {column!r} holds {n_classes:,} different classes and may hold {MOST_CLASSES}; combine them, "
            "or say --outcome numeric if they are quantities."
        )


def _check_found(names: Sequence[str], seen: Sequence[set[str]], columns: Sequence[str]) -> None:
    if len(names) > MOST_CLASSES:
        raise InputError(
            f"{' and '.join(columns)} hold {len(names)} classes and may hold {MOST_CLASSES}; combine them."
        )
    if len(names) < 2:
        raise InputError(f"{' and '.join(columns)} hold only the class {names[0]!r}; state all classes (--classes).")
    if len(seen) == 2 and not seen[0] & seen[1]:
        raise InputError(
            f"Columns {columns[0]!r} and {columns[1]!r} have no class in common ({min(seen[0])!r} in the one, "
            f"{min(seen[1])!r} in the other); write both in the same words."
        )
