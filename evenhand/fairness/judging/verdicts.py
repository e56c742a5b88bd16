"""Goals judged from intervals: met, not met, or inconclusive, with the reason and what would settle it."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from evenhand.errors import InputError
from evenhand.fairness.counts.columns import Columns
from evenhand.fairness.counts.groups import described
from evenhand.fairness.judging import wording
from evenhand.fairness.judging.goals import ALL_PAIRS, FairnessGoal
from evenhand.fairness.judging.lines import Bools, Lines, Region, chosen_lines, lines_of, region
from evenhand.fairness.judging.settling import more_needed
from evenhand.fairness.measuring.intervals import Array
from evenhand.fairness.measuring.margins import Margin
from evenhand.fairness.measuring.rates import RATES
from evenhand.fairness.results import State, Verdict, defined

GRAVITY: dict[State, int] = {"not_met": 0, "inconclusive": 1, "met": 2}
MarginOf = Callable[[tuple[str, ...]], Margin]
Needed = tuple[int | None, bool]  # how many more people of the group, and whether the reference must grow alike


@dataclass
class _Case:
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


def judge(goals: Sequence[FairnessGoal], *, margin_of: MarginOf, columns: Columns) -> tuple[Verdict, ...]:
    """The verdicts of all goals: each goal's row, its lines (gravest first), and one overall row at the end.

    A goal is met when every judged line's interval lies inside what was agreed (intersection-union, so no correction
    is due). A line is not met when its interval lies outside after Holm's step-down over all lines of all goals.
    """
    if not goals:
        return ()
    cases = [
        _Case(goal, lines_of(goal, metric, margin_of(goal.by), columns), region(goal))
        for goal in goals
        for metric in _checked(goal, columns).metrics
    ]
    family = sum(int(case.lines.judged.sum()) for case in cases)
    remaining = _step_down(cases, family)
    for case in cases:
        case.needed = _needed(case, remaining)
    rows: list[Verdict] = []
    for goal in goals:
        of_goal = [case for case in cases if case.goal is goal]
        own = [row for case in of_goal for row in _line_rows(case, family)]
        own.sort(key=lambda row: (row.reason.startswith("Not judged"), GRAVITY[row.verdict]))
        rows += [_goal_row(goal, own, more=_settling(of_goal)), *own]
    return (*rows, _overall_row([row for row in rows if row.is_goal]))


def _step_down(cases: Sequence[_Case], family: int) -> int:
    """Holm's procedure by intervals: what is rejected makes the level for the rest less strict."""
    remaining = family
    growing = True
    while growing:
        growing = sum(case.step(remaining) for case in cases) > 0
        remaining = family - sum(int(case.rejected.sum()) for case in cases)
    return max(remaining, 1)


def _checked(goal: FairnessGoal, columns: Columns) -> FairnessGoal:
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
        for needed, there, what in (
            (needs_label, columns.label is not None, "label"),
            (needs_prediction, columns.decides, "prediction"),
            (needs_score, columns.score is not None, "score"),
        ):
            if needed and not there:
                raise InputError(f"Goal {goal.id!r} needs a {what}, which was not counted; count again with --{what}.")
    return goal


def _line_rows(case: _Case, family: int) -> Iterator[Verdict]:
    goal, lines = case.goal, case.lines
    limits = lines.limits(goal.confidence)
    inside = case.region.holds(limits)
    states: list[State] = [
        "not_met" if rejected else "met" if within and judged and _may_be_met(goal) else "inconclusive"
        for rejected, within, judged in zip(case.rejected, inside, lines.judged, strict=True)
    ]
    distance = np.nan_to_num(_beyond(case.region, lines.value), nan=-np.inf)
    order = sorted(range(len(states)), key=lambda i: (not lines.judged[i], GRAVITY[states[i]], -distance[i], i))
    for index in chosen_lines(lines, order, all_pairs=goal.reference == ALL_PAIRS):
        more, both = case.needed[index]
        low, high = defined(limits.low[index]), defined(limits.high[index])
        value = defined(lines.value[index])
        yield Verdict(
            goal=goal.id,
            metric=lines.metric,
            by=goal.by,
            kind=goal.kind,
            side=goal.side,
            threshold=goal.threshold,
            group=lines.groups[index],
            reference=lines.references[index],
            value=value,
            low=low,
            high=high,
            verdict=states[index],
            reason=_line_reason(case, index, states[index], family, inside=bool(inside[index]), more=more, both=both),
            more_needed=more,
            sentence=_line_sentence(case, index, states[index], value, low, high),
        )


def _may_be_met(goal: FairnessGoal) -> bool:
    return not (goal.outcome_observed_for == "selected" and goal.needs_unseen_outcomes)


def _beyond(accepted: Region, value: Array) -> Array:
    """How far a value lies beyond the accepted ones; negative inside."""
    return np.maximum(value - accepted.highest, accepted.lowest - value)


def _needed(case: _Case, remaining: int) -> list[Needed]:
    """How many more people of each line's group would settle it; None where it is settled or no number would."""
    goal, lines = case.goal, case.lines
    too_few = np.maximum(goal.min_denominator - lines.people, 0)
    found: list[Needed] = [(int(few) or None, False) for few in too_few]
    if lines.pairs is None or not lines.judged.any():
        return found
    more, both = more_needed(
        lines.pairs, goal.kind, case.region, confidence=goal.confidence, strict_confidence=case.strict(remaining)
    )
    inside = case.region.holds(lines.limits(goal.confidence))
    for index in np.flatnonzero(lines.judged):
        settled = case.rejected[index] or inside[index]
        found[index] = (None, False) if settled or more[index] < 0 else (int(more[index]), bool(both[index]))
    return found


def _settling(cases: Sequence[_Case]) -> int | None:
    """How many more people would settle a goal: one line shown to lie outside is enough, otherwise all must be inside.

    People of one group count once for all lines of a metric.
    """
    outside: list[int] = []
    all_inside: dict[tuple[str, str], int] = {}
    open_ended = False
    for case in cases:
        settled = case.rejected | (case.region.holds(case.lines.limits(case.goal.confidence)) & _may_be_met(case.goal))
        open_ended |= case.goal.too_few == "inconclusive" and not case.lines.judged.all()
        for index in np.flatnonzero(case.lines.judged & ~settled):
            people = _people_needed(case, int(index))
            open_ended |= not people
            if people and _beyond(case.region, case.lines.value)[index] > 0:
                outside.append(sum(people.values()))
            for group, more in people.items():
                all_inside[case.lines.metric, group] = max(more, all_inside.get((case.lines.metric, group), 0))
    if outside:
        return min(outside)
    return sum(all_inside.values()) if all_inside and not open_ended else None


def _people_needed(case: _Case, index: int) -> dict[str, int]:
    """How many more people of which groups would settle a line; empty where no number would."""
    more, both = case.needed[index]
    if more is None:
        return {}
    found = {described(case.lines.groups[index]): more}
    if both and case.lines.pairs is not None:
        growth = more / float(case.lines.pairs.n1[index])
        found[described(case.lines.references[index])] = math.ceil(growth * float(case.lines.pairs.n2[index]))
    return found


def _line_reason(
    case: _Case, index: int, state: State, family: int, *, inside: bool, more: int | None, both: bool
) -> str:
    goal, lines = case.goal, case.lines
    percent = f"{100 * goal.confidence:g}%"
    together = f" over all {family} comparisons together" if family > 1 else ""
    if not lines.judged[index]:
        return _not_judged(case, index)
    if state == "met":
        return f"The whole {percent} interval lies within what was agreed."
    if state == "not_met":
        return f"The whole interval lies outside what was agreed, at {percent}{together}."
    if inside:
        return "The outcome was observed only for people who were selected, so this goal cannot be shown to be met."
    if case.region.excludes(lines.limits(goal.confidence))[index]:
        lead = f"Outside what was agreed on its own, but not at {percent}{together}"
    else:
        lead = f"The {percent} interval holds values that were agreed and values that were not"
    if more is None:
        return f"{lead}; more data of this kind will hardly settle it."
    alike = ", and as many times more in the group compared with," if both else ""
    return f"{lead}; about {_rounded(more):,} more cases of {described(lines.groups[index])}{alike} would settle it."


def _not_judged(case: _Case, index: int) -> str:
    goal, lines = case.goal, case.lines
    people = int(lines.people[index])
    if _is_nothing_over_nothing(lines, index):
        return (
            f"Not judged: neither {described(lines.groups[index])} nor the group compared with has any, "
            "so there is no ratio."
        )
    if people < goal.min_denominator:
        return (
            f"Not judged: {described(lines.groups[index])} has {people} cases to judge by, "
            f"and at least {goal.min_denominator} were agreed."
        )
    return (
        f"Not judged: {described(lines.groups[index])} against {described(lines.references[index])}, of which one is "
        "smaller than agreed, or undefined."
    )


def _line_sentence(
    case: _Case, index: int, state: State, value: float | None, low: float | None, high: float | None
) -> str:
    goal, lines = case.goal, case.lines
    names = [wording.group_words(group[index]) for group in (lines.groups, lines.references)]
    if not lines.judged[index] and not _is_nothing_over_nothing(lines, index):
        return f"There is not enough data to compare {names[0]} with {names[1]}."
    if lines.pairs is None and value is not None and low is not None and high is not None:
        return wording.score_sentence(goal, state, (names[0], names[1]), metric=lines.metric, limits=(value, low, high))
    gap = wording.gap_sentence(goal, state, value=value, low=low, high=high)
    rates = _rates(lines, index)
    said = wording.rates_sentence(goal, lines.metric, lines.groups[index], lines.references[index], rates=rates)
    return f"{said} {gap}"


def _is_nothing_over_nothing(lines: Lines, index: int) -> bool:
    """Whether two groups have people but neither has any of what is counted, and a ratio was asked for."""
    pairs = lines.pairs
    if pairs is None or np.isfinite(lines.value[index]):
        return False
    return bool(pairs.n1[index] and pairs.n2[index] and not pairs.x1[index] and not pairs.x2[index])


def _rates(lines: Lines, index: int) -> tuple[float, float]:
    """The two rates of a line; everyone's rate where the reference is everyone."""
    pairs = lines.pairs
    assert pairs is not None
    first, second = float(pairs.x1[index] / pairs.n1[index]), float(pairs.x2[index] / pairs.n2[index])
    share = float(pairs.share[index])
    return first, share * first + (1 - share) * second


def _goal_row(goal: FairnessGoal, lines: Sequence[Verdict], *, more: int | None) -> Verdict:
    """The goal's own row: the verdict over its lines, with the numbers of the line that decides it."""
    judged = [line for line in lines if not line.reason.startswith("Not judged")]
    aside = [line for line in lines if line not in judged]
    state: State = min((line.verdict for line in judged), key=lambda each: GRAVITY[each], default="inconclusive")
    if aside and state == "met" and goal.too_few == "inconclusive":
        state = "inconclusive"
    deciding = judged[0] if judged else None
    return Verdict(
        goal=goal.id,
        metric=goal.metric,
        by=goal.by,
        kind=goal.kind,
        side=goal.side,
        threshold=goal.threshold,
        group=None,
        reference=deciding.reference if deciding and goal.reference != ALL_PAIRS else None,
        value=deciding.value if deciding else None,
        low=deciding.low if deciding else None,
        high=deciding.high if deciding else None,
        verdict=state,
        reason=_goal_reason(judged, aside),
        more_needed=more if state == "inconclusive" else None,
        sentence=deciding.sentence if deciding else "There is not enough data to judge this goal.",
    )


def _goal_reason(judged: Sequence[Verdict], aside: Sequence[Verdict]) -> str:
    if not judged:
        undefined = [line.reason for line in aside if line.sentence.endswith(wording.NO_RATIO)]
        return undefined[0] if undefined else "No two groups have the number of cases that was agreed."
    lead = judged[0].reason
    named = _set_aside(judged, aside)
    if not named:
        return lead
    shown = ", ".join(named[:6]) + (f" and {len(named) - 6} more" if len(named) > 6 else "")
    return f"{lead} Not judged, too few: {shown}."


def _set_aside(judged: Sequence[Verdict], aside: Sequence[Verdict]) -> list[str]:
    """The groups that stand in no judged comparison: a pair is set aside for one of its two only."""
    compared = {described(group or {}) for line in judged for group in (line.group, line.reference)}
    unsure = (described(group) for line in aside for group in (line.group, line.reference) if group)
    return [name for name in dict.fromkeys(unsure) if name not in compared]


def _overall_row(goals: Sequence[Verdict]) -> Verdict:
    states = [row.verdict for row in goals]
    state: State = min(states, key=lambda each: GRAVITY[each])
    named = [row.goal or "" for row in goals if row.verdict == state]
    return Verdict(
        goal=None,
        metric=None,
        by=(),
        kind=None,
        side=None,
        threshold=None,
        group=None,
        reference=None,
        value=None,
        low=None,
        high=None,
        verdict=state,
        reason=f"{state.replace('_', ' ').capitalize()}: {', '.join(named)}.",
        more_needed=None,
        sentence=wording.summary(states),
    )


def _rounded(count: int) -> int:
    """Two leading digits: the number rests on rates that were themselves estimated."""
    return count if count < 100 else int(float(f"{count:.1e}"))
