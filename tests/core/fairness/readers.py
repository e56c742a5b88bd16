"""A careful reader of public editions, written from the document alone: what can be worked out of what is withheld."""

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from evenhand.fairness import Counts

CLASSES = ((0, 0), (0, 1), (1, 0), (1, 1))
# The numbers of a group that counts labels and predictions, as sums of its four classes.
NUMBERS = {
    "n": ((0, 1, 2, 3),),
    "label": ((0, 1), (2, 3)),
    "prediction": ((0, 2), (1, 3)),
    "cells": ((0,), (1,), (2,), (3,)),
}

Number = tuple[tuple[str, ...], tuple[str, ...], str, int]


def tables(*, attributes: int, most: int, levels: int = 3) -> st.SearchStrategy[Counts]:
    """Counts of two or more levels an attribute, each cell up to ``most`` people, many of them empty."""
    sizes = st.tuples(*(st.integers(2, levels) for _ in range(attributes)))
    return sizes.flatmap(lambda chosen: _filled(chosen, most))


def _filled(sizes: tuple[int, ...], most: int) -> st.SearchStrategy[Counts]:
    keys = list(product(*(range(size) for size in sizes)))
    cell = st.one_of(st.integers(0, 3), st.integers(0, most))
    return st.lists(cell, min_size=4 * len(keys), max_size=4 * len(keys)).map(lambda ns: _counts(keys, ns))


def _counts(keys: list[tuple[int, ...]], ns: list[int]) -> Counts:
    rows: list[dict[str, Any]] = [
        {**{f"a{place}": f"l{level}" for place, level in enumerate(key)}, "y": label, "p": prediction, "n": n}
        for (key, (label, prediction)), n in zip(product(keys, CLASSES), ns, strict=True)
    ]
    rows[0]["n"] += 20  # so that something can be published
    return Counts.from_cells(rows, groups=[f"a{place}" for place in range(len(keys[0]))], label="y", prediction="p")


def true_numbers(counts: Counts, document: dict[str, Any]) -> dict[Number, int]:
    """Every number of every group of the document, as the full counts have it."""
    found: dict[Number, int] = {}
    for row in document["groups"]:
        places = [counts.attributes.index(name) for name in row["by"]]
        classes = [0, 0, 0, 0]
        for cell in counts.cells:
            if [cell.group[place] for place in places] == row["group"]:
                classes[2 * (cell.label or 0) + (cell.prediction or 0)] += cell.n
        for part, blocks in NUMBERS.items():
            for place, block in enumerate(blocks):
                found[tuple(row["by"]), tuple(row["group"]), part, place] = sum(classes[each] for each in block)
    return found


def shown_numbers(document: dict[str, Any]) -> dict[Number, int]:
    """Every number that the document shows."""
    return {
        (tuple(row["by"]), tuple(row["group"]), part, place): number
        for row in document["groups"]
        for part in NUMBERS
        if row[part] is not None
        for place, number in enumerate([row[part]] if part == "n" else row[part])
    }


class Reader:
    """Knows the document, that a group which is listed has somebody in it, and that people are whole."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.attributes = document["columns"]["groups"]
        listed = [(tuple(row["by"]), tuple(row["group"])) for row in document["groups"]]
        self.keys = self._possible(listed)
        self.known = shown_numbers(document)
        rows = [self.row(number) for number in self.known]
        somebody = [self.row((by, key, "n", 0)) for by, key in listed]
        self.constraints = [
            LinearConstraint(np.array(rows), list(self.known.values()), list(self.known.values())),
            LinearConstraint(np.array(somebody), np.ones(len(somebody)), np.inf),
        ]

    def _possible(self, listed: list[tuple[tuple[str, ...], tuple[str, ...]]]) -> list[tuple[str, ...]]:
        """The finest groups: those listed, or every combination of levels where none of all attributes is."""
        finest = [key for by, key in listed if by == tuple(self.attributes)]
        levels = [[key[0] for by, key in listed if by == (name,)] for name in self.attributes]
        return finest or list(product(*levels))

    def row(self, number: Number) -> Any:
        """A number as a sum of the people of each finest group and class."""
        by, key, part, place = number
        places = [self.attributes.index(name) for name in by]
        found = np.zeros((len(self.keys), 4))
        for index, finest in enumerate(self.keys):
            if tuple(finest[each] for each in places) == key:
                found[index, list(NUMBERS[part][place])] = 1
        return found.reshape(-1)

    def span(self, number: Number) -> tuple[int, int]:
        """The lowest and highest the number may be, in whole people."""
        aim = self.row(number)
        ends = []
        for sign in (1, -1):
            found = milp(
                sign * aim, integrality=np.ones(len(aim)), bounds=Bounds(0, np.inf), constraints=self.constraints
            )
            assert found.success, found.message
            ends.append(round(sign * found.fun))
        return ends[0], ends[1]


def small_numbers(true: dict[Number, int], minimum: int) -> Iterator[Number]:
    """What must not be worked out: 1 to ``minimum - 1`` people, and what is 0 in a group of that few people."""
    for (by, key, part, place), n in true.items():
        group = true[by, key, "n", 0]
        everyone = true[(), (), part, place]
        if 0 < n < minimum or (n == 0 and group < minimum and everyone):
            yield by, key, part, place
