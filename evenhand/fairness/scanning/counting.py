"""Rows in, counts out: one scan and one group-by, where the data are."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import narwhals as nw

from evenhand.errors import InputError
from evenhand.fairness.counts.bins import MIN_PEOPLE
from evenhand.fairness.counts.cells import Source
from evenhand.fairness.counts.columns import Bands, Columns, Filter, number, plain
from evenhand.fairness.counts.groups import subsets
from evenhand.fairness.counts.table import Counts
from evenhand.fairness.scanning import (
    clustering,
    frames,
    kinds,
    leveling,
    medians,
    packing,
    quantities,
    reducing,
    refusing,
)
from evenhand.fairness.scanning import plan as scanplan

SAMPLE = "sample"  # the median is to be found in the rows


def count(
    data: Any,
    *,
    groups: str | Sequence[str],
    label: str | None = None,
    prediction: str | None = None,
    score: str | None = None,
    threshold: float | None = None,
    positive: Any = None,
    score_range: tuple[float, float] | None = None,
    decision: str | None = None,
    unit: str | None = None,
    weight: str | None = None,
    people: str | None = None,
    outcome: str = "binary",
    classes: Sequence[Any] = (),
    bands: Mapping[str, Sequence[float]] | None = None,
    median: str | float | None = None,
    observed: str = "all",
    rank: str | None = None,
    top: int | None = None,
    filters: Sequence[str | Filter] = (),
    order: int | None = None,
    encoding: str = "utf-8",
    source_name: str | None = None,
    extracted_on: str | None = None,
    control_total: int | None = None,
    note: str | None = None,
    min_bin: int = MIN_PEOPLE,
) -> Counts:
    """Count rows by group, label and prediction, with a score axis.

    Parameters
    ----------
    data
        A pandas, Polars (lazy too), PyArrow or DuckDB table, or the path of a CSV or Parquet file, folder or glob.
    groups
        The columns whose values make the groups. Missing values become the level ``(missing)``.
    label, prediction
        Two-valued columns: what happened, and what the model decided. Either may be left out.
    score, threshold
        A numeric column; with a threshold and no prediction, a row is selected when ``score >= threshold``.
        With both, the two must agree on every row.
    positive
        The positive value of label and prediction; must be said where they are not 0 and 1 (default 1).
    score_range
        Lowest and highest possible score. Left out: 0 to 1, or for whole numbers 0 to the next power of ten.
    decision
        The human's final decision beside the model's: two-valued, with the same ``positive``.
    unit
        The person, site or employer whose rows belong together: intervals then allow for it. Parts that are counted
        apart and added must not share a unit.
    weight
        A survey weight: over 0, at most a million, taken in millionths. Rows of weight 0 are left out by a filter.
    people
        The number of people each row of a ready count table stands for: whole, 0 or more. All sums multiply by it.
    bands
        Cut points of numeric group columns: ``{"age": [25, 40]}`` makes "under 25", "25 to under 40", "40 and over".
    median
        The scoring rate counts who scores above this; ``"sample"`` finds the median of all rows that are counted. Parts
        that are to be added state it as a number.
    observed
        ``"selected"`` where the label is known only of selected people: that of others is ignored and may be empty.
    outcome
        ``binary``, ``classes`` (more than two, such as cat, dog and bird) or ``numeric`` (quantities).
    classes
        The names of all classes, where parts are counted that may not hold every one; left out: those found.
    rank, top
        A column of ranks, 1 = first, and how many places count as selected.
    filters
        Conditions such as ``"age >= 18"``; recorded in the counts.
    order
        The largest number of attributes whose intersections get a score axis (default: all).
    control_total
        How many rows there must be before filters; any other number is refused.
    min_bin
        How many people a score bin holds at least. Use 1 only for parts that are added before they are handed on.

    Raises
    ------
    InputError
        One sentence naming the file or column and what to do.
    """
    names = (groups,) if isinstance(groups, str) else tuple(groups)
    columns = Columns(
        groups=names,
        label=label,
        prediction=prediction,
        score=score,
        threshold=None if threshold is None else float(threshold),
        positive="1" if positive is None else plain(positive),
        score_range=score_range,
        decision=decision,
        unit=unit,
        weight=weight,
        people=people,
        outcome="numeric" if outcome == "numeric" else "binary",  # classes are named once they are found
        bands=_bands(bands or {}, names),
        median=0.0 if median == SAMPLE else _stated(median),  # found in the rows below
        observed=observed,
        rank=rank,
        top=top,
    )
    kinds.check(columns, outcome, classes=classes, positive_stated=positive is not None)
    conditions = tuple(each if isinstance(each, Filter) else Filter.parse(each) for each in filters)
    aliases = scanplan.aliases(columns, conditions)
    axes = ((), *subsets(columns.groups, order=_order(order, columns)))
    with frames.rows_of(data, aliases=aliases, numeric=_numeric(columns), encoding=encoding) as table:
        rows = leveling.leveled(table, columns)
        if median == SAMPLE:
            plan = scanplan.Plan(columns, dict(rows.frame.collect_schema()))
            found = medians.sample_median(plan.filtered(rows.frame, conditions), plan)
            columns = replace(columns, median=found or 0.0)
        if kinds.is_special(columns, outcome):
            counts = kinds.counted(
                rows, columns, conditions, outcome=outcome, classes=classes, stated=positive is not None
            )
        else:
            counts = _counted(rows, columns, conditions, axes=axes, stated=positive is not None)
        total = _n_rows(rows, columns) if conditions else counts.n_rows
        source = Source(
            name=source_name or rows.name,
            n_rows=total,
            sha256=rows.digest,
            extracted_on=extracted_on,
            control_total=control_total,
            note=note,
        )
    return replace(counts, sources=(source,)).guarded(min_bin)


def _numeric(columns: Columns) -> frozenset[str]:
    """The aliases of columns that a CSV is read as numbers for."""
    banded = {each.column for each in columns.bands}
    groups = (f"g{place}" for place, name in enumerate(columns.groups) if name in banded)
    return frozenset({"s", "w", "k", "r", *(("y", "p") if columns.is_numeric else ()), *groups})


def _bands(cuts: Mapping[str, Sequence[float]], groups: Sequence[str]) -> tuple[Bands, ...]:
    """Bands in the order of the group columns; a stranger among them last, to be refused."""
    known = [*(name for name in groups if name in cuts), *(name for name in cuts if name not in groups)]
    return tuple(Bands(name, tuple(float(cut) for cut in cuts[name])) for name in known)


def _counted(
    rows: frames.Rows,
    columns: Columns,
    filters: tuple[Filter, ...],
    *,
    axes: tuple[tuple[str, ...], ...],
    stated: bool,
) -> Counts:
    plan = scanplan.Plan(columns, dict(rows.frame.collect_schema()))
    frame = plan.filtered(rows.frame, filters)
    if (packed := packing.margins(frame, plan)) is not None:
        decode = reducing.decoder(packed, plan, stated=stated)
        return Counts(columns=columns, cells=reducing.cells(packed, plan, decode), filters=filters, min_bin=1)
    prepared = plan.prepared(frame)
    fine = packing.scored(rows, frame, plan)
    if fine is None:
        fine = rows.kept(plan.grouped(prepared))
    found = reducing.margins(fine, plan)
    refusing.check_quantities(frame, columns, found)
    if columns.score is not None and found.total("valid") < found.n:
        if columns.score_range is None and found.total("whole") == found.n:
            columns = replace(columns, score_range=plan.wider(found.top))
            return _counted(rows, columns, filters, axes=axes, stated=stated)
        raise refusing.bad_score(frame, plan, found)
    if columns.score is not None:
        columns = replace(columns, score_range=plan.range)
        _check_threshold(columns)
    decode = reducing.decoder(found, plan, stated=stated)
    cells = reducing.cells(found, plan, decode)
    bins = reducing.score_bins(fine, plan, decode, axes=axes) if columns.score is not None else ()
    units = None
    if columns.unit is not None:
        units = clustering.units(rows, prepared, fine, plan, decode, cells, axes=axes)
    return Counts(columns=columns, cells=cells, score_bins=bins, filters=filters, min_bin=1, units=units)


def _stated(median: str | float | None) -> float | None:
    return None if median is None else number(str(median), what="The median")


def _check_threshold(columns: Columns) -> None:
    low, high = columns.score_range or (0.0, 1.0)
    for name, cut in (("threshold", columns.threshold), ("median", columns.median)):
        if cut is not None and not low <= cut <= high:
            raise InputError(f"The {name} {cut:g} lies outside the score's range, {low:g} to {high:g}.")


def _order(order: int | None, columns: Columns) -> int:
    if order is not None and order < 1:
        raise InputError("The order of intersections must be 1 or more.")
    return min(order or len(columns.groups), len(columns.groups))


def _n_rows(rows: frames.Rows, columns: Columns) -> int:
    """Rows before any filter; of a ready table, the people they stand for."""
    if columns.people is None:
        return int(frames.values(rows.frame.select(nw.len()))[0][0])
    people = rows.frame.select(*quantities.people_columns()).select(nw.col("k").sum())
    return int(frames.values(people)[0][0] or 0)
