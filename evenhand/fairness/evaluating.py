"""The whole evaluation: a pure function of counts, goals and a few stated choices."""

from collections.abc import Iterator, Sequence
from functools import cache

from evenhand.errors import InputError
from evenhand.fairness.comparing import references
from evenhand.fairness.comparing.bootstrap import REPLICATES, SEED
from evenhand.fairness.comparing.conditional import check_within, conditional_families
from evenhand.fairness.comparing.families import Family, compared, n_tests, sizes
from evenhand.fairness.comparing.pairing import impact_families, rate_family
from evenhand.fairness.comparing.scored import scored_families
from evenhand.fairness.comparing.scored_spreads import scored_spread_families
from evenhand.fairness.comparing.spreads import spread_families
from evenhand.fairness.counts.columns import Columns
from evenhand.fairness.counts.groups import subsets
from evenhand.fairness.counts.table import Counts
from evenhand.fairness.judging.cautions import cautions
from evenhand.fairness.judging.goals import FairnessGoal
from evenhand.fairness.judging.impossibility import panels
from evenhand.fairness.judging.verdicts import judge
from evenhand.fairness.measuring.margins import Finest, Margin, finest, margin
from evenhand.fairness.measuring.metrics import Metrics, group_metrics
from evenhand.fairness.measuring.rates import available
from evenhand.fairness.measuring.shrinking import shrunken
from evenhand.fairness.outcomes import kinds
from evenhand.fairness.outcomes.findings import Choices
from evenhand.fairness.remarks import Corrected, remarks
from evenhand.fairness.results import Evaluation, GroupResult

VERSION = "1.1"


def evaluate(
    counts: Counts,
    *,
    goals: Sequence[FairnessGoal] = (),
    reference: references.Reference = references.LARGEST,
    confidence: float = 0.95,
    order: int | None = None,
    min_group: int = 1,
    within: str | Sequence[str] = (),
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
        ``largest`` (default), ``overall``, ``best_eligible``, ``all_pairs`` (every two groups once, the smaller against
        the larger), or levels such as ``{"race": "Caucasian"}``.
    confidence
        Of every interval outside the goals, which state their own.
    order
        The largest number of attributes that are crossed (default: all).
    min_group
        Groups with fewer people never are a benchmark and enter no maximum or minimum.
    within
        Columns whose combinations are strata: groups of the other columns are also compared within them (Mantel and
        Haenszel), in further rows that name the strata.
    seed, replicates
        Of the one set of multinomial draws behind the max-min figures.
    """
    _check(counts, reference, confidence=confidence, order=order, min_group=min_group, seed=seed, replicates=replicates)
    strata = (within,) if isinstance(within, str) else tuple(within)
    check_within(counts, strata, reference)
    crossed = min(order or len(counts.attributes), len(counts.attributes))
    choices = Choices(reference, min_group, confidence, seed, replicates)
    return _evaluated(counts, goals, choices, subsets(counts.attributes, order=crossed), strata)


def _evaluated(
    counts: Counts,
    goals: Sequence[FairnessGoal],
    choices: Choices,
    combinations: Sequence[tuple[str, ...]],
    strata: tuple[str, ...],
) -> Evaluation:
    """The evaluation by these combinations of attributes, once every choice was checked."""
    confidence = choices.confidence
    table = finest(counts)
    margin_of = cache(lambda by: margin(counts, table, by))
    everyone_and_groups = [margin_of(by) for by in ((), *combinations)]
    special = kinds.found(counts, table, everyone_and_groups, choices)
    measured = [
        (each, _merged(group_metrics(each, counts.columns, confidence=confidence), special.metrics(each)))
        for each in everyone_and_groups
    ]
    in_strata, refused = conditional_families(
        margin_of, combinations, available(counts.columns), strata, choices.reference, confidence=confidence
    )
    families = [*_families(table, measured[1:], counts, choices), *in_strata]
    comparisons = compared(families, special.comparisons)
    corrected = Corrected(sizes(families), n_tests(families, special.comparisons))
    return Evaluation(
        counts_sha256=counts.sha256,
        engine=f"evenhand.fairness {VERSION}, {choices.replicates} replicates, seed {choices.seed}",
        n_rows=counts.n_rows,
        confidence=confidence,
        groups=tuple(_results(measured, counts.columns, confidence=confidence)),
        comparisons=tuple(comparisons),
        verdicts=judge(
            goals, margin_of=margin_of, columns=counts.columns, of_class=special.of_class, means=special.means
        ),
        warnings=(
            *remarks(counts, measured, choices.reference, comparisons, corrected),
            *refused,
            *special.warnings,
            *cautions(goals, counts.columns),
        ),
        impossibility=panels(goals, margin_of=margin_of, columns=counts.columns),
    )


def _check(
    counts: Counts,
    reference: references.Reference,
    *,
    confidence: float,
    order: int | None,
    min_group: int,
    seed: int,
    replicates: int,
) -> None:
    if not 0.5 <= confidence < 1:
        raise InputError(f"The confidence {confidence:g} must be at least 0.5 and under 1.")
    if order is not None and order < 1:
        raise InputError("The order of intersections must be 1 or more.")
    if replicates < 100 or seed < 0 or min_group < 1:
        raise InputError("Replicates are 100 or more, the seed 0 or more, the smallest group 1 or more.")
    references.check_reference(reference, counts.attributes)


def _families(
    table: Finest, measured: Sequence[tuple[Margin, Sequence[Metrics]]], counts: Counts, choices: Choices
) -> list[Family]:
    """Each group against its reference, and the spread over all groups, by combination of attributes and metric."""
    rates, confidence, min_group = available(counts.columns), choices.confidence, choices.min_group
    found: list[Family] = []
    for each, metrics in measured:
        found += [
            rate_family(each, rate, choices.reference, min_group=min_group, confidence=confidence) for rate in rates
        ]
        found += impact_families(each, rates, min_group=min_group, confidence=confidence)
        found += scored_families(each, metrics, choices.reference, confidence=confidence)
    found += spread_families(
        table,
        [each for each, _ in measured],
        rates,
        min_group=min_group,
        confidence=confidence,
        seed=choices.seed,
        replicates=choices.replicates,
    )
    for each, metrics in measured:
        found += scored_spread_families(each, metrics, min_group=min_group, confidence=confidence, seed=choices.seed)
    return found


def _merged(first: Sequence[Metrics], second: Sequence[Metrics]) -> list[Metrics]:
    return [{**one, **other} for one, other in zip(first, second, strict=True)]


def _results(
    measured: Sequence[tuple[Margin, Sequence[Metrics]]], columns: Columns, *, confidence: float
) -> Iterator[GroupResult]:
    """Every group with its metrics and, beside them, its shrunken estimates."""
    rates = available(columns)
    for each, metrics in measured:
        estimates = shrunken(each, rates, confidence=confidence)
        for index, (n, found, estimate) in enumerate(zip(each.n, metrics, estimates, strict=True)):
            yield GroupResult(each.group(index), int(n), found, estimate)
