"""A fairness goal: what was agreed, whose view it is, and what would count as meeting it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import yaml

from evenhand.errors import InputError
from evenhand.fairness.comparing.comparisons import NAMED, SCORED
from evenhand.fairness.comparing.references import BEST, KINDS, LARGEST
from evenhand.fairness.measuring.rates import RATES

ALL_PAIRS = "all_pairs"
SIDES = ("two_sided", "at_most", "at_least")
OBSERVED = ("all", "selected", "randomised")
TOO_FEW = ("set_aside", "inconclusive")
RATES_OF = {figure.name: figure.rates for figure in NAMED}
KIND_OF = {figure.name: figure.kind for figure in NAMED}


@dataclass(frozen=True, slots=True)
class Words:
    """How a goal's sentence calls things. The defaults read well for any model."""

    people: str = "people"
    outcome: str = "have the outcome"
    no_outcome: str = "do not have the outcome"
    subject: str = "the model"
    selects: str = "selects"
    rejects: str = "does not select"


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
        """The metrics judged: one, or those a named comparison is made of."""
        return RATES_OF.get(self.metric, (self.metric,))

    @property
    def needs_unseen_outcomes(self) -> bool:
        """Whether the metric asks about the outcomes of people who were not selected."""
        return any(
            name not in RATES or (RATES[name].needs_label and RATES[name].denominator != (0, 1, 0, 1))
            for name in self.metrics
        )

    def to_dict(self) -> dict[str, Any]:
        """The goal as JSON values, every field present."""
        return {**asdict(self), "by": list(self.by), "reference": _plain(self.reference)}

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> "FairnessGoal":
        """Read and check a goal from YAML or JSON values; raises InputError naming the field."""
        if not isinstance(value, Mapping):
            raise InputError("A goal is a list of named fields: id, metric, by, threshold and more.")
        known = {each.name for each in fields(cls)}
        for name in value:
            if name not in known:
                raise InputError(f"Goal field {name!r} is not known; the fields are {', '.join(sorted(known))}.")
        for name in ("id", "metric", "by", "threshold"):
            if value.get(name) in (None, "", []):
                raise InputError(f"A goal needs the field {name!r}.", field=name)
        return cls(**_defaults(value) | {name: _read(name, each) for name, each in value.items() if each is not None})

    def _problems(self) -> list[str]:
        found = []
        if self.metric not in RATES_OF and self.metric not in RATES and self.metric not in SCORED:
            found.append(f"metric {self.metric!r} is not known; use one of {', '.join([*RATES, *SCORED, *RATES_OF])}")
        if self.metric in SCORED and (self.kind != "difference" or self.reference in (ALL_PAIRS, "overall", BEST)):
            found.append(f"metric {self.metric!r} is judged as a difference from a named or the largest group")
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
        if self.kind == "difference" and not -1 <= self.threshold <= 1:
            found.append(f"threshold {self.threshold:g} is a difference of rates and must lie within -1 and 1")
        if self.kind == "difference" and self.side == "two_sided" and self.threshold < 0:
            found.append("threshold of a two-sided goal is a margin of 0 or more")
        if self.kind == "ratio" and self.threshold <= 0:
            found.append("threshold of a ratio is above 0")
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
        value = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.")
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InputError(f"{path} is not YAML: {str(error).splitlines()[0]}.")
    listed = value.get("goals", [value]) if isinstance(value, Mapping) else value
    if not isinstance(listed, list) or not listed:
        raise InputError(f"{path} holds no goal; write id, metric, by and threshold.")
    try:
        return tuple(FairnessGoal.from_dict(each) for each in listed)
    except InputError as error:
        raise InputError(f"{path}: {error}", field=error.field)


def _defaults(value: Mapping[str, Any]) -> dict[str, Any]:
    """What a named comparison, or the side ``equal``, means where the goal does not say otherwise."""
    metric = value["metric"]
    if metric == "impact_ratio":
        return {"kind": "ratio", "side": "at_least", "reference": BEST}
    if metric in KIND_OF:
        return {"kind": KIND_OF[metric], "reference": ALL_PAIRS}
    return {"reference": ALL_PAIRS} if value.get("side") == "equal" else {}


def _read(name: str, value: Any) -> Any:
    if name == "by":
        return (value,) if isinstance(value, str) else tuple(_text(name, each) for each in _sequence(name, value))
    if name == "words":
        return _words(value)
    if name in ("threshold", "confidence"):
        return _number(name, value)
    if name in ("min_group", "min_denominator"):
        return _whole(name, value)
    if name == "side" and value == "equal":
        return "two_sided"
    if name == "reference" and isinstance(value, Mapping):
        return {_text(name, key): _text(name, each) for key, each in value.items()}
    if name == "consulted" and isinstance(value, list):
        return ", ".join(_text(name, each) for each in value)
    return _text(name, value)


def _words(value: Any) -> Words:
    known = {each.name for each in fields(Words)}
    if not isinstance(value, Mapping) or not set(value) <= known:
        raise InputError(f"Goal field 'words' has the parts {', '.join(sorted(known))}.", field="words")
    return replace(Words(), **{name: _text("words", each) for name, each in value.items() if each})


def _sequence(name: str, value: Any) -> list[Any]:
    if not isinstance(value, list | tuple):
        raise InputError(f"Goal field {name!r} must be a list.", field=name)
    return list(value)


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        raise InputError(f"Goal field {name!r} must be text.", field=name)
    return str(value)


def _number(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InputError(f"Goal field {name!r} must be a number; {value!r} is not.", field=name)
    return float(value)


def _whole(name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise InputError(f"Goal field {name!r} must be a whole number; {value!r} is not.", field=name)
    return value


def _plain(reference: str | Mapping[str, str]) -> str | dict[str, str]:
    return reference if isinstance(reference, str) else dict(reference)
