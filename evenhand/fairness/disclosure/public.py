"""The pieces of a public edition: a group and its parts, and what is said about exceptions and omissions."""

from collections.abc import Mapping
from dataclasses import dataclass

from evenhand.fairness.counts.groups import Group


@dataclass(frozen=True, slots=True)
class PublicScores:
    """Exact sums of a group's scores and of their squares (in millionths), by label where that is shown.

    ``ranks`` are the three whole numbers behind the AUC and its interval.
    """

    total: tuple[int, int]
    by_label: tuple[tuple[int, int], ...] | None
    ranks: tuple[int, int, int] | None


@dataclass(frozen=True)
class PublicGroup:
    """One group: the numbers of each part that is shown. A part that is not there is withheld."""

    by: tuple[str, ...]
    key: tuple[str, ...]
    parts: Mapping[str, tuple[int, ...]]
    scores: PublicScores | None = None

    @property
    def group(self) -> Group:
        """The group as it is written in results."""
        return dict(zip(self.by, self.key, strict=True))

    @property
    def n(self) -> int | None:
        """People in the group; None where that is withheld."""
        return self.parts["n"][0] if "n" in self.parts else None


@dataclass(frozen=True)
class Shown:
    """A group whose numbers are shown however small they are, and why."""

    group: Group
    reason: str


@dataclass(frozen=True)
class Excluded:
    """A group that is shown but not compared, and why."""

    group: Group
    reason: str


@dataclass(frozen=True)
class Omission:
    """Something the full counts have and the edition has not, and why."""

    what: str
    why: str
