"""Goals judged from intervals: met, not met, or inconclusive, with the reason and what would settle it."""

from collections.abc import Sequence

from evenhand.errors import InputError
from evenhand.fairness.counts.columns import Columns
from evenhand.fairness.judging.cases import MarginOf, cases_of, needed, people_to_settle, step_down
from evenhand.fairness.judging.goals import FairnessGoal
from evenhand.fairness.judging.reasons import NOT_JUDGED
from evenhand.fairness.judging.rows import GRAVITY, goal_row, line_rows, overall_row
from evenhand.fairness.measuring.rates import RATES
from evenhand.fairness.results import Verdict


def judge(goals: Sequence[FairnessGoal], *, margin_of: MarginOf, columns: Columns) -> tuple[Verdict, ...]:
    """The verdicts of all goals: each goal's row, its lines (gravest first), and one overall row at the end.

    A goal is met when every judged line's interval lies inside what was agreed (intersection-union, so no correction
    is due). A line is not met when its interval lies outside after Holm's step-down over all lines of all goals.
    """
    if not goals:
        return ()
    for goal in goals:
        check_counted(goal, columns)
    cases = {id(goal): cases_of(goal, margin_of, columns) for goal in goals}
    every = [case for of_goal in cases.values() for case in of_goal]
    family = sum(int(case.lines.judged.sum()) for case in every)
    remaining = step_down(every, family)
    for case in every:
        case.needed = needed(case, remaining)
    rows: list[Verdict] = []
    for goal in goals:
        of_goal = cases[id(goal)]
        own = [row for case in of_goal for row in line_rows(case, family)]
        own.sort(key=lambda row: (row.reason.startswith(NOT_JUDGED), GRAVITY[row.verdict]))
        rows += [goal_row(goal, own, more=people_to_settle(of_goal)), *own]
    return (*rows, overall_row([row for row in rows if row.is_goal]))


def check_counted(goal: FairnessGoal, columns: Columns) -> None:
    """Refuse a goal about attributes or columns that were not counted."""
    for name in goal.by:
        if name not in columns.groups:
            raise InputError(
                f"Goal {goal.id!r} compares by {name!r}, which was not counted ({', '.join(columns.groups)})."
            )
    for metric in goal.metrics:
        rate = RATES.get(metric)
        needs_label = rate.needs_label if rate else metric != "mean_score"
        needs_prediction = rate.needs_prediction if rate else metric in ("balanced_accuracy", "f1_score")
        needs_score = metric in ("mean_score", "auc", "brier_score")
        for needs, there, what in (
            (needs_label, columns.label is not None, "label"),
            (needs_prediction, columns.decides, "prediction"),
            (needs_score, columns.score is not None, "score"),
            (rate is not None and rate.needs_decision, columns.decision is not None, "decision"),
            (rate is not None and rate.needs_median, columns.median is not None, "median"),
        ):
            if needs and not there:
                raise InputError(f"Goal {goal.id!r} needs a {what}, which was not counted; count again with --{what}.")
