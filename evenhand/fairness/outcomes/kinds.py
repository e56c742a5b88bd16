"""Which kind of outcome the counts hold, and what its evaluation adds to that of yes or no."""

from collections.abc import Sequence

from evenhand.fairness.counts.table import Counts
from evenhand.fairness.measuring.margins import Finest, Margin
from evenhand.fairness.outcomes import classes, numeric, ranked_lists
from evenhand.fairness.outcomes.findings import Choices, Findings

NONE = Findings(lambda margin: [{} for _ in margin.keys], (), ())


def found(counts: Counts, table: Finest, margins: Sequence[Margin], choices: Choices) -> Findings:
    """The findings of classes, quantities and ranked lists; none for an outcome of yes or no alone.

    ``margins`` are those of everyone and of each combination of attributes.
    """
    if counts.columns.outcome == "classes":
        return classes.found(counts, margins, choices)
    if counts.columns.is_numeric:
        return numeric.found(counts, table, margins, choices)
    if counts.columns.rank is not None:
        return ranked_lists.found(counts, table, margins, choices)
    return NONE
