"""The metrics that are a share of people: what they divide, and which direction is better."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

# A group's four cells, in this order. Where label or prediction was not counted, everyone is in the 0 half.
CELLS = ("true negative", "false positive", "false negative", "true positive")

Mask = tuple[int, int, int, int]
Whole = NDArray[np.int64]

ALL: Mask = (1, 1, 1, 1)
NEGATIVE: Mask = (1, 1, 0, 0)
POSITIVE: Mask = (0, 0, 1, 1)
REJECTED: Mask = (1, 0, 1, 0)
SELECTED: Mask = (0, 1, 0, 1)
RIGHT: Mask = (1, 0, 0, 1)


@dataclass(frozen=True, slots=True)
class Rate:
    """A metric that is ``numerator`` people of ``denominator`` people."""

    name: str
    numerator: Mask
    denominator: Mask
    needs_label: bool
    needs_prediction: bool
    better: Literal["high", "low", "neither"]


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
    )
}


def available(*, label: bool, prediction: bool) -> list[Rate]:
    """The rates that can be had from what was counted."""
    return [
        rate for rate in RATES.values() if (label or not rate.needs_label) and (prediction or not rate.needs_prediction)
    ]


def parts(cells: NDArray[np.int64], rate: Rate) -> tuple[Whole, Whole]:
    """Numerator and denominator of a rate for tables of shape (..., 4)."""
    return cells @ np.array(rate.numerator), cells @ np.array(rate.denominator)
