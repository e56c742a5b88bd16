"""What a reader is told about how rows became evidence."""

import numpy as np
import pandas as pd

from evenhand.fairness import Counts, evaluate
from tests.core.fairness.published import COMPAS, cells
from tests.core.fairness.repeated import counts_of_units, counts_of_weights

PLAIN = "Rows were taken as independent people."


def frame(n: int) -> pd.DataFrame:
    random = np.random.default_rng(1)
    found = pd.DataFrame({"g": random.choice(["a", "b"], n), "y": random.integers(0, 2, n), "unit": np.arange(n) // 5})
    return found.assign(p=random.integers(0, 2, n), w=random.uniform(0.5, 2, n).round(6))


def test_independence_is_said_only_where_it_was_taken() -> None:
    plain = Counts.from_cells(cells(COMPAS), groups=["race"], label="label", prediction="prediction")
    assert PLAIN in evaluate(plain, replicates=100).warnings
    units = evaluate(counts_of_units(frame(200)), replicates=100).warnings
    assert any(each.startswith("Rows were summarised per unit: 40 units.") for each in units)
    assert PLAIN not in units
    weights = evaluate(counts_of_weights(frame(200)), replicates=100).warnings
    assert any(each.startswith("People are weighted by w:") for each in weights)


def test_few_units_are_named() -> None:
    rows = frame(60)
    units = rows[rows["g"] == "a"]["unit"].nunique()
    warnings = evaluate(counts_of_units(rows), replicates=100).warnings
    assert any(each.startswith(f"g=a has {units} units: too few") for each in warnings)


def test_missing_groups_are_said_with_what_they_could_change() -> None:
    """The gap of 0.2 could be 0.091 to 0.273 with twenty people of unknown group, ten of them selected."""
    rows = [
        {"g": level, "p": prediction, "n": n}
        for level, numbers in (("a", (40, 60)), ("b", (60, 40)), (None, (10, 10)))
        for prediction, n in enumerate(numbers)
    ]
    warnings = evaluate(Counts.from_cells(rows, groups=["g"], prediction="p"), replicates=100).warnings
    expected = f"gap in selection_rate between known groups is between {60 / 110 - 50 / 110:.3f} and"
    (found,) = [each for each in warnings if each.startswith("g is missing for 20 people.")]
    assert expected in found
    assert found.endswith(f"and {70 / 110 - 40 / 110:.3f}.")
