"""The quick way of counting classes: one group-by of plain values, and the rest on the few rows that come out."""

from collections.abc import Sequence
from typing import Any

import narwhals as nw

from evenhand.fairness.scanning import classes, reducing
from evenhand.fairness.scanning.frames import Frame, values
from evenhand.fairness.scanning.plan import Plan

PEEK = 4096  # rows looked at beforehand
MOST_VALUES = 64  # a column with more is no column of classes; grouping by it could fill the memory
MOST_ROWS = 50_000


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
