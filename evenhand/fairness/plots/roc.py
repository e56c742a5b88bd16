"""ROC by group: how well the score tells people apart in each group, and where the model decides now."""

from collections.abc import Sequence
from pathlib import Path

from evenhand.errors import InputError
from evenhand.fairness.counts.bins import GroupBins
from evenhand.fairness.counts.columns import Columns
from evenhand.fairness.counts.table import Counts
from evenhand.fairness.measuring.scores import auc
from evenhand.fairness.plots.drawing import svg_of
from evenhand.fairness.plots.groups import Scored, scored_groups, too_few
from evenhand.fairness.plots.lines import (
    MOST_IN_ONE,
    MOST_PANELS,
    PERCENT_TICKS,
    SIZES,
    Curve,
    Frame,
    Side,
    compose,
)
from evenhand.fairness.plots.plot import Cells, Plot, Table, in_words
from evenhand.fairness.plots.rows import MINIMUM
from evenhand.fairness.plots.scale import PERCENT, Unit, lowest_score, value_text
from evenhand.fairness.plots.words import by_label
from evenhand.fairness.results import MetricValue

MOST_POINTS = 20  # rows of the table for one group; the picture has all
Shares = tuple[float, float]
FRAME = Frame(
    x=Side(low=0, high=100, ticks=PERCENT_TICKS, title="Wrongly flagged (false positive rate)", suffix="%"),
    y=Side(low=0, high=100, ticks=PERCENT_TICKS, title="Rightly flagged (true positive rate)", suffix="%"),
)


def roc_plot(
    counts: Counts,
    by: Sequence[str],
    *,
    minimum: int = MINIMUM,
    confidence: float = 0.95,
    width: str = "page",
    fonts: Path | None = None,
) -> Plot:
    """True positive rate against false positive rate over all thresholds, for each group of ``by``.

    Points are the edges of the counts' score bins, straight lines between them (ties count half, as in the AUC). The
    dot is the model's decisions as they are. A group needs ``minimum`` people with the outcome and as many without.
    Raises InputError without score or label, or where no group is large enough.
    """
    groups = scored_groups(counts, by)
    drawn = [group for group in groups if min(group.positives, group.negatives) >= minimum]
    if not drawn:
        raise InputError(f"No group by {', '.join(by)} has {minimum} people with the outcome and {minimum} without.")
    areas = [auc(group.bins, confidence=confidence) for group in drawn]
    curves = [
        Curve(
            label=group.label,
            points=tuple((100 * x, 100 * y) for x, y in roc_points(group.bins)),
            note=_area(area),
            dot=_now(group) if counts.columns.decides else None,
        )
        for group, area in zip(drawn, areas, strict=True)
    ]
    background = _everybody(counts) if len(curves) > MOST_IN_ONE else None
    few = [(group.label, min(group.positives, group.negatives)) for group in groups if group not in drawn]
    remark = in_words(
        [
            "The dot is where the model decides now." if counts.columns.decides else "",
            "The thin line is everybody." if background else "",
            too_few(few, minimum, of="with and without the outcome"),
            f"{len(curves) - MOST_PANELS} more groups are in the table." if len(curves) > MOST_PANELS else "",
        ]
    )
    alt = in_words(
        [
            f"How well the score ranks people, by {by_label(by).lower()}: false against true positive rate.",
            *(f"{curve.label}: {curve.note}." for curve in curves[:MOST_PANELS]),
            remark,
        ]
    )
    frame = Frame(x=FRAME.x, y=FRAME.y, background=background)
    chart = compose(curves, frame, SIZES[width], remark=remark)
    return Plot(svg=svg_of(chart, alt, fonts=fonts), alt=alt, table=_table(drawn, areas, by, counts.columns))


def roc_points(table: GroupBins) -> tuple[Shares, ...]:
    """False and true positive rate at each edge of a score axis, from nobody flagged to everybody; shares."""
    positives = sum(part.n_positive or 0 for part in table.bins)
    negatives = sum(part.n for part in table.bins) - positives
    right = wrong = 0
    points = [(0.0, 0.0)]
    for part in sorted(table.bins, reverse=True):
        right += part.n_positive or 0
        wrong += part.n - (part.n_positive or 0)
        points.append((wrong / negatives, right / positives))
    return tuple(points)


def _everybody(counts: Counts) -> Curve | None:
    whole = next((table for table in counts.score_bins if not table.by), None)
    if whole is None:
        return None
    return Curve(label="Everybody", points=tuple((100 * x, 100 * y) for x, y in roc_points(whole)))


def _now(group: Scored) -> Shares:
    return 100 * group.wrongly_flagged / group.negatives, 100 * group.rightly_flagged / group.positives


def _area(area: MetricValue) -> str:
    unit = Unit.of("auc")
    if area.value is None:
        return ""
    if area.low is None or area.high is None:
        return f"AUC {value_text(area.value, unit)}"
    return f"AUC {value_text(area.value, unit)} ({value_text(area.low, unit)} to {value_text(area.high, unit)})"


def _table(groups: Sequence[Scored], areas: Sequence[MetricValue], by: Sequence[str], columns: Columns) -> Table:
    head: Cells = (by_label(by), "AUC", "Flagged when the score is at least", "Wrongly flagged", "Rightly flagged")
    rows: list[Cells] = []
    for group, area in zip(groups, areas, strict=True):
        points = roc_points(group.bins)
        edges = ["nobody", *(lowest_score(part, columns) for part in sorted(group.bins.bins, reverse=True))]
        step = max(1, len(points) // MOST_POINTS)
        for index in sorted({*range(0, len(points), step), len(points) - 1}):
            rates = (value_text(share, PERCENT) for share in points[index])
            rows.append((group.label, _area(area).removeprefix("AUC "), edges[index], *rates))
    return Table(head=head, rows=tuple(rows))
