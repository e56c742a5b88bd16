"""Pictures of what the engine found, as SVG, each with the same finding in words and as a table.

Drawn with Altair and vl-convert, which are imported when the first plot is drawn: ``pip install evenhand[plots]``.
"""

from evenhand.fairness.plots.calibration import calibration_plot
from evenhand.fairness.plots.funnel import funnel_plot
from evenhand.fairness.plots.impossibility import impossibility_plot
from evenhand.fairness.plots.interval import Question, interval_plot
from evenhand.fairness.plots.matrix import matrix_plot
from evenhand.fairness.plots.plot import Plot, Table
from evenhand.fairness.plots.roc import roc_plot
from evenhand.fairness.plots.thresholds import thresholds_plot

__all__ = [
    "Plot",
    "Question",
    "Table",
    "calibration_plot",
    "funnel_plot",
    "impossibility_plot",
    "interval_plot",
    "matrix_plot",
    "roc_plot",
    "thresholds_plot",
]
