"""Counts of people whose group is known as probabilities only: sums of probabilities beside the people."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from evenhand.errors import IncompatibleCountsError

BANDS = 20  # equal bands of a level's probability
SHARE = 10_000  # products of two probabilities are summed in squares of this, sums in millionths

Four = tuple[int, int, int, int]  # label 0 then 1, within each prediction 0 then 1


@dataclass(frozen=True, slots=True)
class ProbabilityBand:
    """People whose probability of one level (by place) lies in one of 20 bands: their number and probabilities."""

    level: int
    band: int
    n: Four
    mass: Four


@dataclass(frozen=True, slots=True)
class LevelPair:
    """For two levels (the first not behind the second) the sums of products of probabilities."""

    first: int
    second: int
    products: Four


@dataclass(frozen=True)
class MembershipCounts:
    """What rates of groups that are known only by probability can be estimated from; it adds up over parts of the rows.

    Where label or prediction was not counted, everybody is in its 0 half.
    """

    attribute: str
    levels: tuple[str, ...]
    label: str | None
    prediction: str | None
    bands: tuple[ProbabilityBand, ...]
    pairs: tuple[LevelPair, ...]

    @property
    def n_rows(self) -> int:
        """How many people were counted."""
        return sum(sum(band.n) for band in self.bands if band.level == 0)

    def __add__(self, other: "MembershipCounts") -> "MembershipCounts":
        """Both together; the columns and levels must be the same."""
        for name in ("attribute", "levels", "label", "prediction"):
            if getattr(self, name) != getattr(other, name):
                raise IncompatibleCountsError(f"These counts of memberships do not add up: their {name} differ.")
        return MembershipCounts(
            self.attribute,
            self.levels,
            self.label,
            self.prediction,
            merged_bands((*self.bands, *other.bands)),
            merged_pairs((*self.pairs, *other.pairs)),
        )


def merged_bands(bands: Iterable[ProbabilityBand]) -> tuple[ProbabilityBand, ...]:
    """Bands of the same level and probability as one, in order."""
    held: dict[tuple[int, int], list[ProbabilityBand]] = defaultdict(list)
    for band in bands:
        held[band.level, band.band].append(band)
    return tuple(
        ProbabilityBand(level, place, _sum(each.n for each in same), _sum(each.mass for each in same))
        for (level, place), same in sorted(held.items())
    )


def merged_pairs(pairs: Iterable[LevelPair]) -> tuple[LevelPair, ...]:
    """Products of the same two levels as one, in order."""
    held: dict[tuple[int, int], list[LevelPair]] = defaultdict(list)
    for pair in pairs:
        held[pair.first, pair.second].append(pair)
    return tuple(LevelPair(*key, _sum(each.products for each in same)) for key, same in sorted(held.items()))


def _sum(parts: Iterable[Four]) -> Four:
    a, b, c, d = (sum(values) for values in zip(*parts, strict=True))
    return (a, b, c, d)
