"""The metrics that are a share of people: what they divide, and which direction is better."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from evenhand.fairness.counts.columns import Columns

# A group's four cells, in this order. Where label or prediction was not counted, everyone is in the 0 half. Where a
# human's decision was counted each is two cells (decision 0, then 1), with a median each of those two again (at most
# the median, then above it): label is the slowest axis, so a mask of 4 means the same on 8 and on 16 cells.
CELLS = ("true negative", "false positive", "false negative", "true positive")
DECISION_CELLS, MEDIAN_CELLS = 8, 16

Mask = tuple[int, ...]
Whole = NDArray[np.int64]
Number = TypeVar("Number", np.int64, np.float64)

ALL: Mask = (1, 1, 1, 1)
NEGATIVE: Mask = (1, 1, 0, 0)
POSITIVE: Mask = (0, 0, 1, 1)
REJECTED: Mask = (1, 0, 1, 0)
SELECTED: Mask = (0, 1, 0, 1)
RIGHT: Mask = (1, 0, 0, 1)

# With the decision: label, prediction, decision.
EVERYONE: Mask = (1,) * 8
FINALLY_SELECTED: Mask = (0, 1) * 4
FINALLY_REJECTED: Mask = (1, 0) * 4
OVERRIDDEN: Mask = (0, 1, 1, 0) * 2
LABEL_0: Mask = (1,) * 4 + (0,) * 4
LABEL_1: Mask = (0,) * 4 + (1,) * 4
ABOVE: Mask = (0, 1) * 8


@dataclass(frozen=True, slots=True)
class Rate:
    """A metric that is ``numerator`` people of ``denominator`` people."""

    name: str
    numerator: Mask
    denominator: Mask
    needs_label: bool
    needs_prediction: bool
    better: Literal["high", "low", "neither"]
    needs_decision: bool = False
    needs_median: bool = False

    @property
    def asks_unseen(self) -> bool:
        """Whether it asks for the labels of people whom the model rejected."""
        rejected = spread(REJECTED, MEDIAN_CELLS) * spread(self.denominator, MEDIAN_CELLS)
        return self.needs_label and bool(rejected.any())


def _both(first: Mask, second: Mask) -> Mask:
    return tuple(a * b for a, b in zip(first, second, strict=True))


def _final(name: str, numerator: Mask, denominator: Mask, better: Literal["high", "low"]) -> Rate:
    """A rate of the human's final decision against the label."""
    return Rate(f"final_{name}", numerator, denominator, True, False, better, needs_decision=True)


RATES: dict[str, Rate] = {
    rate.name: rate
    for rate in (
        Rate("base_rate", POSITIVE, ALL, True, False, "neither"),
        Rate("selection_rate", SELECTED, ALL, False, True, "high"),
        Rate("accuracy", RIGHT, ALL, True, True, "high"),
        Rate("true_positive_rate", (0, 0, 0, 1), POSITIVE, True, True, "high"),
        Rate("false_positive_rate", (0, 1, 0, 0), NEGATIVE, True, True, "low"),
        Rate("true_negative_rate", (1, 0, 0, 0), NEGATIVE, True, True, "high"),
        Rate("false_negative_rate", (0, 0, 1, 0), POSITIVE, True, True, "low"),
        Rate("positive_predictive_value", (0, 0, 0, 1), SELECTED, True, True, "high"),
        Rate("negative_predictive_value", (1, 0, 0, 0), REJECTED, True, True, "high"),
        Rate("false_discovery_rate", (0, 1, 0, 0), SELECTED, True, True, "low"),
        Rate("false_omission_rate", (0, 0, 1, 0), REJECTED, True, True, "low"),
        Rate("override_rate", OVERRIDDEN, EVERYONE, False, True, "neither", needs_decision=True),
        Rate(
            "override_to_positive_rate",
            (0, 1, 0, 0) * 2,
            (1, 1, 0, 0) * 2,
            False,
            True,
            "neither",
            needs_decision=True,
        ),
        Rate(
            "override_to_negative_rate",
            (0, 0, 1, 0) * 2,
            (0, 0, 1, 1) * 2,
            False,
            True,
            "neither",
            needs_decision=True,
        ),
        Rate("final_selection_rate", FINALLY_SELECTED, EVERYONE, False, False, "high", needs_decision=True),
        _final(
            "accuracy",
            tuple(
                a + b for a, b in zip(_both(LABEL_0, FINALLY_REJECTED), _both(LABEL_1, FINALLY_SELECTED), strict=True)
            ),
            EVERYONE,
            "high",
        ),
        _final("true_positive_rate", _both(LABEL_1, FINALLY_SELECTED), LABEL_1, "high"),
        _final("false_positive_rate", _both(LABEL_0, FINALLY_SELECTED), LABEL_0, "low"),
        _final("true_negative_rate", _both(LABEL_0, FINALLY_REJECTED), LABEL_0, "high"),
        _final("false_negative_rate", _both(LABEL_1, FINALLY_REJECTED), LABEL_1, "low"),
        _final("positive_predictive_value", _both(LABEL_1, FINALLY_SELECTED), FINALLY_SELECTED, "high"),
        _final("negative_predictive_value", _both(LABEL_0, FINALLY_REJECTED), FINALLY_REJECTED, "high"),
        Rate("scoring_rate", ABOVE, (1,) * 16, False, False, "high", needs_median=True),
    )
}

# Rates that are no metric of their own: the shares of which F1 and treatment equality are rising functions.
RIGHTLY_SELECTED = Rate("share of those selected or positive", (0, 0, 0, 1), (0, 1, 1, 1), True, True, "high")
MISSED = Rate("share of errors that are false negatives", (0, 0, 1, 0), (0, 1, 1, 0), True, True, "neither")


def available(columns: Columns) -> list[Rate]:
    """The rates that have a value, given what was counted; none where the outcome is not yes or no."""
    if columns.outcome != "binary":
        return []
    return [rate for rate in RATES.values() if _counted(rate, columns) and not _unseen(rate, columns)]


def unseen(columns: Columns) -> list[Rate]:
    """The rates that would need labels nobody saw: of them only worst-case bounds are known."""
    if columns.outcome != "binary":
        return []
    return [rate for rate in RATES.values() if _counted(rate, columns) and _unseen(rate, columns)]


def parts(cells: NDArray[Number], rate: Rate) -> tuple[NDArray[Number], NDArray[Number]]:
    """Numerator and denominator of a rate for tables of shape (..., 4), (..., 8) or (..., 16)."""
    size = cells.shape[-1]
    return cells @ spread(rate.numerator, size), cells @ spread(rate.denominator, size)


@lru_cache(maxsize=1024)
def spread(mask: Mask, size: int) -> Whole:
    """A mask over as many cells as a table has."""
    if len(mask) > size:
        raise ValueError("This rate needs a decision or a median that was not counted.")
    return np.repeat(np.array(mask, dtype=np.int64), size // len(mask))


def _counted(rate: Rate, columns: Columns) -> bool:
    return all(
        (
            columns.label is not None or not rate.needs_label,
            columns.decides or not rate.needs_prediction,
            columns.decision is not None or not rate.needs_decision,
            (columns.median is not None and columns.weight is None) or not rate.needs_median,
        )
    )


def _unseen(rate: Rate, columns: Columns) -> bool:
    return columns.observed == "selected" and rate.asks_unseen
