"""The lines of a goal about a mean: of a numeric outcome, of errors, or of exposure in a ranked list."""

import numpy as np

from evenhand.fairness.comparing.references import OVERALL
from evenhand.fairness.judging.goals import ALL_PAIRS, FairnessGoal
from evenhand.fairness.judging.lines import Lines, higher_first, named_pairs
from evenhand.fairness.measuring.intervals import Interval
from evenhand.fairness.outcomes.mean_comparisons import MeanPairs, mean_pairs
from evenhand.fairness.outcomes.mean_groups import MeanGroups, Places


def mean_lines(goal: FairnessGoal, groups: MeanGroups) -> Lines:
    """Differences by Welch's interval, ratios by Fieller's."""
    smallest = max(goal.min_group, goal.min_denominator)
    pairs = _pairs(goal, groups, smallest)
    second = np.full(len(pairs.first), -1, dtype=np.intp) if pairs.second is None else pairs.second

    def limits(confidence: float) -> Interval:
        if goal.kind == "difference":
            return pairs.difference_interval(confidence=confidence)
        return pairs.ratio_interval(confidence=confidence)

    enough = groups.enough(min_group=smallest)
    known = limits(goal.confidence)
    n = groups.means.n.astype(np.int64)
    others = groups.everyone.n - n if pairs.second is None else n[np.maximum(second, 0)]
    return Lines(
        metric=groups.metric.name,
        **named_pairs(groups.margin, pairs.first, second),
        judged=enough[pairs.first] & (enough[second] | (second < 0)) & np.isfinite(known.low) & np.isfinite(known.high),
        value=pairs.difference() if goal.kind == "difference" else pairs.ratio(),
        limits=limits,
        pairs=None,
        people=n[pairs.first],
        other_people=others[pairs.first] if pairs.second is None else others,
    )


def _pairs(goal: FairnessGoal, groups: MeanGroups, smallest: int) -> MeanPairs:
    if goal.reference == ALL_PAIRS:
        first, second = higher_first(groups.means.mean)
        return MeanPairs(groups, first, second)
    none: Places = np.zeros(0, dtype=np.intp)
    found = mean_pairs(groups, goal.reference, min_group=smallest)
    return MeanPairs(groups, none, None if goal.reference == OVERALL else none) if found is None else found
