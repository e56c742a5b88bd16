"""Which criteria cannot hold together here: Chouldechova's identity and its relatives on a model's own numbers.

In every group ``FPR = p / (1 - p) * (1 - PPV) / PPV * (1 - FNR)`` with ``p`` the base rate. So where base
rates differ and there are false positives, groups with equal PPV and equal FNR must have unequal FPR.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from evenhand.errors import InputError
from evenhand.fairness.comparing.worth import many_p_value
from evenhand.fairness.counts.columns import MICRO, Columns
from evenhand.fairness.counts.table import Counts
from evenhand.fairness.judging.cases import MarginOf
from evenhand.fairness.judging.criteria import agreed_margins, chosen_criteria
from evenhand.fairness.judging.exclusions import exclusions
from evenhand.fairness.judging.goals import FairnessGoal
from evenhand.fairness.judging.trades import Standing
from evenhand.fairness.judging.wording import group_words
from evenhand.fairness.measuring.margins import Margin, finest, margin
from evenhand.fairness.measuring.rates import RATES, parts
from evenhand.fairness.results import ForcedRate, Impossibility, defined

MIN_GROUP = 30


def forced_false_positive_rate(
    base_rate: float, *, positive_predictive_value: float, false_negative_rate: float
) -> float | None:
    """The false positive rate a group must have; None where no such rate exists (over 1, or nobody to divide by)."""
    for value in (base_rate, positive_predictive_value, false_negative_rate):
        if not 0 <= value <= 1:
            raise InputError(f"A rate lies within 0 and 1; {value:g} does not.")
    if base_rate == 1 or positive_predictive_value == 0:
        return None
    odds = base_rate / (1 - base_rate)
    rate = odds * (1 - positive_predictive_value) / positive_predictive_value * (1 - false_negative_rate)
    return rate if rate <= 1 else None


def impossibility(
    counts: Counts,
    by: str | Sequence[str],
    *,
    goals: Sequence[FairnessGoal] = (),
    positive_predictive_value: float | None = None,
    false_negative_rate: float | None = None,
    min_group: int = MIN_GROUP,
    confidence: float = 0.95,
) -> Impossibility:
    """What equal PPV and FNR would force in this data, and which pairs of criteria exclude each other.

    The two default to everyone's, as the model has them now. ``goals`` say which criteria were chosen and which gaps
    agreed. Base rates are compared at ``confidence`` over the groups of at least ``min_group`` people,
    as many with and without the outcome, and as many selected.
    """
    names = (by,) if isinstance(by, str) else tuple(by)
    for name in names:
        if name not in counts.attributes:
            raise InputError(f"Column {name!r} was not counted ({', '.join(counts.attributes)}).")
    if not counts.columns.labeled or not counts.columns.decides:
        raise InputError("Base rates and errors need a label and a prediction; count again with both.")
    return _panel(
        margin(counts, finest(counts), names),
        counts.columns,
        goals,
        positive_predictive_value,
        false_negative_rate,
        min_group=min_group,
        confidence=confidence,
    )


def panels(goals: Sequence[FairnessGoal], *, margin_of: MarginOf, columns: Columns) -> tuple[Impossibility, ...]:
    """One panel for each combination of attributes that goals compare by; for each attribute where there are no goals.

    Empty without a label and a prediction, and where nobody is selected or nobody has the outcome.
    """
    if not columns.labeled or not columns.decides:
        return ()
    wanted = dict.fromkeys(goal.by for goal in goals) or dict.fromkeys((name,) for name in columns.groups)
    found = []
    for by in wanted:
        table = margin_of(by)
        own = [goal for goal in goals if goal.by == by]
        if all(parts(table.cells, RATES[name])[1].sum() for name in _NEEDED):
            min_group = min((goal.min_group for goal in own), default=MIN_GROUP)
            found.append(_panel(table, columns, own, None, None, min_group=min_group, confidence=_confidence(own)))
    return tuple(found)


_NEEDED = ("positive_predictive_value", "false_negative_rate", "false_positive_rate")


def _confidence(goals: Sequence[FairnessGoal]) -> float:
    return max((goal.confidence for goal in goals), default=0.95)


def _panel(
    table: Margin,
    columns: Columns,
    goals: Sequence[FairnessGoal],
    stated_ppv: float | None,
    stated_fnr: float | None,
    *,
    min_group: int,
    confidence: float,
) -> Impossibility:
    ppv = _stated_or_seen(stated_ppv, table, "positive_predictive_value")
    fnr = _stated_or_seen(stated_fnr, table, "false_negative_rate")
    enough = _enough(table, min_group)
    large = np.flatnonzero(enough)
    rates = tuple(_forced_rate(table, int(index), ppv, fnr) for index in large)
    p_value = many_p_value(table, RATES["base_rate"], enough) if len(large) > 1 else None
    differ = True if p_value is not None and p_value < 1 - confidence else None
    # With PPV 1 nobody is flagged by mistake, and with FNR 1 nobody is flagged rightly: both leave every FPR at 0.
    possible = True if ppv == 1 or fnr == 1 else False if differ else None
    return Impossibility(
        by=table.by,
        positive_predictive_value=ppv,
        false_negative_rate=fnr,
        p_value=p_value,
        possible=possible,
        rates=rates,
        left_out=tuple(table.group(int(index)) for index in np.flatnonzero(~enough)),
        exclusions=exclusions(
            _standing(table, columns, large, ppv, fnr),
            [rate.group for rate in rates],
            differ=differ,
            chosen=chosen_criteria(goals),
            margins=agreed_margins(goals),
        ),
        sentence=_sentence(rates, ppv, fnr, possible=possible),
    )


def _enough(table: Margin, min_group: int) -> NDArray[np.bool_]:
    """The groups with enough people, also among those with and without the outcome and among those selected."""
    fewest = np.min([table.n, *(parts(table.cells, RATES[name])[1] for name in _NEEDED)], axis=0)
    return np.asarray(fewest >= min_group)


def _forced_rate(table: Margin, index: int, ppv: float, fnr: float) -> ForcedRate:
    positive, people = (float(part[index]) for part in parts(table.mass, RATES["base_rate"]))
    flagged, negative = (float(part[index]) for part in parts(table.mass, RATES["false_positive_rate"]))
    base_rate = positive / people
    return ForcedRate(
        group=table.group(index),
        n=int(table.n[index]),
        base_rate=base_rate,
        false_positive_rate=defined(flagged / negative) if negative else None,
        forced=forced_false_positive_rate(base_rate, positive_predictive_value=ppv, false_negative_rate=fnr),
    )


def _standing(table: Margin, columns: Columns, large: NDArray[np.intp], ppv: float, fnr: float) -> Standing:
    positive, people = parts(table.mass, RATES["base_rate"])
    return Standing(
        base_rates=positive[large] / people[large],
        selection_rate=_seen(table, "selection_rate") or 0.0,
        true_positive_rate=1 - fnr,
        false_positive_rate=_seen(table, "false_positive_rate") or 0.0,
        positive_predictive_value=ppv,
        score_of_negatives=_score_of_negatives(table, columns),
    )


def _score_of_negatives(table: Margin, columns: Columns) -> float | None:
    """The mean score of people without the outcome; None where scores are no probabilities, or people are weighted."""
    _, negatives = parts(table.cells, RATES["false_positive_rate"])
    if columns.score is None or columns.weight is not None or columns.score_range != (0.0, 1.0) or not negatives.sum():
        return None
    return sum(sums[0][0] for sums in table.sums) / int(negatives.sum()) / MICRO


def _seen(table: Margin, name: str) -> float | None:
    x, n = parts(table.mass, RATES[name])
    return float(x.sum() / n.sum()) if n.sum() else None


def _stated_or_seen(stated: float | None, table: Margin, name: str) -> float:
    found = _seen(table, name) if stated is None else stated
    if found is None:
        raise InputError(f"Everyone's {name} is undefined, nobody to divide by; state one.")
    return found


def _sentence(rates: Sequence[ForcedRate], ppv: float, fnr: float, *, possible: bool | None) -> str:
    if possible:
        return "With no false positives at all, the three can be equal whatever the base rates are."
    if possible is None:
        return (
            "This data does not show that base rates differ, so it does not show that the criteria exclude each other."
        )
    highest, lowest = max(rates, key=lambda rate: rate.base_rate), min(rates, key=lambda rate: rate.base_rate)
    return (
        f"The base rate is {_percent(highest.base_rate)} in {group_words(highest.group)} "
        f"and {_percent(lowest.base_rate)} in {group_words(lowest.group)}. "
        f"Equal positive predictive values ({_percent(ppv)}) and equal false negative rates ({_percent(fnr)}) "
        f"would force false positive rates of {_forced(highest)} and {_forced(lowest)}: "
        "the three cannot be equal together."
    )


def _forced(rate: ForcedRate) -> str:
    return "more than 100%, which cannot be" if rate.forced is None else _percent(rate.forced)


def _percent(rate: float) -> str:
    return f"{100 * rate:.1f}%"
