"""Rows of comparisons for outcomes that are counted in a way of their own, such as several classes."""

from collections.abc import Sequence

from evenhand.fairness.comparing.families import compared
from evenhand.fairness.comparing.pairing import rate_family
from evenhand.fairness.comparing.references import Reference
from evenhand.fairness.comparing.spreads import spread_families
from evenhand.fairness.measuring.margins import Finest, Margin
from evenhand.fairness.measuring.rates import Rate
from evenhand.fairness.results import Comparison


def pair_comparisons(
    margin: Margin, rate: Rate, reference: Reference, *, min_group: int, confidence: float
) -> list[Comparison]:
    """Each group against its reference: difference and ratio."""
    return compared([rate_family(margin, rate, reference, min_group=min_group, confidence=confidence)])


def max_min_comparisons(
    table: Finest,
    margins: Sequence[Margin],
    rates: Sequence[Rate],
    *,
    min_group: int,
    confidence: float,
    seed: int,
    replicates: int,
) -> list[Comparison]:
    """The spread of each rate over all groups of each margin, from one set of draws."""
    return compared(
        spread_families(
            table, margins, rates, min_group=min_group, confidence=confidence, seed=seed, replicates=replicates
        )
    )
