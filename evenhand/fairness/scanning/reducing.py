"""From the engine's group-by to cells and score axes: small tables, in plain Python."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import narwhals as nw

from evenhand.errors import InputError
from evenhand.fairness.counts.bins import COARSE_STEP, Bin, GroupBins
from evenhand.fairness.counts.cells import Cell
from evenhand.fairness.counts.columns import Columns, level
from evenhand.fairness.counts.table import summed
from evenhand.fairness.scanning import classes, frames, quantities
from evenhand.fairness.scanning.plan import HALF, Plan

MAX_LEVELS = 1000  # a column with a level for each person would turn counts into a list of people
MAX_CELLS = 400_000


@dataclass(frozen=True, slots=True)
class Decoder:
    """What the class codes of this table mean; None where a column was not counted.

    ``hides`` says that the label of people who were not selected is nobody's to know.
    """

    labels: dict[int, int] | None
    predictions: dict[int, int] | None
    decisions: dict[int, int] | None = None
    hides: bool = False

    def label(self, code: int, prediction: int | None = None) -> int | None:
        """The label of a code, where the prediction lets it be known."""
        return None if self.labels is None or (self.hides and prediction == 0) else self.labels[code]

    def prediction(self, code: int) -> int | None:
        """The prediction of a code."""
        return None if self.predictions is None else self.predictions[code]

    def decision(self, code: int | None) -> int | None:
        """The final decision of a code."""
        return None if self.decisions is None or code is None else self.decisions[code]


@dataclass(frozen=True)
class Margins:
    """The group-by without its score axis, as dictionaries, one a raw cell."""

    rows: list[dict[str, Any]]

    @property
    def n(self) -> int:
        """All rows counted."""
        return sum(n_rows(row) for row in self.rows)

    @property
    def n_people(self) -> int:
        """All people the rows stand for."""
        return self.total("n")

    @property
    def top(self) -> float:
        """The highest score."""
        return float(max(row["top"] for row in self.rows))

    def total(self, name: str) -> int:
        """A sum over all cells."""
        return sum(int(row[name]) for row in self.rows)


def n_rows(row: Mapping[str, Any]) -> int:
    """How many rows are in a raw cell, where each may stand for several people."""
    return int(row.get("rows", row["n"]))


def margins(fine: frames.Frame, plan: Plan) -> Margins:
    """People and sums by group and class codes; refuses columns with too many levels."""
    check_levels(fine, plan)
    lows = [nw.col(f"{alias}low").min() for alias in plan.classed]
    highs = [nw.col(f"{alias}high").max() for alias in plan.classed]
    tops = [nw.col("top").max()] if plan.columns.score is not None else []
    totals = [nw.col(name).sum() for name in plan.sums]
    bounds = [f"{alias}{end}" for alias in plan.classed for end in ("low", "high")]
    names = [*plan.keys, *plan.codes, *plan.sums, *bounds, *(["top"] if tops else [])]
    grouped = fine.group_by(*plan.keys, *plan.codes).agg(*totals, *lows, *highs, *tops).select(*names)
    rows = frames.values(grouped.head(MAX_CELLS + 1))
    check_cells(rows, plan.columns)
    return Margins([dict(zip(names, row, strict=True)) for row in rows])


def decoder(found: Margins, plan: Plan, *, stated: bool) -> Decoder:
    """What the class codes mean; refuses columns that are not two-valued or contradict the threshold."""
    columns = plan.columns
    predictions = _meaning(found.rows, "p", columns.prediction, plan, stated=stated)
    if plan.derives:
        predictions = {classes.POSITIVE: 1, classes.OTHER: 0}
    elif predictions is not None and columns.threshold is not None:
        _check_agreement(found, predictions, plan)
    decisions = _meaning(found.rows, "d", columns.decision, plan, stated=stated)
    hides = columns.observed == "selected"
    known = [row for row in found.rows if not hides or (predictions or {}).get(row["pc"])]
    return Decoder(_meaning(known, "y", columns.label, plan, stated=stated), predictions, decisions, hides)


def cells(found: Margins, plan: Plan, decode: Decoder) -> tuple[Cell, ...]:
    """The cells of the counts."""
    scored = plan.columns.score is not None
    return summed(
        Cell(
            group=levels([row[key] for key in plan.keys], plan.columns.groups),
            label=decode.label(row["yc"], decode.prediction(row["pc"])),
            prediction=decode.prediction(row["pc"]),
            decision=decode.decision(row.get("dc")),
            n=int(row["n"]),
            score_sum=int(row["m"]) if scored else 0,
            score_squares=int(row["upper"]) * HALF + int(row["lower"]) if scored else 0,
            sums=_further(row, plan),
        )
        for row in found.rows
    )


def score_bins(
    fine: frames.Frame, plan: Plan, decode: Decoder, *, axes: Sequence[tuple[str, ...]]
) -> tuple[GroupBins, ...]:
    """The score axis of everyone, of each attribute and of each intersection."""
    return tuple(table for by in axes for table in _axis(fine, plan, decode, by))


def _axis(fine: frames.Frame, plan: Plan, decode: Decoder, by: tuple[str, ...]) -> Iterator[GroupBins]:
    step = COARSE_STEP if len(by) > 1 else 1
    keys = [f"g{plan.columns.groups.index(name)}" for name in by]
    grouped = (
        fine.with_columns((nw.col("bin") // step).alias("part"))
        .group_by(*keys, "yc", "part")
        .agg(nw.col("n").sum(), nw.col("m").sum())
        .select(*keys, "yc", "part", "n", "m")
    )
    held: dict[tuple[str, ...], dict[int, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0, 0]))
    labeled = plan.columns.labeled
    for *raw, yc, part, n, m in frames.values(grouped):
        if not n:  # a row of a ready table may stand for nobody
            continue
        sums = held[levels(raw, by)][int(part)]
        sums[0] += int(n)
        sums[1] += int(n) if labeled and decode.label(yc) else 0
        sums[2] += int(m)
    for group in sorted(held):
        yield GroupBins(
            by,
            group,
            tuple(
                Bin(part * step, part * step + step - 1, n, positives if labeled else None, total)
                for part, (n, positives, total) in sorted(held[group].items())
            ),
        )


def _further(row: Mapping[str, Any], plan: Plan) -> tuple[int, ...]:
    weights = quantities.weight_moments(row) if plan.columns.weight is not None else ()
    return (*weights, *((int(row["above"]),) if plan.columns.median is not None else ()))


def key_of(raw: Sequence[Any], plan: Plan, decode: Decoder) -> Any:
    """The key of the cell that raw group values and class codes belong to."""
    groups, codes = raw[: len(plan.keys)], dict(zip(plan.codes, raw[len(plan.keys) :], strict=True))
    return Cell(
        group=levels(groups, plan.columns.groups),
        label=decode.label(codes["yc"], decode.prediction(codes["pc"])),
        prediction=decode.prediction(codes["pc"]),
        n=0,
        decision=decode.decision(codes.get("dc")),
    ).key


def levels(raw: Sequence[Any], names: Sequence[str]) -> tuple[str, ...]:
    """A row of raw group values as the names of levels."""
    return tuple(level(value, column=name) for value, name in zip(raw, names, strict=True))


def _meaning(
    rows: Sequence[Mapping[str, Any]], alias: str, column: str | None, plan: Plan, *, stated: bool
) -> dict[int, int] | None:
    if column is None:
        return None
    seen = [classes.Seen(row[f"{alias}c"], row[f"{alias}low"], row[f"{alias}high"], n_rows(row)) for row in rows]
    return classes.decoded(seen, column=column, positive=plan.columns.positive, stated=stated)


def _check_agreement(found: Margins, predictions: dict[int, int], plan: Plan) -> None:
    columns = plan.columns
    wrong = sum(n_rows(row) - row["over"] if predictions[row["pc"]] else row["over"] for row in found.rows)
    if wrong:
        raise InputError(
            f"In {wrong} rows column {columns.prediction!r} contradicts {columns.score!r} >= {columns.threshold:g}; "
            "correct the threshold or leave it out."
        )


def check_cells(rows: Sequence[Any], columns: Columns) -> None:
    """Refuse a count without any cell, or with more than can be handed on."""
    if len(rows) > MAX_CELLS:
        raise InputError(
            f"The groups of {', '.join(columns.groups)} make more than {MAX_CELLS} cells; name fewer or band them."
        )
    if not rows:
        raise InputError("There are no rows to count: the table is empty or the filter leaves nothing.")


def check_levels(fine: frames.Frame, plan: Plan) -> None:
    """Refuse a group column with so many levels that counts would be a list of people."""
    check_sizes(frames.values(fine.select(*(nw.col(key).n_unique() for key in plan.keys)))[0], plan)


def check_sizes(sizes: Sequence[int | None], plan: Plan) -> None:
    """The same where the number of levels of each group column is known."""
    for name, n_levels in zip(plan.columns.groups, sizes, strict=True):
        if (n_levels or 0) > MAX_LEVELS:  # an empty table answers None
            raise InputError(
                f"Column {name!r} has {n_levels} different values and may have {MAX_LEVELS}; band it or choose another."
            )
