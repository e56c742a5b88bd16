"""Common readings of fairness as starting points for goals, each with what it claims and what it does not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from evenhand.errors import InputError
from evenhand.fairness.judging.goals import FairnessGoal


@dataclass(frozen=True)
class Preset:
    """One reading. ``fields`` are those of its goals; none where the figures are reported and never judged."""

    id: str
    name: str
    fields: tuple[Mapping[str, Any], ...]
    claims: str
    does_not_claim: str
    source: str

    @property
    def threshold(self) -> float | None:
        """The threshold the reading brings itself."""
        return next((each.get("threshold") for each in self.fields), None)

    def goals(self, by: str | Sequence[str], **fields: Any) -> tuple[FairnessGoal, ...]:
        """The goals of this reading for some attributes; ``fields`` of a goal add to or replace the preset's.

        Raises
        ------
        InputError
            Where the reading sets no mark, where it has no threshold and none is given, and where a named group is the
            reference without a reason.
        """
        if not self.fields:
            raise InputError(f"{self.name} sets no mark, so it is reported (evenhand bias-audit) and never judged.")
        if fields.get("threshold", self.threshold) is None:
            raise InputError(f"{self.name} has no threshold of its own; say how large a gap may be.", field="threshold")
        if isinstance(fields.get("reference"), Mapping) and not fields.get("reference_reason"):
            raise InputError("A group to compare with needs a reason (reference_reason).", field="reference_reason")
        names = [self.id if len(self.fields) == 1 else f"{self.id}-{each['metric']}" for each in self.fields]
        base = {"name": self.name, "why": self.claims}
        named = {**fields, "by": by if isinstance(by, str) else list(by)}
        return tuple(
            FairnessGoal.from_dict({"id": name, **base, **each, **named})
            for name, each in zip(names, self.fields, strict=True)
        )

    def goal(self, by: str | Sequence[str], **fields: Any) -> FairnessGoal:
        """The one goal of this reading; see ``goals``."""
        found = self.goals(by, **fields)
        if len(found) > 1:
            raise InputError(f"{self.name} stands for {len(found)} goals; ask for all of them.")
        return found[0]


@cache
def presets() -> Mapping[str, Preset]:
    """Every preset by its id."""
    text = files("evenhand.fairness.judging").joinpath("presets.yaml").read_text(encoding="utf-8")
    return {
        name: Preset(
            id=name,
            name=each["name"],
            fields=tuple(each["goals"]),
            claims=each["claims"],
            does_not_claim=each["does_not_claim"],
            source=each["source"],
        )
        for name, each in yaml.safe_load(text).items()
    }


def preset(name: str) -> Preset:
    """One preset; raises InputError naming those there are."""
    found = presets().get(name)
    if found is None:
        raise InputError(f"There is no preset {name!r}; there are {', '.join(presets())}.")
    return found


def preset_goals(text: str, attributes: Sequence[str]) -> list[FairnessGoal]:
    """The goals of ``four_fifths`` or ``equalized_odds:0.05``, for each attribute by itself."""
    name, colon, limit = text.partition(":")
    given: dict[str, Any] = {}
    if colon:
        try:
            given["threshold"] = float(limit)
        except ValueError:
            raise InputError(f"Preset {text!r} is not understood; write a number after the colon, such as {name}:0.05.")
    chosen = preset(name.strip())
    found = [goal for attribute in attributes for goal in chosen.goals(attribute, **given)]
    if len(attributes) == 1:
        return found
    return [FairnessGoal.from_dict({**goal.to_dict(), "id": f"{goal.id}-{goal.by[0]}"}) for goal in found]
