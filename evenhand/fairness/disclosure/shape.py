"""What a public table may show of a group, in parts that are shown or withheld as a whole."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evenhand.fairness.counts.cells import Cell
from evenhand.fairness.counts.columns import Columns

N, LABEL, PREDICTION, CELLS, ABOVE = "n", "label", "prediction", "cells", "above"
PARTS = (N, ABOVE, LABEL, PREDICTION, CELLS)
# Whoever knows a part knows those it adds up to, so they are withheld together.
FINER = {N: (N, ABOVE, LABEL, PREDICTION, CELLS), LABEL: (LABEL, CELLS), PREDICTION: (PREDICTION, CELLS)}

Kind = tuple[int | None, int | None, int | None]
Whole = NDArray[np.int64]


@dataclass(frozen=True)
class Shape:
    """The kinds of people that counts tell apart inside a group: label, prediction, above the median score or not."""

    kinds: tuple[Kind, ...]

    @classmethod
    def of(cls, columns: Columns) -> "Shape":
        """The kinds of a count, those included that nobody belongs to."""
        values: tuple[int, ...] = tuple(range(columns.n_classes))
        labels = values if columns.label is not None and not columns.is_numeric else (None,)
        has_prediction = columns.decides or (columns.prediction is not None and not columns.is_numeric)
        predictions = values if has_prediction else (None,)
        pairs: Iterable[tuple[int | None, int | None]] = product(labels, predictions)
        if columns.observed == "selected":
            pairs = ((None, 0), (0, 1), (1, 1))
        halves = (None,) if columns.median is None else (0, 1)
        return cls(tuple((*pair, half) for pair in pairs for half in halves))

    @cached_property
    def blocks(self) -> dict[str, tuple[tuple[int, ...], ...]]:
        """For each part the kinds that each of its numbers adds up, the numbers in rising order of their classes."""
        everyone = tuple(range(len(self.kinds)))
        found: dict[str, tuple[tuple[int, ...], ...]] = {N: (everyone,)}
        labels, predictions, halves = ({kind[place] for kind in self.kinds} for place in range(3))
        if None not in halves:
            found[ABOVE] = self._split(lambda kind: kind[2])
        if None not in labels:
            found[LABEL] = self._split(lambda kind: kind[0])
        if None not in predictions:
            found[PREDICTION] = self._split(lambda kind: kind[1])
        if len(labels) > 1 and len(predictions) > 1:
            found[CELLS] = self._split(lambda kind: (-1 if kind[0] is None else kind[0], kind[1]))
        return found

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """The parts there are, from the coarsest on."""
        return tuple(part for part in PARTS if part in self.blocks)

    @cached_property
    def places(self) -> dict[str, slice]:
        """Where each part's numbers stand among all numbers of a group."""
        ends = np.cumsum([len(self.blocks[part]) for part in self.parts])
        return {
            part: slice(int(end) - len(self.blocks[part]), int(end)) for part, end in zip(self.parts, ends, strict=True)
        }

    @cached_property
    def masks(self) -> Whole:
        """All numbers of a group (rows) as sums of its kinds (columns)."""
        rows = [block for part in self.parts for block in self.blocks[part]]
        found = np.zeros((len(rows), len(self.kinds)), dtype=np.int64)
        for row, block in enumerate(rows):
            found[row, list(block)] = 1
        return found

    def classes(self, part: str) -> tuple[tuple[int | None, int | None], ...]:
        """Label and prediction of each number of a part."""
        return tuple(self.kinds[block[0]][:2] for block in self.blocks[part])

    def people(self, cell: Cell, columns: Columns) -> dict[int, int]:
        """The people of a cell by kind."""
        label, prediction = (
            value if any(kind[place] is not None for kind in self.kinds) else None
            for place, value in enumerate((cell.label, cell.prediction))
        )
        if columns.median is None:
            return {self.kinds.index((label, prediction, None)): cell.n}
        above = cell.sums[columns.measures.index("above")]
        return {
            self.kinds.index((label, prediction, 0)): cell.n - above,
            self.kinds.index((label, prediction, 1)): above,
        }

    def _split(self, key: Callable[[Kind], Any]) -> tuple[tuple[int, ...], ...]:
        values = sorted({key(kind) for kind in self.kinds})
        return tuple(tuple(place for place, kind in enumerate(self.kinds) if key(kind) == value) for value in values)
