"""Metrics by group without comparisons are those of the whole evaluation."""

from dataclasses import replace

import pytest

from evenhand.errors import InputError
from evenhand.fairness import Counts, evaluate, measure

ROWS = [
    {"sex": sex, "race": race, "y": label, "p": decision, "n": 10 + 7 * label + 5 * decision + len(race + sex)}
    for sex in ("f", "m")
    for race in ("a", "bb")
    for label in (0, 1)
    for decision in (0, 1)
]
COUNTS = Counts.from_cells(ROWS, groups=["sex", "race"], label="y", prediction="p")


def test_they_are_the_groups_of_an_evaluation() -> None:
    whole = tuple(replace(group, shrunken={}) for group in evaluate(COUNTS, replicates=100).groups)
    assert measure(COUNTS) == whole


def test_a_rate_by_hand() -> None:
    women = next(group for group in measure(COUNTS) if group.group == {"sex": "f"})
    found = women.metrics["true_positive_rate"]
    assert (found.numerator, found.denominator) == (24 + 25, 24 + 25 + 19 + 20)


def test_order_leaves_intersections_out() -> None:
    assert [group.group for group in measure(COUNTS, order=1)] == [
        {},
        {"sex": "f"},
        {"sex": "m"},
        {"race": "a"},
        {"race": "bb"},
    ]


@pytest.mark.parametrize("wrong", [{"order": 0}, {"confidence": 1.0}])
def test_impossible_choices_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(InputError):
        measure(COUNTS, **wrong)  # type: ignore[arg-type]
