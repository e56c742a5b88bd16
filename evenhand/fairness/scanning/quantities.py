"""Numbers that rows bring along: how many people a row stands for, and its survey weight in exact millionths."""

from collections.abc import Mapping
from typing import Any

import narwhals as nw

from evenhand.fairness.counts.columns import MICRO
from evenhand.fairness.scanning.frames import Frame

MOST_PEOPLE = 10**9  # in one row
ALL_PEOPLE = 9 * 10**9  # in all rows: beyond that a 64-bit sum of scores could overflow
LARGEST_WEIGHT = 1_000_000
# A weight in millionths is split in two, whole and rest, and each product of these again, so that no sum overflows.
WEIGHT_SUMS = ("w1", "w0", "w11u", "w11l", "w10u", "w10l", "w00u", "w00l")


def is_people() -> nw.Expr:
    """Whether column ``k`` holds a whole number of people."""
    people = nw.col("k").cast(nw.Float64)
    return ((people >= 0) & (people <= MOST_PEOPLE) & (people.floor() == people)).fill_null(False)


def is_weight() -> nw.Expr:
    """Whether column ``w`` holds a weight that is over 0 in millionths."""
    weight = nw.col("w").cast(nw.Float64)
    return ((weight * MICRO + 0.5 >= 1) & (weight <= LARGEST_WEIGHT)).fill_null(False)


def people_columns() -> list[nw.Expr]:
    """The number of people, 0 where it is none, and whether it is one."""
    people = nw.when(is_people()).then(nw.col("k").cast(nw.Float64)).otherwise(nw.lit(0.0))
    return [is_people().cast(nw.Int64).alias("peopled"), people.cast(nw.Int64).alias("k")]


def weight_columns() -> list[nw.Expr]:
    """The weight in millionths, and whether it is one."""
    weight = nw.when(is_weight()).then(nw.col("w").cast(nw.Float64)).otherwise(nw.lit(1.0))
    return [
        is_weight().cast(nw.Int64).alias("weighed"),
        (weight * MICRO + 0.5).floor().cast(nw.Int64).alias("wm"),
    ]


def with_weight_parts(frame: Frame) -> Frame:
    """The frame with the parts of weights and of their squares that are summed."""
    frame = frame.with_columns((nw.col("wm") // MICRO).alias("w1"), (nw.col("wm") % MICRO).alias("w0"))
    products = {"w11": ("w1", "w1"), "w10": ("w1", "w0"), "w00": ("w0", "w0")}
    frame = frame.with_columns(*((nw.col(a) * nw.col(b)).alias(name) for name, (a, b) in products.items()))
    upper = [(nw.col(name) // MICRO).alias(f"{name}u") for name in products]
    lower = [(nw.col(name) % MICRO).alias(f"{name}l") for name in products]
    return frame.with_columns(*upper, *lower)


def weight_moments(row: Mapping[str, Any]) -> tuple[int, int]:
    """The sum of weights (millionths) and of their squares, put together again from their parts."""
    squares = (
        _together(row, "w11") * MICRO**2  # (1,000,000 a + b)^2
        + 2 * _together(row, "w10") * MICRO
        + _together(row, "w00")
    )
    return int(row["w1"]) * MICRO + int(row["w0"]), squares


def _together(row: Mapping[str, Any], name: str) -> int:
    return int(row[f"{name}u"]) * MICRO + int(row[f"{name}l"])
