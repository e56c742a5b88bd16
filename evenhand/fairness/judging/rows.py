"""The rows of a judgement: one for each line, one for each goal, one over all of them."""

from collections.abc import Iterator, Sequence

import numpy as np

from evenhand.fairness.judging import wording
from evenhand.fairness.judging.cases import Case
from evenhand.fairness.judging.goals import ALL_PAIRS, FairnessGoal
from evenhand.fairness.judging.lines import Lines, chosen_lines
from evenhand.fairness.judging.reasons import NOT_JUDGED, goal_reason, is_nothing_over_nothing, line_reason
from evenhand.fairness.results import State, Verdict, defined

GRAVITY: dict[State, int] = {"not_met": 0, "inconclusive": 1, "met": 2}


def line_rows(case: Case, family: int) -> Iterator[Verdict]:
    """The lines of one case that are shown, gravest first."""
    goal, lines = case.goal, case.lines
    limits, states, p_values = case.limits, _states(case), case.p_values
    for index in chosen_lines(lines, _order(case, states), all_pairs=goal.reference == ALL_PAIRS):
        low, high = defined(limits.low[index]), defined(limits.high[index])
        value = defined(lines.value[index])
        yield Verdict(
            goal=goal.id,
            metric=goal.named(lines.metric),
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
            reason=line_reason(case, index, states[index], family),
            more_needed=case.needed[index][0],
            sentence=_line_sentence(case, index, states[index], value, low, high),
            p_equivalence=defined(p_values[index]),
            family=family,
        )


def _states(case: Case) -> list[State]:
    return [
        "not_met" if rejected else "met" if met else "inconclusive"
        for rejected, met in zip(case.rejected, case.met, strict=True)
    ]


def _order(case: Case, states: Sequence[State]) -> list[int]:
    distance = np.nan_to_num(case.beyond, nan=-np.inf)
    return sorted(range(len(states)), key=lambda i: (not case.lines.judged[i], GRAVITY[states[i]], -distance[i], i))


def _line_sentence(
    case: Case, index: int, state: State, value: float | None, low: float | None, high: float | None
) -> str:
    goal, lines = case.goal, case.lines
    names = [wording.group_words(group[index]) for group in (lines.groups, lines.references)]
    if not lines.judged[index] and not is_nothing_over_nothing(lines, index):
        return f"There is not enough data to compare {names[0]} with {names[1]}."
    if lines.bounds is not None:
        return wording.bounds_sentence(goal, state, (names[0], names[1]), limits=(low, high))
    if lines.pairs is None and value is not None and low is not None and high is not None:
        return wording.score_sentence(goal, state, (names[0], names[1]), metric=lines.metric, limits=(value, low, high))
    gap = wording.gap_sentence(goal, state, value=value, low=low, high=high)
    rates = _rates(lines, index)
    said = wording.rates_sentence(goal, lines.metric, lines.groups[index], lines.references[index], rates=rates)
    return f"{said} {gap}"


def _rates(lines: Lines, index: int) -> tuple[float, float]:
    """The two rates of a line; everyone's rate where the reference is everyone."""
    pairs = lines.pairs
    assert pairs is not None
    first, second = float(pairs.x1[index] / pairs.n1[index]), float(pairs.x2[index] / pairs.n2[index])
    share = float(pairs.share[index])
    return first, share * first + (1 - share) * second


def goal_row(
    goal: FairnessGoal, lines: Sequence[Verdict], *, more: int | None, family: int, p_value: float | None
) -> Verdict:
    """The goal's own row: the verdict over its lines, with the numbers of the line that decides it."""
    judged = [line for line in lines if not line.reason.startswith(NOT_JUDGED)]
    aside = [line for line in lines if line.reason.startswith(NOT_JUDGED)]
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
        reason=goal_reason(judged, aside),
        more_needed=more if state == "inconclusive" else None,
        sentence=deciding.sentence if deciding else "There is not enough data to judge this goal.",
        p_equivalence=p_value,
        family=family,
    )


def overall_row(goals: Sequence[Verdict], *, family: int) -> Verdict:
    """The row over all goals: the gravest verdict counts."""
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
        family=family,
    )
