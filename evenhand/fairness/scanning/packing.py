"""The quick way of counting classes: one group-by of plain values, and the rest on the few rows that come out."""

from collections.abc import Sequence
from typing import Any

import narwhals as nw

from evenhand.fairness.scanning import classes, reducing
from evenhand.fairness.scanning.frames import Frame, Rows, values
from evenhand.fairness.scanning.plan import HALF, Plan, bin_of, in_millionths

PEEK = 4096  # rows looked at beforehand
MOST_VALUES = 64  # a column with more is no column of classes; grouping by it could fill the memory
MOST_ROWS = 50_000
SCORED = ["n", "m", "upper", "lower", "valid", "whole", "over"]  # what is summed where scores are counted
PACKED = ["n", "m", "square", "least", "top", "known"]


def margins(frame: Frame, plan: Plan) -> reducing.Margins | None:
    """People by group and class codes, as ``reducing.margins`` finds them; None where its general way is needed.

    That is where sums are wanted too, where a column of classes holds amounts, or where there are so many groups.
    """
    used = [alias for alias in plan.classed if alias in plan.types]
    if (
        plan.sums != ["n"]
        or plan.columns.threshold is not None
        or not all(_is_plain(plan.types[each]) for each in used)
    ):
        return None
    peeked = values(frame.head(PEEK).select(*(nw.col(alias).n_unique() for alias in used)))[0]
    if any((n or 0) > MOST_VALUES for n in peeked):
        return None
    names = [*plan.keys, *used]
    counted = frame.group_by(*names).agg(nw.len().alias("n")).select(*names, "n")
    found = values(counted.head(MOST_ROWS + 1))
    if not 0 < len(found) <= MOST_ROWS:
        return None
    reducing.check_sizes([len({row[place] for row in found}) for place in range(len(plan.keys))], plan)
    return reducing.Margins(_joined([dict(zip([*names, "n"], row, strict=True)) for row in found], plan))


def scored(rows: Rows, frame: Frame, plan: Plan) -> Frame | None:
    """The rows of a file by groups, values of classes and score bin, in the form of ``plan.grouped``.

    One sum of squares, which DuckDB keeps in 128 bits, and the lowest and highest score of each bin are enough to find
    everything else. None where the general way is needed: also where a score is outside the range, which that names.
    """
    used = [alias for alias in plan.classed if alias in plan.types]
    if rows.files is None or plan.sums != SCORED or not _hold_classes(frame, plan, used):
        return None
    low, high = plan.range
    keys = [*plan.keys, *used, "bin", "selected"]
    sums = [nw.len().alias("n"), nw.col("m").sum(), nw.col("square").sum()]
    ends = [nw.col("s").min().alias("least"), nw.col("s").max().alias("top"), nw.col("s").count().alias("known")]
    packed = rows.kept(_binned(frame, plan, used).group_by(*keys).agg(*sums, *ends).select(*keys, *PACKED))
    totals = [nw.col("least").min(), nw.col("top").max(), nw.col("known").sum(), nw.col("n").sum()]
    least, top, known, n = values(packed.select(*totals))[0]
    if not n or known < n or not (low <= least and top <= high):
        return None
    return _spelled_out(packed, plan)


def _binned(frame: Frame, plan: Plan, used: Sequence[str]) -> Frame:
    """Each row's score in millionths, its square, its bin, and whether it reaches the threshold, if there is one."""
    low, high = plan.range
    over = low if plan.columns.threshold is None else plan.columns.threshold
    score = nw.col("s").cast(nw.Float64)
    inside = nw.when((score >= low) & (score <= high)).then(score).otherwise(nw.lit(low))
    frame = frame.select(*plan.keys, *used, score.alias("s"), inside.alias("x"))
    frame = frame.with_columns(in_millionths("x").alias("m"), (nw.col("x") >= over).alias("selected"))
    return frame.with_columns(bin_of("m", plan.range).alias("bin"), (nw.col("m") * nw.col("m")).alias("square"))


def _spelled_out(packed: Frame, plan: Plan) -> Frame:
    n, square = nw.col("n").cast(nw.Int64), nw.col("square")
    found = packed.select(
        *plan.keys,
        *plan.code_columns(),
        nw.col("bin"),
        nw.col("top"),
        nw.col("m").cast(nw.Int64),
        (square // HALF).cast(nw.Int64).alias("upper"),
        (square % HALF).cast(nw.Int64).alias("lower"),
        *(n.alias(name) for name in ("n", "valid")),
        nw.lit(0).alias("whole"),
        nw.when(nw.col("selected")).then(n).otherwise(nw.lit(0)).alias("over"),
        "selected",
    )
    if plan.derives:
        found = found.with_columns(plan.derived("selected"))
    ends = {f"{alias}{end}": nw.col(f"{alias}v") for alias in plan.classed for end in ("low", "high")}
    return found.with_columns(**ends)


def _hold_classes(frame: Frame, plan: Plan, used: Sequence[str]) -> bool:
    """Whether these columns are of a plain kind and, as far as a look at some rows tells, of few values."""
    if not all(_is_plain(plan.types[each]) for each in used):
        return False
    if not used:
        return True
    peeked = values(frame.head(PEEK).select(*(nw.col(alias).n_unique() for alias in used)))[0]
    return all((n or 0) <= MOST_VALUES for n in peeked)


def _is_plain(dtype: nw.dtypes.DType) -> bool:
    return dtype.is_numeric() or isinstance(dtype, nw.Boolean | nw.String)


def _joined(found: Sequence[dict[str, Any]], plan: Plan) -> list[dict[str, Any]]:
    """One row for each group and codes, with the smallest and largest value of each class column."""
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    for each in found:
        seen = {alias: _seen(each, alias, plan) for alias in plan.classed}
        keys = {key: each[key] for key in plan.keys}
        codes = {f"{alias}c": code for alias, (code, _) in seen.items()}
        row = rows.setdefault((*map(_same, keys.values()), *codes.values()), {**keys, **codes, "n": 0})
        row["n"] += int(each["n"])
        for alias, (code, value) in seen.items():
            if code != classes.ABSENT:
                row[f"{alias}low"] = min(row.get(f"{alias}low", value), value)
                row[f"{alias}high"] = max(row.get(f"{alias}high", value), value)
    ends = {f"{alias}{end}": None for alias in plan.classed for end in ("low", "high")}
    return [{**ends, **row} for row in rows.values()]


def _seen(row: dict[str, Any], alias: str, plan: Plan) -> tuple[int, Any]:
    """The code of a value and the form it is compared in; a column that is not counted is all the same."""
    if alias not in plan.types:
        return classes.OTHER, 0.0
    return classes.coded(row[alias], plan.types[alias], positive=plan.columns.positive)


def _same(key: Any) -> Any:
    """A group's value so that those which are not equal to themselves, such as ``nan``, meet."""
    return key if isinstance(key, str | int) else str(key)
