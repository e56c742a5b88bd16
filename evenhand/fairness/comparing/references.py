"""Against whom a group is compared: a named group, the largest, everyone, or the best that is eligible."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from evenhand.errors import InputError
from evenhand.fairness.counts.groups import described
from evenhand.fairness.measuring.intervals import Array, Interval, koopman, newcombe, pairing_gain
from evenhand.fairness.measuring.margins import Margin
from evenhand.fairness.measuring.rates import Rate, parts
from evenhand.fairness.measuring.samples import (
    Sample,
    correlation_of,
    correlation_to_rest,
    everyone_else,
    fewness,
    people,
    sample,
)

LARGEST, OVERALL, BEST, ALL_PAIRS = "largest", "overall", "best_eligible", "all_pairs"
KINDS = (LARGEST, OVERALL, BEST)  # one reference for each group

Reference = str | Mapping[str, str]
People = NDArray[np.int64] | NDArray[np.float64]  # whole people, or people as they would be with more data
Places = NDArray[np.intp]
MOST_PAIRS = 20_000
BENCHMARK = 30  # people a group needs to be chosen as the best, as long as any group has them


@dataclass(frozen=True)
class Pairs:
    """Every group of a margin against its reference, for one rate: people and their rates, element by element.

    ``x2 of n2`` is the reference, or everyone else where the reference is everyone; ``share`` is then the group's
    share of everyone, and 0 otherwise. ``worth`` is how many independent people each counts for and ``df`` how well
    that is known (None: one, and well); ``correlation`` that of the two rates where groups share units. ``second``
    are the places of the references, None where that is everyone else.
    """

    index: NDArray[np.intp]
    reference: int | None
    x1: People
    n1: People
    x2: People
    n2: People
    share: Array
    worth1: Array | None = None
    worth2: Array | None = None
    df1: Array | None = None
    df2: Array | None = None
    correlation: Array | None = None
    second: Places | None = None

    @property
    def is_plain(self) -> bool:
        """Whether every row is one independent person of equal weight."""
        return self.worth1 is None

    def effective(self, *, confidence: float) -> tuple[People, People, People, People]:
        """The people as the intervals and tests take them: fewer where rows repeat or weights differ."""
        if self.worth1 is None or self.worth2 is None:
            return self.x1, self.n1, self.x2, self.n2
        first = self.worth1 * fewness(self.df1, confidence=confidence)
        second = self.worth2 * fewness(self.df2, confidence=confidence)
        return self.x1 * first, self.n1 * first, self.x2 * second, self.n2 * second

    def difference(self) -> Array:
        """Group minus reference."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return (1 - self.share) * (self.x1 / self.n1 - self.x2 / self.n2)

    def ratio(self) -> Array:
        """Group over reference; one division of whole numbers, so that 48 % over 60 % is exactly 0.8."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return self._against_everyone((self.x1 * self.n2) / (self.n1 * self.x2))

    def difference_interval(self, *, confidence: float) -> Interval:
        """Newcombe's interval; against everyone, that of the group against everyone else, scaled."""
        sample = self.effective(confidence=confidence)
        low, high = newcombe(*sample, confidence=confidence, correlation=self.correlation)
        return Interval((1 - self.share) * low, (1 - self.share) * high)

    def ratio_interval(self, *, confidence: float) -> Interval:
        """Koopman's interval; against everyone, that of the group against everyone else, transformed."""
        x1, n1, x2, n2 = self.effective(confidence=confidence)
        if self.correlation is not None:
            gain = pairing_gain(x1, n1, x2, n2, self.correlation)
            x1, n1, x2, n2 = x1 * gain, n1 * gain, x2 * gain, n2 * gain
        low, high = koopman(x1, n1, x2, n2, confidence=confidence)
        endless = np.isnan(high) & ~np.isnan(low) & (self.share > 0)  # everyone else has none, everyone has some
        return Interval(self._against_everyone(low), self._against_everyone(np.where(endless, np.inf, high)))

    def _against_everyone(self, ratio: Array) -> Array:
        """The ratio to everyone from the ratio to everyone else: monotone, so intervals carry over."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(self.share > 0, 1 / (self.share + (1 - self.share) / ratio), ratio)


def pairs(margin: Margin, rate: Rate, reference: Reference, *, eligible: NDArray[np.bool_]) -> Pairs:
    """Each group against the reference, which itself is left out; or every two groups once."""
    if reference == OVERALL:
        return _against_everyone_else(margin, rate, sample(people(margin), rate))
    if reference == BEST:
        seen = sample(people(margin), rate)
        chosen = best(seen.x, seen.n, rate, eligible)
        return replace(chosen_pairs(margin, rate, *_others(margin, chosen)), reference=chosen)
    found = chosen_pairs(margin, rate, *places(margin, reference))
    return found if reference == ALL_PAIRS else replace(found, reference=named(margin, reference))


def places(margin: Margin, reference: Reference) -> tuple[Places, Places]:
    """The places of groups and of those they are compared with, where that does not depend on the metric.

    Of all pairs each stands once, the smaller group against the larger.
    """
    return _every_two(margin) if reference == ALL_PAIRS else _others(margin, named(margin, reference))


def _others(margin: Margin, chosen: int | None) -> tuple[Places, Places]:
    """All groups but the chosen one, against it; none without a chosen one."""
    if chosen is None:
        return np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.intp)
    others = np.delete(np.arange(len(margin.keys), dtype=np.intp), chosen)
    return others, np.full(len(others), chosen, dtype=np.intp)


def _every_two(margin: Margin) -> tuple[Places, Places]:
    number = len(margin.keys)
    if number * (number - 1) // 2 > MOST_PAIRS:
        raise InputError(
            f"There are {number * (number - 1) // 2:,} pairs of the {number:,} groups by {', '.join(margin.by)}, more "
            f"than {MOST_PAIRS:,}; lower the order of intersections, or compare with one reference."
        )
    first, second = (each.astype(np.intp) for each in np.triu_indices(number, k=1))
    turned = margin.n[first] > margin.n[second]
    return np.where(turned, second, first), np.where(turned, first, second)


def chosen_pairs(margin: Margin, rate: Rate, first: NDArray[np.intp], second: NDArray[np.intp]) -> Pairs:
    """Pairs of groups by their places: each of ``first`` against the one of ``second``."""
    seen = sample(people(margin), rate)
    one, other = seen.of(first), seen.of(second)
    return Pairs(
        index=first,
        reference=None,
        x1=one.x,
        n1=one.n,
        x2=other.x,
        n2=other.n,
        share=np.zeros(len(first)),
        worth1=one.worth,
        worth2=other.worth,
        df1=one.df,
        df2=other.df,
        correlation=correlation_of(margin, rate, first, second),
        second=second,
    )


def _against_everyone_else(margin: Margin, rate: Rate, seen: Sample) -> Pairs:
    """Each group against all other people, with its share of everyone."""
    rest = sample(everyone_else(margin), rate)
    total = seen.mass.sum()
    return Pairs(
        index=np.arange(len(seen.n)),
        reference=None,
        x1=seen.x,
        n1=seen.n,
        x2=rest.x,
        n2=rest.n,
        share=seen.mass / total if total else np.zeros(len(seen.n)),
        worth1=seen.worth,
        worth2=rest.worth,
        df1=seen.df,
        df2=rest.df,
        correlation=correlation_to_rest(margin, rate),
    )


def best(x: People, n: People, rate: Rate, eligible: NDArray[np.bool_]) -> int | None:
    """The eligible group with the best rate; among equals the one with more people."""
    usable = np.flatnonzero(eligible & (n > 0))
    sign = -1 if rate.better == "low" else 1
    ranked = zip((sign * x[usable] / n[usable]).tolist(), n[usable].tolist(), (-usable).tolist(), strict=True)
    return -max(ranked)[2] if len(usable) else None


def named(margin: Margin, reference: Reference) -> int | None:
    """The index of the reference group: the largest among those that match what was named."""
    wanted = {} if isinstance(reference, str) else {k: v for k, v in reference.items() if k in margin.by}
    fitting: Sequence[int] = range(len(margin.keys))
    if wanted:
        fitting = [each for each in fitting if all(margin.group(each)[name] == wanted[name] for name in wanted)]
    if wanted and not fitting:
        if len(wanted) == 1 or len(margin.by) == 1:
            levels = sorted({margin.group(index)[name] for name in wanted for index in range(len(margin.keys))})
            raise InputError(
                f"There is no group {described(dict(wanted))} to compare with; there are {', '.join(levels[:12])}."
            )
        return None
    known = [index for index in fitting if margin.is_named(index)] or fitting
    people = margin.n.tolist()
    return max(known, key=lambda index: (people[index], -index), default=None)


def parsed(texts: Sequence[str]) -> Reference:
    """A reference from the command line: such as ``overall``, ``all_pairs`` or ``race=Caucasian``."""
    if not texts:
        return LARGEST
    if len(texts) == 1 and texts[0] in (*KINDS, ALL_PAIRS):
        return texts[0]
    found: dict[str, str] = {}
    for text in texts:
        name, equals, level = text.partition("=")
        if not equals:
            known = ", ".join((*KINDS, ALL_PAIRS))
            raise InputError(f"Reference {text!r} is not understood; write column=value, or one of {known}.")
        found[name.strip()] = level.strip()
    return found


def check_reference(reference: Reference, attributes: Sequence[str]) -> None:
    """Refuse a reference of an unknown kind or column."""
    if isinstance(reference, str):
        if reference not in (*KINDS, ALL_PAIRS):
            known = ", ".join((*KINDS, ALL_PAIRS))
            raise InputError(f"Reference {reference!r} is not one of {known} or column=value.")
        return
    for name in reference:
        if name not in attributes:
            raise InputError(f"Reference column {name!r} is not a group column ({', '.join(attributes)}).")


def fit_as_benchmark(margin: Margin, rate: Rate, *, min_group: int) -> NDArray[np.bool_]:
    """Which groups may be the best one others are compared with: a handful of people never sets the benchmark.

    Where fewer than two groups have 30 people, all that are large enough otherwise may.
    """
    strict = enough(margin, rate, min_group=max(min_group, BENCHMARK))
    return strict if strict.sum() >= 2 else enough(margin, rate, min_group=min_group)


def enough(margin: Margin, rate: Rate, *, min_group: int, min_denominator: int = 1) -> NDArray[np.bool_]:
    """Which groups have enough people, and enough in the rate's denominator, to be compared."""
    _, people = parts(margin.cells, rate)
    return np.asarray((people >= max(min_denominator, 1)) & (margin.n >= min_group))
