"""What the engine is asked: the columns under short names, the filter, and the one group-by."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import narwhals as nw

from evenhand.errors import InputError
from evenhand.fairness.counts.bins import FINE
from evenhand.fairness.counts.columns import MICRO, Columns, Filter, micro, number
from evenhand.fairness.scanning import classes
from evenhand.fairness.scanning.frames import Frame

HALF = 10**9  # squares are summed in two halves, so that no 64-bit sum overflows
WHOLE_RANGES = (1.0, 10.0, 100.0, 1000.0)


def aliases(columns: Columns, filters: Sequence[Filter]) -> dict[str, str]:
    """Short names for every column a count uses."""
    names = {f"g{place}": name for place, name in enumerate(columns.groups)}
    roles = {"y": columns.label, "p": columns.prediction, "s": columns.score}
    names |= {alias: name for alias, name in roles.items() if name is not None}
    return names | {f"f{place}": each.column for place, each in enumerate(filters)}


@dataclass(frozen=True)
class Plan:
    """The group-by of one count over a table whose column types are known."""

    columns: Columns
    types: Mapping[str, nw.dtypes.DType]

    @property
    def keys(self) -> list[str]:
        """The group aliases."""
        return [f"g{place}" for place in range(len(self.columns.groups))]

    @property
    def sums(self) -> list[str]:
        """The summed columns of the group-by."""
        scored = ["m", "upper", "lower", "valid", "whole", "over"]
        return ["n", *(scored if self.columns.score is not None else [])]

    @property
    def range(self) -> tuple[float, float]:
        """The score range counted with."""
        return self.columns.score_range or (0.0, 1.0)

    @property
    def derives(self) -> bool:
        """Whether the decision is made here, from score and threshold."""
        return self.columns.prediction is None and self.columns.threshold is not None

    def wider(self, top: float) -> tuple[float, float]:
        """The range of whole-number scores: 0 to the next power of ten."""
        return (0.0, next(bound for bound in WHOLE_RANGES if top <= bound))

    def filtered(self, frame: Frame, filters: Sequence[Filter]) -> Frame:
        """The rows that meet every filter."""
        for place, each in enumerate(filters):
            frame = frame.filter(_condition(f"f{place}", self.types[f"f{place}"], each))
        return frame

    def grouped(self, frame: Frame) -> Frame:
        """People and exact score sums by group, class codes and score bin."""
        if self.columns.score is not None and not self.types["s"].is_numeric():
            raise InputError(f"Column {self.columns.score!r} is not numeric; convert the score to numbers.")
        frame = frame.select(*self.keys, *self._code_columns(), *self._score_columns())
        if self.columns.score is not None:
            frame = self._binned(frame)
        return frame.group_by(*self.keys, "yc", "pc", "bin").agg(*self._sums()).with_columns(*whole(self.sums))

    def _code_columns(self) -> list[nw.Expr]:
        found = []
        for alias, column in (("y", self.columns.label), ("p", self.columns.prediction)):
            if column is None:
                found += [nw.lit(classes.OTHER).alias(f"{alias}c"), nw.lit(0.0).alias(f"{alias}v")]
                continue
            dtype = self.types[alias]
            found += [
                classes.code_expression(alias, dtype, positive=self.columns.positive).alias(f"{alias}c"),
                classes.value_expression(alias, dtype).alias(f"{alias}v"),
            ]
        return found

    def _score_columns(self) -> list[nw.Expr]:
        if self.columns.score is None:
            return [nw.lit(0).alias("bin")]
        low, high = self.range
        score = nw.col("s").cast(nw.Float64)
        valid = ((score >= low) & (score <= high)).fill_null(False)
        return [
            valid.cast(nw.Int64).alias("valid"),
            nw.when(valid).then(score).otherwise(nw.lit(low)).alias("x"),
            score.alias("raw"),
        ]

    def _binned(self, frame: Frame) -> Frame:
        low, high = (micro(bound) for bound in self.range)
        over = self.columns.threshold if self.columns.threshold is not None else self.range[0]
        whole = ((nw.col("raw").floor() == nw.col("raw")) & (nw.col("raw") >= 0)).fill_null(False)
        if self.derives:
            frame = frame.with_columns(
                nw.when(nw.col("x") >= over).then(nw.lit(classes.POSITIVE)).otherwise(nw.lit(classes.OTHER)).alias("pc")
            )
        frame = frame.with_columns(
            (nw.col("x") * MICRO + 0.5).floor().cast(nw.Int64).alias("m"),
            (whole & (nw.col("raw") <= WHOLE_RANGES[-1])).cast(nw.Int64).alias("whole"),
            (nw.col("x") >= over).cast(nw.Int64).alias("over"),
        )
        square = nw.col("m") * nw.col("m")
        return frame.with_columns(
            (((nw.col("m") - low) * FINE) // (high - low)).clip(upper_bound=FINE - 1).alias("bin"),
            (square // HALF).alias("upper"),
            (square % HALF).alias("lower"),
        )

    def _sums(self) -> list[nw.Expr]:
        sums = [nw.len().alias("n")]
        for alias in ("y", "p"):
            sums += [nw.col(f"{alias}v").min().alias(f"{alias}low"), nw.col(f"{alias}v").max().alias(f"{alias}high")]
        if self.columns.score is None:
            return sums
        sums += [nw.col(name).sum() for name in self.sums if name != "n"]
        return [*sums, nw.col("raw").max().alias("top")]


def whole(names: Sequence[str]) -> list[nw.Expr]:
    """Sums as plain 64-bit numbers (engines widen them in their own ways)."""
    return [nw.col(name).cast(nw.Int64) for name in names]


def _condition(alias: str, dtype: nw.dtypes.DType, each: Filter) -> nw.Expr:
    column = nw.col(alias)
    numeric = dtype.is_numeric()
    if isinstance(dtype, nw.Boolean):
        column, numeric = column.cast(nw.Int64), True
    if each.operator in ("=", "!=") and not numeric:
        same = column.cast(nw.String) == each.value
        return (same if each.operator == "=" else ~same).fill_null(False)
    value = number(each.value, what=f"Filter {str(each)!r}")
    column = column.cast(nw.Float64)
    compared = {
        "=": column == value,
        "!=": column != value,
        "<": column < value,
        "<=": column <= value,
        ">": column > value,
        ">=": column >= value,
    }
    return compared[each.operator].fill_null(False)
