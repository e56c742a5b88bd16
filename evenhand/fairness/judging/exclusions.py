"""Each trade between two criteria as it stands for one model: what gives way, by how much, and in a sentence."""

from collections.abc import Mapping, Sequence
from math import isfinite

import numpy as np

from evenhand.fairness.counts.groups import Group
from evenhand.fairness.judging.criteria import CRITERIA
from evenhand.fairness.judging.trades import TRADES, Standing, Trade
from evenhand.fairness.judging.wording import capitalized, counted_points, group_words
from evenhand.fairness.results import Exclusion, ForcedValue

FORCED_WORDS = {
    "false_positive_rate": "false positive rate",
    "true_positive_rate": "true positive rate",
    "selection_rate": "selection rate",
    "false_omission_rate": "share with the outcome among people not selected",
    "score_of_positives": "mean score of people with the outcome",
    "mean_score": "mean score",
}
HOLDING = {False: "cannot both hold exactly", True: "can both hold, at a price", None: "can both nearly hold"}
PART_OF = {
    "equal_opportunity": "equalized_odds",
    "predictive_equality": "equalized_odds",
    "predictive_parity": "conditional_use_accuracy",
}


def exclusions(
    model: Standing,
    groups: Sequence[Group],
    *,
    differ: bool | None,
    chosen: frozenset[str],
    margins: Mapping[str, float],
) -> tuple[Exclusion, ...]:
    """Every trade that is shown, those chosen first. ``differ`` says whether base rates do; None where unknown."""
    shown = [trade for trade in TRADES if _is_shown(trade, model, chosen)]
    found = [_exclusion(trade, model, groups, differ=differ, chosen=chosen, margins=margins) for trade in shown]
    return tuple(sorted(found, key=lambda each: not each.chosen))


def _is_shown(trade: Trade, model: Standing, chosen: frozenset[str]) -> bool:
    if trade.about_scores and model.score_of_negatives is None:
        return False
    if trade.canonical:
        return True
    # A part of a larger criterion that was chosen is shown with that one.
    return set(trade.criteria) <= chosen and not _stands_in_larger(trade, chosen)


def _stands_in_larger(trade: Trade, chosen: frozenset[str]) -> bool:
    wholes = [{PART_OF.get(name, name) if PART_OF.get(name) in chosen else name for name in trade.criteria}]
    return any(set(other.criteria) in wholes for other in TRADES if other.canonical and set(other.criteria) <= chosen)


def _exclusion(
    trade: Trade,
    model: Standing,
    groups: Sequence[Group],
    *,
    differ: bool | None,
    chosen: frozenset[str],
    margins: Mapping[str, float],
) -> Exclusion:
    with np.errstate(divide="ignore", invalid="ignore"):
        forced = [float(value) for value in trade.values(model)]
    values = [value if isfinite(value) and -1e-12 <= value <= 1 + 1e-12 else None for value in forced]
    known = [value for value in values if value is not None]
    gap = max(known) - min(known) if known and len(known) == len(values) else None
    margin = margins.get(trade.forced)
    possible = _possible(trade, model, gap, margin, differ=differ)
    return Exclusion(
        criteria=trade.criteria,
        chosen=set(trade.criteria) <= chosen,
        possible=possible,
        forced=trade.forced,
        values=tuple(ForcedValue(group, value) for group, value in zip(groups, values, strict=True)),
        gap=gap,
        margin=margin,
        sentence=_sentence(trade, model, groups, forced, gap, margin, possible=possible),
    )


def _possible(
    trade: Trade, model: Standing, gap: float | None, margin: float | None, *, differ: bool | None
) -> bool | None:
    if trade.escapes(model):
        return True
    if not differ:
        return None
    if not trade.excludes:
        return gap is not None
    return None if gap is not None and margin is not None and gap <= margin else False


def _sentence(
    trade: Trade,
    model: Standing,
    groups: Sequence[Group],
    forced: Sequence[float],
    gap: float | None,
    margin: float | None,
    *,
    possible: bool | None,
) -> str:
    first, second = (CRITERIA[name] for name in trade.criteria)
    if trade.escapes(model):
        return f"{capitalized(first)} and {second} can both hold, since {trade.escapes(model)}."
    if possible is None and (gap is None or margin is None or gap > margin):
        return f"This data does not show that base rates differ, so {first} and {second} may both hold."
    price = _price(trade, model, groups, forced) + _against(gap, margin)
    if possible is False:
        price += f" So either the {FORCED_WORDS[trade.forced]} differs, or {trade.otherwise}."
    return f"{capitalized(first)} and {second} {HOLDING[possible]}: {price}"


def _price(trade: Trade, model: Standing, groups: Sequence[Group], forced: Sequence[float]) -> str:
    order = np.argsort(model.base_rates)
    ends = (int(order[-1]), int(order[0]))
    said = " and ".join(f"{_value(trade, forced[index])} in {group_words(groups[index])}" for index in ends)
    return f"with {_kept(trade, model)} the {FORCED_WORDS[trade.forced]} would be {said}."


def _kept(trade: Trade, model: Standing) -> str:
    return trade.keeping.format(
        positive_predictive_value=model.positive_predictive_value,
        true_positive_rate=model.true_positive_rate,
        false_negative_rate=1 - model.true_positive_rate,
        false_positive_rate=model.false_positive_rate,
        selection_rate=model.selection_rate,
        score_of_negatives=model.score_of_negatives or 0.0,
    )


def _value(trade: Trade, value: float) -> str:
    if not isfinite(value) or value > 1 + 1e-12:
        return "more than 100%, which cannot be,"
    if value < -1e-12:
        return "less than none, which cannot be,"
    return f"{value:.3f}" if trade.about_scores else f"{value:.1%}"


def _against(gap: float | None, margin: float | None) -> str:
    """How the forced gap stands to what was agreed."""
    if gap is None or margin is None:
        return ""
    if gap <= margin:
        return f" That gap of {counted_points(gap)} is within the {counted_points(margin)} agreed."
    return f" That gap of {counted_points(gap)} is more than the {counted_points(margin)} agreed."
