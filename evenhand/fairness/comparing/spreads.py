"""How far groups lie apart: the spread of each rate over all groups, with its doubt and what chance alone makes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from evenhand.fairness.comparing import references
from evenhand.fairness.comparing.bootstrap import MOST_UNDEFINED, Extremes, extremes, percentile_interval
from evenhand.fairness.comparing.families import Family, Tested
from evenhand.fairness.comparing.named import DIFFERENTIAL, IMPACT_RATIOS, KINDS, NAMED, TREATMENT, NamedFigure
from evenhand.fairness.comparing.parity import Dealt, dealt
from evenhand.fairness.comparing.processors import together
from evenhand.fairness.comparing.worth import many_p_value
from evenhand.fairness.measuring.intervals import Array
from evenhand.fairness.measuring.margins import Finest, Margin
from evenhand.fairness.measuring.rates import MISSED, Rate, Whole
from evenhand.fairness.measuring.samples import people, sample
from evenhand.fairness.results import Comparison, Kind, defined

Bools = NDArray[np.bool_]
Key = tuple[tuple[str, ...], str]


def spread_families(
    table: Finest,
    margins: Sequence[Margin],
    rates: Sequence[Rate],
    *,
    min_group: int,
    confidence: float,
    seed: int,
    replicates: int,
) -> list[Family]:
    """The spread of each rate over all groups of each margin, and the named figures, from one set of draws."""
    wanted = _wanted(margins, rates, min_group=min_group)
    drawn = extremes(table, list(wanted.values()), seed=seed, replicates=replicates)
    parity = _deals(list(wanted.values()), seed=seed)
    spreads = {
        key: Spread(*each, draws, deals)
        for (key, each), draws, deals in zip(wanted.items(), drawn, parity, strict=True)
    }
    found = [
        _family(name, spread.margin, KINDS, [spread], confidence)
        for (_, name), spread in spreads.items()
        if name == spread.rate.name
    ]
    for each in margins:
        found += _named_families(each, spreads, confidence=confidence)
    return found


@dataclass(frozen=True)
class Spread:
    """One rate over the eligible groups of a margin: as seen, as drawn, and as dealt under parity.

    ``of`` says what of the rate is compared: itself, its odds (treatment equality), or the rest of the people.
    """

    margin: Margin
    rate: Rate
    eligible: Bools
    draws: Extremes
    parity: Dealt | None
    of: Literal["rate", "odds", "rest"] = "rate"

    @property
    def p_value(self) -> float:
        """That of one rate shared by all groups: chi-square, or permutation where too few are expected in a group."""
        found = many_p_value(self.margin, self.rate, self.eligible)
        if found is None and self.parity is not None:
            return self.parity.p_value
        return np.nan if found is None else found

    def value(self, kind: Kind) -> float:
        """Highest minus lowest, or lowest over highest in whole numbers."""
        seen = sample(people(self.margin), self.rate)
        x: references.People = seen.x[self.eligible]
        n: references.People = seen.n[self.eligible]
        if self.of == "odds":
            n = np.asarray(n - x)
        elif self.of == "rest":
            x = np.asarray(n - x)
        if not n.all():
            return np.nan
        low, high = int(np.argmin(x / n)), int(np.argmax(x / n))
        if kind == "difference":
            return float(x[high] / n[high] - x[low] / n[low])
        return float((x[low] * n[high]).item() / (n[low] * x[high]).item()) if x[high] else np.nan

    def replicates(self, kind: Kind) -> Array:
        """The same in every draw; ``nan`` where units hide who is above the median."""
        if self.margin.clusters is not None and self.rate.needs_median:
            return np.full_like(self.draws.highest, np.nan)
        return self._figure(self.draws.highest, self.draws.lowest, kind)

    def dealt(self, kind: Kind) -> Array | None:
        """The same in every deal under parity; None where no deal holds."""
        return None if self.parity is None else self._figure(self.parity.highest, self.parity.lowest, kind)

    def _figure(self, highest: Array, lowest: Array, kind: Kind) -> Array:
        with np.errstate(invalid="ignore", divide="ignore"):
            if self.of == "odds":
                highest, lowest = highest / (1 - highest), lowest / (1 - lowest)
            elif self.of == "rest":
                highest, lowest = 1 - lowest, 1 - highest
            found = highest - lowest if kind == "difference" else np.where(highest > 0, lowest / highest, np.nan)
        return np.where(np.isinf(highest), np.nan, found)


def _deals(wanted: Sequence[tuple[Margin, Rate, Bools]], *, seed: int) -> list[Dealt | None]:
    """Deals under parity, made once for rates of the same people: TPR and FNR, PPV and FDR.

    Each has a generator of its own, so that the numbers are the same on any number of processors.
    """
    people_of = [_countable(*each) for each in wanted]
    different: dict[tuple[bytes, bytes], tuple[Whole, Whole]] = {}
    for x, n in filter(None, people_of):
        if ((n - x).tobytes(), n.tobytes()) not in different:
            different.setdefault((x.tobytes(), n.tobytes()), (x, n))
    seeds = np.random.SeedSequence([seed, 1]).spawn(len(different))
    dealing = [
        partial(dealt, x, n, random=np.random.default_rng(each))
        for (x, n), each in zip(different.values(), seeds, strict=True)
    ]
    held = dict(zip(different, together(dealing), strict=True))
    return [None if each is None else _deal_of(*each, held) for each in people_of]


def _deal_of(x: Whole, n: Whole, held: Mapping[tuple[bytes, bytes], Dealt]) -> Dealt:
    found = held.get((x.tobytes(), n.tobytes()))
    return held[(n - x).tobytes(), n.tobytes()].of_rest() if found is None else found


def _countable(margin: Margin, rate: Rate, eligible: Bools) -> tuple[Whole, Whole] | None:
    """The people of a rate in eligible groups; None where rows repeat or are weighted, so that none can be dealt."""
    seen = sample(people(margin), rate)
    return None if seen.worth is not None else (seen.counted[eligible], seen.n[eligible])


def _wanted(
    margins: Sequence[Margin], rates: Sequence[Rate], *, min_group: int
) -> dict[Key, tuple[Margin, Rate, Bools]]:
    found: dict[Key, tuple[Margin, Rate, Bools]] = {}
    names = {rate.name for rate in rates}
    for each in margins:
        for rate in rates:
            found[each.by, rate.name] = (each, rate, references.enough(each, rate, min_group=min_group))
            if rate.name in IMPACT_RATIOS:  # where no handful of people is the benchmark
                fit = references.fit_as_benchmark(each, rate, min_group=min_group)
                found[each.by, IMPACT_RATIOS[rate.name]] = (each, rate, fit)
        if {"false_positive_rate", "false_negative_rate"} <= names:
            found[each.by, "treatment_equality"] = (each, MISSED, _with_odds(each, min_group=min_group))
    return {key: each for key, each in found.items() if each[2].sum() >= 2}


def _with_odds(margin: Margin, *, min_group: int) -> Bools:
    """The groups that have false positives to divide by."""
    seen = sample(people(margin), MISSED)
    return references.enough(margin, MISSED, min_group=min_group) & np.asarray(seen.n > seen.counted)


def _named_families(margin: Margin, spreads: Mapping[Key, Spread], *, confidence: float) -> Iterator[Family]:
    for figure in (*NAMED, *TREATMENT, DIFFERENTIAL):
        names = (figure.name,) if figure.name in IMPACT_RATIOS.values() else figure.rates
        parts = [spreads[margin.by, name] for name in names if (margin.by, name) in spreads]
        if len(parts) == len(names):
            yield _named_family(figure, margin, parts, confidence)


def _named_family(figure: NamedFigure, margin: Margin, parts: Sequence[Spread], confidence: float) -> Family:
    if figure in TREATMENT:
        parts = [replace(part, of="odds") for part in parts]
    elif figure == DIFFERENTIAL:
        parts = [*parts, *(replace(part, of="rest") for part in parts)]
    return _family(figure.name, margin, (figure.kind,), parts, confidence)


def _family(name: str, margin: Margin, kinds: Sequence[Kind], parts: Sequence[Spread], confidence: float) -> Family:
    """One test. Of several rates it is Bonferroni's: the smaller p-value times their number."""
    tests = [part.p_value for part in parts if part.of != "rest"]  # the rest of the people is no test of its own
    p_value = np.minimum(1.0, len(tests) * np.min(tests))

    def rows(tested: Sequence[Tested]) -> Iterator[Comparison]:
        for kind in kinds:
            yield _row(name, margin, kind, parts, tested[0], confidence)

    return Family(margin.by, np.array([p_value]), rows)


def _row(
    name: str, margin: Margin, kind: Kind, parts: Sequence[Spread], tested: Tested, confidence: float
) -> Comparison:
    """A spread as a row of the result: of several rates the larger difference or the smaller ratio."""
    farther = np.max if kind == "difference" else np.min
    replicates = farther([part.replicates(kind) for part in parts], axis=0)
    low, high = percentile_interval(replicates, confidence=confidence)
    deals = [found for part in parts if (found := part.dealt(kind)) is not None]
    return Comparison(
        metric=name,
        by=margin.by,
        kind=kind,
        of="max_min",
        group=None,
        reference=None,
        value=defined(farther([part.value(kind) for part in parts])),
        low=defined(low),
        high=defined(high),
        method=margin.method("bootstrap percentile"),
        p_value=tested.p_value,
        p_adjusted=tested.p_adjusted,
        q_value=tested.q_value,
        expected=_average(farther(deals, axis=0)) if len(deals) == len(parts) else None,
    )


def _average(deals: Array) -> float | None:
    """The mean over deals; None where more than one in twenty is undefined."""
    known = deals[np.isfinite(deals)]
    return float(known.mean()) if len(known) >= (1 - MOST_UNDEFINED) * len(deals) else None
