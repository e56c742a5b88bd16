"""Tests that belong together: Holm's correction within a family, Benjamini and Hochberg's over all of them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from evenhand.fairness.comparing.significance import benjamini_hochberg, holm
from evenhand.fairness.measuring.intervals import Array
from evenhand.fairness.results import Comparison, defined


class Tested(NamedTuple):
    """What a test says by itself, within its family, and among all tests of the evaluation."""

    p_value: float | None
    p_adjusted: float | None
    q_value: float | None


Rows = Callable[[Sequence[Tested]], Iterable[Comparison]]


@dataclass(frozen=True)
class Family:
    """The comparisons of one metric and combination of attributes.

    ``p_values`` has one test for each pair of groups (``nan``: none holds); ``rows`` writes the comparisons once their
    corrections are known. The difference and the ratio of two groups are one test.
    """

    by: tuple[str, ...]
    p_values: Array
    rows: Rows

    @property
    def size(self) -> int:
        """How many tests it has."""
        return int(np.isfinite(self.p_values).sum())


def compared(families: Sequence[Family], others: Sequence[Comparison] = ()) -> list[Comparison]:
    """The rows of all families, each with its corrected p-values; ``others`` were made elsewhere and come last."""
    tests = list(dict.fromkeys(_test(row) for row in others if row.p_value is not None))
    every = np.concatenate([*(family.p_values for family in families), [test[-1] for test in tests]])
    q_values = benjamini_hochberg(every)
    rows: list[Comparison] = []
    start = 0
    for family in families:
        stop = start + len(family.p_values)
        rows += family.rows(_tested(family.p_values, q_values[start:stop]))
        start = stop
    found = dict(zip(tests, q_values[start:].tolist(), strict=True))
    return rows + [row if row.p_value is None else replace(row, q_value=found[_test(row)]) for row in others]


def _test(row: Comparison) -> tuple[Any, ...]:
    """What makes two rows the same test: the difference and the ratio of the same groups."""
    groups = (tuple(group.items()) if group else None for group in (row.group, row.reference))
    return (row.metric, row.by, row.of, row.within, *groups, row.p_value)


def sizes(families: Iterable[Family]) -> dict[tuple[str, ...], int]:
    """For each combination of attributes the largest family, in the order they were compared."""
    found: dict[tuple[str, ...], int] = {}
    for family in families:
        found[family.by] = max(found.get(family.by, 0), family.size)
    return found


def n_tests(families: Iterable[Family], others: Sequence[Comparison] = ()) -> int:
    """How many tests there are in all."""
    return sum(family.size for family in families) + len({_test(row) for row in others if row.p_value is not None})


def _tested(p_values: Array, q_values: Array) -> list[Tested]:
    plain = [defined(p) for p in p_values]
    return [Tested(*each) for each in zip(plain, holm(plain), map(defined, q_values), strict=True)]
