"""The further sums a cell can hold, and what must be true of them."""

from collections.abc import Mapping

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
    if columns.is_numeric:
        _check_errors(cell.n, sums, columns)


def _check_moments(n: int, total: int, squares: int, name: str) -> None:
    """The mean of squares is never below the square of the mean (Cauchy and Schwarz)."""
    if squares < 0 or total * total > n * squares:
        refuse(f"the {name} sums of a cell contradict each other")


def _check_errors(n: int, sums: Mapping[str, int], columns: Columns) -> None:
    """What labels, predictions and the errors between them must agree on."""
    errors = sums["prediction_sum"] - sums["label_sum"]
    squares = sums["label_squares"] - 2 * sums["product_sum"] + sums["prediction_squares"]
    absolute = sums["absolute_error_sum"]
    for name, column in (("label", columns.label), ("prediction", columns.prediction)):
        if column is None and sums[f"{name}_squares"]:
            refuse(f"a cell has a {name} sum but no {name} was counted")
    if columns.label is None or columns.prediction is None:
        if sums["product_sum"] or absolute:
            refuse("a cell has errors without both a label and a prediction")
        return
    if sums["product_sum"] ** 2 > sums["label_squares"] * sums["prediction_squares"] or abs(errors) > absolute:
        refuse("the sums of labels, predictions and errors of a cell contradict each other")
    _check_moments(n, absolute, squares, "error")
