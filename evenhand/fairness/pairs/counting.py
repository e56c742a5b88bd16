"""Rows in, matched pairs out: one group-by over the pairs, where the data are."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import narwhals as nw

from evenhand.errors import InputError
from evenhand.fairness.counts.cells import Source
from evenhand.fairness.counts.columns import MICRO, SCORE_LIMIT, Columns, Filter, level, plain
from evenhand.fairness.pairs.tables import PairColumns, PairedCounts, PairTable
from evenhand.fairness.scanning import classes, frames
from evenhand.fairness.scanning.plan import HALF, Plan, whole

MOST_LEVELS = 12
Raw = Mapping[str, list[Any]]  # the values of each level


def count_pairs(
    data: Any,
    *,
    pair: str,
    group: str,
    prediction: str | None = None,
    score: str | None = None,
    threshold: float | None = None,
    positive: Any = None,
    reference: str | None = None,
    filters: Sequence[str | Filter] = (),
    encoding: str = "utf-8",
    source_name: str | None = None,
    note: str | None = None,
) -> PairedCounts:
    """Count matched pairs: cases that occur once for each level of an attribute, alike in all else.

    Parameters
    ----------
    data
        As for ``count``: a data frame of any kind, or the path of a CSV or Parquet file, folder or glob.
    pair
        The column that says which rows are the same case. Every case has exactly one row for each level.
    group
        The attribute that was swapped, with 2 to 12 levels. Missing values are the level ``(missing)``.
    prediction, score, threshold, positive
        What is compared: a two-valued column, a numeric one (its differences, and with a threshold its decisions), or
        both.
    reference
        With it, each other level is compared with this one; otherwise all levels with each other.
    filters
        Conditions such as ``"model = v2"``; recorded in the counts.

    Raises
    ------
    InputError
        One sentence naming the file or column and what to do; for broken pairs, how many there are.
    """
    columns = PairColumns(
        pair,
        group,
        prediction,
        score,
        None if threshold is None else float(threshold),
        "1" if positive is None else plain(positive),
    )
    conditions = tuple(each if isinstance(each, Filter) else Filter.parse(each) for each in filters)
    names = {"k": pair, "g": group, "p": prediction, "s": score}
    aliases = {alias: name for alias, name in names.items() if name is not None}
    aliases |= {f"f{place}": each.column for place, each in enumerate(conditions)}
    with frames.rows_of(data, aliases=aliases, numeric=frozenset({"s"}), encoding=encoding) as rows:
        total = int(frames.values(rows.frame.select(nw.len()))[0][0])
        tables = _tables(rows, columns, conditions, reference=reference, stated=positive is not None)
        source = Source(source_name or rows.name, n_rows=total, sha256=rows.digest, note=note)
    return PairedCounts(columns, tables, conditions, (source,))


def _tables(
    rows: frames.Rows, columns: PairColumns, filters: Sequence[Filter], *, reference: str | None, stated: bool
) -> tuple[PairTable, ...]:
    types = dict(rows.frame.collect_schema())
    frame = Plan(Columns((columns.group,), prediction=columns.prediction or "-"), types).filtered(rows.frame, filters)
    _check_pairs_named(frame, columns, types)
    decided = _decided(frame, columns, types, stated=stated)
    raw = _levels(decided, columns)
    compared = _compared(list(raw), columns, reference=reference)
    wide = rows.kept(_wide(decided, raw, types))
    _check_whole(wide, columns, raw)
    return tuple(_table(wide, list(raw), first, second) for first, second in compared)


def _decided(
    frame: frames.Frame, columns: PairColumns, types: Mapping[str, nw.dtypes.DType], *, stated: bool
) -> frames.Frame:
    """Each row with its decision ``d`` (0 where there is none) and its score ``m`` in millionths."""
    decision, score = nw.lit(0), nw.lit(0)
    if columns.score is not None:
        _check_scores(frame, columns, types)
        number = nw.col("s").cast(nw.Float64)
        score = (number * MICRO + 0.5).floor().cast(nw.Int64)
        if columns.threshold is not None:
            decision = nw.when(number >= columns.threshold).then(nw.lit(1)).otherwise(nw.lit(0))
    if columns.prediction is not None:
        code = classes.code_expression("p", types["p"], positive=columns.positive)
        value = classes.value_expression("p", types["p"])
        coded = frame.select(code.alias("c"), value.alias("v"))
        seen = coded.group_by("c").agg(
            nw.col("v").min().alias("low"), nw.col("v").max().alias("high"), nw.len().alias("n")
        )
        found = [classes.Seen(*row) for row in frames.values(seen.select("c", "low", "high", "n"))]
        meaning = classes.decoded(found, column=columns.prediction, positive=columns.positive, stated=stated)
        yes = [each for each, decided in meaning.items() if decided]
        decision = nw.when(code.is_in(yes)).then(nw.lit(1)).otherwise(nw.lit(0))
    return frame.select("k", "g", decision.alias("d"), score.alias("m"))


def _check_pairs_named(frame: frames.Frame, columns: PairColumns, types: Mapping[str, nw.dtypes.DType]) -> None:
    absent = nw.col("k").is_null()
    if types["k"] == nw.String:
        absent = absent | (nw.col("k") == "")
    elif types["k"].is_float():
        absent = absent | nw.col("k").is_nan()
    n = int(frames.values(frame.filter(absent).select(nw.len()))[0][0])
    if n:
        raise InputError(f"Column {columns.pair!r} is empty in {n} rows, which belong to no pair; fill or filter them.")


def _check_scores(frame: frames.Frame, columns: PairColumns, types: Mapping[str, nw.dtypes.DType]) -> None:
    if not types["s"].is_numeric():
        raise InputError(f"Column {columns.score!r} is not numeric; convert the score to numbers.")
    number = nw.col("s").cast(nw.Float64)
    good = ((number >= -SCORE_LIMIT) & (number <= SCORE_LIMIT)).fill_null(False)
    n = int(frames.values(frame.filter(~good).select(nw.len()))[0][0])
    if n:
        raise InputError(
            f"Column {columns.score!r} has {n} values that are not a score within -1000 and 1000; correct them."
        )


def _levels(frame: frames.Frame, columns: PairColumns) -> dict[str, list[Any]]:
    """The levels of the attribute in alphabetical order, and the values that stand for each."""
    distinct = frames.values(frame.group_by("g").agg(nw.len().alias("n")).select("g").head(1_000))
    found: dict[str, list[Any]] = {}
    for (value,) in distinct:
        found.setdefault(level(value, column=columns.group), []).append(value)
    if not 2 <= len(found) <= MOST_LEVELS:
        raise InputError(
            f"Column {columns.group!r} has {len(found)} levels; matched pairs compare 2 to {MOST_LEVELS}, so choose "
            "another column or filter rows."
        )
    return dict(sorted(found.items()))


def _compared(levels: list[str], columns: PairColumns, *, reference: str | None) -> list[tuple[str, str]]:
    if reference is None:
        return list(combinations(levels, 2))
    if reference not in levels:
        raise InputError(f"Column {columns.group!r} has no level {reference!r}; it has {', '.join(levels)}.")
    return [(each, reference) for each in levels if each != reference]


def _wide(frame: frames.Frame, raw: Raw, types: Mapping[str, nw.dtypes.DType]) -> frames.Frame:
    """One row a case: for each level its number of rows, its decision and its score."""
    parts = []
    for place, values in enumerate(raw.values()):
        is_level = _is_one_of(values, types["g"])
        for name, what in (("n", nw.lit(1)), ("d", nw.col("d")), ("m", nw.col("m"))):
            parts.append(nw.when(is_level).then(what).otherwise(nw.lit(0)).alias(f"{name}{place}"))
    sums = [f"{name}{place}" for place in range(len(raw)) for name in ("n", "d", "m")]
    return (
        frame.select("k", *parts).group_by("k").agg(*(nw.col(name).sum() for name in sums)).with_columns(*whole(sums))
    )


def _is_one_of(values: list[Any], dtype: nw.dtypes.DType) -> nw.Expr:
    """Whether a row's group is one of these values, absent ones included."""
    present = [value for value in values if value is not None and value == value]
    found = nw.col("g").is_in(present) if present else nw.lit(value=False)
    if len(present) < len(values):
        found = found.fill_null(False) | nw.col("g").is_null() if present else nw.col("g").is_null()
        if dtype.is_float():
            found = found | nw.col("g").is_nan().fill_null(False)
    return found.fill_null(False)


def _check_whole(wide: frames.Frame, columns: PairColumns, raw: Raw) -> None:
    """Every case has exactly one row of each level."""
    broken = nw.lit(value=False)
    for place in range(len(raw)):
        broken = broken | (nw.col(f"n{place}") != 1)
    bad = wide.filter(broken)
    n = int(frames.values(bad.select(nw.len()))[0][0])
    if n:
        total = int(frames.values(wide.select(nw.len()))[0][0])
        example = frames.values(bad.select(nw.col("k").min()))[0][0]
        raise InputError(
            f"{n} of {total} pairs of column {columns.pair!r} do not have exactly one row for each of "
            f"{', '.join(raw)} in {columns.group!r} (such as {plain(example)!r}); complete or remove them."
        )


def _table(wide: frames.Frame, levels: list[str], first: str, second: str) -> PairTable:
    """The table of two levels, with exact sums of the differences of their scores."""
    one, two = levels.index(first), levels.index(second)
    apart = nw.col(f"m{one}") - nw.col(f"m{two}")
    summed = (
        wide.select(nw.col(f"d{one}").alias("a"), nw.col(f"d{two}").alias("b"), apart.alias("m"))
        .with_columns(
            ((nw.col("m") * nw.col("m")) // HALF).alias("upper"), ((nw.col("m") * nw.col("m")) % HALF).alias("lower")
        )
        .group_by("a", "b")
        .agg(nw.len().alias("n"), *(nw.col(name).sum() for name in ("m", "upper", "lower")))
        .select("a", "b", "n", "m", "upper", "lower")
    )
    rows = [tuple(int(value) for value in row) for row in frames.values(summed)]
    n = {(a, b): count for a, b, count, *_ in rows}
    return PairTable(
        first,
        second,
        n11=n.get((1, 1), 0),
        n10=n.get((1, 0), 0),
        n01=n.get((0, 1), 0),
        n00=n.get((0, 0), 0),
        score_sum=sum(row[3] for row in rows),
        score_squares=sum(row[4] * HALF + row[5] for row in rows),
    )
