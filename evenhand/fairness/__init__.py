"""Group fairness: counts in, defensible judgement out. Pure Python, no Django."""

from evenhand.fairness.counts.cells import Cell, Source
from evenhand.fairness.counts.columns import Columns, Filter
from evenhand.fairness.counts.table import Counts
from evenhand.fairness.evaluating import evaluate
from evenhand.fairness.judging.goals import FairnessGoal, Words, read_goals
from evenhand.fairness.measuring.measure import measure
from evenhand.fairness.results import Comparison, Evaluation, GroupResult, MetricValue, Verdict
from evenhand.fairness.scanning.counting import count

__all__ = [
    "Cell",
    "Columns",
    "Comparison",
    "Counts",
    "Evaluation",
    "FairnessGoal",
    "Filter",
    "GroupResult",
    "MetricValue",
    "Source",
    "Verdict",
    "Words",
    "count",
    "evaluate",
    "measure",
    "read_goals",
]
