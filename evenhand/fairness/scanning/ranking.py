"""Ranked lists: who stands among the first places, and how much exposure each place gives.

Exposure is 1 / log2(1 + rank), the discount of Singh and Joachims (2018), in millionths.
"""

from collections.abc import Sequence

import narwhals as nw

from evenhand.errors import InputError
from evenhand.fairness.counts.cells import Cell
from evenhand.fairness.counts.columns import MICRO, Columns, Filter
from evenhand.fairness.counts.table import Counts, summed
from evenhand.fairness.scanning import classes, frames, reducing
from evenhand.fairness.scanning.plan import HALF, Plan, whole

# Up to here every rank's exposure lies so far from a half that all engines round it alike (a test looks at each).
LAST_RANK = 10_000_000
SUMS = ("n", "exposure", "upper", "lower", "valid")


def counted(rows: frames.Rows, columns: Columns, filters: Sequence[Filter], *, stated: bool) -> Counts:
    """People and exposure by group, label and whether the rank is among the first ``top``."""
    plan = Plan(columns, dict(rows.frame.collect_schema()))
    if not plan.types["r"].is_numeric():
        raise InputError(f"Column {columns.rank!r} is not numeric; a rank is a whole number from 1.")
    frame = plan.filtered(rows.frame, filters)
    sums = [nw.len().alias("n"), *(nw.col(name).sum() for name in SUMS[1:])]
    limits = [nw.col("yv").min().alias("ylow"), nw.col("yv").max().alias("yhigh")]
    keys = [*plan.keys, "yc", "selected"]
    fine = rows.kept(_placed(frame, plan).group_by(*keys).agg(*sums, *limits).with_columns(*whole(SUMS)))
    reducing.check_levels(fine, plan)
    names = [*keys, *SUMS, "ylow", "yhigh"]
    found = frames.values(fine.select(*names).head(reducing.MAX_CELLS + 1))
    reducing.check_cells(found, columns)
    held = [dict(zip(names, row, strict=True)) for row in found]
    wrong = sum(int(row["n"]) - int(row["valid"]) for row in held)
    if wrong:
        raise _bad_rank(frame, columns, wrong)
    labels = None
    if columns.label is not None:
        seen = [classes.Seen(row["yc"], row["ylow"], row["yhigh"], row["n"]) for row in held]
        labels = classes.decoded(seen, column=columns.label, positive=columns.positive, stated=stated)
    cells = summed(
        Cell(
            group=reducing.levels([row[key] for key in plan.keys], columns.groups),
            label=None if labels is None else labels[row["yc"]],
            prediction=int(row["selected"]),
            n=int(row["n"]),
            sums=(int(row["exposure"]), int(row["upper"]) * HALF + int(row["lower"])),
        )
        for row in held
    )
    return Counts(columns, cells, filters=tuple(filters), min_bin=1)


def exposure(rank: nw.Expr) -> nw.Expr:
    """The exposure of a rank in millionths, rounded half up."""
    return (MICRO / (rank + 1).log(2) + 0.5).floor().cast(nw.Int64)


def _valid() -> nw.Expr:
    rank = nw.col("r").cast(nw.Float64)
    return ((rank >= 1) & (rank <= LAST_RANK) & (rank.floor() == rank)).fill_null(False)


def _placed(frame: frames.Frame, plan: Plan) -> frames.Frame:
    label = [nw.lit(classes.OTHER).alias("yc"), nw.lit(0.0).alias("yv")]
    if plan.columns.label is not None:
        code = classes.code_expression("y", plan.types["y"], positive=plan.columns.positive)
        label = [code.alias("yc"), classes.value_expression("y", plan.types["y"]).alias("yv")]
    rank = nw.when(_valid()).then(nw.col("r").cast(nw.Float64)).otherwise(nw.lit(1.0))
    frame = frame.select(*plan.keys, *label, _valid().cast(nw.Int64).alias("valid"), rank.alias("rank"))
    frame = frame.with_columns(
        exposure(nw.col("rank")).alias("exposure"),
        (nw.col("rank") <= (plan.columns.top or 0)).cast(nw.Int64).alias("selected"),
    )
    square = nw.col("exposure") * nw.col("exposure")
    return frame.with_columns((square // HALF).alias("upper"), (square % HALF).alias("lower"))


def _bad_rank(frame: frames.Frame, columns: Columns, wrong: int) -> InputError:
    example = frames.values(frame.filter(~_valid()).select(nw.col("r")).head(1))[0][0]
    shown = "empty" if example is None else str(example)
    return InputError(
        f"Column {columns.rank!r} has {wrong} values that are not a rank, a whole number from 1 to {LAST_RANK:,} "
        f"(the first found is {shown}); correct or remove them."
    )
