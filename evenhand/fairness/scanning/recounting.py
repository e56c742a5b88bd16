"""Counting again: does a counts document follow from the rows it says it came from?"""

from typing import Any

from evenhand.fairness.counts.cells import Cell
from evenhand.fairness.counts.table import Counts
from evenhand.fairness.counts.units import Units
from evenhand.fairness.scanning.counting import count


def differences(claimed: Counts, data: Any, *, encoding: str = "utf-8") -> list[str]:
    """One sentence for each cell, score axis or total that comes out differently; empty if all holds."""
    columns = claimed.columns
    fresh = count(
        data,
        groups=columns.groups,
        label=columns.label,
        prediction=columns.prediction,
        score=columns.score,
        threshold=columns.threshold,
        positive=columns.positive if columns.outcome == "binary" else None,
        score_range=columns.score_range,
        decision=columns.decision,
        unit=columns.unit,
        weight=columns.weight,
        people=columns.people,
        bands={each.column: each.cuts for each in columns.bands},
        median=columns.median,
        observed=columns.observed,
        outcome=columns.outcome,
        classes=columns.classes,
        rank=columns.rank,
        top=columns.top,
        filters=claimed.filters,
        order=_order(claimed),
        encoding=encoding,
        min_bin=claimed.min_bin,
    )
    found = _cells(claimed, fresh)
    if not found:
        found = [*_axes(claimed, fresh), *_units(claimed, fresh)]
    digests = {source.sha256 for source in claimed.sources} - {None}
    if digests and {source.sha256 for source in fresh.sources} != digests:
        found.append("Source: the file is not the one the counts were made from (its SHA-256 differs).")
    return found


def _cells(claimed: Counts, fresh: Counts) -> list[str]:
    before = {cell.key: cell for cell in claimed.cells}
    after = {cell.key: cell for cell in fresh.cells}
    return [
        _difference(claimed, before.get(key), after.get(key))
        for key in sorted(before.keys() | after.keys())
        if before.get(key) != after.get(key)
    ]


def _difference(counts: Counts, before: Cell | None, after: Cell | None) -> str:
    cell = before or after
    assert cell is not None
    where = _named(counts, cell)
    if before is None or after is None or before.n != after.n:
        return f"Cell {where}: counted {before.n if before else 0}, the rows hold {after.n if after else 0}."
    if (before.score_sum, before.score_squares) != (after.score_sum, after.score_squares):
        return f"Cell {where}: the sums of scores differ from the rows'."
    pairs = zip(counts.columns.measures, before.sums, after.sums, strict=True)
    sums = "; ".join(f"{name} {old}, of the rows {new}" for name, old, new in pairs if old != new)
    return f"Cell {where}: {sums}."


def _named(counts: Counts, cell: Cell) -> str:
    groups = [f"{name}={level}" for name, level in zip(counts.attributes, cell.group, strict=True)]
    classes = (("label", cell.label), ("prediction", cell.prediction), ("decision", cell.decision))
    return ", ".join([*groups, *(f"{name} {value}" for name, value in classes if value is not None)])


def _units(claimed: Counts, fresh: Counts) -> list[str]:
    """Each group with another number of units, and each pair of cells whose units fall together otherwise."""
    if claimed.units is None or fresh.units is None:
        return []
    before, after = _per_group(claimed.units), _per_group(fresh.units)
    found = [
        f"Units of {', '.join(key[1]) or 'everyone'}: counted {before.get(key, 0)}, the rows hold {after.get(key, 0)}."
        for key in sorted(before.keys() | after.keys())
        if before.get(key) != after.get(key)
    ]
    cells = [_named(claimed, cell) for cell in claimed.cells]
    differing = sorted({pair[:2] for pair in set(claimed.units.pairs) ^ set(fresh.units.pairs)})
    return found + [f"Units in both ({cells[one]}) and ({cells[two]}) differ from the rows'." for one, two in differing]


def _per_group(units: Units) -> dict[tuple[tuple[str, ...], tuple[str, ...]], int]:
    return {(each.by, each.group): each.n for each in units.groups}


def _order(counts: Counts) -> int | None:
    """The order of intersections that the claimed axes and units show."""
    shown = [table.by for table in counts.score_bins]
    shown += [] if counts.units is None else [each.by for each in counts.units.groups]
    return max(map(len, shown), default=0) or None


def _axes(claimed: Counts, fresh: Counts) -> list[str]:
    before = {(table.by, table.group): table for table in claimed.score_bins}
    after = {(table.by, table.group): table for table in fresh.score_bins}
    return [
        f"Score bins of {', '.join(group) or 'everyone'} differ from the rows'."
        for by, group in sorted(before.keys() | after.keys())
        if before.get((by, group)) != after.get((by, group))
    ]
