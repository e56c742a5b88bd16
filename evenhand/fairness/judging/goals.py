"""A fairness goal: what was agreed, whose view it is, and what would count as meeting it."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from evenhand.errors import InputError
from evenhand.fairness.comparing.references import BEST, KINDS, LARGEST, OVERALL
from evenhand.fairness.judging.goal_fields import goal_fields, listed_goals
from evenhand.fairness.judging.vocabulary import (
    ALL_PAIRS,
    JUDGED_BY_INTERVAL,
    MEAN_RATIOS,
    MEANS,
    NEEDS_LABEL,
    OBSERVED,
    RATES_OF,
    SIDES,
    TOO_FEW,
    UNBOUNDED,
    Words,
    class_of,
    plain_metric,
)
from evenhand.fairness.measuring.rates import RATES

__all__ = ["ALL_PAIRS", "NEEDS_LABEL", "SIDES", "FairnessGoal", "Words", "read_goals"]


@dataclass(frozen=True)
class FairnessGoal:
    """One agreed goal. ``FairnessGoal.from_dict`` reads and checks one; see ``evenhand schema goal``.

    ``threshold`` is a margin (difference, 0.05 = 5 points) or a ratio (0.8). ``reference`` is ``largest``, ``overall``,
    ``best_eligible``, ``all_pairs`` or a group such as ``{"race": "Caucasian"}``. Groups with fewer than ``min_group``
    people, or fewer than ``min_denominator`` in the metric's denominator, are not judged and never set the benchmark;
    ``too_few`` says whether they are set aside by name or leave the goal inconclusive.
    """

    id: str
    metric: str
    by: tuple[str, ...]
    threshold: float
    name: str = ""
    kind: str = "difference"
    side: str = "two_sided"
    reference: str | Mapping[str, str] = LARGEST
    reference_reason: str = ""
    view: str = ""
    harm: str = ""
    why: str = ""
    consulted: str = ""
    min_group: int = 30
    min_denominator: int = 30
    too_few: str = "set_aside"
    confidence: float = 0.95
    outcome_observed_for: str = "all"
    words: Words = field(default_factory=Words)

    def __post_init__(self) -> None:
        for problem in self._problems():
            raise InputError(f"Goal {self.id!r}: {problem}.", field=problem.split()[0])

    @property
    def title(self) -> str:
        """The name, or the id where there is none."""
        return self.name or self.id

    @property
    def metrics(self) -> tuple[str, ...]:
        """The metrics judged, without the class: one, or those a named comparison is made of."""
        plain = plain_metric(self.metric)
        return RATES_OF.get(plain, (plain,))

    @property
    def of_class(self) -> str | None:
        """The class judged against the rest, where the metric names one: ``true_positive_rate[cat]``."""
        return class_of(self.metric)

    def named(self, metric: str) -> str:
        """One of the goal's metrics with its class."""
        return metric if self.of_class is None else f"{metric}[{self.of_class}]"

    @property
    def needs_unseen_outcomes(self) -> bool:
        """Whether the metric asks about the outcomes of people who were not selected."""
        return any(RATES[name].asks_unseen if name in RATES else name in NEEDS_LABEL for name in self.metrics)

    def to_dict(self) -> dict[str, Any]:
        """The goal as JSON values, every field present."""
        return {**asdict(self), "by": list(self.by), "reference": _plain(self.reference)}

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> "FairnessGoal":
        """Read and check a goal from YAML or JSON values; raises InputError naming the field."""
        return cls(**goal_fields(value, known={each.name for each in fields(cls)}))

    def _problems(self) -> list[str]:
        found = []
        known = (*RATES, *JUDGED_BY_INTERVAL, *MEANS, *RATES_OF)
        if plain_metric(self.metric) not in known:
            found.append(f"metric {self.metric!r} is not known; use one of {', '.join(known)}")
        scored = any(name in JUDGED_BY_INTERVAL for name in self.metrics)
        if scored and (self.kind != "difference" or self.reference in (OVERALL, BEST)):
            found.append(
                f"metric {self.metric!r} is judged as a difference from a named or the largest group, or over all pairs"
            )
        if self.kind == "ratio" and not MEAN_RATIOS.issuperset(name for name in self.metrics if name in MEANS):
            found.append(f"kind ratio is for what cannot be negative, which {self.metric!r} can")
        for name, allowed in (
            ("kind", ("difference", "ratio")),
            ("side", SIDES),
            ("outcome_observed_for", OBSERVED),
            ("too_few", TOO_FEW),
        ):
            if getattr(self, name) not in allowed:
                found.append(f"{name} {getattr(self, name)!r} is not one of {', '.join(allowed)}")
        return found + self._number_problems() + self._reference_problems()

    def _number_problems(self) -> list[str]:
        found = []
        if not math.isfinite(self.threshold):
            found.append("threshold must be a number")
        if self.kind == "difference" and not UNBOUNDED & set(self.metrics) and not -1 <= self.threshold <= 1:
            found.append(f"threshold {self.threshold:g} is a difference of rates and must lie within -1 and 1")
        if self.kind == "difference" and self.side == "two_sided" and self.threshold < 0:
            found.append("threshold of a two-sided goal is a margin of 0 or more")
        if self.kind == "ratio" and not 0.001 <= self.threshold <= 1000:
            found.append("threshold of a ratio is above 0: from 0.001 to 1,000")
        if not 0.5 <= self.confidence < 1:
            found.append(f"confidence {self.confidence:g} must be at least 0.5 and under 1")
        if self.min_group < 1 or self.min_denominator < 1:
            found.append("min_group and min_denominator are 1 or more")
        return found

    def _reference_problems(self) -> list[str]:
        if isinstance(self.reference, str):
            allowed = (*KINDS, ALL_PAIRS)
            if self.reference not in allowed:
                return [f"reference {self.reference!r} is not one of {', '.join(allowed)} or a group"]
            return ["reference all_pairs needs side two_sided"] * (
                self.reference == ALL_PAIRS and self.side != "two_sided"
            )
        unknown = [name for name in self.reference if name not in self.by]
        return [f"reference column {unknown[0]!r} is not among the goal's attributes"] if unknown else []


def read_goals(path: str | Path) -> tuple[FairnessGoal, ...]:
    """The goals of a YAML or JSON file: one goal, or a list under ``goals``."""
    try:
        return tuple(FairnessGoal.from_dict(each) for each in listed_goals(path))
    except InputError as error:
        text = str(error)
        raise InputError(text if text.startswith(str(path)) else f"{path}: {text}", field=error.field)


def _plain(reference: str | Mapping[str, str]) -> str | dict[str, str]:
    return reference if isinstance(reference, str) else dict(reference)
