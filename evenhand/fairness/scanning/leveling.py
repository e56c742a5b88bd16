"""The levels of group columns where rows do not simply name them: numbers cut into bands, one spelling of missing."""

from dataclasses import replace

import narwhals as nw

from evenhand.errors import InputError
from evenhand.fairness.counts.columns import UNKNOWN, Bands, Columns
from evenhand.fairness.scanning.frames import Rows


def leveled(rows: Rows, columns: Columns) -> Rows:
    """The rows with bands for numbers and, where rows belong to units, a missing level that is always null."""
    banded = {each.column: each for each in columns.bands}
    types = dict(rows.frame.collect_schema())
    found = []
    for place, name in enumerate(columns.groups):
        alias = f"g{place}"
        if types[alias].is_nested():
            raise InputError(f"Column {name!r} holds lists or records, which make no groups; take one value of each.")
        if name in banded:
            found.append(_band(alias, types[alias], banded[name]))
        elif columns.unit is not None:
            found.append(known(alias, types[alias]).alias(alias))
    return replace(rows, frame=rows.frame.with_columns(*found)) if found else rows


def known(alias: str, dtype: nw.dtypes.DType) -> nw.Expr:
    """A column whose missing values are null, however they were written."""
    column = nw.col(alias)
    if dtype.is_float():
        return nw.when(~column.is_nan()).then(column)
    return nw.when(~column.is_in(UNKNOWN)).then(column) if isinstance(dtype, nw.String) else column


def _band(alias: str, dtype: nw.dtypes.DType, bands: Bands) -> nw.Expr:
    if not dtype.is_numeric():
        raise InputError(f"Column {bands.column!r} is not numeric; only numbers are cut into bands.")
    number = nw.col(alias).cast(nw.Float64)
    found: nw.Expr = nw.when((number >= bands.cuts[-1]) & ~number.is_nan()).then(nw.lit(bands.levels[-1]))
    for cut, level in zip(reversed(bands.cuts), reversed(bands.levels[:-1]), strict=True):
        found = nw.when(number < cut).then(nw.lit(level)).otherwise(found)
    return found.alias(alias)
