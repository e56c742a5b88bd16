"""The evidence: a table of counts, its columns, cells and score axes, and the document they are written in."""

from evenhand.fairness.counts.cells import Cell, Source
from evenhand.fairness.counts.columns import Columns, Filter
from evenhand.fairness.counts.table import Counts

__all__ = ["Cell", "Columns", "Counts", "Filter", "Source"]
