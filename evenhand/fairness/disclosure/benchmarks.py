"""Whether what is shown settles who is compared with whom: a withheld group could have been the reference."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from evenhand.fairness.comparing.references import ALL_PAIRS, BENCHMARK, BEST, LARGEST, OVERALL, Reference
from evenhand.fairness.counts.columns import MISSING
from evenhand.fairness.disclosure.edition import PublicEdition
from evenhand.fairness.disclosure.needs import BENCHMARKED
from evenhand.fairness.disclosure.public import PublicGroup
from evenhand.fairness.disclosure.publishing import NYC_LL144, ONE_IN
from evenhand.fairness.results import Comparison


@dataclass(frozen=True)
class Table:
    """The groups of one combination of attributes."""

    edition: PublicEdition
    groups: tuple[PublicGroup, ...]

    @property
    def by(self) -> tuple[str, ...]:
        """The attributes."""
        return self.groups[0].by

    @cached_property
    def with_n(self) -> list[PublicGroup]:
        """The groups whose number of people is shown."""
        return [each for each in self.groups if each.n is not None]

    @cached_property
    def hidden(self) -> int:
        """People in the groups whose number is withheld."""
        return self.edition.n_rows - sum(each.n or 0 for each in self.with_n)

    @property
    def least(self) -> int:
        """The smallest group that may be compared with: 2 % of all where that is the rule."""
        return -(-self.edition.n_rows // ONE_IN) if self.edition.preset == NYC_LL144 else 1

    def usable(self, reference: Reference) -> Reference:
        """The reference in this table; everyone where it cannot be told."""
        if isinstance(reference, str):
            return reference if self._is_settled(reference) else OVERALL
        mine = {name: level for name, level in reference.items() if name in self.by}
        if not mine:
            return LARGEST if self._is_settled(LARGEST) else OVERALL
        return mine if self._is_settled(mine) else OVERALL

    def settles(self, row: Comparison, part: str, reference: Reference) -> bool:
        """Whether the row is the one the full counts would have."""
        if row.of == "max_min":
            return all(part in each.parts for each in self.groups)
        if row.metric in BENCHMARKED:
            excluded = [each.group for each in self.edition.excluded]
            return row.group not in excluded and self._has_benchmark(part)
        used = self.usable(reference)
        if used == OVERALL:
            return reference == OVERALL and all(part in each.parts for each in self.groups)
        return used != BEST or all(part in each.parts for each in self.groups)

    def sides(self, row: Comparison) -> list[PublicGroup]:
        """The groups a row compares; all groups for a spread."""
        if row.of == "max_min" or row.reference == {}:
            return list(self.groups)
        return [each for each in self.groups if each.group in (row.group, row.reference)]

    def _is_settled(self, reference: Reference) -> bool:
        """Whether the reference is surely a group that is shown."""
        if reference in (OVERALL, BEST, ALL_PAIRS):
            return True
        wanted: Mapping[str, str] = {} if isinstance(reference, str) else reference
        fitting = [each for each in self.groups if all(each.group[name] == level for name, level in wanted.items())]
        known = [each for each in fitting if MISSING not in each.key] or fitting
        largest = max((each.n or 0 for each in known), default=0)
        return bool(largest) and (all(each.n is not None for each in known) or largest > self.hidden)

    def _has_benchmark(self, part: str) -> bool:
        """Whether the best eligible group is surely one that is shown: no withheld group has the people to be it."""
        if all(part in each.parts for each in self.groups):
            return True
        enough = max(BENCHMARK, self.least)
        shown = sum(1 for each in self.groups if part in each.parts and (each.n or 0) >= enough)
        could = any(part not in each.parts and each.n is not None and each.n >= BENCHMARK for each in self.groups)
        return shown >= 2 and not could and self.hidden < BENCHMARK
