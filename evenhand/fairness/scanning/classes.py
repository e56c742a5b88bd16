"""Two-valued columns: which value is the positive one, and refusing columns that are not two-valued."""

import math
from dataclasses import dataclass
from typing import Any

import narwhals as nw

from evenhand.errors import InputError
from evenhand.fairness.counts.columns import ONES, ZEROS, plain

POSITIVE, ONE, OTHER, ABSENT = 2, 1, 0, -1


@dataclass(frozen=True, slots=True)
class Seen:
    """What one code of a column stood for: the smallest and largest value, and how many rows."""

    code: int
    low: Any
    high: Any
    n: int


def value_expression(alias: str, dtype: nw.dtypes.DType) -> nw.Expr:
    """A column's values in the one form they are compared in: numbers as floats, all else as text."""
    column = nw.col(alias)
    if isinstance(dtype, nw.Boolean):
        return column.cast(nw.Int64).cast(nw.Float64)
    return column.cast(nw.Float64) if dtype.is_numeric() else column.cast(nw.String)


def code_expression(alias: str, dtype: nw.dtypes.DType, *, positive: str) -> nw.Expr:
    """Each value as a code: the stated positive, a plain 1, anything else, or absent."""
    column = value_expression(alias, dtype)
    if dtype.is_numeric() or isinstance(dtype, nw.Boolean):
        absent = column.is_null() | column.is_nan()
        stated = column == _number(positive) if _number(positive) is not None else column.is_null()
        one = column == 1.0
    else:
        absent = column.is_null() | (column == "")
        stated = column.is_in(sorted(_spellings(positive)))
        one = column.is_in(sorted(ONES))
    return (
        nw.when(absent)
        .then(nw.lit(ABSENT))
        .otherwise(
            nw.when(stated).then(nw.lit(POSITIVE)).otherwise(nw.when(one).then(nw.lit(ONE)).otherwise(nw.lit(OTHER)))
        )
    )


def coded(value: Any, dtype: nw.dtypes.DType, *, positive: str) -> tuple[int, Any]:
    """The same for one value at hand: its code, and the value in the form it is compared in."""
    if dtype.is_numeric() or isinstance(dtype, nw.Boolean):
        number = math.nan if value is None or str(value) == "<NA>" else float(value)
        absent, stated, one, value = math.isnan(number), number == _number(positive), number == 1.0, number
    else:
        absent = not isinstance(value, str) or value == ""
        stated, one = value in _spellings(positive), value in ONES
    return (ABSENT if absent else POSITIVE if stated else ONE if one else OTHER), value


def decoded(seen: list[Seen], *, column: str, positive: str, stated: bool) -> dict[int, int]:
    """The class (0 or 1) of each code of a column; raises InputError unless the column is two-valued.

    A column of 0 and 1 needs no stated positive: with ``positive`` ">50K" a prediction of 1 still means ">50K".
    """
    missing = sum(each.n for each in seen if each.code == ABSENT)
    if missing:
        raise InputError(f"Column {column!r} is empty in {missing} rows; fill it or leave those rows out (--filter).")
    values = _values(seen, {POSITIVE, ONE, OTHER})
    if not stated and not values <= {"0", "1"}:
        raise InputError(f"Column {column!r} holds {_shown(values)}, not 0 and 1; {_way_out(values)}.")
    if any(each.code == POSITIVE for each in seen):
        if len(_values(seen, {ONE, OTHER})) > 1:
            raise InputError(f"Column {column!r} holds {_shown(values)}; {_way_out(values)}.")
        return {POSITIVE: 1, ONE: 0, OTHER: 0}
    if values <= {"0", "1"} and positive not in ONES | ZEROS:
        return {ONE: 1, OTHER: 0}
    if len(values) > 1:
        raise InputError(f"Column {column!r} holds {_shown(values)} but never {positive!r}; correct --positive.")
    return {ONE: 0, OTHER: 0}


def _shown(values: set[str]) -> str:
    listed = [repr(value) for value in sorted(values)]
    return ", ".join(listed[:4]) + (" and more values" if len(listed) > 4 else "")


def _way_out(values: set[str]) -> str:
    if len(values) > 2:
        return "it must be two-valued, so combine or filter its values first"
    return "say which value is positive (--positive)"


def _values(seen: list[Seen], codes: set[int]) -> set[str]:
    return {canonical(value) for each in seen if each.code in codes for value in (each.low, each.high)}


def canonical(value: Any) -> str:
    """A value as text, equal for equal numbers and truth values however they are written."""
    text = plain(value)
    if text in ONES:
        return "1"
    if text in ZEROS:
        return "0"
    try:
        return plain(float(text))
    except ValueError:
        return text


def _number(text: str) -> float | None:
    if text in ONES:
        return 1.0
    if text in ZEROS:
        return 0.0
    try:
        return float(text)
    except ValueError:
        return None


def _spellings(positive: str) -> frozenset[str]:
    if positive in ONES:
        return ONES
    if positive in ZEROS:
        return ZEROS
    return frozenset({positive})
