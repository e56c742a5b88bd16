"""Threshold study: rates of every group over all thresholds, and what another threshold would do."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from pathlib import Path

from evenhand.errors import InputError
from evenhand.fairness.curves import GoalCurve, GroupCurve, ThresholdStudy
from evenhand.fairness.plots import threshold_layers as layers
from evenhand.fairness.plots.drawing import svg_of
from evenhand.fairness.plots.groups import too_few
from evenhand.fairness.plots.plot import Cells, Plot, Table, in_words
from evenhand.fairness.plots.rows import MINIMUM
from evenhand.fairness.plots.scale import PERCENT, value_text
from evenhand.fairness.plots.words import by_label, group_label, metric_in_words, metric_name

SHOWN = ("false_positive_rate", "false_negative_rate")
MOST_ROWS = 20  # of the table for one group; the picture has all
MOST_PANELS = 24


def thresholds_plot(
    study: ThresholdStudy,
    *,
    metrics: Sequence[str] = SHOWN,
    at: float | None = None,
    minimum: int = MINIMUM,
    fewest: Mapping[str, int] | None = None,
    width: str = "page",
    fonts: Path | None = None,
) -> Plot:
    """Rates of each group against the threshold, with a line where the model decides now, or ``at`` another one.

    One panel a metric for up to four groups, one panel a group for more. ``fewest`` says how many people the
    rarest of these metrics is about in each group (by its name in plots), where that is less than the group itself;
    groups with under ``minimum`` are named, not drawn.
    Raises InputError for an unknown metric, and where no group is left.
    """
    unknown = [metric for metric in metrics if study.groups and metric not in study.groups[0].metrics]
    if unknown or not metrics:
        known = ", ".join(study.groups[0].metrics) if study.groups else "none"
        raise InputError(f"The threshold study has no {', '.join(unknown) or 'metric'}; it has {known}.")
    groups = sorted(study.groups, key=lambda group: (-group.n, group_label(group.group)))
    people = {group_label(group.group): group.n for group in groups} | dict(fewest or {})
    drawn = [group for group in groups if people[group_label(group.group)] >= minimum]
    if not drawn:
        raise InputError(f"No group by {', '.join(study.by)} has {minimum} people.")
    index = place_of(study.thresholds, study.current if at is None else at)
    few = too_few([(name, n) for name, n in people.items() if n < minimum], minimum)
    goals = [goal_in_words(study, goal) for goal in study.goals]
    alt = in_words(
        [
            f"Rates by {by_label(study.by).lower()} over all thresholds.",
            _at_in_words(study, drawn[:MOST_PANELS], metrics, index),
            *goals,
            few,
        ]
    )
    remark = in_words([*goals, few])
    chart = layers.compose(_lines(drawn[:MOST_PANELS], metrics), study.thresholds, index, width, remark)
    return Plot(svg=svg_of(chart, alt, fonts=fonts), alt=alt, table=_table(study, drawn, metrics, index))


def place_of(thresholds: Sequence[float], at: float | None) -> int | None:
    """Which of a study's thresholds stands for one; None where none is given."""
    if at is None or not thresholds:
        return None
    return max(0, bisect_right(thresholds, at + 1e-9) - 1)


def goal_in_words(study: ThresholdStudy, goal: GoalCurve) -> str:
    """At which thresholds that flag some and not all a goal would be met, by the rates as they are."""
    runs: list[tuple[float, float]] = []
    before: bool | None = False
    for threshold, met, selected in zip(study.thresholds, goal.met, study.selected, strict=True):
        useful = met and selected not in (0, 1)
        if useful:
            runs.append((runs.pop()[0], threshold) if before else (threshold, threshold))
        before = useful
    unknown = sum(met is None for met in goal.met)
    doubt = f" (not known at {unknown} of {len(goal.met)})" if unknown else ""
    if not runs:
        return f"Goal {goal.goal} would be met at no threshold that flags some people and not all{doubt}."
    said = ", ".join(f"{low:g}" if low == high else f"{low:g} to {high:g}" for low, high in runs[:6])
    return f"Goal {goal.goal} would be met at a threshold of {said}{' and others' if len(runs) > 6 else ''}{doubt}."


def _lines(groups: Sequence[GroupCurve], metrics: Sequence[str]) -> list[layers.Line]:
    return [
        layers.Line(group=group_label(group.group), n=group.n, metric=metric, values=group.metrics[metric])
        for group in groups
        for metric in metrics
    ]


def _at_in_words(study: ThresholdStudy, groups: Sequence[GroupCurve], metrics: Sequence[str], index: int | None) -> str:
    if index is None:
        return ""
    said = []
    for metric in metrics:
        near = [layers.said_at(group.metrics[metric], study.thresholds, index) for group in groups]
        values = "; ".join(f"{group_label(group.group)} {value}" for group, value in zip(groups, near, strict=True))
        said.append(f"{metric_in_words(metric)} ({metric_name(metric)}): {values}.")
    return f"At a threshold of {study.thresholds[index]:g}. " + " ".join(said)


def _table(study: ThresholdStudy, groups: Sequence[GroupCurve], metrics: Sequence[str], index: int | None) -> Table:
    step = max(1, len(study.thresholds) // MOST_ROWS)
    places = {*range(0, len(study.thresholds), step), len(study.thresholds) - 1}
    places |= set() if index is None else {index}
    head: Cells = (
        by_label(study.by),
        "Flagged when the score is at least",
        *(metric_in_words(name) for name in metrics),
    )
    rows = tuple(
        (
            group_label(group.group),
            f"{study.thresholds[place]:g}",
            *("" if (value := group.metrics[name][place]) is None else value_text(value, PERCENT) for name in metrics),
        )
        for group in groups
        for place in sorted(places)
    )
    return Table(head=head, rows=rows)
