"""Each group against its reference: differences and ratios of rates, with interval, test and what could be shown."""

from collections.abc import Iterator, Sequence

import numpy as np

from evenhand.fairness.comparing import references
from evenhand.fairness.comparing.detecting import detectable
from evenhand.fairness.comparing.families import Family, Tested
from evenhand.fairness.comparing.named import IMPACT_RATIOS, KINDS
from evenhand.fairness.comparing.references import Pairs, Reference
from evenhand.fairness.comparing.worth import pair_p_values
from evenhand.fairness.counts.groups import Group
from evenhand.fairness.measuring.intervals import Array
from evenhand.fairness.measuring.margins import Margin
from evenhand.fairness.measuring.rates import Rate
from evenhand.fairness.results import Comparison, Kind, defined


def rate_family(
    margin: Margin, rate: Rate, reference: Reference, *, name: str | None = None, min_group: int, confidence: float
) -> Family:
    """Each group against its reference: difference and ratio, or the ratio alone for a named figure."""
    eligible = references.fit_as_benchmark(margin, rate, min_group=min_group)
    pairs = references.pairs(margin, rate, reference, eligible=eligible)

    def rows(tested: Sequence[Tested]) -> Iterator[Comparison]:
        first, second = groups_of(margin, pairs)
        kinds: tuple[Kind, ...] = KINDS if name is None else ("ratio",)
        for kind in kinds:
            yield from _rows(kind, name or rate.name, margin, pairs, first, second, tested, confidence)

    return Family(margin.by, np.array(pair_p_values(pairs), dtype=np.float64), rows)


def impact_families(margin: Margin, rates: Sequence[Rate], *, min_group: int, confidence: float) -> list[Family]:
    """Each group's selection (or scoring) rate over that of the eligible group with the highest."""
    return [
        rate_family(
            margin,
            rate,
            references.BEST,
            name=IMPACT_RATIOS[rate.name],
            min_group=min_group,
            confidence=confidence,
        )
        for rate in rates
        if rate.name in IMPACT_RATIOS
    ]


def groups_of(margin: Margin, pairs: Pairs) -> tuple[list[Group], list[Group]]:
    """The groups of each pair and those they are compared with; everyone is ``{}``."""
    first = [margin.group(index) for index in pairs.index.tolist()]
    if pairs.second is None:
        return first, [{}] * len(first)
    each = {index: margin.group(index) for index in set(pairs.second.tolist())}
    return first, [each[index] for index in pairs.second.tolist()]


def detectable_differences(pairs: Pairs, *, confidence: float) -> Array:
    """The smallest true difference that each pair would have shown, at the reference's rate, with 80 % power.

    ``nan`` where people are no independent draws of equal worth known well, or share units with the reference.
    """
    x2, n2 = np.asarray(pairs.x2, dtype=np.float64), np.asarray(pairs.n2, dtype=np.float64)
    if pairs.correlation is not None:
        return np.full(len(n2), np.nan)
    _, first, _, second = pairs.effective(confidence=confidence)
    with np.errstate(invalid="ignore", divide="ignore"):
        return (1 - pairs.share) * detectable(x2 / n2, first, second, confidence=confidence)


def _rows(
    kind: Kind,
    name: str,
    margin: Margin,
    pairs: Pairs,
    first: Sequence[Group],
    second: Sequence[Group],
    tested: Sequence[Tested],
    confidence: float,
) -> Iterator[Comparison]:
    interval, columns = _figures(kind, pairs, confidence=confidence)
    method = margin.method(interval)
    for row, (value, below, above, shown) in enumerate(zip(*(each.tolist() for each in columns), strict=True)):
        yield Comparison(
            metric=name,
            by=margin.by,
            kind=kind,
            of="pair",
            group=first[row],
            reference=second[row],
            value=defined(value),
            low=defined(below),
            high=defined(above),
            method=method,
            p_value=tested[row].p_value,
            p_adjusted=tested[row].p_adjusted,
            q_value=tested[row].q_value,
            detectable=defined(shown),
        )


def _figures(kind: Kind, pairs: Pairs, *, confidence: float) -> tuple[str, tuple[Array, Array, Array, Array]]:
    """The method, and for each pair the value, its limits, and what could have been shown (of differences only)."""
    if kind == "difference":
        shown = detectable_differences(pairs, confidence=confidence)
        return "newcombe", (pairs.difference(), *pairs.difference_interval(confidence=confidence), shown)
    ratio = pairs.ratio()
    return "koopman", (ratio, *pairs.ratio_interval(confidence=confidence), np.full(len(ratio), np.nan))
