"""The further sums a cell can hold, and what must be true of them."""

from evenhand.fairness.counts.cells import Cell
from evenhand.fairness.counts.columns import MICRO, Columns
from evenhand.fairness.counts.values import refuse


def check_sums(cell: Cell, columns: Columns) -> None:
    """Refuse sums that no people could have made."""
    sums = dict(zip(columns.measures, cell.sums, strict=True))
    if sums.get("above", 0) not in range(cell.n + 1):
        refuse("a cell has more people above the median than it has people")
    for name in ("weight", "exposure", "label", "prediction"):
        if f"{name}_squares" in sums:
            _check_moments(cell.n, sums[f"{name}_sum"], sums[f"{name}_squares"], name)
    if min(sums.get(name, 0) for name in ("weight_sum", "exposure_sum", "absolute_error_sum")) < 0:
        refuse("a weight, exposure or absolute error of a cell is below 0")
    if sums.get("exposure_sum", 0) > cell.n * MICRO:
        refuse("a cell has more exposure than its people can have")


def _check_moments(n: int, total: int, squares: int, name: str) -> None:
    """The mean of squares is never below the square of the mean (Cauchy and Schwarz)."""
    if squares < 0 or total * total > n * squares:
        refuse(f"the {name} sums of a cell contradict each other")
