"""Calibration by group: whether the same score means the same, in ten bands of the score."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from evenhand.errors import InputError
from evenhand.fairness.counts.bins import FINE, Bin, joined
from evenhand.fairness.counts.columns import MICRO, Columns
from evenhand.fairness.counts.table import Counts
from evenhand.fairness.measuring.calibration import CALIBRATION_BINS
from evenhand.fairness.measuring.intervals import wilson
from evenhand.fairness.plots.drawing import svg_of
from evenhand.fairness.plots.groups import Scored, scored_groups, too_few
from evenhand.fairness.plots.lines import MOST_PANELS, PERCENT_TICKS, SIZES, Curve, Frame, Side, compose
from evenhand.fairness.plots.plot import Plot, Table, in_words
from evenhand.fairness.plots.rows import MINIMUM
from evenhand.fairness.plots.scale import PERCENT, axis_over, span_text, value_text
from evenhand.fairness.plots.words import by_label

FEWEST_IN_BAND = 10
FEW_VALUES = 20  # a score with no more values than this, such as deciles, needs no bands


@dataclass(frozen=True, kw_only=True)
class Band:
    """A group's people in one band of the score: mean score, share with the outcome and its Wilson interval."""

    score: float
    n: int
    positive: int
    share: float
    low: float
    high: float


def calibration_plot(
    counts: Counts,
    by: Sequence[str],
    *,
    minimum: int = MINIMUM,
    confidence: float = 0.95,
    width: str = "page",
    fonts: Path | None = None,
) -> Plot:
    """The share with the outcome against the mean score, in ten equal bands of the score, for each group of ``by``.

    A score with at most 20 values, such as deciles, is drawn value by value.
    Where scores are probabilities (score range 0 to 1) the dashed diagonal is a score that means what it says. Bands
    with under 10 people are left out, groups under ``minimum`` are named instead. Raises InputError without score or
    label, or where no group is large enough.
    """
    groups = scored_groups(counts, by)
    bands = {group.label: bands_of(group, counts.columns, confidence=confidence) for group in groups}
    drawn = [group for group in groups if group.n >= minimum and bands[group.label]]
    if not drawn:
        raise InputError(f"No group by {', '.join(by)} has {minimum} people.")
    is_probability = counts.columns.score_range == (0.0, 1.0)
    scale = 100.0 if is_probability else 1.0
    curves = [_curve(group, bands[group.label], scale) for group in drawn]
    few = [(group.label, group.n) for group in groups if group not in drawn]
    remark = in_words(
        [
            "Dashed: the score means what it says." if is_probability else "",
            f"Lines are {confidence * 100:g}% intervals; bands with under {FEWEST_IN_BAND} people are left out.",
            too_few(few, minimum),
            f"{len(curves) - MOST_PANELS} more groups are in the table." if len(curves) > MOST_PANELS else "",
        ]
    )
    alt = in_words(
        [
            f"Share with the outcome by score, by {by_label(by).lower()}.",
            *(_in_words(group, bands[group.label]) for group in drawn[:MOST_PANELS]),
            remark,
        ]
    )
    chart = compose(curves, _frame(curves, is_probability=is_probability), SIZES[width], remark=remark)
    return Plot(svg=svg_of(chart, alt, fonts=fonts), alt=alt, table=_table(drawn, bands, by, confidence))


def bands_of(group: Scored, columns: Columns, *, confidence: float = 0.95) -> tuple[Band, ...]:
    """A group's bands, lowest score first; a score bin belongs to the band its mean score falls in."""
    low, high = columns.score_range or (0.0, 1.0)

    def place(part: Bin) -> int:
        if len(group.bins.bins) <= FEW_VALUES:
            return part.first
        share = (part.score_sum / MICRO / part.n - low) / (high - low)
        return min(CALIBRATION_BINS - 1, max(0, int(share * FINE) * CALIBRATION_BINS // FINE))

    found = []
    for _, parts in groupby(sorted(group.bins.bins), key=place):
        band = joined(list(parts))
        if band.n < FEWEST_IN_BAND:
            continue
        positive = band.n_positive or 0
        lower, upper = (float(limit) for limit in wilson(positive, band.n, confidence=confidence))
        found.append(
            Band(
                score=band.score_sum / MICRO / band.n,
                n=band.n,
                positive=positive,
                share=positive / band.n,
                low=lower,
                high=upper,
            )
        )
    return tuple(found)


def _curve(group: Scored, bands: Sequence[Band], scale: float) -> Curve:
    return Curve(
        label=group.label,
        points=tuple((scale * band.score, 100 * band.share) for band in bands),
        note=f"{group.n:,} people",
        spans=tuple((scale * band.score, 100 * band.low, 100 * band.high) for band in bands),
        with_points=True,
    )


def _frame(curves: Sequence[Curve], *, is_probability: bool) -> Frame:
    y = Side(low=0, high=100, ticks=PERCENT_TICKS, title="Share with the outcome", suffix="%")
    if is_probability:
        return Frame(x=Side(low=0, high=100, ticks=PERCENT_TICKS, title="Mean score", suffix="%"), y=y)
    axis = axis_over([x for curve in curves for x, _ in curve.points], most=5)
    return Frame(x=Side(low=axis.low, high=axis.high, ticks=axis.ticks, title="Score"), y=y, diagonal=False)


def _in_words(group: Scored, bands: Sequence[Band]) -> str:
    first, last = bands[0], bands[-1]
    said = f"{group.label}: {value_text(first.share, PERCENT)} at a mean score of {first.score:.3g}"
    return said + (f", {value_text(last.share, PERCENT)} at {last.score:.3g}." if last is not first else ".")


def _table(groups: Sequence[Scored], bands: dict[str, tuple[Band, ...]], by: Sequence[str], confidence: float) -> Table:
    head = (by_label(by), "Mean score", "People", "With the outcome", "Share", f"{confidence * 100:g}% interval")
    rows = tuple(
        (
            group.label,
            f"{band.score:.3g}",
            f"{band.n:,}",
            f"{band.positive:,}",
            value_text(band.share, PERCENT),
            span_text(band.low, band.high, PERCENT),
        )
        for group in groups
        for band in bands[group.label]
    )
    return Table(head=head, rows=rows)
