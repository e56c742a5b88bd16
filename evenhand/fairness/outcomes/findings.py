"""What the evaluation of one kind of outcome adds: metrics of each group, comparisons, and warnings."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from evenhand.fairness.comparing.references import Reference
from evenhand.fairness.measuring.margins import Margin
from evenhand.fairness.measuring.metrics import Metrics
from evenhand.fairness.outcomes.mean_groups import MeanMetric
from evenhand.fairness.results import Comparison


@dataclass(frozen=True, slots=True)
class Choices:
    """The stated choices of an evaluation."""

    reference: Reference
    min_group: int
    confidence: float
    seed: int
    replicates: int


@dataclass(frozen=True)
class Findings:
    """``metrics`` of a margin are one dictionary a group, in the margin's order.

    ``of_class`` gives the margins of one class against the rest, and for None those of right against wrong;
    ``means`` are the metrics that are means, for goals about them.
    """

    metrics: Callable[[Margin], Sequence[Metrics]]
    comparisons: tuple[Comparison, ...]
    warnings: tuple[str, ...]
    of_class: Callable[[str | None], Callable[[tuple[str, ...]], Margin]] | None = None
    means: tuple[MeanMetric, ...] = ()
