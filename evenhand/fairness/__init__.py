"""Group fairness: counts in, defensible judgement out. Pure Python, no Django."""

from evenhand.fairness.cells import Cell, Source
from evenhand.fairness.columns import Columns, Filter
from evenhand.fairness.counting import count
from evenhand.fairness.counts import Counts
from evenhand.fairness.evaluating import evaluate
from evenhand.fairness.goals import FairnessGoal, Words, read_goals
from evenhand.fairness.results import Comparison, Evaluation, GroupResult, MetricValue, Verdict

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
    "read_goals",
]
