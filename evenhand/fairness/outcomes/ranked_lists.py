"""Ranked lists: the exposure that places give, by group (Singh and Joachims 2018)."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from evenhand.fairness.counts.columns import MICRO
from evenhand.fairness.counts.table import Counts
from evenhand.fairness.measuring.margins import Finest, Margin
from evenhand.fairness.measuring.metrics import Metrics
from evenhand.fairness.outcomes.dealing import Dealing
from evenhand.fairness.outcomes.findings import Choices, Findings
from evenhand.fairness.outcomes.mean_comparisons import MeanPairs, mean_comparisons
from evenhand.fairness.outcomes.mean_groups import MeanGroups, MeanMetric
from evenhand.fairness.outcomes.means import Sums
from evenhand.fairness.outcomes.numeric import mean_values
from evenhand.fairness.results import Comparison, MetricValue, defined

DEPENDENT = (
    "Places in a list depend on each other (what one group gains another loses): intervals of exposure take people "
    "as independent; p-values of exposure deal the places at random instead."
)
NOT_ONE_LIST = (
    "The ranks are not one whole list (1 to n, each once): they come from several lists, a part of one, or hold ties. "
    "p-values of exposure treat them as one list and are only approximate."
)


def found(counts: Counts, table: Finest, margins: Sequence[Margin], choices: Choices) -> Findings:
    """Exposure of each group, its comparisons and warnings."""
    metric = exposure(counts, table)
    dealing = Dealing.of(metric, seed=choices.seed, replicates=choices.replicates)
    rows = list(mean_comparisons(metric, [each for each in margins if each.by], dealing, choices))
    rows += list(_exposure_ratios(rows))

    def metrics(margin: Margin) -> list[Metrics]:
        groups = MeanGroups(metric, margin)
        shares = exposure_shares(groups, confidence=choices.confidence)
        means = mean_values(groups, confidence=choices.confidence)
        return [{"mean_exposure": mean, "exposure_share": share} for mean, share in zip(means, shares, strict=True)]

    warnings = (DEPENDENT,) if dealing.is_whole else (DEPENDENT, NOT_ONE_LIST)
    return Findings(metrics, tuple(rows), warnings, means=(metric,))


def exposure(counts: Counts, table: Finest) -> MeanMetric:
    """Exposure as a metric: 1 / log2(1 + rank), from just above 0 to 1 for the first place."""
    place = {key: index for index, key in enumerate(table.keys)}
    sums = [Sums(0, 0, 0) for _ in table.keys]
    for cell in counts.cells:
        if cell.n:
            held = dict(zip(counts.columns.measures, cell.sums, strict=True))
            own = Sums(cell.n, held["exposure_sum"], held["exposure_squares"])
            sums[place[cell.group]] = sums[place[cell.group]].plus(own)
    return MeanMetric("mean_exposure", tuple(sums), MICRO, "high", has_ratio=True, ends=(0.0, 1.0))


def exposure_shares(groups: MeanGroups, *, confidence: float) -> list[MetricValue]:
    """Each group's share of all exposure.

    Its interval is that of its mean exposure over everyone's, times its share of people, which is taken as it is.
    """
    everyone = np.arange(len(groups.sums), dtype=np.intp)
    low, high = MeanPairs(groups, everyone, None).ratio_interval(confidence=confidence)
    total = groups.everyone.total
    return [
        MetricValue(
            defined(each.total / total),
            defined(share * below) if len(groups.sums) > 1 else None,
            defined(min(share * above, 1.0)) if len(groups.sums) > 1 and np.isfinite(above) else None,
            "fieller, welch",
            None,
            each.n,
        )
        for each, share, below, above in zip(groups.sums, groups.share, low, high, strict=True)
    ]


def _exposure_ratios(rows: Sequence[Comparison]) -> Iterator[Comparison]:
    """The ratios of mean exposure under the name the literature has for them; their test is counted once, there."""
    for row in rows:
        if row.kind == "ratio":
            yield replace(row, metric="exposure_ratio", p_value=None, p_adjusted=None)
