"""From rows with a probability for each level of an attribute to sums of probabilities."""

from collections.abc import Mapping
from itertools import combinations_with_replacement
from typing import Any

import narwhals as nw

from evenhand.errors import InputError
from evenhand.fairness.counts.columns import MICRO, plain
from evenhand.fairness.counts.memberships import (
    BANDS,
    SHARE,
    Four,
    LevelPair,
    MembershipCounts,
    ProbabilityBand,
    merged_bands,
    merged_pairs,
)
from evenhand.fairness.scanning import classes, frames

TOLERANCE = 1e-5  # for each level, what rounding may make the probabilities of a row add up to over 1
MOST_LEVELS = 50
ROLES = ("y", "p")

Codes = dict[str, dict[int, int]]


def count_memberships(
    data: Any,
    *,
    attribute: str,
    levels: Mapping[str, str],
    label: str | None = None,
    prediction: str | None = None,
    positive: Any = None,
    encoding: str = "utf-8",
) -> MembershipCounts:
    """Count rows whose group is known as probabilities only.

    Parameters
    ----------
    data
        A table or file, as for ``count``.
    attribute, levels
        The attribute's name, and for each of its levels the column of probabilities, such as
        ``{"White": "p_white", "Black": "p_black"}``. Those of a row add up to 1 or, with levels left out, to less.
    label, prediction
        Two-valued columns; at least one.
    positive
        Their positive value, where they are not 0 and 1.

    Raises
    ------
    InputError
        Where a column is missing or not two-valued, or probabilities are empty, outside 0 to 1 or add up to over 1.
    """
    if not 1 <= len(levels) <= MOST_LEVELS:
        raise InputError(f"Name 1 to {MOST_LEVELS} levels of {attribute!r} with their columns of probabilities.")
    if label is None and prediction is None:
        raise InputError("Name a label (--label) or a prediction (--prediction).")
    chances = {f"m{place}": column for place, column in enumerate(levels.values())}
    roles = {role: column for role, column in zip(ROLES, (label, prediction), strict=True) if column is not None}
    with frames.rows_of(data, aliases={**chances, **roles}, numeric=frozenset(chances), encoding=encoding) as rows:
        schema = dict(rows.frame.collect_schema())
        for alias, column in chances.items():
            if not schema[alias].is_numeric():
                raise InputError(f"Column {column!r} holds no numbers; it must hold probabilities from 0 to 1.")
        _check(rows.frame, chances)
        stated = plain(1 if positive is None else positive)
        codes = {
            role: _codes(rows.frame, role, column, schema[role], positive=stated, stated=positive is not None)
            for role, column in roles.items()
        }
        frame = _coded(rows.frame, chances, roles, schema, positive=stated)
        bands = [band for place in range(len(chances)) for band in _bands(frame, place, codes)]
        pairs = _pairs(frame, len(chances), codes)
    return MembershipCounts(attribute, tuple(levels), label, prediction, merged_bands(bands), merged_pairs(pairs))


def _check(frame: frames.Frame, chances: Mapping[str, str]) -> None:
    """Refuse probabilities that are none; ``n`` rows of at least one are needed."""
    columns = {alias: nw.col(alias).cast(nw.Float64) for alias in chances}
    asked = [
        (column.is_null() | column.is_nan() | (column < 0) | (column > 1)).cast(nw.Int64).sum().alias(alias)
        for alias, column in columns.items()
    ]
    total = nw.sum_horizontal(*columns.values())
    over = (total > 1 + TOLERANCE * len(chances)).cast(nw.Int64).sum().alias("over")
    (found,) = frames.values(frame.select(*asked, over, nw.len().alias("n")))
    *bad, above, n = found
    if not n:
        raise InputError("The table has no rows, so there is nothing to count.")
    for column, rows in zip(chances.values(), bad, strict=True):
        if rows:
            raise InputError(
                f"Column {column!r} is empty or outside 0 to 1 in {rows} rows; it must hold probabilities."
            )
    if above:
        raise InputError(f"The probabilities of {', '.join(chances.values())} add up to over 1 in {above} rows.")


def _coded(
    frame: frames.Frame,
    chances: Mapping[str, str],
    roles: Mapping[str, str],
    schema: Mapping[str, Any],
    *,
    positive: str,
) -> frames.Frame:
    """Probabilities as whole numbers and their bands; classes as codes, 0 where they were not counted."""
    columns = [
        nw.lit(0).alias(f"c{role}")
        if role not in roles
        else classes.code_expression(role, schema[role], positive=positive).alias(f"c{role}")
        for role in ROLES
    ]
    for alias in chances:
        chance = nw.col(alias).cast(nw.Float64)
        band = nw.when(chance >= 1).then(nw.lit(BANDS - 1)).otherwise((chance * BANDS).floor().cast(nw.Int64))
        columns += [
            _whole(chance, MICRO).alias(f"{alias}_micro"),
            _whole(chance, SHARE).alias(f"{alias}_share"),
            band.cast(nw.Int64).alias(f"{alias}_band"),
        ]
    return frame.with_columns(*columns)


def _whole(column: nw.Expr, scale: int) -> nw.Expr:
    return (column * scale + 0.5).floor().cast(nw.Int64)


def _codes(frame: frames.Frame, role: str, column: str, dtype: Any, *, positive: str, stated: bool) -> dict[int, int]:
    """What the codes of a label or prediction mean."""
    found = frames.values(
        frame.select(
            code=classes.code_expression(role, dtype, positive=positive), value=classes.value_expression(role, dtype)
        )
        .group_by("code")
        .agg(nw.col("value").min().alias("low"), nw.col("value").max().alias("high"), nw.len().alias("n"))
    )
    return classes.decoded([classes.Seen(*row) for row in found], column=column, positive=positive, stated=stated)


def _bands(frame: frames.Frame, place: int, codes: Codes) -> list[ProbabilityBand]:
    grouped = frame.group_by("cy", "cp", f"m{place}_band").agg(
        nw.len().alias("n"), nw.col(f"m{place}_micro").sum().alias("mass")
    )
    return [
        ProbabilityBand(place, int(band), _at(codes, y, p, n), _at(codes, y, p, mass))
        for y, p, band, n, mass in frames.values(grouped)
    ]


def _pairs(frame: frames.Frame, levels: int, codes: Codes) -> list[LevelPair]:
    places = list(combinations_with_replacement(range(levels), 2))
    products = [
        (nw.col(f"m{one}_share") * nw.col(f"m{other}_share")).alias(f"s{place}")
        for place, (one, other) in enumerate(places)
    ]
    sums = [nw.col(f"s{place}").sum() for place in range(len(places))]
    return [
        LevelPair(*levels_of, _at(codes, y, p, total))
        for y, p, *totals in frames.values(frame.with_columns(*products).group_by("cy", "cp").agg(*sums))
        for levels_of, total in zip(places, totals, strict=True)
    ]


def _at(codes: Codes, label: int, prediction: int, value: Any) -> Four:
    """A number in its place among the four cells."""
    classes_of = (
        codes[role][code] if role in codes else 0 for role, code in zip(ROLES, (label, prediction), strict=True)
    )
    y, p = classes_of
    cell = 2 * y + p
    a, b, c, d = (int(value) if place == cell else 0 for place in range(4))
    return (a, b, c, d)
