"""What the engine is asked: the columns under short names, the filter, and the one group-by."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import narwhals as nw

from evenhand.errors import InputError
from evenhand.fairness.counts.bins import FINE
from evenhand.fairness.counts.columns import MICRO, Columns, Filter, micro, number
from evenhand.fairness.scanning import classes, leveling, quantities
from evenhand.fairness.scanning.frames import Frame

HALF = 10**9  # squares are summed in two halves, so that no 64-bit sum overflows
WHOLE_RANGES = (1.0, 10.0, 100.0, 1000.0)


def aliases(columns: Columns, filters: Sequence[Filter]) -> dict[str, str]:
    """Short names for every column a count uses."""
    names = {f"g{place}": name for place, name in enumerate(columns.groups)}
    roles = {
        "y": columns.label,
        "p": columns.prediction,
        "s": columns.score,
        "d": columns.decision,
        "w": columns.weight,
        "k": columns.people,
        "r": columns.rank,
        "u": columns.unit,
    }
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
    def classed(self) -> list[str]:
        """The aliases of two-valued columns: label, prediction, and decision where it is counted."""
        return ["y", "p", *(["d"] if self.columns.decision is not None else [])]

    @property
    def codes(self) -> list[str]:
        """The class codes that rows are grouped by."""
        return [f"{alias}c" for alias in self.classed]

    @property
    def moments(self) -> list[str]:
        """The sums that are of people, so that a row of several people adds several times."""
        scored = ["m", "upper", "lower"] if self.columns.score is not None else []
        above = ["above"] if self.columns.median is not None else []
        return [*scored, *above, *(quantities.WEIGHT_SUMS if self.columns.weight is not None else ())]

    @property
    def checks(self) -> list[str]:
        """The sums that are of rows, and tell whether each row's numbers are possible."""
        scored = ["valid", "whole", "over"] if self.columns.score is not None else []
        weighed = ["weighed"] if self.columns.weight is not None else []
        owned = ["owned"] if self.columns.unit is not None else []
        return [*scored, *weighed, *owned, *(["rows", "peopled"] if self.columns.people is not None else [])]

    @property
    def sums(self) -> list[str]:
        """The summed columns of the group-by."""
        return ["n", *self.moments, *self.checks]

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

    def check_numeric(self) -> None:
        """Refuse scores, weights and numbers of people that are not numbers."""
        for alias, column in (("s", self.columns.score), ("w", self.columns.weight), ("k", self.columns.people)):
            if column is not None and not self.types[alias].is_numeric():
                raise InputError(f"Column {column!r} is not numeric; convert it to numbers.")

    def prepared(self, frame: Frame) -> Frame:
        """Each row as its groups, class codes, score bin and the numbers that are summed."""
        self.check_numeric()
        frame = frame.select(*self.keys, *self.code_columns(), *self._score_columns(), *self._further())
        if self.columns.score is not None:
            frame = self._binned(frame)
        return quantities.with_weight_parts(frame) if self.columns.weight is not None else frame

    def grouped(self, prepared: Frame) -> Frame:
        """People and exact sums by group, class codes and score bin."""
        if self.columns.people is not None and self.moments:
            prepared = prepared.with_columns(*(nw.col(name) * nw.col("k") for name in self.moments))
        return prepared.group_by(*self.keys, *self.codes, "bin").agg(*self._sums()).with_columns(*whole(self.sums))

    def people(self) -> nw.Expr:
        """How many people some rows stand for."""
        return (nw.len() if self.columns.people is None else nw.col("k").sum()).alias("n")

    def code_columns(self) -> list[nw.Expr]:
        found = []
        columns = {"y": self.columns.label, "p": self.columns.prediction, "d": self.columns.decision}
        for alias in self.classed:
            if columns[alias] is None:
                found += [nw.lit(classes.OTHER).alias(f"{alias}c"), nw.lit(0.0).alias(f"{alias}v")]
                continue
            dtype = self.types[alias]
            found += [
                classes.code_expression(alias, dtype, positive=self.columns.positive).alias(f"{alias}c"),
                classes.value_expression(alias, dtype).alias(f"{alias}v"),
            ]
        return found

    def derived(self, selected: str) -> nw.Expr:
        """The class code of a decision that is made here."""
        return nw.when(nw.col(selected)).then(nw.lit(classes.POSITIVE)).otherwise(nw.lit(classes.OTHER)).alias("pc")

    def _further(self) -> list[nw.Expr]:
        unit = [] if self.columns.unit is None else [leveling.known("u", self.types["u"]).alias("u")]
        return [
            *unit,
            *((~each.is_null()).cast(nw.Int64).alias("owned") for each in unit),
            *(quantities.people_columns() if self.columns.people is not None else ()),
            *(quantities.weight_columns() if self.columns.weight is not None else ()),
        ]

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
        over = self.columns.threshold if self.columns.threshold is not None else self.range[0]
        median = self.columns.median
        above = [] if median is None else [(nw.col("x") > median).cast(nw.Int64).alias("above")]
        whole = ((nw.col("raw").floor() == nw.col("raw")) & (nw.col("raw") >= 0)).fill_null(False)
        if self.derives:
            frame = frame.with_columns((nw.col("x") >= over).alias("selected")).with_columns(self.derived("selected"))
        frame = frame.with_columns(
            in_millionths("x").alias("m"),
            (whole & (nw.col("raw") <= WHOLE_RANGES[-1])).cast(nw.Int64).alias("whole"),
            (nw.col("x") >= over).cast(nw.Int64).alias("over"),
            *above,
        )
        # The lower half first: engines that divide whole numbers as floats are exact only where nothing remains.
        square = nw.col("m") * nw.col("m")
        frame = frame.with_columns(
            bin_of("m", self.range).alias("bin"),
            (square % HALF).alias("lower"),
        )
        return frame.with_columns(((square - nw.col("lower")) // HALF).alias("upper"))

    def _sums(self) -> list[nw.Expr]:
        sums = [self.people()]
        for alias in self.classed:
            sums += [nw.col(f"{alias}v").min().alias(f"{alias}low"), nw.col(f"{alias}v").max().alias(f"{alias}high")]
        if self.columns.people is not None:
            sums.append(nw.len().alias("rows"))
        sums += [nw.col(name).sum() for name in (*self.moments, *self.checks) if name != "rows"]
        return [*sums, nw.col("raw").max().alias("top")] if self.columns.score is not None else sums


def in_millionths(score: str) -> nw.Expr:
    """A score column within its range as whole numbers, rounded half up."""
    return (nw.col(score) * MICRO + 0.5).floor().cast(nw.Int64)


def bin_of(millionths: str, bounds: tuple[float, float]) -> nw.Expr:
    """The fine bin of each score."""
    low, high = (micro(bound) for bound in bounds)
    return (((nw.col(millionths) - low) * FINE) // (high - low)).clip(upper_bound=FINE - 1)


def whole(names: Sequence[str]) -> list[nw.Expr]:
    """Sums as plain 64-bit numbers (engines widen them in their own ways)."""
    return [nw.col(name).cast(nw.Int64) for name in names]


def _condition(alias: str, dtype: nw.dtypes.DType, each: Filter) -> nw.Expr:
    column = nw.col(alias)
    numeric = dtype.is_numeric()
    if isinstance(dtype, nw.Boolean):
        column, numeric = column.cast(nw.Int64), True
    if each.operator in ("=", "!=") and not numeric:
        text = column.cast(nw.String)
        wanted = (text == each.value if each.operator == "=" else text != each.value).fill_null(False)
        # Empty text is a missing value here as it is in a CSV; pandas says that missing differs from any other value.
        return wanted & (text != "").fill_null(False) & ~column.is_null()
    value = number(each.value, what=f"Filter {str(each)!r}")
    column = column.cast(nw.Float64)
    compared = {
        "=": column == value,
        "!=": (column != value) & ~column.is_null() & ~column.is_nan(),
        "<": column < value,
        "<=": column <= value,
        ">": column > value,
        ">=": column >= value,
    }
    return compared[each.operator].fill_null(False)
