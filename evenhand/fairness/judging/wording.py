"""Verdicts as sentences about people, composed from the numbers and the goal's own words."""

from collections.abc import Sequence
from dataclasses import asdict

from evenhand.fairness.counts.groups import Group
from evenhand.fairness.judging.goals import FairnessGoal, Words
from evenhand.fairness.results import State

# {pair} becomes "45 of 100 African-American and 23 of 100 Caucasian".
SENTENCES = {
    "base_rate": "{pair} {people} {outcome}.",
    "selection_rate": "{subject} {selects} {pair} {people}.",
    "accuracy": "{subject} is right about {pair} {people}.",
    "true_positive_rate": "Of the people who {outcome}, {subject} {selects} {pair} {people}.",
    "false_negative_rate": "Of the people who {outcome}, {subject} {rejects} {pair} {people}.",
    "false_positive_rate": "Of the people who {no_outcome}, {subject} {selects} {pair} {people}.",
    "true_negative_rate": "Of the people who {no_outcome}, {subject} {rejects} {pair} {people}.",
    "positive_predictive_value": "Of the {people} whom {subject} {selects}, {pair} {outcome}.",
    "false_discovery_rate": "Of the {people} whom {subject} {selects}, {pair} {no_outcome}.",
    "negative_predictive_value": "Of the {people} whom {subject} {rejects}, {pair} {no_outcome}.",
    "false_omission_rate": "Of the {people} whom {subject} {rejects}, {pair} {outcome}.",
    "override_rate": "For {pair} {people} the final decision was not what {subject} said.",
    "override_to_positive_rate": "Of the {people} whom {subject} {rejects}, {pair} were selected in the end.",
    "override_to_negative_rate": "Of the {people} whom {subject} {selects}, {pair} were not selected in the end.",
    "final_selection_rate": "In the end, {pair} {people} were selected.",
    "final_accuracy": "The final decision is right about {pair} {people}.",
    "final_true_positive_rate": "Of the people who {outcome}, {pair} {people} were selected in the end.",
    "final_false_negative_rate": "Of the people who {outcome}, {pair} {people} were not selected in the end.",
    "final_false_positive_rate": "Of the people who {no_outcome}, {pair} {people} were selected in the end.",
    "final_true_negative_rate": "Of the people who {no_outcome}, {pair} {people} were not selected in the end.",
    "final_positive_predictive_value": "Of the {people} selected in the end, {pair} {outcome}.",
    "final_negative_predictive_value": "Of the {people} not selected in the end, {pair} {no_outcome}.",
    "scoring_rate": "{pair} {people} score above the median.",
}
SCORE_NOUNS = {
    "balanced_accuracy": "balanced accuracy",
    "f1_score": "F1 score",
    "mean_score": "mean score",
    "auc": "AUC",
    "brier_score": "Brier score",
    "calibration_gap": "gap between mean score and outcomes",
    "calibration_error": "calibration error",
    "treatment_equality": "ratio of false negatives to false positives",
    "mean_outcome": "mean outcome",
    "mean_prediction": "mean prediction",
    "mean_error": "mean error",
    "mean_absolute_error": "mean absolute error",
    "mean_exposure": "mean exposure",
}
Limits = tuple[float, float, float]  # a value and its interval
NO_RATIO = "Neither has any, so there is no ratio."
NUMBER_WORDS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def rates_sentence(goal: FairnessGoal, metric: str, first: Group, second: Group, *, rates: tuple[float, float]) -> str:
    """What the two rates mean in people."""
    per = next((scale for scale in (100, 1000, 10_000) if all(_fits(rate, scale) for rate in rates)), 10_000)
    pair = " and ".join(
        f"{rate * per:,.0f} of {per:,} {group_words(group)}" for rate, group in zip(rates, (first, second), strict=True)
    )
    return capitalized(SENTENCES[metric].format(pair=pair, **asdict(_words(goal))))


def _words(goal: FairnessGoal) -> Words:
    """The goal's own words; of a class that was given none, words that name it."""
    name = goal.of_class
    if name is None or goal.words != Words():
        return goal.words
    return Words(
        outcome=f"are {name!r}",
        no_outcome=f"are not {name!r}",
        selects=f"predicts {name!r} for",
        rejects=f"does not predict {name!r} for",
    )


def _fits(rate: float, scale: int) -> bool:
    """Whether a rate that is neither none nor all does not look like it when written out of ``scale``."""
    return rate in (0, 1) or 0.95 <= rate * scale <= scale - 0.95


def gap_sentence(
    goal: FairnessGoal, state: State, *, value: float | None, low: float | None, high: float | None
) -> str:
    """How the gap stands to what was agreed. Only a ratio to none has no value and still a lower limit."""
    if value is None:
        if low is None:
            return NO_RATIO
        surely = {"met": ", surely within the goal", "not_met": ", surely outside the goal", "inconclusive": ""}[state]
        return f"The ratio has no upper limit and may be {low:.2f} or more{surely}; {_agreed(goal)}."
    if goal.kind == "ratio":
        return _ratio_sentence(goal, state, value=value, low=low, high=high)
    difference, gap, limit = counted_points(value), counted_points(abs(value)), points(abs(goal.threshold))
    if state == "inconclusive":
        return f"The difference is {difference} and may be anything from {_span(low, high)} points; {_agreed(goal)}."
    if _is_margin(goal, value):
        return f"The gap is {gap}, and surely {'no ' * (state == 'met')}more than the {limit} agreed."
    side = "within" if state == "met" else "outside"
    return f"The difference is {difference}, and surely {side} the goal: {_agreed(goal)}."


def score_sentence(goal: FairnessGoal, state: State, names: tuple[str, str], *, metric: str, limits: Limits) -> str:
    """How a metric that is no share of people differs, in its own unit."""
    value, low, high = limits
    if goal.kind == "ratio":
        ratio = _ratio_sentence(goal, state, value=value, low=low, high=high)
        return (
            f"{capitalized(SCORE_NOUNS[metric])} of {names[0]} over that of {names[1]}: {ratio[:1].lower()}{ratio[1:]}"
        )
    apart = f"{abs(value):.3g} {'above' if value > 0 else 'below'} that of" if value else "the same as that of"
    surely = {
        "met": "surely within the goal",
        "not_met": "surely outside the goal",
        "inconclusive": f"and the difference may be anything from {low:.3g} to {high:.3g}",
    }[state]
    noun = SCORE_NOUNS[metric] + (f" for {goal.of_class!r}" if goal.of_class else "")
    other = "everyone" if names[1] == "overall" else names[1]
    return f"The {noun} of {names[0]} is {apart} {other}, {surely}; {_limit(goal, f'{abs(goal.threshold):g}')}."


def bounds_sentence(
    goal: FairnessGoal, state: State, names: tuple[str, str], *, limits: tuple[float | None, float | None]
) -> str:
    """What can be said of a gap where the outcomes of people who were not selected are not known."""
    lead = f"Nobody saw the outcomes of the people who were not selected: {names[0]} against {names[1]},"
    surely = ", surely outside the goal" if state == "not_met" else ""
    if goal.kind == "ratio":
        low, high = limits
        span = f"{low or 0:.2f} or more" if high is None else f"{low or 0:.2f} to {high:.2f}"
        return f"{lead} the ratio may be {span}{surely}; {_agreed(goal)}."
    return f"{lead} the difference may be anything from {_span(*limits)} points{surely}; {_agreed(goal)}."


def summary(states: Sequence[State]) -> str:
    """One sentence over all goals: ``Of 3 goals, one is not met, one is inconclusive and one is met.``"""
    if len(states) == 1:
        return {
            "met": "The goal is met.",
            "not_met": "The goal is not met.",
            "inconclusive": "The goal is inconclusive.",
        }[states[0]]
    parts = [
        f"{_number(states.count(state))} {'is' if states.count(state) == 1 else 'are'} {words}"
        for state, words in (("not_met", "not met"), ("inconclusive", "inconclusive"), ("met", "met"))
        if state in states
    ]
    listed = parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]
    return f"Of {len(states)} goals, {listed}."


def group_words(group: Group) -> str:
    """A group inside a sentence; everyone is ``overall``."""
    return (
        ", ".join(f"({name} not known)" if level == "(missing)" else level for name, level in group.items())
        or "overall"
    )


def points(value: float) -> str:
    """A difference in percentage points: whole from 10 up, one decimal below, no ``.0``."""
    shown = f"{100 * value:.0f}" if abs(value) >= 0.0995 else f"{100 * value:.1f}".removesuffix(".0")
    return "0" if shown == "-0" else shown


def counted_points(value: float) -> str:
    """The same with its unit: ``1 point``, ``2.5 points``."""
    shown = points(value)
    return f"{shown} {'point' if shown in ('1', '-1') else 'points'}"


def capitalized(text: str) -> str:
    """The text with its first letter large."""
    return text[:1].upper() + text[1:]


def _ratio_sentence(goal: FairnessGoal, state: State, *, value: float, low: float | None, high: float | None) -> str:
    limit = f"{goal.threshold:.2f}"
    if state == "inconclusive":
        span = f"{low or 0:.2f} or more" if high is None else f"{low or 0:.2f} to {high:.2f}"
        return f"The ratio is {value:.2f} and may be {span}; {_agreed(goal)}."
    if goal.side == "at_least":
        return (
            f"The ratio is {value:.2f}, and surely {'at least' if state == 'met' else 'less than'} the {limit} agreed."
        )
    if goal.side == "at_most":
        return (
            f"The ratio is {value:.2f}, and surely {'at most' if state == 'met' else 'more than'} the {limit} agreed."
        )
    return (
        f"The ratio is {value:.2f}, and surely {'within' if state == 'met' else 'outside'} the goal: {_agreed(goal)}."
    )


def _is_margin(goal: FairnessGoal, value: float) -> bool:
    """Whether the goal limits a gap in the direction the value points to."""
    if goal.side == "two_sided":
        return True
    limit = goal.threshold
    return value > 0 and limit >= 0 if goal.side == "at_most" else value < 0 and limit <= 0


def _agreed(goal: FairnessGoal) -> str:
    """What was agreed, as the end of a sentence."""
    if goal.kind == "ratio":
        if goal.side == "two_sided":
            ends = sorted((goal.threshold, 1 / goal.threshold))
            return f"{ends[0]:.2f} to {ends[1]:.2f} was agreed"
        return f"{'at least' if goal.side == 'at_least' else 'at most'} {goal.threshold:.2f} was agreed"
    return _limit(goal, counted_points(abs(goal.threshold)))


def _limit(goal: FairnessGoal, limit: str) -> str:
    """The limit of a difference, as the end of a sentence."""
    if goal.side == "two_sided":
        return f"at most {limit} either way was agreed"
    worst = "at most" if (goal.side == "at_most") == (goal.threshold >= 0) else "at least"
    return f"{worst} {limit} {'above' if goal.threshold >= 0 else 'below'} was agreed"


def _span(low: float | None, high: float | None) -> str:
    return f"{'any' if low is None else points(low)} to {'any' if high is None else points(high)}"


def _number(count: int) -> str:
    return NUMBER_WORDS[count] if count < len(NUMBER_WORDS) else str(count)
