"""What a reader must know of the goals themselves before believing a verdict."""

from collections.abc import Iterator, Mapping, Sequence

from evenhand.fairness.counts.columns import Columns
from evenhand.fairness.counts.groups import described
from evenhand.fairness.judging.goals import FairnessGoal


def cautions(goals: Sequence[FairnessGoal], columns: Columns) -> Iterator[str]:
    """Warnings about goals: a named reference without a reason, and outcomes said to be seen that were not."""
    for goal in goals:
        if isinstance(goal.reference, Mapping) and not goal.reference_reason.strip():
            yield f"Goal {goal.id!r} gives no reason for its reference, {described(dict(goal.reference))}."
        if columns.observed == "selected" and goal.outcome_observed_for != "selected" and goal.needs_unseen_outcomes:
            taken = "everyone" if goal.outcome_observed_for == "all" else "randomised people"
            yield (
                f"Goal {goal.id!r} takes outcomes to be observed for {taken}, but the counts know them for selected "
                "people only: it is judged by bounds and cannot be met."
            )
