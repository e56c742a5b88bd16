"""Goals judged from intervals: met, not met, or inconclusive, with the reason and what would settle it."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from evenhand.errors import InputError
from evenhand.fairness.counts.columns import Columns
from evenhand.fairness.judging.cases import MarginOf, cases_of, needed, people_to_settle, step_down
from evenhand.fairness.judging.equivalence import p_equivalence, p_of_goal
from evenhand.fairness.judging.goals import FairnessGoal
from evenhand.fairness.judging.reasons import NOT_JUDGED
from evenhand.fairness.judging.rows import GRAVITY, goal_row, line_rows, overall_row
from evenhand.fairness.judging.vocabulary import MEANS_OF_QUANTITIES, NEEDS_LABEL, NEEDS_PREDICTION, NEEDS_SCORE
from evenhand.fairness.measuring.rates import RATES
from evenhand.fairness.outcomes.mean_groups import MeanMetric
from evenhand.fairness.results import Verdict


def judge(
    goals: Sequence[FairnessGoal],
    *,
    margin_of: MarginOf,
    columns: Columns,
    of_class: Callable[[str | None], MarginOf] | None = None,
    means: Sequence[MeanMetric] = (),
) -> tuple[Verdict, ...]:
    """The verdicts of all goals: each goal's row, its lines (gravest first), and one overall row at the end.

    A goal is met when every judged line's interval lies inside what was agreed (intersection-union, so no correction
    is due). A line is not met when its interval lies outside after Holm's step-down over all lines of all goals.
    ``of_class`` gives the margins of a class against the rest, and for None those of right against wrong; ``means``
    are the metrics of these counts that are means.
    """
    if not goals:
        return ()
    for goal in goals:
        check_counted(goal, columns)
    binary = replace(columns, outcome="binary", classes=())
    by_name = {each.name: each for each in means}
    cases = {
        id(goal): cases_of(goal, margin_of if of_class is None else of_class(goal.of_class), binary, by_name)
        for goal in goals
    }
    every = [case for of_goal in cases.values() for case in of_goal]
    family = sum(int(case.lines.judged.sum()) for case in every)
    remaining = step_down(every, family)
    for case in every:
        case.needed = needed(case, remaining)
        case.p_values = p_equivalence(case)
    rows: list[Verdict] = []
    for goal in goals:
        of_goal = cases[id(goal)]
        own = [row for case in of_goal for row in line_rows(case, family)]
        own.sort(key=lambda row: (row.reason.startswith(NOT_JUDGED), GRAVITY[row.verdict]))
        more, p_value = people_to_settle(of_goal), p_of_goal(of_goal)
        rows += [goal_row(goal, own, more=more, family=family, p_value=p_value), *own]
    return (*rows, overall_row([row for row in rows if row.is_goal], family=family))


def check_counted(goal: FairnessGoal, columns: Columns) -> None:
    """Refuse a goal about attributes or columns that were not counted."""
    for name in goal.by:
        if name not in columns.groups:
            raise InputError(
                f"Goal {goal.id!r} compares by {name!r}, which was not counted ({', '.join(columns.groups)})."
            )
    _check_kind(goal, columns)
    for metric in goal.metrics:
        for needs, there, what in _needs(metric, columns):
            if needs and not there:
                option = "scoring-rate" if what == "median" else what
                raise InputError(
                    f"Goal {goal.id!r} needs a {what}, which was not counted; count again with --{option}."
                )


def _needs(metric: str, columns: Columns) -> tuple[tuple[bool, bool, str], ...]:
    """For each role of a column: whether a metric needs it, whether it was counted, and its name."""
    rate = RATES.get(metric)
    return (
        (rate.needs_label if rate else metric in NEEDS_LABEL, columns.label is not None, "label"),
        (
            rate.needs_prediction if rate else metric in NEEDS_PREDICTION,
            columns.decides or (columns.is_numeric and columns.prediction is not None),
            "prediction",
        ),
        (metric in NEEDS_SCORE, columns.score is not None, "score"),
        (rate is not None and rate.needs_decision, columns.decision is not None, "decision"),
        (rate is not None and rate.needs_median, columns.median is not None, "median"),
    )


def _check_kind(goal: FairnessGoal, columns: Columns) -> None:
    """Refuse what the counts hold the columns for, but no evidence."""
    of_quantities = not set(MEANS_OF_QUANTITIES).isdisjoint(goal.metrics)
    if columns.is_numeric and not of_quantities:
        raise InputError(
            f"Goal {goal.id!r} is about decisions with two outcomes, and these counts hold quantities; "
            f"use one of {', '.join(MEANS_OF_QUANTITIES)}."
        )
    if of_quantities and not columns.is_numeric:
        raise InputError(f"Goal {goal.id!r} is about quantities; count again with --outcome numeric.")
    if "mean_exposure" in goal.metrics and columns.rank is None:
        raise InputError(f"Goal {goal.id!r} is about exposure in a ranked list; count again with --rank and --top.")
    if columns.classes:
        _check_class(goal, columns)
    elif goal.of_class is not None:
        raise InputError(f"Goal {goal.id!r} names the class {goal.of_class!r}, but label and prediction are yes or no.")
    if columns.weight is not None and any(metric in NEEDS_SCORE for metric in goal.metrics):
        raise InputError(f"Goal {goal.id!r} is about scores, whose intervals do not hold for weighted people.")
    asks = any(RATES[metric].asks_unseen for metric in goal.metrics if metric in RATES)
    if columns.weight is not None and asks and "selected" in (goal.outcome_observed_for, columns.observed):
        raise InputError(f"Goal {goal.id!r} is about outcomes nobody saw, which cannot be bounded for weighted people.")
    probable = columns.score is None or columns.score_range == (0.0, 1.0)
    if not probable and not {"calibration_error", "calibration_gap", "brier_score"}.isdisjoint(goal.metrics):
        raise InputError(f"Goal {goal.id!r} needs scores that are probabilities, from 0 to 1 (--score-range 0,1).")


def _check_class(goal: FairnessGoal, columns: Columns) -> None:
    """Refuse a goal that names no class of these counts; accuracy is of all classes together and needs none."""
    known = ", ".join(columns.classes)
    if goal.of_class is None and goal.metrics != ("accuracy",):
        example = f"{goal.metric}[{columns.classes[0]}]"
        raise InputError(f"Goal {goal.id!r} must say which class it is about, such as {example}; there are {known}.")
    if goal.of_class is not None and goal.of_class not in columns.classes:
        raise InputError(f"Goal {goal.id!r} names the class {goal.of_class!r}; there are {known}.")
    if goal.of_class is not None and "accuracy" in goal.metrics:
        raise InputError(f"Goal {goal.id!r}: accuracy is of all classes together; leave out {goal.of_class!r}.")
