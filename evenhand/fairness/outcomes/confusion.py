"""Label x prediction over many classes, and each class against the rest."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from evenhand.errors import InputError
from evenhand.fairness.counts.table import Counts, summed
from evenhand.fairness.measuring.margins import Finest, Margin, finest
from evenhand.fairness.measuring.rates import CELLS

Whole = NDArray[np.int64]
Places = NDArray[np.intp]


def one_vs_rest(counts: Counts, name: str) -> Counts:
    """The counts of one class against all others, as if label and prediction had been two-valued from the start.

    ``name`` is the positive value. Raises InputError where it is no class of these counts.
    """
    number = class_number(counts, name)
    cells = summed(
        replace(
            cell,
            label=None if cell.label is None else int(cell.label == number),
            prediction=None if cell.prediction is None else int(cell.prediction == number),
        )
        for cell in counts.cells
    )
    return replace(counts, columns=replace(counts.columns, outcome="binary", classes=(), positive=name), cells=cells)


def confusion_matrix(counts: Counts, **levels: str) -> Whole:
    """People by label (rows) and prediction (columns), in the order of ``counts.columns.classes``.

    ``levels`` choose a group, such as ``race="Asian"``; without any it is everyone's. Raises InputError where label or
    prediction was not counted as classes.
    """
    columns = counts.columns
    if columns.outcome != "classes" or columns.label is None or columns.prediction is None:
        raise InputError("A confusion matrix needs a label and a prediction counted as classes.")
    for name in levels:
        if name not in columns.groups:
            raise InputError(f"Column {name!r} was not counted ({', '.join(columns.groups)}).")
    found = np.zeros((columns.n_classes, columns.n_classes), dtype=np.int64)
    for cell in counts.cells:
        if all(cell.group[columns.groups.index(name)] == level for name, level in levels.items()):
            found[cell.label or 0, cell.prediction or 0] += cell.n
    return found


def class_number(counts: Counts, name: str) -> int:
    """The place of a class in the counts' list."""
    if name not in counts.columns.classes:
        raise InputError(f"There is no class {name!r}; there are {', '.join(counts.columns.classes) or 'no classes'}.")
    return counts.columns.classes.index(name)


@dataclass(frozen=True)
class Confusion:
    """The cells of label x prediction that hold anyone, as arrays over cells: place of the group, classes and people.

    Of one margin ``groups`` is how many groups it has; where a label or prediction was not counted it is class 0.
    """

    groups: int
    n_classes: int
    place: Places
    label: Places
    prediction: Places
    n: Whole

    @cached_property
    def people(self) -> Whole:
        """People in each group."""
        return np.bincount(self.place, weights=self.n, minlength=self.groups).astype(np.int64)

    @cached_property
    def labels(self) -> Whole:
        """People by group and label, of shape (groups, classes)."""
        return self._by_class(self.label, self.n)

    @cached_property
    def predictions(self) -> Whole:
        """People by group and prediction."""
        return self._by_class(self.prediction, self.n)

    @cached_property
    def right(self) -> Whole:
        """People by group and class for whom label and prediction are both that class."""
        return self._by_class(self.label, np.where(self.label == self.prediction, self.n, 0))

    def of_class(self, number: int) -> Whole:
        """The four cells of one class against the rest, of shape (groups, 4)."""
        label, prediction, right = (each[:, number] for each in (self.labels, self.predictions, self.right))
        return np.stack([self.people - label - prediction + right, prediction - right, label - right, right], axis=1)

    def rightness(self) -> Whole:
        """Cells in which accuracy is what is right of everyone: right ones as true negatives, all others as false."""
        right = self.right.sum(axis=1)
        none = np.zeros_like(right)
        return np.stack([right, self.people - right, none, none], axis=1)

    def at(self, margin: Margin) -> "Confusion":
        """The confusion of a margin, given that of the finest groups."""
        return replace(self, groups=len(margin.keys), place=margin.place[self.place])

    def _by_class(self, number: Places, n: Whole) -> Whole:
        flat = np.bincount(self.place * self.n_classes + number, weights=n, minlength=self.groups * self.n_classes)
        return flat.astype(np.int64).reshape(self.groups, self.n_classes)


def finest_confusion(counts: Counts, table: Finest) -> Confusion:
    """The confusion of every combination of levels."""
    row = {key: index for index, key in enumerate(table.keys)}
    cells = [cell for cell in counts.cells if cell.n]
    return Confusion(
        groups=len(table.keys),
        n_classes=counts.columns.n_classes,
        place=np.array([row[cell.group] for cell in cells], dtype=np.intp),
        label=np.array([cell.label or 0 for cell in cells], dtype=np.intp),
        prediction=np.array([cell.prediction or 0 for cell in cells], dtype=np.intp),
        n=np.array([cell.n for cell in cells], dtype=np.int64),
    )


@dataclass(frozen=True)
class View:
    """The counts seen as yes or no: one class against the rest, or right against wrong."""

    table: Finest
    confusion: Confusion
    number: int | None

    def margin(self, margin: Margin) -> Margin:
        """A margin of this view."""
        return replace(margin, cells=self._cells(self.confusion.at(margin)))

    @cached_property
    def finest(self) -> Finest:
        """The finest table of this view."""
        return replace(self.table, cells=self._cells(self.confusion))

    def _cells(self, confusion: Confusion) -> Whole:
        found = confusion.rightness() if self.number is None else confusion.of_class(self.number)
        assert found.shape[1] == len(CELLS)
        return found


def views(counts: Counts, numbers: Sequence[int | None]) -> list[View]:
    """The view of each class, and of right against wrong for None."""
    table = finest(counts)
    confusion = finest_confusion(counts, table)
    return [View(table, confusion, number) for number in numbers]
