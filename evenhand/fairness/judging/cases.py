"""Goals while they are judged: each metric's lines, what is rejected over all of them together, and what is missing."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from evenhand.fairness.counts.columns import Columns
from evenhand.fairness.counts.groups import described
from evenhand.fairness.judging.goals import FairnessGoal
from evenhand.fairness.judging.lines import Bools, Lines, Region, lines_of, region
from evenhand.fairness.judging.settling import more_needed
from evenhand.fairness.measuring.intervals import Array
from evenhand.fairness.measuring.margins import Margin

MarginOf = Callable[[tuple[str, ...]], Margin]
Needed = tuple[int | None, bool]  # how many more people of the group, and whether the reference must grow alike


@dataclass
class Case:
    """One metric of one goal while it is being judged; ``rejected`` grows step by step."""

    goal: FairnessGoal
    lines: Lines
    region: Region
    rejected: Bools = field(init=False)
    needed: list[Needed] = field(init=False)

    def __post_init__(self) -> None:
        self.rejected = np.zeros(len(self.lines.groups), dtype=np.bool_)
        self.needed = []

    def step(self, remaining: int) -> bool:
        """Reject what lies outside at the simultaneous level; says whether anything was added."""
        outside = self.region.excludes(self.lines.limits(self.strict(remaining))) & self.lines.judged
        grew = bool((outside & ~self.rejected).any())
        self.rejected |= outside
        return grew

    def strict(self, remaining: int) -> float:
        """The confidence each of the remaining comparisons needs so that all together keep the goal's."""
        return 1 - (1 - self.goal.confidence) / max(remaining, 1)

    @property
    def inside(self) -> Bools:
        """Which lines have their whole interval inside what was agreed."""
        return self.region.holds(self.lines.limits(self.goal.confidence))

    @property
    def met(self) -> Bools:
        """Which lines are met."""
        return self.inside & self.lines.judged & ~self.rejected & self.may_be_met

    @property
    def may_be_met(self) -> bool:
        """Whether the outcomes the metric asks about were observed at all."""
        return not (self.goal.outcome_observed_for == "selected" and self.goal.needs_unseen_outcomes)

    @property
    def beyond(self) -> Array:
        """How far each line's value lies beyond the accepted ones; negative inside."""
        value = self.lines.value
        return np.maximum(value - self.region.highest, self.region.lowest - value)


def cases_of(goal: FairnessGoal, margin_of: MarginOf, columns: Columns) -> list[Case]:
    """One case for each metric a goal is made of."""
    return [Case(goal, lines_of(goal, metric, margin_of(goal.by), columns), region(goal)) for metric in goal.metrics]


def step_down(cases: Sequence[Case], family: int) -> int:
    """Holm's procedure by intervals: what is rejected makes the level for the rest less strict."""
    remaining = family
    growing = True
    while growing:
        growing = sum(case.step(remaining) for case in cases) > 0
        remaining = family - sum(int(case.rejected.sum()) for case in cases)
    return max(remaining, 1)


def needed(case: Case, remaining: int) -> list[Needed]:
    """How many more people of each line's group would settle it; None where it is settled or no number would."""
    goal, lines = case.goal, case.lines
    too_few = np.maximum(goal.min_denominator - lines.people, 0)
    found: list[Needed] = [(int(few) or None, False) for few in too_few]
    if lines.pairs is None or not lines.judged.any():
        return found
    more, both = more_needed(
        lines.pairs, goal.kind, case.region, confidence=goal.confidence, strict_confidence=case.strict(remaining)
    )
    settled = case.rejected | case.inside
    for index in np.flatnonzero(lines.judged):
        open_ended = settled[index] or more[index] < 0
        found[index] = (None, False) if open_ended else (int(more[index]), bool(both[index]))
    return found


def people_to_settle(cases: Sequence[Case]) -> int | None:
    """How many more people would settle a goal: one line shown to lie outside is enough, otherwise all must be inside.

    People of one group count once for all lines of a metric.
    """
    outside: list[int] = []
    all_inside: dict[tuple[str, str], int] = {}
    open_ended = False
    for case in cases:
        open_ended |= case.goal.too_few == "inconclusive" and not case.lines.judged.all()
        for index in np.flatnonzero(case.lines.judged & ~case.rejected & ~case.met):
            people = _people_needed(case, int(index))
            open_ended |= not people
            if people and case.beyond[index] > 0:
                outside.append(sum(people.values()))
            for group, more in people.items():
                all_inside[case.lines.metric, group] = max(more, all_inside.get((case.lines.metric, group), 0))
    if outside:
        return min(outside)
    return sum(all_inside.values()) if all_inside and not open_ended else None


def _people_needed(case: Case, index: int) -> dict[str, int]:
    """How many more people of which groups would settle a line; empty where no number would."""
    more, both = case.needed[index]
    if more is None:
        return {}
    found = {described(case.lines.groups[index]): more}
    if both and case.lines.pairs is not None:
        growth = more / float(case.lines.pairs.n1[index])
        found[described(case.lines.references[index])] = math.ceil(growth * float(case.lines.pairs.n2[index]))
    return found
