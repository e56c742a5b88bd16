"""Numeric outcomes: exact whole-number sums of labels, predictions, their squares, products and absolute errors.

Values are taken in millionths and shifted to be positive, then split in two parts whose products fit in 64 bits, so
that no engine rounds or overflows; the sums are put together again in Python's whole numbers, which have no limit.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations_with_replacement

import narwhals as nw

from evenhand.errors import InputError
from evenhand.fairness.counts.cells import Cell
from evenhand.fairness.counts.columns import MICRO, Columns, Filter
from evenhand.fairness.counts.table import Counts, summed
from evenhand.fairness.scanning import classes, frames, reducing
from evenhand.fairness.scanning.plan import HALF, Plan, whole

LIMIT = 10**9  # the largest value either way
SHIFT = LIMIT * MICRO  # makes every value positive, in millionths
PART = 10**8  # value = high * PART + low, so that high * high, high * low and low * low fit

Sums = Mapping[str, int]


def counted(rows: frames.Rows, columns: Columns, filters: Sequence[Filter]) -> Counts:
    """People and sums by group; refuses values that are missing, no numbers, or beyond a thousand million."""
    plan = Plan(columns, dict(rows.frame.collect_schema()))
    used = {alias: name for alias, name in (("y", columns.label), ("p", columns.prediction)) if name is not None}
    for alias, name in used.items():
        if not (plan.types[alias].is_numeric() or isinstance(plan.types[alias], nw.Boolean)):
            raise InputError(f"Column {name!r} is not numeric; convert it to numbers, or say --outcome classes.")
    frame = plan.filtered(rows.frame, filters)
    names = ["n", *(f"{alias}valid" for alias in used), *_sum_names(tuple(used))]
    summands = [nw.len().alias("n"), *(nw.col(name).sum() for name in names[1:])]
    fine = rows.kept(_split(frame, plan, tuple(used)).group_by(*plan.keys).agg(*summands).with_columns(*whole(names)))
    reducing.check_levels(fine, plan)
    found = frames.values(fine.select(*plan.keys, *names).head(reducing.MAX_CELLS + 1))
    reducing.check_cells(found, columns)
    held = [dict(zip([*plan.keys, *names], row, strict=True)) for row in found]
    for alias, name in used.items():
        wrong = sum(int(row["n"]) - int(row[f"{alias}valid"]) for row in held)
        if wrong:
            raise _bad_value(frame, plan, alias, name, wrong)
    cells = summed(
        Cell(
            group=reducing.levels([row[key] for key in plan.keys], columns.groups),
            label=None,
            prediction=None,
            n=int(row["n"]),
            sums=_moments({name: int(row[name]) for name in names}, tuple(used)),
        )
        for row in held
    )
    return Counts(columns, cells, filters=tuple(filters), min_bin=1)


def _value(plan: Plan, alias: str) -> nw.Expr:
    return classes.value_expression(alias, plan.types[alias])


def _valid(plan: Plan, alias: str) -> nw.Expr:
    value = _value(plan, alias)
    return ((value >= -LIMIT) & (value <= LIMIT)).fill_null(False)


def _split(frame: frames.Frame, plan: Plan, used: tuple[str, ...]) -> frames.Frame:
    """Each row's numbers as whole parts, and each product of parts in two halves."""
    frame = frame.select(
        *plan.keys,
        *(_valid(plan, alias).cast(nw.Int64).alias(f"{alias}valid") for alias in used),
        *(
            nw.when(_valid(plan, alias)).then(_value(plan, alias)).otherwise(nw.lit(0.0)).alias(f"{alias}x")
            for alias in used
        ),
    )
    frame = frame.with_columns(
        *((nw.col(f"{alias}x") * MICRO + 0.5).floor().cast(nw.Int64).alias(f"{alias}m") for alias in used)
    )
    for alias in used:
        frame = _parted(frame, nw.col(f"{alias}m") + SHIFT, alias)
    if len(used) == 2:
        frame = _parted(frame, (nw.col("ym") - nw.col("pm")).abs(), "e")
    for one, other in combinations_with_replacement(used, 2):
        frame = _with_product(frame, one, other)
    return frame


def _parted(frame: frames.Frame, value: nw.Expr, name: str) -> frames.Frame:
    return frame.with_columns((value // PART).alias(f"{name}high"), (value % PART).alias(f"{name}low"))


def _with_product(frame: frames.Frame, one: str, other: str) -> frames.Frame:
    high, low = (nw.col(f"{one}{part}") for part in ("high", "low"))
    other_high, other_low = (nw.col(f"{other}{part}") for part in ("high", "low"))
    products = {"hh": high * other_high, "hl": high * other_low + low * other_high, "ll": low * other_low}
    frame = frame.with_columns(*(each.alias(f"{one}{other}{name}") for name, each in products.items()))
    return frame.with_columns(
        *((nw.col(f"{one}{other}{name}") // HALF).alias(f"{one}{other}{name}upper") for name in products),
        *((nw.col(f"{one}{other}{name}") % HALF).alias(f"{one}{other}{name}lower") for name in products),
    )


def _sum_names(used: tuple[str, ...]) -> list[str]:
    parted = [*used, *(["e"] if len(used) == 2 else [])]
    products = [f"{one}{other}" for one, other in combinations_with_replacement(used, 2)]
    return [
        *(f"{name}{part}" for name in parted for part in ("high", "low")),
        *(f"{pair}{name}{half}" for pair in products for name in ("hh", "hl", "ll") for half in ("upper", "lower")),
    ]


def _moments(sums: Sums, used: tuple[str, ...]) -> tuple[int, ...]:
    """The sums in the order of ``NUMERIC_SUMS``; what was not counted is 0."""
    totals = {alias: _joined(sums, alias) - sums["n"] * SHIFT if alias in used else 0 for alias in ("y", "p")}
    products = {
        f"{one}{other}": _product(sums, one, other) if {one, other} <= set(used) else 0
        for one, other in combinations_with_replacement(("y", "p"), 2)
    }
    error = _joined(sums, "e") if len(used) == 2 else 0
    return (totals["y"], products["yy"], totals["p"], products["pp"], products["yp"], error)


def _joined(sums: Sums, name: str) -> int:
    return sums[f"{name}high"] * PART + sums[f"{name}low"]


def _product(sums: Sums, one: str, other: str) -> int:
    """The sum of products of two columns from the parts of the shifted values."""
    high, middle, low = (
        sums[f"{one}{other}{name}upper"] * HALF + sums[f"{one}{other}{name}lower"] for name in ("hh", "hl", "ll")
    )
    shifted = high * PART**2 + middle * PART + low
    return shifted - SHIFT * (_joined(sums, one) + _joined(sums, other)) + sums["n"] * SHIFT**2


def _bad_value(frame: frames.Frame, plan: Plan, alias: str, column: str, wrong: int) -> InputError:
    example = frames.values(frame.filter(~_valid(plan, alias)).select(nw.col(alias)).head(1))[0][0]
    shown = "empty" if example is None else str(example)
    return InputError(
        f"Column {column!r} has {wrong} values that are not a number from -1,000,000,000 to 1,000,000,000 "
        f"(the first found is {shown}); correct or remove them, or count in larger units."
    )
