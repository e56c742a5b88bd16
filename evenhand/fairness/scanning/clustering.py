"""Rows of one person, site or employer: in which cells they fall together, summed where the data are."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import narwhals as nw
import numpy as np
from numpy.typing import NDArray

from evenhand.errors import InputError
from evenhand.fairness.counts.cells import Cell
from evenhand.fairness.counts.units import Pair, UnitGroup, Units, made
from evenhand.fairness.scanning import frames
from evenhand.fairness.scanning.plan import Plan, whole
from evenhand.fairness.scanning.reducing import Decoder, key_of, levels

MOST_PAIRS = 200_000
MOST_CELLS = 1000  # of one unit: its pairs alone would be too many
Table = dict[tuple[int, int], int]


@dataclass(frozen=True)
class Keys:
    """The columns that name a cell in the table of units, and the place of each cell they name."""

    names: tuple[str, ...]
    place: Callable[[Sequence[Any]], int]


def units(
    rows: frames.Rows,
    prepared: frames.Frame,
    fine: frames.Frame,
    plan: Plan,
    decode: Decoder,
    cells: Sequence[Cell],
    *,
    axes: Sequence[tuple[str, ...]],
) -> Units:
    """How many units each group has, and for each pair of cells the sum over units of their products."""
    named = Keys((*plan.keys, *plan.codes), _places(plan, decode, cells))
    if rows.files is not None:
        held, grouped, keys = _numbered(rows, prepared, fine, plan, named)
    else:
        by_unit = prepared.group_by("u", *named.names).agg(plan.people()).with_columns(*whole(["n"]))
        held = grouped = rows.kept(by_unit.filter(nw.col("n") > 0))
        keys = named
    pairs = _multiplied(held, keys) if isinstance(held, nw.DataFrame) else _joined(held, plan, keys, cells)
    if len(pairs) > MOST_PAIRS:
        raise _too_many(plan)
    groups = (each for by in axes for each in _groups(grouped, plan, by))
    return made(groups, _sorted(pairs))


def _places(plan: Plan, decode: Decoder, cells: Sequence[Cell]) -> Callable[[Sequence[Any]], int]:
    places = {cell.key: place for place, cell in enumerate(cells)}
    return lambda raw: places[key_of(raw, plan, decode)]


def _numbered(
    rows: frames.Rows, prepared: frames.Frame, fine: frames.Frame, plan: Plan, named: Keys
) -> tuple[frames.Frame, frames.Frame, Keys]:
    """The table of units with one number for the names of a cell: of files, in a third of the time and memory.

    In DuckDB's own words, because a missing level must meet a missing level when the two tables are joined.
    """
    numbers = rows.kept(fine.lazy().select(*named.names).unique().with_row_index("cell", order_by=named.names))
    same = " AND ".join(f"each.{name} IS NOT DISTINCT FROM named.{name}" for name in named.names)
    people = "count(*)" if plan.columns.people is None else "sum(k)"
    by_unit = (
        nw.to_native(prepared)
        .set_alias("each")
        .join(nw.to_native(numbers).set_alias("named"), same)
        .aggregate(f"u, CAST(cell AS INTEGER) AS cell, CAST({people} AS BIGINT) AS n", "u, cell")
    )
    held = rows.kept(nw.from_native(by_unit).filter(nw.col("n") > 0))
    raw = frames.values(numbers.select("cell", *named.names))
    places = {number: named.place(names) for number, *names in raw}
    return held, held.lazy().join(numbers.lazy(), on="cell"), Keys(("cell",), lambda cell: places[cell[0]])


def _joined(held: nw.LazyFrame[Any], plan: Plan, keys: Keys, cells: Sequence[Cell]) -> Table:
    """The pair sums by a join of the table with itself, in the data's own engine."""
    others = [f"{name}_other" for name in keys.names]
    if len(cells) > MOST_CELLS:
        fullest = held.group_by("u").agg(nw.len().alias("cells")).select(nw.col("cells").max())
        if (frames.values(fullest)[0][0] or 0) > MOST_CELLS:
            raise _too_many(plan)
    other = held.select(
        "u", *(nw.col(name).alias(f"{name}_other") for name in keys.names), nw.col("n").alias("n_other")
    )
    products = (
        held.join(other, on="u", how="inner")
        .with_columns((nw.col("n") * nw.col("n_other")).alias("product"))
        .group_by(*keys.names, *others)
        .agg(nw.col("product").sum())
        .select(*keys.names, *others, "product")
    )
    found = frames.values(products.head(2 * MOST_PAIRS + 1))
    if len(found) > 2 * MOST_PAIRS:  # each pair of two cells comes twice
        raise _too_many(plan)
    sums: Table = defaultdict(int)
    for *raw, product in found:
        first, second = keys.place(raw[: len(others)]), keys.place(raw[len(others) :])
        if first <= second:
            sums[first, second] += int(product)
    return sums


def _multiplied(held: nw.DataFrame[Any], keys: Keys) -> Table:
    """The pair sums of a table in memory, as a product of sparse matrices: a join would not fit there."""
    from scipy.sparse import coo_array  # takes longer to import than most counts take

    unit, n_units = _coded(held["u"].to_list())
    named = zip(*(held[name].to_list() for name in keys.names), strict=True)
    seen: dict[tuple[Any, ...], int] = {}
    place = np.fromiter((_place(seen, keys, raw) for raw in named), dtype=np.int64, count=len(unit))
    shape = (n_units, max(seen.values(), default=0) + 1)
    table = coo_array((held["n"].to_numpy().astype(np.int64), (unit, place)), shape=shape).tocsr()
    sums = (table.T @ table).tocoo()
    return {
        (int(first), int(second)): int(total)
        for first, second, total in zip(sums.row, sums.col, sums.data, strict=True)
        if first <= second
    }


def _place(seen: dict[tuple[Any, ...], int], keys: Keys, raw: tuple[Any, ...]) -> int:
    if raw not in seen:
        seen[raw] = keys.place(raw)
    return seen[raw]


def _coded(values: Iterable[Any]) -> tuple[NDArray[np.int64], int]:
    seen: dict[Any, int] = {}
    codes = np.array([seen.setdefault(value, len(seen)) for value in values], dtype=np.int64)
    return codes, len(seen)


def _groups(held: frames.Frame, plan: Plan, by: tuple[str, ...]) -> Iterator[UnitGroup]:
    keys = [f"g{plan.columns.groups.index(name)}" for name in by]
    each = held.select("u", *keys).unique()
    if not by:
        yield UnitGroup((), (), int(frames.values(each.select(nw.len()))[0][0]))
        return
    found: dict[tuple[str, ...], int] = defaultdict(int)
    for *raw, n in frames.values(each.group_by(*keys).agg(nw.len().alias("units")).select(*keys, "units")):
        found[levels(raw, by)] += int(n)
    for group, n in found.items():
        yield UnitGroup(by, group, n)


def _sorted(pairs: Table) -> Iterator[Pair]:
    return ((first, second, total) for (first, second), total in sorted(pairs.items()) if total)


def _too_many(plan: Plan) -> InputError:
    return InputError(
        f"The rows of {plan.columns.unit!r} tie together more than {MOST_PAIRS} pairs of cells; count fewer groups, "
        "or band them."
    )
