"""Group fairness: counts in, defensible judgement out. Pure Python, no Django."""

from evenhand.fairness.cells import Cell, Source
from evenhand.fairness.columns import Columns, Filter
from evenhand.fairness.counting import count
from evenhand.fairness.counts import Counts

__all__ = ["Cell", "Columns", "Counts", "Filter", "Source", "count"]
