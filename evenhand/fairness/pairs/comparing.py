"""What matched pairs say: rates, differences and odds ratios of each two levels, with their doubt."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

import rfc8785

from evenhand.errors import InputError
from evenhand.fairness.comparing.significance import holm
from evenhand.fairness.counts.columns import MICRO
from evenhand.fairness.counts.groups import Group
from evenhand.fairness.pairs.statistics import Limits, difference, mcnemar, odds_ratio, score_difference
from evenhand.fairness.pairs.tables import PairedCounts, PairTable

ENGINE = "evenhand.fairness.pairs 1.0"
FEW = 10  # disagreeing pairs
T_TEST_FROM = 30


@dataclass(frozen=True, slots=True)
class PairComparison:
    """A figure of two levels, in the shape of a ``Comparison``; ``group`` minus (or over) ``reference``.

    ``p_value`` is McNemar's mid-p for decisions and Student's for scores, ``p_adjusted`` Holm's over all levels.
    ``pairs`` are the four numbers both-yes, first-only, second-only, neither; None for scores.
    """

    metric: str
    by: tuple[str, ...]
    kind: Literal["difference", "odds_ratio"]
    of: Literal["matched"]
    group: Group
    reference: Group
    value: float | None
    low: float | None
    high: float | None
    method: str
    p_value: float | None
    p_adjusted: float | None
    p_exact: float | None = None
    p_asymptotic: float | None = None
    pairs: tuple[int, int, int, int] | None = None


@dataclass(frozen=True)
class PairedEvaluation:
    """Everything matched pairs say."""

    counts_sha256: str
    engine: str
    n_pairs: int
    confidence: float
    comparisons: tuple[PairComparison, ...]
    warnings: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """The evaluation as JSON values."""
        found = {field.name: getattr(self, field.name) for field in fields(self)}
        rows = [{name: _listed(value) for name, value in asdict(row).items()} for row in self.comparisons]
        return found | {"comparisons": rows, "warnings": list(self.warnings)}

    def canonical(self) -> bytes:
        """The evaluation as canonical JSON bytes (RFC 8785)."""
        return rfc8785.dumps(self.to_json())

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "PairedEvaluation":
        """Read an evaluation that ``to_json`` wrote."""
        try:
            rows = [
                {**row, "by": tuple(row["by"]), "pairs": None if row["pairs"] is None else tuple(row["pairs"])}
                for row in value["comparisons"]
            ]
            comparisons = tuple(PairComparison(**row) for row in rows)
            return cls(**{**value, "comparisons": comparisons, "warnings": tuple(value["warnings"])})
        except (KeyError, TypeError, AttributeError) as error:
            raise InputError(f"This is not an evaluation of matched pairs: {error}.")


def evaluate_pairs(counts: PairedCounts, *, confidence: float = 0.95) -> PairedEvaluation:
    """Whether swapping the attribute changes decisions or scores: for each two levels that were counted.

    Differences of rates have Newcombe's paired interval, odds ratios the exact conditional one, mean score differences
    Student's. The result depends on nothing but the counts and the confidence.
    """
    if not 0.5 <= confidence < 1:
        raise InputError(f"The confidence {confidence:g} must be at least 0.5 and under 1.")
    decided = list(_decisions(counts, confidence)) if counts.columns.decides else []
    scored = list(_scores(counts, confidence)) if counts.columns.score is not None else []
    return PairedEvaluation(
        counts_sha256=counts.sha256,
        engine=ENGINE,
        n_pairs=counts.n_pairs,
        confidence=confidence,
        comparisons=(*decided, *scored),
        warnings=tuple(_warnings(counts)),
    )


def _decisions(counts: PairedCounts, confidence: float) -> Iterator[PairComparison]:
    tests = [mcnemar(table) for table in counts.tables]
    adjusted = holm([test.mid_p for test in tests])
    for table, test, together in zip(counts.tables, tests, adjusted, strict=True):
        figures: list[tuple[Literal["difference", "odds_ratio"], Limits, str]] = [
            ("difference", difference(table, confidence=confidence), "newcombe, paired"),
            ("odds_ratio", odds_ratio(table, confidence=confidence), "clopper-pearson, conditional"),
        ]
        for kind, limits, method in figures:
            yield PairComparison(
                "selection_rate",
                (counts.columns.group,),
                kind,
                "matched",
                {counts.columns.group: table.first},
                {counts.columns.group: table.second},
                *limits,
                method=method,
                p_value=test.mid_p,
                p_adjusted=together,
                p_exact=test.exact,
                p_asymptotic=test.asymptotic,
                pairs=(table.n11, table.n10, table.n01, table.n00),
            )


def _scores(counts: PairedCounts, confidence: float) -> Iterator[PairComparison]:
    found = [score_difference(table, scale=MICRO, confidence=confidence) for table in counts.tables]
    adjusted = holm([each.p_value for each in found])
    for table, each, together in zip(counts.tables, found, adjusted, strict=True):
        yield PairComparison(
            "mean_score",
            (counts.columns.group,),
            "difference",
            "matched",
            {counts.columns.group: table.first},
            {counts.columns.group: table.second},
            *each.limits,
            method="student t, paired",
            p_value=each.p_value,
            p_adjusted=together,
        )


def _warnings(counts: PairedCounts) -> Iterator[str]:
    yield "Pairs were taken as independent cases, alike in everything but the attribute that was swapped."
    if len(counts.tables) > 1:
        yield f"{len(counts.tables)} comparisons were made; p_adjusted is Holm's over them, for each metric."
    for table in counts.tables:
        if counts.columns.decides:
            yield from _of_decisions(table)
        if counts.columns.score is not None and counts.n_pairs < T_TEST_FROM:
            yield f"{_said(table)}: {counts.n_pairs} pairs are few for an interval that takes differences as normal."


def _of_decisions(table: PairTable) -> Iterator[str]:
    apart = table.n10 + table.n01
    if not apart:
        yield f"{_said(table)}: no pair was decided differently, so there is no odds ratio."
    elif apart < FEW:
        yield f"{_said(table)}: only {apart} pairs were decided differently: not enough data to judge by."
    if apart and not table.n01:
        yield f"{_said(table)}: no odds ratio, for no pair favored {table.second}."


def _said(table: PairTable) -> str:
    return f"{table.first} against {table.second}"


def _listed(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
