"""Groups compared within strata: people of one department with people of the same department, then all pooled.

Overall figures can say one thing and every stratum another (Simpson's paradox). Pooling assumes that the effect is
alike in all strata; where the data say otherwise it is refused, and the strata are to be looked at one by one.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evenhand.errors import InputError
from evenhand.fairness.comparing import references
from evenhand.fairness.comparing.families import Family, Tested
from evenhand.fairness.comparing.references import Places, Reference
from evenhand.fairness.comparing.strata import Strata
from evenhand.fairness.counts.groups import Group, described
from evenhand.fairness.counts.table import Counts
from evenhand.fairness.measuring.intervals import Array, Interval
from evenhand.fairness.measuring.margins import Margin, finest, margin
from evenhand.fairness.measuring.rates import Rate, available, parts
from evenhand.fairness.results import Comparison, Kind, MetricValue, defined

METHOD = "mantel-haenszel"
UNLIKE = 0.05  # p-values of the Breslow-Day test under this refuse pooling

MarginOf = Callable[[tuple[str, ...]], Margin]


@dataclass(frozen=True, slots=True)
class Conditional:
    """One group against its reference within strata, for one rate.

    ``strata`` have people of both groups. ``p_value`` is that of equal rates in every stratum (Cochran, Mantel and
    Haenszel), ``p_alike`` that of one odds ratio in all strata (Breslow and Day with Tarone's correction; None where
    fewer than two strata speak). Where effects differ ``pooled`` is False and there are no pooled figures.
    """

    metric: str
    by: tuple[str, ...]
    within: tuple[str, ...]
    group: Group
    reference: Group
    strata: int
    pooled: bool
    difference: MetricValue
    ratio: MetricValue
    odds_ratio: MetricValue
    p_value: float | None
    p_alike: float | None


def conditional(
    counts: Counts,
    by: str | Sequence[str],
    *,
    within: str | Sequence[str],
    metric: str,
    reference: Reference = references.LARGEST,
    confidence: float = 0.95,
    pool_regardless: bool = False,
) -> tuple[Conditional, ...]:
    """Compare groups within strata and pool what is alike (Mantel and Haenszel).

    Parameters
    ----------
    counts
        Counts with ``by`` and ``within`` among their group columns.
    by, within
        The attributes compared, and the columns whose combinations are the strata.
    metric
        A rate, such as ``selection_rate``.
    reference
        ``largest``, ``all_pairs``, or levels such as ``{"sex": "Male"}``.
    confidence
        Of the intervals: Sato's (1989) for the difference, Greenland and Robins's (1985) for the ratio, and Robins,
        Breslow and Greenland's (1986) for the odds ratio.
    pool_regardless
        Pool even where effects differ between strata, so that the figures are averages of unlike effects.

    Raises
    ------
    InputError
        For a column that was not counted or stands on both sides, a metric that is no rate or was not counted, a
        reference that depends on the metric, and for rows that repeat or are weighted, which the variances do not know.
    """
    chosen, strata = ((each,) if isinstance(each, str) else tuple(each) for each in (by, within))
    check_within(counts, strata, reference)
    for name in chosen:
        if name not in counts.attributes or name in strata:
            raise InputError(
                f"Column {name!r} cannot be compared within {', '.join(strata)}; name another that was counted."
            )
    rate = counted_rate(counts, metric)
    table = finest(counts)
    compared = _Compared.of(
        lambda names: margin(counts, table, names),
        chosen,
        strata,
        rate,
        reference,
        confidence=confidence,
        pool_regardless=pool_regardless,
    )
    return tuple(compared.results())


def counted_rate(counts: Counts, metric: str) -> Rate:
    """A rate by its name; an error where it is none, or cannot be had from what was counted."""
    for rate in available(counts.columns):
        if rate.name == metric:
            return rate
    raise InputError(f"Metric {metric!r} is no rate that was counted.")


def check_within(counts: Counts, within: Sequence[str], reference: Reference) -> None:
    """Refuse strata that were not counted, that leave nothing to compare, or that cannot be pooled."""
    for name in within:
        if name not in counts.attributes:
            raise InputError(
                f"Column {name!r} is not a group column ({', '.join(counts.attributes)}); count it with --group."
            )
    if within and set(within) >= set(counts.attributes):
        raise InputError("All group columns are strata, so no groups are left to compare; name fewer with --within.")
    if within and reference in (references.OVERALL, references.BEST):
        raise InputError(
            f"Within strata groups are compared with one group, not with {reference!r}; name another reference."
        )
    if within and counts.columns.outcome != "binary":
        raise InputError("Comparisons within strata are for two-valued outcomes; leave out --within.")
    if within and (counts.columns.unit is not None or counts.columns.weight is not None):
        raise InputError(
            "Comparisons within strata take rows as independent people of equal weight; leave out the unit or weight."
        )


def conditional_families(
    margin_of: MarginOf,
    combinations: Sequence[tuple[str, ...]],
    rates: Sequence[Rate],
    within: tuple[str, ...],
    reference: Reference,
    *,
    confidence: float,
) -> tuple[list[Family], list[str]]:
    """The pairs of every combination of attributes that is no stratum, and warnings of what was not pooled."""
    found: list[Family] = []
    warnings: dict[str, list[str]] = {}
    for by in combinations if within else ():
        for rate in rates if not set(by) & set(within) else ():
            compared = _Compared.of(margin_of, by, within, rate, reference, confidence=confidence)
            found.append(Family(by, compared.p_values, compared.rows))
            for pair in compared.refused():
                warnings.setdefault(pair, []).append(rate.name)
    return found, [
        f"{pair}: effects differ between strata of {', '.join(within)} (Breslow-Day test), so these are not pooled: "
        f"{', '.join(names)}."
        for pair, names in warnings.items()
    ]


@dataclass(frozen=True)
class _Compared:
    """One rate of the groups of a margin, pair by pair, with their strata."""

    margin: Margin
    within: tuple[str, ...]
    rate: Rate
    first: Places
    second: Places
    strata: Strata
    p_alike: Array
    pooled: NDArray[np.bool_]
    confidence: float

    @classmethod
    def of(
        cls,
        margin_of: MarginOf,
        by: tuple[str, ...],
        within: tuple[str, ...],
        rate: Rate,
        reference: Reference,
        *,
        confidence: float,
        pool_regardless: bool = False,
    ) -> "_Compared":
        seen, crossed = margin_of(by), margin_of((*by, *within))
        first, second = references.places(seen, reference)
        x, n = _by_stratum(seen, crossed, rate)
        strata = Strata(x[first], n[first], x[second], n[second])
        alike = strata.one_odds_ratio() if len(first) else np.zeros(0)
        pooled = (strata.used > 0) & (pool_regardless | ~(alike < UNLIKE))
        return cls(seen, within, rate, first, second, strata, alike, pooled, confidence)

    @property
    def p_values(self) -> Array:
        """Those of equal rates in every stratum, where pooling was not refused."""
        return np.where(self.pooled, self.strata.no_association(), np.nan)

    def refused(self) -> Iterator[str]:
        """The pairs whose effects differ too much to be pooled."""
        for pair in np.flatnonzero((self.strata.used > 0) & ~self.pooled):
            one, other = self._groups(int(pair))
            yield f"{described(one)} against {described(other)}"

    def rows(self, tested: Sequence[Tested]) -> Iterator[Comparison]:
        """Difference and ratio of each pair as rows of the result."""
        kinds: tuple[tuple[Kind, list[MetricValue]], ...] = (
            ("difference", self._values(*self.strata.difference(confidence=self.confidence))),
            ("ratio", self._values(*self.strata.ratio(confidence=self.confidence))),
        )
        for kind, values in kinds:
            for pair, found in enumerate(values):
                group, reference = self._groups(pair)
                yield Comparison(
                    metric=self.rate.name,
                    by=self.margin.by,
                    kind=kind,
                    of="pair",
                    group=group,
                    reference=reference,
                    value=found.value,
                    low=found.low,
                    high=found.high,
                    method=METHOD,
                    p_value=tested[pair].p_value,
                    p_adjusted=tested[pair].p_adjusted,
                    q_value=tested[pair].q_value,
                    within=self.within,
                )

    def results(self) -> Iterator[Conditional]:
        """Every figure of each pair."""
        difference, ratio, odds_ratio = (
            self._values(*found(confidence=self.confidence))
            for found in (self.strata.difference, self.strata.ratio, self.strata.odds_ratio)
        )
        p_values = self.p_values
        for pair in range(len(self.first)):
            group, reference = self._groups(pair)
            yield Conditional(
                metric=self.rate.name,
                by=self.margin.by,
                within=self.within,
                group=group,
                reference=reference,
                strata=int(self.strata.used[pair]),
                pooled=bool(self.pooled[pair]),
                difference=difference[pair],
                ratio=ratio[pair],
                odds_ratio=odds_ratio[pair],
                p_value=defined(p_values[pair]),
                p_alike=defined(self.p_alike[pair]),
            )

    def _groups(self, pair: int) -> tuple[Group, Group]:
        return self.margin.group(int(self.first[pair])), self.margin.group(int(self.second[pair]))

    def _values(self, value: Array, limits: Interval) -> list[MetricValue]:
        columns = (np.where(self.pooled, each, np.nan).tolist() for each in (value, *limits))
        return [
            MetricValue(defined(each), defined(low), defined(high), METHOD)
            for each, low, high in zip(*columns, strict=True)
        ]


def _by_stratum(seen: Margin, crossed: Margin, rate: Rate) -> tuple[Array, Array]:
    """Numerators and denominators of a rate, of shape (groups, strata)."""
    size = len(seen.by)
    group = {key: index for index, key in enumerate(seen.keys)}
    stratum = {key: index for index, key in enumerate(sorted({key[size:] for key in crossed.keys}))}
    found = np.zeros((2, len(group), len(stratum)))
    places = ([group[key[:size]] for key in crossed.keys], [stratum[key[size:]] for key in crossed.keys])
    found[0][places], found[1][places] = parts(crossed.cells, rate)
    return found[0], found[1]
