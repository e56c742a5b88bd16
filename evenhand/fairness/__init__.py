"""Group fairness: counts in, defensible judgement out. Pure Python, no Django."""

from evenhand.fairness.comparing.adjusted import Adjusted, adjusted
from evenhand.fairness.comparing.conditional import Conditional, conditional
from evenhand.fairness.comparing.detecting import SampleSize, detectable_difference, sample_size
from evenhand.fairness.comparing.equivalence import equivalence
from evenhand.fairness.comparing.parity import ParitySpread, expected_under_parity
from evenhand.fairness.counts.cells import Cell, Source
from evenhand.fairness.counts.columns import Columns, Filter
from evenhand.fairness.counts.table import Counts
from evenhand.fairness.evaluating import evaluate
from evenhand.fairness.judging.goals import FairnessGoal, Words, read_goals
from evenhand.fairness.measuring.axes import calibration_curve, roc_curve
from evenhand.fairness.measuring.measure import measure
from evenhand.fairness.measuring.missing import missing_bounds
from evenhand.fairness.measuring.probable import membership_differences, membership_rates
from evenhand.fairness.outcomes.confusion import confusion_matrix, one_vs_rest
from evenhand.fairness.results import Comparison, Evaluation, GroupResult, MetricValue, Verdict
from evenhand.fairness.scanning.counting import count
from evenhand.fairness.scanning.memberships import count_memberships

__all__ = [
    "Adjusted",
    "Cell",
    "Columns",
    "Comparison",
    "Conditional",
    "Counts",
    "Evaluation",
    "FairnessGoal",
    "Filter",
    "GroupResult",
    "MetricValue",
    "ParitySpread",
    "SampleSize",
    "Source",
    "Verdict",
    "Words",
    "adjusted",
    "calibration_curve",
    "conditional",
    "confusion_matrix",
    "count",
    "count_memberships",
    "detectable_difference",
    "equivalence",
    "evaluate",
    "expected_under_parity",
    "measure",
    "membership_differences",
    "membership_rates",
    "missing_bounds",
    "one_vs_rest",
    "read_goals",
    "roc_curve",
    "sample_size",
]
