"""The groups of some attributes as counts have them: who has enough people to be drawn."""

from collections.abc import Sequence
from dataclasses import dataclass

from evenhand.errors import InputError
from evenhand.fairness.counts.bins import GroupBins
from evenhand.fairness.counts.table import Counts
from evenhand.fairness.measuring.margins import Margin, finest, margin
from evenhand.fairness.measuring.rates import RATES, parts
from evenhand.fairness.plots.words import group_label

MOST_NAMED = 6


@dataclass(frozen=True, kw_only=True)
class Scored:
    """A group with its score axis, in people: with and without the outcome, and those of each who are flagged now."""

    label: str
    positives: int
    negatives: int
    rightly_flagged: int
    wrongly_flagged: int
    bins: GroupBins

    @property
    def n(self) -> int:
        """People of the group."""
        return self.positives + self.negatives


def scored_groups(counts: Counts, by: Sequence[str]) -> tuple[Scored, ...]:
    """The groups with their score axes, largest first; InputError where there are none."""
    if counts.columns.score is None or not counts.columns.labeled:
        raise InputError("This plot needs a score and a label; count again with --score and --label.")
    table = table_of(counts, by)
    right, positives = parts(table.cells, RATES["true_positive_rate"])
    wrong, negatives = parts(table.cells, RATES["false_positive_rate"])
    found = [
        Scored(
            label=group_label(table.group(index)),
            positives=int(positives[index]),
            negatives=int(negatives[index]),
            rightly_flagged=int(right[index]),
            wrongly_flagged=int(wrong[index]),
            bins=bins,
        )
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
