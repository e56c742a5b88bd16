"""Why not every goal at once: what the identity of base rate, flags and misses forces in these groups."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from evenhand.errors import InputError
from evenhand.fairness import Counts, FairnessGoal, Words
from evenhand.fairness.judging.impossibility import impossibility
from evenhand.fairness.plots.words import group_label
from evenhand.fairness.results import ForcedRate, Impossibility

MOST_GROUPS = 4


@dataclass(frozen=True, kw_only=True)
class Dilemma:
    """``excludes`` says whether the criteria are shown to exclude each other here; shares are fractions.

    Each row is a group, its base rate and the false positive rate that would follow; None where none could be.
    """

    excludes: bool
    sentence: str
    flag_right: float
    missed: float
    rows: tuple[tuple[str, float, float | None], ...]
    chosen: tuple[str, ...]


def dilemma_of(counts: Counts, by: tuple[str, ...], documents: Sequence[dict[str, Any]]) -> Dilemma | None:
    """The panel for the largest groups; None where labels, decisions or two large groups are missing."""
    if not counts.columns.labeled or not counts.columns.decides:
        return None
    goals = [goal for goal in map(FairnessGoal.from_dict, documents) if goal.by == by]
    try:
        found = impossibility(counts, by, goals=goals)
    except InputError:  # nobody is flagged, or nobody has the outcome: there is nothing to set equal
        return None
    rates = sorted(sorted(found.rates, key=lambda rate: -rate.n)[:MOST_GROUPS], key=lambda rate: -rate.base_rate)
    if len(rates) < 2:
        return None
    return Dilemma(
        excludes=found.possible is False,
        sentence=_sentence(found, rates, documents),
        flag_right=found.positive_predictive_value,
        missed=found.false_negative_rate,
        rows=tuple((group_label(rate.group), rate.base_rate, rate.forced) for rate in rates),
        chosen=tuple(each.sentence for each in found.exclusions if each.chosen),
    )


def _sentence(found: Impossibility, rates: Sequence[ForcedRate], documents: Sequence[dict[str, Any]]) -> str:
    """The finding in people, in the words of the first goal where there is one."""
    if found.possible is not False:
        return found.sentence
    words = FairnessGoal.from_dict(documents[0]).words if documents else Words()
    high, low = rates[0], rates[-1]
    return (
        f"Of 100 {_called(high, words.people)} in this data {100 * high.base_rate:.0f} {words.outcome}, "
        f"of 100 {_called(low, words.people)} {100 * low.base_rate:.0f}."
    )


def _called(rate: ForcedRate, people: str) -> str:
    """ "Caucasian people", or "people (Caucasian, Male)"."""
    label = group_label(rate.group)
    return f"{label} {people}" if len(rate.group) == 1 else f"{people} ({label})"
