"""Which criteria cannot hold together here: Chouldechova's identity on a model's own numbers (2017).

In every group ``FPR = p / (1 - p) * (1 - PPV) / PPV * (1 - FNR)`` with ``p`` the base rate. So where base
rates differ and there are false positives, groups with equal PPV and equal FNR must have unequal FPR.
"""

from collections.abc import Sequence

import numpy as np

from evenhand.errors import InputError
from evenhand.fairness.comparing import significance
from evenhand.fairness.counts.groups import described
from evenhand.fairness.counts.table import Counts
from evenhand.fairness.measuring.margins import finest, margin
from evenhand.fairness.measuring.rates import RATES, parts
from evenhand.fairness.results import ForcedRate, Impossibility, defined


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
    positive_predictive_value: float | None = None,
    false_negative_rate: float | None = None,
    min_group: int = 30,
    confidence: float = 0.95,
) -> Impossibility:
    """What equal PPV and FNR would force in this data; the two default to everyone's, as the model has them now."""
    names = (by,) if isinstance(by, str) else tuple(by)
    for name in names:
        if name not in counts.attributes:
            raise InputError(f"Column {name!r} was not counted ({', '.join(counts.attributes)}).")
    if counts.columns.label is None or not counts.columns.decides:
        raise InputError("Base rates and errors need a label and a prediction; count again with both.")
    table = margin(counts, finest(counts), names)
    ppv = _stated_or_seen(positive_predictive_value, table.cells.sum(axis=0), "positive_predictive_value")
    fnr = _stated_or_seen(false_negative_rate, table.cells.sum(axis=0), "false_negative_rate")
    positive, people = parts(table.cells, RATES["base_rate"])
    flagged, negative = parts(table.cells, RATES["false_positive_rate"])
    large = np.flatnonzero(people >= min_group)
    rates = tuple(
        ForcedRate(
            group=table.group(int(index)),
            n=int(people[index]),
            base_rate=float(positive[index] / people[index]),
            false_positive_rate=defined(flagged[index] / negative[index]) if negative[index] else None,
            forced=forced_false_positive_rate(
                float(positive[index] / people[index]), positive_predictive_value=ppv, false_negative_rate=fnr
            ),
        )
        for index in large
    )
    p_value = significance.many_rates(positive[large], people[large]) if len(large) > 1 else None
    possible = _possible(p_value, ppv, fnr, confidence=confidence)
    return Impossibility(
        by=names,
        positive_predictive_value=ppv,
        false_negative_rate=fnr,
        p_value=p_value,
        possible=possible,
        rates=rates,
        left_out=tuple(table.group(index) for index in range(len(people)) if people[index] < min_group),
        exclusions=(),
        sentence=_sentence(rates, ppv, fnr, possible=possible),
    )


def _stated_or_seen(stated: float | None, cells: np.ndarray[tuple[int, ...], np.dtype[np.int64]], name: str) -> float:
    if stated is not None:
        return stated
    x, n = parts(cells, RATES[name])
    if not n:
        raise InputError(f"Everyone's {name} is undefined, nobody to divide by; state one.")
    return float(x / n)


def _possible(p_value: float | None, ppv: float, fnr: float, *, confidence: float) -> bool | None:
    """Perfect prediction escapes; unequal base rates do not; that base rates are equal is never proven by a test.

    With PPV 1 nobody is flagged by mistake, and with FNR 1 nobody is flagged rightly: both leave every FPR at 0.
    """
    if ppv == 1 or fnr == 1:
        return True
    return False if p_value is not None and p_value < 1 - confidence else None


def _sentence(rates: Sequence[ForcedRate], ppv: float, fnr: float, *, possible: bool | None) -> str:
    if possible:
        return "With no false positives at all, the three can be equal whatever the base rates are."
    if possible is None:
        return (
            "This data does not show that base rates differ, so it does not show that the criteria exclude each other."
        )
    highest, lowest = max(rates, key=lambda rate: rate.base_rate), min(rates, key=lambda rate: rate.base_rate)
    return (
        f"The base rate is {_percent(highest.base_rate)} in {described(highest.group)} "
        f"and {_percent(lowest.base_rate)} in {described(lowest.group)}. "
        f"Equal positive predictive values ({_percent(ppv)}) and equal false negative rates ({_percent(fnr)}) "
        f"would force false positive rates of {_forced(highest)} and {_forced(lowest)}: "
        "the three cannot be equal together."
    )


def _forced(rate: ForcedRate) -> str:
    return "more than 100%, which cannot be" if rate.forced is None else _percent(rate.forced)


def _percent(rate: float) -> str:
    return f"{100 * rate:.1f}%"
