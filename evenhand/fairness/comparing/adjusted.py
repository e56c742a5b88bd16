"""Groups compared as if they were alike in other attributes: logistic regression on the cells of the count table.

Cells with their counts as weights give exactly what the rows give, at a cost that does not grow with rows. What is
adjusted for must be counted; what was not counted, and what is itself an effect of the group, is not accounted for.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evenhand.errors import InputError
from evenhand.fairness.comparing import references
from evenhand.fairness.comparing.conditional import counted_rate
from evenhand.fairness.comparing.normal import two_sided
from evenhand.fairness.comparing.references import Reference
from evenhand.fairness.counts.groups import Group
from evenhand.fairness.counts.table import Counts
from evenhand.fairness.measuring.intervals import Array, normal_quantile
from evenhand.fairness.measuring.margins import Margin, finest, margin
from evenhand.fairness.measuring.rates import parts
from evenhand.fairness.results import MetricValue, defined

WALD, DELTA = "logistic regression, wald", "logistic regression, standardised, delta"
UNBOUNDED = 15.0  # coefficients and standard errors beyond this are running away: some level has all or none


@dataclass(frozen=True, slots=True)
class Adjusted:
    """One group against its reference, for one rate, with the attributes of ``adjusted_for`` held alike.

    ``odds_ratio`` is that of the model; ``difference`` is the average over everyone's other attributes of the rate
    they would have in the group, minus that in the reference. ``p_value`` is Wald's, of an odds ratio of 1.
    """

    metric: str
    by: tuple[str, ...]
    adjusted_for: tuple[str, ...]
    group: Group
    reference: Group
    odds_ratio: MetricValue
    difference: MetricValue
    p_value: float | None


def adjusted(
    counts: Counts,
    by: str | Sequence[str],
    *,
    adjusted_for: str | Sequence[str],
    metric: str,
    reference: Reference = references.LARGEST,
    confidence: float = 0.95,
) -> tuple[Adjusted, ...]:
    """Odds ratios and standardised differences of a rate between groups, adjusted for other attributes.

    A logistic regression with one coefficient for each level and no interaction, fitted to the cells by statsmodels.
    Gives one result for each other group with people; its figures are None where all or none of the group are counted.

    Parameters
    ----------
    counts
        Counts with ``by`` and ``adjusted_for`` among their group columns.
    by, adjusted_for
        The attributes compared (each combination is a group), and those held alike.
    metric
        A rate, such as ``false_positive_rate``; the people in its denominator are the data.
    reference
        ``largest``, or levels such as ``{"race": "Caucasian"}``.
    confidence
        Of the intervals.

    Raises
    ------
    InputError
        For columns that were not counted or stand on both sides, a metric that is no rate or was not counted, another
        reference, for weighted or repeated rows, and where an attribute does not vary independently of the groups.
    """
    chosen, others = ((each,) if isinstance(each, str) else tuple(each) for each in (by, adjusted_for))
    _check(counts, chosen, others, reference)
    table = finest(counts)
    compared, cells = margin(counts, table, chosen), margin(counts, table, (*chosen, *others))
    base = references.named(compared, reference)
    x, n = parts(cells.cells, counted_rate(counts, metric))
    if base is None or not n.sum():
        raise InputError("There is no group to compare with.")
    model = _Model.fitted(compared, cells, base, x, n)
    return tuple(
        model.compared(column, metric, compared, base, others, confidence=confidence)
        for column in range(1, 1 + len(model.places))
    )


@dataclass(frozen=True)
class _Model:
    """A logistic regression on cells: its columns are 1, each compared group (``places``), and each other level."""

    places: tuple[int, ...]
    columns: Array
    people: Array
    coefficients: Array
    covariance: Array

    @classmethod
    def fitted(cls, compared: Margin, cells: Margin, base: int, x: NDArray[np.int64], n: NDArray[np.int64]) -> "_Model":
        there = n > 0
        places, columns = _design(compared, [key for key, some in zip(cells.keys, there, strict=True) if some], base)
        if np.linalg.matrix_rank(columns) < columns.shape[1]:
            raise InputError(
                f"{', '.join(cells.by[len(compared.by) :])} cannot be held alike: it does not vary independently of "
                f"{', '.join(compared.by)}."
            )
        x, n = x[there], n[there]
        return cls(places, columns, n / n.sum(), *_coefficients(columns, x, n - x))

    def compared(
        self, column: int, metric: str, margin: Margin, base: int, others: tuple[str, ...], *, confidence: float
    ) -> Adjusted:
        """Every figure of one group."""
        return Adjusted(
            metric=metric,
            by=margin.by,
            adjusted_for=others,
            group=margin.group(self.places[column - 1]),
            reference=margin.group(base),
            odds_ratio=self.odds_ratio(column, confidence=confidence),
            difference=self.difference(column, confidence=confidence),
            p_value=self.p_value(column),
        )

    def odds_ratio(self, column: int, *, confidence: float) -> MetricValue:
        """That of a group, with Wald's interval; None where its coefficient runs away."""
        value, error, z = self._value(column), min(self._error(column), UNBOUNDED), normal_quantile(confidence)
        low, high = value - z * error, value + z * error
        return MetricValue(defined(np.exp(value)), defined(np.exp(low)), defined(np.exp(high)), WALD)

    def p_value(self, column: int) -> float | None:
        """Wald's, of an odds ratio of 1."""
        error = self._error(column)
        return defined(two_sided(self._value(column) / error)) if error else None

    def difference(self, column: int, *, confidence: float) -> MetricValue:
        """The average difference were everyone in the group and in the reference, its error by the delta method."""
        first, first_slope = self._average(column, 1.0)
        second, second_slope = self._average(column, 0.0)
        slope = first_slope - second_slope
        half = normal_quantile(confidence) * float(np.sqrt(max(float(slope @ self.covariance @ slope), 0.0)))
        half = half or np.nan  # an error of 0 is too little data, not certainty
        gap = first - second if np.isfinite(self._value(column)) else np.nan
        return MetricValue(defined(gap), defined(gap - half), defined(gap + half), DELTA)

    def _average(self, column: int, member: float) -> tuple[float, Array]:
        """The mean rate over everyone, put into the group or the reference, and its slope in each coefficient."""
        columns = self.columns.copy()
        columns[:, 1 : 1 + len(self.places)] = 0.0
        columns[:, column] = member
        chance = 1 / (1 + np.exp(-columns @ self.coefficients))
        return float(self.people @ chance), (self.people * chance * (1 - chance)) @ columns

    def _value(self, column: int) -> float:
        value = float(self.coefficients[column])
        return value if abs(value) < UNBOUNDED and self._error(column) < UNBOUNDED else np.nan

    def _error(self, column: int) -> float:
        return float(np.sqrt(max(self.covariance[column, column], 0.0)))


def _check(counts: Counts, by: Sequence[str], others: Sequence[str], reference: Reference) -> None:
    for name in (*by, *others):
        if name not in counts.attributes:
            raise InputError(f"Column {name!r} was not counted ({', '.join(counts.attributes)}).")
    if not by or not others or set(by) & set(others):
        raise InputError("Name the columns to compare and others to adjust for; none may be both.")
    if reference in (references.OVERALL, references.BEST, references.ALL_PAIRS):
        raise InputError(f"Adjusted figures compare with one group, not with {reference!r}; name another reference.")
    if counts.columns.unit is not None or counts.columns.weight is not None:
        raise InputError(
            "Adjusted figures take rows as independent people of equal weight; leave out the unit or weight."
        )


def _design(compared: Margin, keys: Sequence[tuple[str, ...]], base: int) -> tuple[tuple[int, ...], Array]:
    """The compared groups that have people, and the columns of the regression for each cell."""
    size = len(compared.by)
    group = {key: index for index, key in enumerate(compared.keys)}
    member = np.array([group[key[:size]] for key in keys])
    seen = set(member.tolist())
    if base not in seen:
        raise InputError("The group compared with has nobody to divide by.")
    places = tuple(index for index in range(len(compared.keys)) if index != base and index in seen)
    columns = [np.ones(len(member)), *(member == place for place in places)]
    for axis in range(size, len(keys[0])):
        levels = np.array([key[axis] for key in keys])
        columns += [levels == level for level in sorted(set(levels.tolist()))[1:]]
    return places, np.column_stack(columns).astype(np.float64)


def _coefficients(columns: Array, x: NDArray[np.int64], rest: NDArray[np.int64]) -> tuple[Array, Array]:
    """Coefficients and their covariance."""
    import statsmodels.api as sm  # takes seconds to import: only where regression is asked for

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # perfect separation shows in the coefficients, which are then withheld
        found: Any = sm.GLM(np.column_stack([x, rest]), columns, family=sm.families.Binomial()).fit(maxiter=100)
    return np.asarray(found.params), np.asarray(found.cov_params())
