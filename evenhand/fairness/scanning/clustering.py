"""Rows of one person, site or employer: in which cells they fall together, summed where the data are."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
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


class Places:
    """Which cell the raw values of a group-by belong to."""

    def __init__(self, plan: Plan, decode: Decoder, cells: Sequence[Cell]) -> None:
        self._plan, self._decode = plan, decode
        self._places = {cell.key: place for place, cell in enumerate(cells)}

    def of(self, raw: Sequence[Any]) -> int:
        """The place of the cell that group levels and class codes name."""
        return self._places[key_of(raw, self._plan, self._decode)]


def units(
    rows: frames.Rows,
    prepared: frames.Frame,
    plan: Plan,
    decode: Decoder,
    cells: Sequence[Cell],
    *,
    axes: Sequence[tuple[str, ...]],
) -> Units:
    """How many units each group has, and for each pair of cells the sum over units of their products."""
    by_unit = prepared.group_by("u", *plan.keys, *plan.codes).agg(plan.people()).with_columns(*whole(["n"]))
    held = rows.kept(by_unit.filter(nw.col("n") > 0))
    places = Places(plan, decode, cells)
    pairs = _multiplied(held, plan, places) if isinstance(held, nw.DataFrame) else _joined(held, plan, places, cells)
    if len(pairs) > MOST_PAIRS:
        raise _too_many(plan)
    groups = (each for by in axes for each in _groups(held, plan, by))
    return made(groups, _sorted(pairs))


def _joined(held: nw.LazyFrame[Any], plan: Plan, places: Places, cells: Sequence[Cell]) -> Table:
    """The pair sums by a join of the table with itself, in the data's own engine."""
    keys = [*plan.keys, *plan.codes]
    others = [f"{key}_other" for key in keys]
    if len(cells) > MOST_CELLS:
        fullest = held.group_by("u").agg(nw.len().alias("cells")).select(nw.col("cells").max())
        if (frames.values(fullest)[0][0] or 0) > MOST_CELLS:
            raise _too_many(plan)
    other = held.select("u", *(nw.col(key).alias(f"{key}_other") for key in keys), nw.col("n").alias("n_other"))
    products = (
        held.join(other, on="u", how="inner")
        .with_columns((nw.col("n") * nw.col("n_other")).alias("product"))
        .group_by(*keys, *others)
        .agg(nw.col("product").sum())
        .select(*keys, *others, "product")
    )
    found = frames.values(products.head(2 * MOST_PAIRS + 1))
    if len(found) > 2 * MOST_PAIRS:  # each pair of two cells comes twice
        raise _too_many(plan)
    sums: Table = defaultdict(int)
    for *raw, product in found:
        first, second = places.of(raw[: len(keys)]), places.of(raw[len(keys) :])
        if first <= second:
            sums[first, second] += int(product)
    return sums


def _multiplied(held: nw.DataFrame[Any], plan: Plan, places: Places) -> Table:
    """The pair sums of a table in memory, as a product of sparse matrices: a join would not fit there."""
    from scipy.sparse import coo_array  # takes longer to import than most counts take

    unit, n_units = _coded(held["u"].to_list())
    keys = [held[key].to_list() for key in (*plan.keys, *plan.codes)]
    seen: dict[tuple[Any, ...], int] = {}
    place = np.fromiter((_place(seen, places, raw) for raw in zip(*keys, strict=True)), dtype=np.int64, count=len(unit))
    shape = (n_units, max(seen.values(), default=0) + 1)
    table = coo_array((held["n"].to_numpy().astype(np.int64), (unit, place)), shape=shape).tocsr()
    sums = (table.T @ table).tocoo()
    return {
        (int(first), int(second)): int(total)
        for first, second, total in zip(sums.row, sums.col, sums.data, strict=True)
        if first <= second
    }


def _place(seen: dict[tuple[Any, ...], int], places: Places, raw: tuple[Any, ...]) -> int:
    if raw not in seen:
        seen[raw] = places.of(raw)
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
