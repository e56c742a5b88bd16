"""The groups of some attributes as counts have them: who has enough people to be drawn."""

from collections.abc import Sequence
from dataclasses import dataclass

from evenhand.errors import InputError
from evenhand.fairness.counts.bins import GroupBins
from evenhand.fairness.counts.table import Counts
from evenhand.fairness.measuring.margins import Margin, finest, margin
from evenhand.fairness.plots.words import group_label

MOST_NAMED = 6


@dataclass(frozen=True, kw_only=True)
class Scored:
    """A group with its score axis; ``cells`` are true negatives, false positives, false negatives, true positives."""

    label: str
    cells: tuple[int, int, int, int]
    bins: GroupBins

    @property
    def n(self) -> int:
        """People of the group."""
        return sum(self.cells)

    @property
    def positives(self) -> int:
        """People with the outcome."""
        return self.cells[2] + self.cells[3]

    @property
    def negatives(self) -> int:
        """People without it."""
        return self.cells[0] + self.cells[1]


def scored_groups(counts: Counts, by: Sequence[str]) -> tuple[Scored, ...]:
    """The groups with their score axes, largest first; InputError where there are none."""
    if counts.columns.score is None or counts.columns.label is None:
        raise InputError("This plot needs a score and a label; count again with --score and --label.")
    table = table_of(counts, by)
    found = [
        Scored(label=group_label(table.group(index)), cells=_four(table, index), bins=bins)
        for index, bins in enumerate(table.bins)
        if bins is not None
    ]
    if not found:
        raise InputError(
            f"These counts have no score axis for {', '.join(by) or 'everybody'}; count with a higher order."
        )
    return tuple(sorted(found, key=lambda group: (-group.n, group.label)))


def table_of(counts: Counts, by: Sequence[str]) -> Margin:
    """The groups of some attributes; InputError where an attribute was not counted."""
    for name in by:
        if name not in counts.attributes:
            raise InputError(f"Column {name!r} was not counted ({', '.join(counts.attributes)}).")
    return margin(counts, finest(counts), by)


def too_few(names: Sequence[tuple[str, int]], minimum: int, *, of: str = "people") -> str:
    """One sentence naming the groups that are not drawn, with their people; empty where there are none."""
    if not names:
        return ""
    shown = ", ".join(f"{label} ({n:,})" for label, n in names[:MOST_NAMED])
    rest = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return f"Not enough data, {minimum} {of} needed: {shown}{rest}."


def _four(table: Margin, index: int) -> tuple[int, int, int, int]:
    tn, fp, fn, tp = (int(cell) for cell in table.confusion[index])
    return tn, fp, fn, tp
