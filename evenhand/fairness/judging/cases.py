"""Goals while they are judged: each metric's lines, what is rejected over all of them together, and what is missing."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType

import numpy as np

from evenhand.fairness.comparing.references import BEST
from evenhand.fairness.counts.columns import Columns
from evenhand.fairness.counts.groups import described
from evenhand.fairness.judging.goals import NEEDS_LABEL, FairnessGoal
from evenhand.fairness.judging.lines import Bools, Lines, Region, rate_lines, region
from evenhand.fairness.judging.mean_lines import mean_lines
from evenhand.fairness.judging.scored_lines import scored_lines
from evenhand.fairness.judging.settling import more_needed
from evenhand.fairness.judging.unseen_lines import unseen_lines
from evenhand.fairness.measuring.intervals import Array, Interval
from evenhand.fairness.measuring.margins import Margin
from evenhand.fairness.measuring.rates import RATES
from evenhand.fairness.outcomes.mean_groups import MeanGroups, MeanMetric

MarginOf = Callable[[tuple[str, ...]], Margin]
Needed = tuple[int | None, bool]  # how many more people of the group, and whether the reference must grow alike


@dataclass
class Case:
    """One metric of one goal while it is being judged; ``rejected`` grows step by step.

    ``is_blind`` says that the metric asks about outcomes nobody saw, and that there are no bounds for it either.
    """

    goal: FairnessGoal
    lines: Lines
    region: Region
    is_blind: bool = False
    rejected: Bools = field(init=False)
    needed: list[Needed] = field(init=False)

    p_values: Array = field(init=False)  # of the claim that each line is met

    def __post_init__(self) -> None:
        self.p_values = np.full(len(self.lines.groups), np.nan)
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
        return 1 - (1 - self.goal.confidence) / (max(remaining, 1) * self.choices)

    @cached_property
    def choices(self) -> float:
        """How many comparisons hide in one line because its reference was chosen for how it did in this data.

        Any other judged group could have been the best one (union-intersection); a one-sided claim errs on one side
        of its interval only, which halves them.
        """
        if self.goal.reference != BEST:
            return 1.0
        candidates = int(self.lines.judged.sum())
        return max(1.0, candidates if self.goal.side == "two_sided" else candidates / 2)

    @cached_property
    def limits(self) -> Interval:
        """The interval of every line at the goal's confidence."""
        return self.lines.limits(self.goal.confidence)

    @cached_property
    def inside(self) -> Bools:
        """Which lines have their whole interval inside what was agreed."""
        return self.region.holds(self.limits)

    @cached_property
    def outside(self) -> Bools:
        """Which lines have their whole interval outside, taken by themselves."""
        return self.region.excludes(self.limits)

    @property
    def met(self) -> Bools:
        """Which lines are met."""
        return self.inside & self.lines.judged & ~self.rejected & self.may_be_met

    @property
    def may_be_met(self) -> bool:
        """Whether the outcomes the metric asks about were observed at all."""
        return self.lines.bounds is None and not self.is_blind

    @cached_property
    def beyond(self) -> Array:
        """How far each line's value lies beyond the accepted ones; negative inside."""
        value = self.lines.value
        with np.errstate(invalid="ignore"):  # a ratio without end, and a region without one
            return np.fmax(value - self.region.highest, self.region.lowest - value)


def cases_of(
    goal: FairnessGoal, margin_of: MarginOf, columns: Columns, means: Mapping[str, MeanMetric] = MappingProxyType({})
) -> list[Case]:
    """One case for each metric a goal is made of; ``means`` are the metrics that are means, by name."""
    return [_case(goal, metric, margin_of(goal.by), columns, means.get(metric)) for metric in goal.metrics]


def _case(goal: FairnessGoal, metric: str, margin: Margin, columns: Columns, mean: MeanMetric | None) -> Case:
    selected_only = "selected" in (goal.outcome_observed_for, columns.observed)
    if metric in RATES:
        unseen = selected_only and RATES[metric].asks_unseen
        lines = unseen_lines(goal, metric, margin) if unseen else rate_lines(goal, metric, margin)
        return Case(goal, lines, region(goal))
    if mean is not None:
        lines = mean_lines(goal, MeanGroups(mean, margin))
    else:
        lines = scored_lines(goal, metric, margin, columns)
    if selected_only and metric in NEEDS_LABEL:
        return Case(goal, replace(lines, judged=np.zeros_like(lines.judged)), region(goal), is_blind=True)
    return Case(goal, lines, region(goal))


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
    for index in np.flatnonzero(lines.judged):
        found[index] = (None, False)
    undecided = np.flatnonzero(lines.judged & ~case.rejected & ~case.inside)
    if not len(undecided) or not case.may_be_met:
        return found
    more, both = more_needed(
        lines, undecided, goal.kind, case.region, confidence=goal.confidence, strict_confidence=case.strict(remaining)
    )
    for index, people, alike in zip(undecided, more, both, strict=True):
        found[index] = (None, False) if people < 0 else (int(people), bool(alike))
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
    if both:
        growth = more / int(case.lines.people[index])
        found[described(case.lines.references[index])] = math.ceil(growth * int(case.lines.other_people[index]))
    return found
