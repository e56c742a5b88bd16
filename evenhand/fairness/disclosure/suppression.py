"""Which parts of which groups are withheld: the small ones, and as many more as it takes to protect them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evenhand.errors import InputError
from evenhand.fairness.counts.table import Counts
from evenhand.fairness.disclosure.audit import Audit
from evenhand.fairness.disclosure.heads import heads
from evenhand.fairness.disclosure.lattice import EVERYONE, Lattice, lattice
from evenhand.fairness.disclosure.shape import ABOVE, CELLS, FINER, LABEL, PREDICTION, N, Whole

MINIMUM = 10
MOST_WORK = 7 * 10**8  # numbers to protect x unknowns squared: up to a minute; beyond it fewer attributes are crossed
# What may be withheld to protect a number of a part, the least harmful first, and how much each says of a group.
LADDER = {
    N: (N,),
    ABOVE: (ABOVE, N),
    LABEL: (LABEL, N),
    PREDICTION: (PREDICTION, N),
    CELLS: (CELLS, LABEL, PREDICTION, N),
}
WORTH = {CELLS: 1, ABOVE: 2, LABEL: 2, PREDICTION: 2, N: 4}

Forced = Mapping[int, frozenset[str]]  # the parts of a group that are shown for a stated reason
ForcedOf = Callable[[Lattice], Forced]


@dataclass(frozen=True)
class Rule:
    """From how many people on a number is shown, and whether a 0 is as telling as a small number."""

    minimum: int = MINIMUM
    hide_uniform: bool = False

    def __post_init__(self) -> None:
        if self.minimum < 2:
            raise InputError(f"The smallest number shown must be 2 or more, not {self.minimum}.")


@dataclass(frozen=True)
class Suppression:
    """What is shown of each group. ``exposed`` names small numbers that what must be shown narrows down."""

    lattice: Lattice
    shown: NDArray[np.bool_]
    small: frozenset[tuple[int, str]]
    exposed: tuple[tuple[int, str], ...]
    too_large: bool = False

    def is_shown(self, group: int, part: str) -> bool:
        """Whether a part of a group is shown."""
        return bool(self.shown[group, self.lattice.shape.parts.index(part)])


def suppressed(counts: Counts, rule: Rule, *, order: int, forced_of: ForcedOf) -> Suppression:
    """The suppression at the highest order, up to ``order``, at which everything small can be protected in time."""
    if counts.n_rows < rule.minimum:
        raise InputError(
            f"The table counts {counts.n_rows} people, fewer than the smallest number shown ({rule.minimum}): "
            "nothing of it can be published."
        )
    too_large = False
    for each in range(order, -1, -1):
        table = lattice(counts, order=each)
        forced = forced_of(table)
        numbers = list(sensitive(table, heads(counts, table), rule, forced))
        if each > 1 and len(numbers) * table.people.size**2 > MOST_WORK:
            too_large = True
            continue
        found = _protected(table, rule, forced, numbers)
        if forced or not found.exposed:
            break
    return Suppression(found.lattice, found.shown, found.small, found.exposed, too_large)


def sensitive(table: Lattice, people: Whole, rule: Rule, forced: Forced) -> Iterator[tuple[int, str, int]]:
    """Every number that must not be worked out: group, part, place. Coarse parts first, smaller groups later.

    ``people`` are the (fewest) people behind each number. In a small group a 0 must not be worked out either: it says
    of each of a handful of people what they are not.
    """
    n = people[:, 0]
    for part in table.shape.parts:
        numbers = people[:, table.shape.places[part]]
        small = (numbers > 0) & (numbers < rule.minimum)
        telling = numbers == 0
        if not rule.hide_uniform:
            telling = telling & (n < rule.minimum)[:, None]
        # Of a class that nobody at all belongs to there is nothing to hide.
        wanted = small | (telling & (numbers[EVERYONE] > 0)[None, :])
        for group, place in np.argwhere(wanted):
            if part not in forced.get(int(group), ()):
                yield int(group), part, int(place)


def _protected(table: Lattice, rule: Rule, forced: Forced, numbers: list[tuple[int, str, int]]) -> Suppression:
    audit = Audit(table, np.ones((len(table.groups), len(table.shape.parts)), dtype=bool))
    for group, part, _ in numbers:
        audit.withhold(group, part)
    for group, parts in forced.items():
        for part in parts:
            audit.show(group, part)
    exposed = []
    for group, part, place in numbers:
        if not _settled(audit, rule, forced, group, part, place):
            exposed.append((group, part))
    small = frozenset((group, part) for group, part, _ in numbers)
    _show_what_is_known(audit, small)
    return Suppression(table, audit.shown, small, tuple(dict.fromkeys(exposed)))


def _show_what_is_known(audit: Audit, small: frozenset[tuple[int, str]]) -> None:
    """Show again what was withheld for others' sake and follows from the rest anyway: nobody learns anything by it."""
    shape = audit.lattice.shape
    for part in shape.parts:
        coarser = [each for each, finer in FINER.items() if part in finer and each != part and each in shape.parts]
        for group in range(len(audit.lattice.groups)):
            if audit.is_shown(group, part) or (group, part) in small:
                continue
            numbers = [audit.lattice.number(group, part, place) for place in range(len(shape.blocks[part]))]
            if all(audit.is_shown(group, each) for each in coarser) and all(map(audit.is_known, numbers)):
                audit.show(group, part)


def _settled(audit: Audit, rule: Rule, forced: Forced, group: int, part: str, place: int) -> bool:
    """Withhold more, the cheapest first, until the number may lie anywhere in a wide range; False if it cannot."""
    number = audit.lattice.number(group, part, place)
    # A few people with many rows: the rows must be as uncertain as they are many.
    enough = max(rule.minimum, int(audit.lattice.values.reshape(-1)[number]))
    while True:
        span = audit.span(number, enough=enough)
        missing = enough - span.width
        if missing <= 0:
            return True
        offset = number % len(audit.lattice.shape.masks)
        options = [
            (_price(audit.lattice, each, step, offset, missing), each, step)
            for each in span.held_by
            for step in _steps(audit, forced, each, part)
        ]
        if not options:
            return False
        _, cheapest, step = min(options)
        audit.withhold(cheapest, step)


def _steps(audit: Audit, forced: Forced, group: int, part: str) -> list[str]:
    """The least parts of a group that are still shown and may be withheld to protect a number of ``part``."""
    must = forced.get(group, frozenset())
    free = [
        step
        for step in LADDER[part]
        if step in audit.lattice.shape.parts
        and audit.is_shown(group, step)
        and step not in must
        and not (step == N and (group == EVERYONE or must))
    ]
    return free[:2] if free[:1] == [LABEL] and PREDICTION in free else free[:1]


def _price(table: Lattice, group: int, part: str, offset: int, missing: int) -> float:
    """People of whom less is said, for each person by whom the number may then be off."""
    gain = min(missing, max(1, int(table.values[group, offset])))
    return int(table.n[group]) * WORTH[part] / gain
