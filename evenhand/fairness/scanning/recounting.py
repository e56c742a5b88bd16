"""Counting again: does a counts document follow from the rows it says it came from?"""

from typing import Any

from evenhand.fairness.counts.cells import Cell
from evenhand.fairness.counts.table import Counts
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
        outcome=columns.outcome,
        classes=columns.classes,
        rank=columns.rank,
        top=columns.top,
        filters=claimed.filters,
        order=max((len(table.by) for table in claimed.score_bins), default=None) or None,
        encoding=encoding,
        min_bin=claimed.min_bin,
    )
    found = _cells(claimed, fresh)
    if not found and claimed.score_bins != fresh.score_bins:
        found = _axes(claimed, fresh)
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
    named = [f"{name}={level}" for name, level in zip(counts.attributes, cell.group, strict=True)]
    classes = [f"{name} {value}" for name, value in (("label", cell.label), ("prediction", cell.prediction))]
    where = ", ".join([*named, *(text for text in classes if not text.endswith("None"))])
    if before and after and before.n == after.n:
        return f"Cell {where}: the sums of scores differ from the rows'."
    return f"Cell {where}: counted {before.n if before else 0}, the rows hold {after.n if after else 0}."


def _axes(claimed: Counts, fresh: Counts) -> list[str]:
    before = {(table.by, table.group): table for table in claimed.score_bins}
    after = {(table.by, table.group): table for table in fresh.score_bins}
    return [
        f"Score bins of {', '.join(group) or 'everyone'} differ from the rows'."
        for by, group in sorted(before.keys() | after.keys())
        if before.get((by, group)) != after.get((by, group))
    ]
