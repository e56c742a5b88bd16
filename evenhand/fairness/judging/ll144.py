"""The tables a bias audit under New York City Local Law 144 must publish. Reported, never judged: the rule has no mark.

6 RCNY 5-301 (April 2023): for each category by sex, by race or ethnicity and by both, how many applicants there were,
the selection rate (for tools that score: the share above the whole sample's median score) and its ratio to the highest
category's rate; how many people could not be assessed because their category is unknown; and categories under 2 % of
the data may be left out of the ratios if the reason, their number and their rate are given.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import Any

from evenhand.errors import InputError
from evenhand.fairness.counts.columns import MISSING
from evenhand.fairness.counts.groups import Group, described
from evenhand.fairness.counts.table import Counts
from evenhand.fairness.measuring.margins import Finest, Margin, finest, margin
from evenhand.fairness.measuring.rates import RATES, available, parts

SMALL = Fraction(2, 100)  # of the data: smaller categories may be left out
RATES_ASKED = ("selection_rate", "scoring_rate")
NO_MARK = "The rule sets no pass mark: a ratio is published, not passed or failed."


@dataclass(frozen=True, slots=True)
class Category:
    """One row of a table: ``chosen`` of ``applicants`` were selected, or scored above the sample's median.

    ``impact_ratio`` is None where the category is left out, or where the highest rate is 0.
    """

    group: Group
    applicants: int
    chosen: int
    rate: float
    impact_ratio: float | None
    left_out: bool


@dataclass(frozen=True, slots=True)
class AuditTable:
    """One table. ``unknown`` people are in none of its categories."""

    rate: str
    by: tuple[str, ...]
    categories: tuple[Category, ...]
    highest: Group
    unknown: int


@dataclass(frozen=True)
class BiasAudit:
    """Everything the rule asks to publish about rates. ``median`` is the score the scoring rate counts above."""

    counts_sha256: str
    applicants: int
    unknown: int
    median: float | None
    left_out_reason: str
    tables: tuple[AuditTable, ...]
    statements: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """The audit as JSON values."""
        return {each.name: _plain(getattr(self, each.name)) for each in fields(self)}


def bias_audit_tables(
    counts: Counts, *, sex: str, race: str, unknown: Collection[str] = (), left_out_reason: str = ""
) -> BiasAudit:
    """The tables by sex, by race or ethnicity and by both, for the selection rate, the scoring rate, or each.

    Parameters
    ----------
    counts
        Counts by the two columns, with a prediction (selection rate), with a median (scoring rate), or both. People
        are counted, whatever their survey weights.
    sex, race
        The two columns.
    unknown
        Levels that mean an unknown category, besides missing ones: such people are counted and stated, and stand in
        no category.
    left_out_reason
        Why categories under 2 % of the data are left out of the ratios. Without a reason none is left out: that is
        the auditor's choice to make and to justify.

    Raises
    ------
    InputError
        Where a column was not counted, or nothing the rule asks for was.
    """
    for name in (sex, race):
        if name not in counts.attributes:
            raise InputError(f"Column {name!r} was not counted ({', '.join(counts.attributes)}).")
    asked = [rate.name for rate in available(counts.columns) if rate.name in RATES_ASKED]
    if not asked:
        raise InputError("A bias audit needs a prediction (--prediction), or scores counted with --scoring-rate.")
    not_known, table = frozenset({MISSING, *unknown}), finest(counts)
    tables = tuple(
        _table(margin(counts, table, by), rate, not_known, leave_out=bool(left_out_reason))
        for rate in asked
        for by in ((sex,), (race,), (sex, race))
    )
    missing = _unknown(counts, table, (sex, race), not_known)
    return BiasAudit(
        counts_sha256=counts.sha256,
        applicants=counts.n_rows,
        unknown=missing,
        median=counts.columns.median,
        left_out_reason=left_out_reason,
        tables=tables,
        statements=tuple(_statements(tables, counts.n_rows, missing, left_out_reason)),
    )


def _table(each: Margin, rate: str, unknown: frozenset[str], *, leave_out: bool) -> AuditTable:
    chosen, people = parts(each.cells, RATES[rate])
    known = [index for index in range(len(each.keys)) if not unknown & set(each.keys[index])]
    total = int(each.n.sum())
    small = {index for index in known if leave_out and Fraction(int(people[index]), total) < SMALL}
    rates = {index: Fraction(int(chosen[index]), int(people[index])) for index in known if people[index]}
    benchmark = {index: value for index, value in rates.items() if index not in small}
    if not benchmark:
        raise InputError(f"No category by {', '.join(each.by)} is left to compare with.")
    top = max(benchmark, key=lambda index: (benchmark[index], int(people[index]), -index))
    return AuditTable(
        rate=rate,
        by=each.by,
        categories=tuple(
            Category(
                group=each.group(index),
                applicants=int(people[index]),
                chosen=int(chosen[index]),
                rate=float(value),
                impact_ratio=float(value / rates[top]) if index not in small and rates[top] else None,
                left_out=index in small,
            )
            for index, value in rates.items()
        ),
        highest=each.group(top),
        unknown=total - int(people[known].sum()),
    )


def _unknown(counts: Counts, table: Finest, by: tuple[str, ...], unknown: frozenset[str]) -> int:
    """People whose sex or race is not known."""
    both = margin(counts, table, by)
    return int(sum(both.n[index] for index in range(len(both.keys)) if unknown & set(both.keys[index])))


def _statements(tables: Sequence[AuditTable], applicants: int, unknown: int, reason: str) -> list[str]:
    """What must be said beside the tables."""
    said = [f"{unknown:,} of {applicants:,} people are not in the table by both, because a category is unknown."]
    for table in tables:
        for category in table.categories:
            if category.left_out:
                said.append(
                    f"{described(category.group)} is left out of the impact ratios by {' and '.join(table.by)}: "
                    f"{category.applicants:,} people, under 2% of the data; {table.rate.replace('_', ' ')} "
                    f"{category.rate:.1%}. Reason: {reason}"
                )
    return [*said, NO_MARK]


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    names = getattr(value, "__dataclass_fields__", None)
    return value if names is None else {name: _plain(getattr(value, name)) for name in names}
