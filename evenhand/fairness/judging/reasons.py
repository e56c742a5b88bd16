"""Why a line or a goal is judged as it is, in one sentence."""

from collections.abc import Sequence

import numpy as np

from evenhand.fairness.counts.groups import described
from evenhand.fairness.judging import wording
from evenhand.fairness.judging.cases import Case
from evenhand.fairness.judging.lines import Lines
from evenhand.fairness.results import State, Verdict

NOT_JUDGED = "Not judged"
UNSEEN = "The outcome was observed only for people who were selected, so this goal cannot be shown to be met"


def line_reason(case: Case, index: int, state: State, family: int) -> str:
    """Why one line is met, not met, inconclusive, or not judged at all."""
    percent = f"{100 * case.goal.confidence:g}%"
    together = f" over all {family} comparisons together" if family > 1 else ""
    if not case.lines.judged[index]:
        return _not_judged(case, index)
    if state == "met":
        return f"The whole {percent} interval lies within what was agreed."
    if state == "not_met":
        anyhow = "" if case.may_be_met else ", whatever the outcomes are that nobody saw"
        return f"The whole interval lies outside what was agreed, at {percent}{together}{anyhow}."
    if case.lines.bounds is not None:
        return f"{UNSEEN}: {_bounds(case.lines, index)}."
    if case.outside[index]:
        lead = f"Outside what was agreed on its own, but not at {percent}{together}"
    else:
        lead = f"The {percent} interval holds values that were agreed and values that were not"
    return f"{lead}; {_what_settles(case, index)}"


def _what_settles(case: Case, index: int) -> str:
    more, both = case.needed[index]
    if more is None:
        return "more data of this kind will hardly settle it."
    alike = ", and as many times more in the group compared with," if both else ""
    return f"about {_rounded(more):,} more cases of {described(case.lines.groups[index])}{alike} would settle it."


def _bounds(lines: Lines, index: int) -> str:
    """Between what the two rates lie, whatever the outcomes are that nobody saw."""
    assert lines.bounds is not None
    said = [
        f"between {each.low[index]:.1%} and {each.high[index]:.1%} in {described(group[index])}"
        for each, group in zip(lines.bounds, (lines.groups, lines.references), strict=True)
    ]
    return f"the true rate lies {' and '.join(said)}"


def _not_judged(case: Case, index: int) -> str:
    goal, lines = case.goal, case.lines
    people = int(lines.people[index])
    if case.is_blind:
        return (
            f"{NOT_JUDGED}: the outcome was observed only for people who were selected, and nothing bounds this metric "
            "without the outcomes of the others."
        )
    if is_nothing_over_nothing(lines, index):
        return (
            f"{NOT_JUDGED}: neither {described(lines.groups[index])} nor the group compared with has any, "
            "so there is no ratio."
        )
    if people < goal.min_denominator:
        return (
            f"{NOT_JUDGED}: {described(lines.groups[index])} has {people} cases to judge by, "
            f"and at least {goal.min_denominator} were agreed."
        )
    return (
        f"{NOT_JUDGED}: {described(lines.groups[index])} against {described(lines.references[index])}, of which one is "
        "smaller than agreed, or undefined."
    )


def is_nothing_over_nothing(lines: Lines, index: int) -> bool:
    """Whether two groups have people but neither has any of what is counted, and a ratio was asked for."""
    pairs = lines.pairs
    if pairs is None or np.isfinite(lines.value[index]):
        return False
    return bool(pairs.n1[index] and pairs.n2[index] and not pairs.x1[index] and not pairs.x2[index])


def goal_reason(judged: Sequence[Verdict], aside: Sequence[Verdict]) -> str:
    """Why a goal is judged as it is: that of its gravest line, and who was set aside."""
    if not judged:
        undefined = [line.reason for line in aside if line.sentence.endswith(wording.NO_RATIO)]
        undefined += [line.reason for line in aside if line.reason.startswith(f"{NOT_JUDGED}: the outcome")]
        return undefined[0] if undefined else "No two groups have the number of cases that was agreed."
    lead = judged[0].reason
    named = _set_aside(judged, aside)
    if not named:
        return lead
    shown = ", ".join(named[:6]) + (f" and {len(named) - 6} more" if len(named) > 6 else "")
    return f"{lead} {NOT_JUDGED}, too few: {shown}."


def _set_aside(judged: Sequence[Verdict], aside: Sequence[Verdict]) -> list[str]:
    """The groups that stand in no judged comparison: a pair is set aside for one of its two only."""
    compared = {described(group or {}) for line in judged for group in (line.group, line.reference)}
    unsure = (described(group) for line in aside for group in (line.group, line.reference) if group)
    return [name for name in dict.fromkeys(unsure) if name not in compared]


def _rounded(count: int) -> int:
    """Two leading digits: the number rests on rates that were themselves estimated."""
    return count if count < 100 else int(float(f"{count:.1e}"))
