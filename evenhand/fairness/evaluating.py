"""The whole evaluation: a pure function of counts, goals and a few stated choices."""

from collections.abc import Sequence
from functools import cache

from evenhand.errors import InputError
from evenhand.fairness.comparing import references
from evenhand.fairness.comparing.bootstrap import REPLICATES, SEED
from evenhand.fairness.comparing.comparisons import (
    impact_ratios,
    max_min_comparisons,
    pair_comparisons,
    scored_comparisons,
)
from evenhand.fairness.counts.groups import subsets
from evenhand.fairness.counts.table import Counts
from evenhand.fairness.judging.goals import FairnessGoal
from evenhand.fairness.judging.impossibility import panels
from evenhand.fairness.judging.verdicts import judge
from evenhand.fairness.measuring.margins import Margin, finest, margin
from evenhand.fairness.measuring.metrics import Metrics, group_metrics
from evenhand.fairness.measuring.rates import available
from evenhand.fairness.outcomes import kinds
from evenhand.fairness.outcomes.findings import Choices
from evenhand.fairness.remarks import remarks
from evenhand.fairness.results import Comparison, Evaluation, GroupResult

VERSION = "1.0"


def evaluate(
    counts: Counts,
    *,
    goals: Sequence[FairnessGoal] = (),
    reference: references.Reference = references.LARGEST,
    confidence: float = 0.95,
    order: int | None = None,
    min_group: int = 1,
    seed: int = SEED,
    replicates: int = REPLICATES,
) -> Evaluation:
    """Metrics by group and intersection, comparisons with their doubt, and a verdict on each goal.

    Parameters
    ----------
    counts
        The evidence. The result depends on nothing else but the arguments.
    goals
        What was agreed; without any there are no verdicts.
    reference
        ``largest`` (default), ``overall``, ``best_eligible``, or levels such as ``{"race": "Caucasian"}``.
    confidence
        Of every interval outside the goals, which state their own.
    order
        The largest number of attributes that are crossed (default: all).
    min_group
        Groups with fewer people never are a benchmark and enter no maximum or minimum.
    seed, replicates
        Of the one set of multinomial draws behind the max-min figures.
    """
    if not 0.5 <= confidence < 1:
        raise InputError(f"The confidence {confidence:g} must be at least 0.5 and under 1.")
    if order is not None and order < 1:
        raise InputError("The order of intersections must be 1 or more.")
    if replicates < 100 or seed < 0 or min_group < 1:
        raise InputError("Replicates are 100 or more, the seed 0 or more, the smallest group 1 or more.")
    references.check_reference(reference, counts.attributes)
    table = finest(counts)
    margin_of = cache(lambda by: margin(counts, table, by))
    combinations = subsets(counts.attributes, order=min(order or len(counts.attributes), len(counts.attributes)))
    margins = [margin_of(by) for by in combinations]
    special = kinds.found(
        counts, table, [margin_of(()), *margins], Choices(reference, min_group, confidence, seed, replicates)
    )
    measured = [
        (each, _merged(group_metrics(each, counts.columns, confidence=confidence), special.metrics(each)))
        for each in [margin_of(()), *margins]
    ]
    rates = available(counts.columns)
    comparisons: list[Comparison] = []
    for each, metrics in measured[1:]:
        for rate in rates:
            comparisons += pair_comparisons(each, rate, reference, min_group=min_group, confidence=confidence)
        comparisons += impact_ratios(each, rates, min_group=min_group, confidence=confidence)
        comparisons += scored_comparisons(each, metrics, reference)
    comparisons += max_min_comparisons(
        table, margins, rates, min_group=min_group, confidence=confidence, seed=seed, replicates=replicates
    )
    comparisons += special.comparisons
    return Evaluation(
        counts_sha256=counts.sha256,
        engine=f"evenhand.fairness {VERSION}, {replicates} replicates, seed {seed}",
        n_rows=counts.n_rows,
        confidence=confidence,
        groups=tuple(result for each, metrics in measured for result in _results(each, metrics)),
        comparisons=tuple(comparisons),
        verdicts=judge(goals, margin_of=margin_of, columns=counts.columns),
        warnings=(*remarks(counts, measured, reference, comparisons), *special.warnings),
        impossibility=panels(goals, margin_of=margin_of, columns=counts.columns),
    )


def _merged(first: Sequence[Metrics], second: Sequence[Metrics]) -> list[Metrics]:
    return [{**one, **other} for one, other in zip(first, second, strict=True)]


def _results(each: Margin, metrics: Sequence[Metrics]) -> list[GroupResult]:
    return [
        GroupResult(each.group(index), int(n), found)
        for index, (n, found) in enumerate(zip(each.n, metrics, strict=True))
    ]
