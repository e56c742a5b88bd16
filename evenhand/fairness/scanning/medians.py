"""The median score of a whole sample: exact, in bounded memory, the same on every engine and in any order."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import narwhals as nw

from evenhand.fairness.counts.columns import SCORE_LIMIT
from evenhand.fairness.scanning import frames, quantities
from evenhand.fairness.scanning.plan import Plan

PARTS = 4096  # of the range still in question, in each pass


def sample_median(frame: frames.Frame, plan: Plan) -> float | None:
    """The middle score of all people, or half way between the middle two; None where nobody has a usable score."""
    plan.check_numeric()
    ready = plan.columns.people is not None
    people = quantities.people_columns()[1] if ready else nw.lit(1).cast(nw.Int64).alias("k")
    scores = frame.select(nw.col("s").cast(nw.Float64), people)
    scores = scores.filter((nw.col("s") >= -SCORE_LIMIT) & (nw.col("s") <= SCORE_LIMIT) & (nw.col("k") > 0))
    n, low, high = frames.values(scores.select(*_extent()))[0]
    if not n:
        return None
    middle = [_at(scores, rank, float(low), float(high)) for rank in ((int(n) - 1) // 2, int(n) // 2)]
    return sum(middle) / 2


def _at(scores: frames.Frame, rank: int, low: float, high: float) -> float:
    """The score of that rank (0 = lowest) among scores from low to high, which each pass narrows to one part."""
    while low < high:
        part = ((nw.col("s") - low) / (high - low) * PARTS).floor().clip(upper_bound=PARTS - 1).cast(nw.Int64)
        parted = scores.with_columns(part.alias("part"))
        counted = parted.group_by("part").agg(*_extent()).select("part", "n", "low", "high")
        number, rank, low, high = _holding(sorted(frames.values(counted)), rank)
        scores = parted.filter(nw.col("part") == number).select("s", "k")
    return low


def _holding(parts: Sequence[tuple[Any, ...]], rank: int) -> tuple[int, int, float, float]:
    """The part that holds a rank, the rank within it, and its lowest and highest score."""
    ends = list(accumulate(int(n) for _, n, _, _ in parts))
    place = bisect_right(ends, rank)
    number, n, low, high = parts[place]
    return number, rank - ends[place] + int(n), float(low), float(high)


def _extent() -> list[nw.Expr]:
    score = nw.col("s")
    return [nw.col("k").sum().alias("n"), score.min().alias("low"), score.max().alias("high")]
