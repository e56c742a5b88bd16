"""A group's score axis as arrays, and as curves: how often scores come true, and what each threshold would do."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from evenhand.errors import InputError
from evenhand.fairness.counts.bins import FINE, GroupBins
from evenhand.fairness.counts.columns import MICRO
from evenhand.fairness.counts.groups import Group
from evenhand.fairness.counts.table import Counts
from evenhand.fairness.measuring.intervals import Array, wilson
from evenhand.fairness.results import defined

N_BINS = 10
Strategy = Literal["uniform", "quantile"]


class Axis(NamedTuple):
    """A group's score axis as arrays, lowest bin first."""

    negative: Array
    positive: Array
    mean: Array

    @property
    def n(self) -> Array:
        """People in each bin."""
        return self.negative + self.positive


@dataclass(frozen=True, slots=True)
class CalibrationPoint:
    """People of neighbouring scores: their mean score beside the share of them that was positive, with its interval."""

    lowest: float
    highest: float
    n: int
    n_positive: int
    mean_score: float
    rate: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class CalibrationCurve:
    """How often a group's scores came true, from the lowest scores to the highest."""

    group: Group
    n: int
    points: tuple[CalibrationPoint, ...]


@dataclass(frozen=True, slots=True)
class RocPoint:
    """What selecting everybody with a score of at least ``threshold`` does; None selects nobody."""

    threshold: float | None
    false_positive_rate: float
    true_positive_rate: float


@dataclass(frozen=True, slots=True)
class RocCurve:
    """A group's ROC curve, from selecting nobody to selecting everybody."""

    group: Group
    n_positive: int
    n_negative: int
    points: tuple[RocPoint, ...]


def axis_of(table: GroupBins) -> Axis:
    """The arrays of a score axis."""
    people = np.array([part.n for part in table.bins], dtype=np.float64)
    positive = np.array([part.n_positive or 0 for part in table.bins], dtype=np.float64)
    sums = np.array([part.score_sum / MICRO for part in table.bins], dtype=np.float64)
    return Axis(people - positive, positive, sums / people)


def calibration_curve(
    counts: Counts,
    by: str | Sequence[str],
    *,
    n_bins: int = N_BINS,
    strategy: Strategy = "uniform",
    confidence: float = 0.95,
) -> tuple[CalibrationCurve, ...]:
    """Mean score beside the share of positives, for each group of ``by`` (``()``: everyone).

    ``uniform`` bands are equally wide over the score's range, ``quantile`` bands hold about equally many of the group's
    people; names are scikit-learn's. A bin of the axis belongs to the band its mean score (or middle person) falls in,
    so a band's edges are those of its bins. Bands without people are left out. The interval is Wilson's.

    Raises InputError where no score and label were counted, or the attributes were not.
    """
    if n_bins < 1 or strategy not in ("uniform", "quantile"):
        raise InputError("A calibration curve needs 1 band or more, of the strategy uniform or quantile.")
    return tuple(
        CalibrationCurve(
            group=_group(table),
            n=sum(part.n for part in table.bins),
            points=tuple(
                _calibration_point(table, places, counts, confidence)
                for places in _banded(axis_of(table), _range(counts), n_bins=n_bins, strategy=strategy)
            ),
        )
        for table in _tables(counts, by)
    )


def roc_curve(counts: Counts, by: str | Sequence[str]) -> tuple[RocCurve, ...]:
    """The ROC curve of each group of ``by`` (``()``: everyone) that has positives and negatives.

    One point for each bin of the group's axis, so exact at these thresholds; between them nothing is known.
    """
    low, high = _range(counts)
    found = []
    for table in _tables(counts, by):
        axis = axis_of(table)
        positives, negatives = int(axis.positive.sum()), int(axis.negative.sum())
        if not positives or not negatives:
            continue
        right = np.cumsum(axis.positive[::-1]) / positives
        wrong = np.cumsum(axis.negative[::-1]) / negatives
        thresholds = [low + (high - low) * part.first / FINE for part in reversed(table.bins)]
        points = (
            RocPoint(threshold, float(fpr), float(tpr))
            for threshold, fpr, tpr in zip(thresholds, wrong, right, strict=True)
        )
        found.append(RocCurve(_group(table), positives, negatives, (RocPoint(None, 0.0, 0.0), *points)))
    return tuple(found)


def _calibration_point(
    table: GroupBins, places: NDArray[np.intp], counts: Counts, confidence: float
) -> CalibrationPoint:
    low, high = _range(counts)
    held = [table.bins[place] for place in places]
    n, positive = sum(part.n for part in held), sum(part.n_positive or 0 for part in held)
    limits = wilson(positive, n, confidence=confidence)
    return CalibrationPoint(
        lowest=low + (high - low) * held[0].first / FINE,
        highest=low + (high - low) * (held[-1].last + 1) / FINE,
        n=n,
        n_positive=positive,
        mean_score=sum(part.score_sum for part in held) / n / MICRO,
        rate=positive / n,
        low=defined(limits.low),
        high=defined(limits.high),
    )


def _banded(axis: Axis, bounds: tuple[float, float], *, n_bins: int, strategy: Strategy) -> list[NDArray[np.intp]]:
    """The places of the bins of each band that has any."""
    if strategy == "uniform":
        position = (axis.mean - bounds[0]) / (bounds[1] - bounds[0])
    else:
        position = (np.cumsum(axis.n) - axis.n / 2) / axis.n.sum()
    band = np.clip((position * n_bins).astype(np.intp), 0, n_bins - 1)
    return [np.flatnonzero(band == each) for each in np.unique(band)]


def _tables(counts: Counts, by: str | Sequence[str]) -> list[GroupBins]:
    names = (by,) if isinstance(by, str) else tuple(by)
    for name in names:
        if name not in counts.attributes:
            raise InputError(f"Column {name!r} was not counted ({', '.join(counts.attributes)}).")
    if counts.columns.score is None or not counts.columns.labeled:
        raise InputError("Curves need a score and a label of everybody; count again with --score and --label.")
    return [table for table in counts.score_bins if table.by == names]


def _range(counts: Counts) -> tuple[float, float]:
    return counts.columns.score_range or (0.0, 1.0)


def _group(table: GroupBins) -> Group:
    return dict(zip(table.by, table.group, strict=True))
