"""What another threshold would do, from the score axis of the counts. A trial: it changes nothing on the record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.conf import settings

from evenhand.errors import InputError
from evenhand.fairness import Counts, FairnessGoal
from evenhand.fairness.counts.columns import MICRO
from evenhand.fairness.curves import GroupCurve, ThresholdStudy
from evenhand.fairness.judging.thresholds import threshold_study
from evenhand.fairness.plots import thresholds_plot
from evenhand.fairness.plots.groups import scored_groups
from evenhand.fairness.plots.threshold_layers import on_line, said_at
from evenhand.fairness.plots.thresholds import goal_in_words, place_of
from evenhand.fairness.plots.words import group_label

FONTS = Path(settings.BASE_DIR) / "config" / "static" / "vendor" / "fonts-ttf"
DRAWN = ("false_positive_rate", "false_negative_rate")
LISTED = (*DRAWN, "positive_predictive_value", "selection_rate")
MOST_GROUPS = 4
NEEDED = 30
STEPS = 100


@dataclass(frozen=True, kw_only=True)
class Trial:
    """A threshold tried out: where the slider may stand, pictures of rates over all thresholds, and rates at this one.

    ``charts`` are pairs of SVG and its finding; ``rows`` a group's name with a printed rate for each of ``metrics``.
    """

    score: str
    lowest: str
    highest: str
    step: str
    at: str
    ticks: tuple[str, ...]
    charts: tuple[tuple[str, str], ...]
    metrics: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    sentences: tuple[str, ...]


def trial_of(
    counts: Counts,
    by: tuple[str, ...],
    documents: Sequence[dict[str, Any]],
    *,
    at: float | None,
    names: Mapping[str, str],
) -> Trial | None:
    """The trial of one threshold; None where no score was counted, or no group is large enough."""
    if (
        counts.columns.score is None
        or not counts.columns.labeled
        or not any(each.by == by for each in counts.score_bins)
    ):
        return None
    observed = _whole_scores(counts)
    try:
        study = _in_whole_scores(threshold_study(counts, by), observed)
    except InputError:  # outcomes or scores of a kind that no threshold divides
        return None
    large = {each.label for each in scored_groups(counts, by) if min(each.positives, each.negatives) >= NEEDED}
    fitting = sorted((each for each in study.groups if group_label(each.group) in large), key=lambda each: -each.n)
    if not fitting or len(study.thresholds) < 3:
        return None
    goals = [goal for goal in map(FairnessGoal.from_dict, documents) if _is_tried(goal, study)]
    judged = _in_whole_scores(threshold_study(counts, by, goals=goals), observed) if goals else study
    shown = replace(judged, groups=tuple(fitting[:MOST_GROUPS]), goals=())
    scale = _Scale.of(counts, observed)
    chosen = scale.kept(_standing(counts, study) if at is None else at)
    same = next((score for score in observed if score >= chosen - 1e-9), chosen)  # selects the same people
    index = place_of(study.thresholds, same) or 0
    return Trial(
        score=counts.columns.score.replace("_", " "),
        lowest=scale.text(scale.lowest),
        highest=scale.text(scale.highest),
        step=scale.text(scale.step),
        at=scale.text(chosen),
        ticks=scale.ticks,
        charts=tuple(_chart(shown, metric, same) for metric in DRAWN),
        metrics=LISTED,
        rows=tuple(
            (group_label(each.group), tuple(_rate(each, metric, study, index) for metric in LISTED))
            for each in shown.groups
        ),
        sentences=(*_goal_sentences(judged, names), *_left_out(len(study.groups), len(fitting))),
    )


@dataclass(frozen=True, kw_only=True)
class _Scale:
    """Where the slider may stand: whole scores one by one, other scores in hundredths of their range."""

    lowest: float
    highest: float
    step: float

    @classmethod
    def of(cls, counts: Counts, observed: Sequence[int]) -> "_Scale":
        if len(observed) > 1 and observed[-1] - observed[0] <= STEPS:
            return cls(lowest=observed[1], highest=observed[-1], step=1)
        low, high = counts.columns.score_range or (0.0, 1.0)
        return cls(lowest=low, highest=high, step=(high - low) / STEPS)

    @property
    def ticks(self) -> tuple[str, ...]:
        """A few values to read the slider by."""
        count = round((self.highest - self.lowest) / self.step)
        apart = max(1, -(-count // 10))
        return tuple(self.text(self.lowest + self.step * place) for place in range(0, count + 1, apart))

    def kept(self, value: float) -> float:
        """The nearest place the slider may stand at."""
        inside = min(max(value, self.lowest), self.highest)
        return self.lowest + round((inside - self.lowest) / self.step) * self.step

    def text(self, value: float) -> str:
        return f"{value:.6g}"


def _whole_scores(counts: Counts) -> list[int]:
    """The scores that occur, lowest first, where all are whole numbers; otherwise none."""
    parts = [part for table in counts.score_bins if not table.by for part in table.bins]
    if any(part.first != part.last or part.score_sum % (part.n * MICRO) for part in parts):
        return []
    return sorted({part.score_sum // (part.n * MICRO) for part in parts})


def _in_whole_scores(study: ThresholdStudy, observed: Sequence[int]) -> ThresholdStudy:
    """The study with each threshold called by the lowest score it selects, which is how people say it."""
    if not observed:
        return study
    above = observed[-1] + 1
    called = (float(next((score for score in observed if score >= at), above)) for at in study.thresholds)
    return replace(study, thresholds=tuple(called))


def _is_tried(goal: FairnessGoal, study: ThresholdStudy) -> bool:
    return goal.by == study.by and all(metric in study.groups[0].metrics for metric in goal.metrics)


def _standing(counts: Counts, study: ThresholdStudy) -> float:
    """The threshold in force, or the one that selects as many people as are selected now."""
    if study.current is not None or not counts.columns.decides:
        return study.current or study.thresholds[len(study.thresholds) // 2]
    selected = sum(cell.n for cell in counts.cells if cell.prediction) / counts.n_rows
    return min(
        zip(study.thresholds, study.selected, strict=True),
        key=lambda each: abs((each[1] if each[1] is not None else 9) - selected),
    )[0]


def _chart(study: ThresholdStudy, metric: str, at: float) -> tuple[str, str]:
    fonts = FONTS if FONTS.is_dir() else None
    plot = thresholds_plot(study, metrics=[metric], at=at, width="phone", fonts=fonts)
    return plot.svg, plot.alt


def _rate(group: GroupCurve, metric: str, study: ThresholdStudy, index: int) -> str:
    """The rate as printed; not told where too few are flagged to say whether flags are right."""
    flagged = on_line(group.metrics["selection_rate"], study.thresholds, index) or 0.0
    if metric == "positive_predictive_value" and flagged * group.n < NEEDED:
        return "not enough data"
    return said_at(group.metrics[metric], study.thresholds, index)


def _goal_sentences(study: ThresholdStudy, names: Mapping[str, str]) -> list[str]:
    found = []
    for goal in study.goals:
        words = goal_in_words(study, goal).replace(f"Goal {goal.goal} ", f"{names.get(goal.goal, goal.goal)} ", 1)
        useful = goal.best is not None and goal.accuracy_paid is not None and "at no threshold" not in words
        paid = (
            f" The most accurate of them is {100 * (goal.accuracy_paid or 0):.1f} points below the best."
            if useful
            else ""
        )
        found.append(words + paid)
    return found


def _left_out(groups: int, fitting: int) -> list[str]:
    found = []
    if fitting > MOST_GROUPS:
        found.append(f"Shown are the {MOST_GROUPS} largest of {fitting} groups.")
    if groups > fitting:
        few = groups - fitting
        found.append(f"{few} {'group has' if few == 1 else 'groups have'} too few people with or without the outcome.")
    return found
