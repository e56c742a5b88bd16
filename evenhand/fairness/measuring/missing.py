"""People whose group is missing: the lowest and highest every figure could be, whoever they are.

A person of unknown group may belong to any group that fits the levels that are known. Nothing is assumed about which.
The bounds are about what was not recorded, not about chance; people wholly absent from the data they do not cover.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from evenhand.errors import InputError
from evenhand.fairness.counts.columns import MISSING
from evenhand.fairness.counts.groups import Group, described
from evenhand.fairness.counts.table import Counts
from evenhand.fairness.measuring.intervals import Array
from evenhand.fairness.measuring.margins import Margin, finest, margin
from evenhand.fairness.measuring.rates import RATES, available, parts
from evenhand.fairness.results import defined

Limits = tuple[float | None, float | None]


@dataclass(frozen=True, slots=True)
class GroupBounds:
    """A group's rate as seen among those known to belong to it, and the lowest and highest it could be."""

    group: Group
    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class MissingBounds:
    """Bounds of one rate over the known groups of ``by``; ``n_missing`` people have a level that is missing."""

    metric: str
    by: tuple[str, ...]
    n_missing: int
    groups: tuple[GroupBounds, ...]

    def difference(self, group: Mapping[str, str], reference: Mapping[str, str]) -> Limits:
        """The lowest and highest difference of two groups; None where one may have nobody to divide by.

        Both are reached: what raises one rate (people counted in the numerator) never lowers the other's.
        """
        one, other = self._of(group), self._of(reference)
        if None in (one.low, one.high, other.low, other.high):
            return None, None
        return _number(one.low) - _number(other.high), _number(one.high) - _number(other.low)

    def ratio(self, group: Mapping[str, str], reference: Mapping[str, str]) -> Limits:
        """The lowest and highest ratio; the highest is None where the reference's rate may be 0."""
        one, other = self._of(group), self._of(reference)
        if None in (one.low, one.high, other.low, other.high):
            return None, None
        low = _number(one.low) / _number(other.high) if other.high else None
        return low, (_number(one.high) / _number(other.low) if other.low else None)

    @property
    def spread(self) -> Limits:
        """Bounds of the highest minus the lowest rate; the upper is reached, the lower may be more than that."""
        known = [each for each in self.groups if each.low is not None and each.high is not None]
        if len(known) < 2:
            return None, None
        apart = [
            (_number(one.low) - _number(other.high), _number(one.high) - _number(other.low))
            for one in known
            for other in known
            if one is not other
        ]
        return max(0.0, max(low for low, _ in apart)), max(high for _, high in apart)

    def _of(self, group: Mapping[str, str]) -> GroupBounds:
        for each in self.groups:
            if each.group == group:
                return each
        raise InputError(f"There is no known group {described(dict(group))} among the bounds.")


def missing_bounds(counts: Counts, by: str | Sequence[str], metric: str) -> MissingBounds:
    """Worst-case bounds of a rate for each known group of ``by``, over everything people of missing level could be.

    Without missing levels the bounds are the rates themselves. Weighted counts give weighted bounds.

    Raises InputError where the attributes or the rate were not counted, or its outcomes are unseen as well.
    """
    names = (by,) if isinstance(by, str) else tuple(by)
    for name in names:
        if name not in counts.attributes:
            raise InputError(f"Column {name!r} was not counted ({', '.join(counts.attributes)}).")
    if metric not in {rate.name for rate in available(counts.columns)}:
        raise InputError(f"Metric {metric!r} is no rate that was counted for everybody.")
    table = margin(counts, finest(counts), names)
    known = [index for index in range(len(table.keys)) if table.is_named(index)]
    unknown = [index for index in range(len(table.keys)) if not table.is_named(index)]
    x, n = parts(table.mass, RATES[metric])
    fits = np.array([[_fits(table, one, other) for other in unknown] for one in known], dtype=np.float64)
    fits = fits.reshape(len(known), len(unknown))
    rises, falls = fits @ x[unknown], fits @ (n - x)[unknown]
    limits = zip(
        known,
        _shares(x[known], n[known], 0.0),
        _shares(x[known], n[known] + falls, np.where(rises > 0, 1.0, np.nan)),
        _shares(x[known] + rises, n[known] + rises, np.where(falls > 0, 0.0, np.nan)),
        strict=True,
    )
    return MissingBounds(
        metric=metric,
        by=names,
        n_missing=int(table.n[unknown].sum()),
        groups=tuple(
            GroupBounds(table.group(index), defined(value) if n[index] else None, defined(low), defined(high))
            for index, value, low, high in limits
        ),
    )


def _fits(table: Margin, known: int, unknown: int) -> bool:
    """Whether somebody of an unknown group may belong to a known one."""
    levels = zip(table.keys[known], table.keys[unknown], strict=True)
    return all(other in (MISSING, level) for level, other in levels)


def _shares(x: Array, n: Array, nobody: Array | float) -> Array:
    """The rates, and what they are where there is nobody but those who may join."""
    return np.where(n > 0, np.divide(x, n, out=np.zeros_like(x), where=n > 0), nobody)


def _number(value: float | None) -> float:
    assert value is not None
    return value
