"""The score axis: bins, their merging so that none holds too few people, and their common coarsening."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil

FINE = 1024  # bins over the score's range, for the whole and for single attributes
COARSE_STEP = 16  # fine bins in one coarse bin, for intersections
QUANTILES = 32  # an intersection's bins hold at least 1/32 of its people
MIN_PEOPLE = 10


@dataclass(frozen=True, slots=True, order=True)
class Bin:
    """People of one group whose scores fall between two fine bins, both included.

    ``n_positive`` is None where no label was counted. ``score_sum`` is in millionths.
    """

    first: int
    last: int
    n: int
    n_positive: int | None
    score_sum: int


@dataclass(frozen=True, slots=True)
class Ranks:
    """How positives and negatives of a group rank against each other, before bins were merged: exact whole numbers.

    Each positive wins 2 over a negative in a lower bin and 1 over one in the same bin; ``wins`` is their sum,
    ``squares_positive`` and ``squares_negative`` the sums of the squared wins of each positive and over each negative.
    """

    wins: int
    squares_positive: int
    squares_negative: int


@dataclass(frozen=True, slots=True)
class GroupBins:
    """The score axis of one group. ``ranks`` is None without labels, or where merged axes were added."""

    by: tuple[str, ...]
    group: tuple[str, ...]
    bins: tuple[Bin, ...]
    ranks: Ranks | None = None


def ordered(tables: Iterable[GroupBins], attributes: Sequence[str]) -> tuple[GroupBins, ...]:
    """Axes in their one order: single attributes first, as they were named, then their intersections."""
    return tuple(
        sorted(tables, key=lambda table: (len(table.by), [attributes.index(name) for name in table.by], table.group))
    )


def ranked(bins: Iterable[Bin]) -> Ranks | None:
    """The ranks of a group from its bins; None where there are no labels."""
    parts = sorted(bins)
    if any(part.n_positive is None for part in parts):
        return None
    pairs = [(part.n_positive or 0, part.n - (part.n_positive or 0)) for part in parts]
    wins = squares_positive = squares_negative = below = 0
    above = sum(positive for positive, _ in pairs)
    for positive, negative in pairs:
        above -= positive
        of_positive, over_negative = 2 * below + negative, 2 * above + positive
        wins += positive * of_positive
        squares_positive += positive * of_positive**2
        squares_negative += negative * over_negative**2
        below += negative
    return Ranks(wins, squares_positive, squares_negative)


def possible_wins(bins: Iterable[Bin]) -> tuple[int, int]:
    """The fewest and most wins that bins allow, whatever order people have inside them."""
    ties = sum((part.n_positive or 0) * (part.n - (part.n_positive or 0)) for part in bins)
    middle = ranked(bins)
    return (middle.wins - ties, middle.wins + ties) if middle else (0, 0)


def joined(parts: Sequence[Bin]) -> Bin:
    """Several bins as one that spans them all."""
    positives = [part.n_positive for part in parts]
    return Bin(
        first=min(part.first for part in parts),
        last=max(part.last for part in parts),
        n=sum(part.n for part in parts),
        n_positive=None if None in positives else sum(value for value in positives if value is not None),
        score_sum=sum(part.score_sum for part in parts),
    )


def guarded(bins: Iterable[Bin], *, minimum: int) -> tuple[Bin, ...]:
    """Neighbouring bins merged from the lowest score up until each holds ``minimum`` people.

    What is left over at the top joins the last bin; a whole group smaller than that is one bin.
    """
    merged: list[Bin] = []
    waiting: list[Bin] = []
    for part in sorted(bins):
        waiting.append(part)
        if sum(each.n for each in waiting) >= minimum:
            merged.append(joined(waiting))
            waiting = []
    if waiting:
        last = [merged.pop()] if merged else []
        merged.append(joined(last + waiting))
    return tuple(merged)


def handed_on(table: GroupBins, *, minimum: int) -> GroupBins:
    """A group's axis as it leaves the machine: merged, and for an intersection also reduced to broad quantiles."""
    if minimum <= 1:
        return table
    if len(table.by) > 1:
        minimum = max(minimum, ceil(sum(part.n for part in table.bins) / QUANTILES))
    merged = guarded(table.bins, minimum=minimum)
    # Bins that were merged before have their ranks already; merging again must not blur them.
    return GroupBins(table.by, table.group, merged, table.ranks or ranked(table.bins))


def together(first: GroupBins, second: GroupBins) -> GroupBins:
    """The same group from two counts. Ranks do not add, so they are found anew: exactly if no bin was merged yet."""
    return GroupBins(first.by, first.group, added(first.bins, second.bins))


def added(first: Iterable[Bin], second: Iterable[Bin]) -> tuple[Bin, ...]:
    """Two axes of the same group on their common coarsening: bins that overlap become one."""
    result: list[Bin] = []
    for part in sorted([*first, *second]):
        if result and part.first <= result[-1].last:
            result[-1] = joined([result[-1], part])
        else:
            result.append(part)
    return tuple(result)
