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
    """One reading. ``fields`` are those of a goal; None where the figures are reported and never judged."""

    id: str
    name: str
    fields: Mapping[str, Any] | None
    claims: str
    does_not_claim: str
    source: str

    def goal(self, by: str | Sequence[str], **fields: Any) -> FairnessGoal:
        """A goal of this reading for some attributes; further ``fields`` of a goal add to or replace the preset's."""
        if self.fields is None:
            raise InputError(f"{self.name} sets no mark, so it is reported and never judged.")
        if self.fields.get("threshold", fields.get("threshold")) is None:
            raise InputError(f"{self.name} has no threshold of its own; say how large a gap may be.", field="threshold")
        given = {"id": self.id, "name": self.name, "why": self.claims, **self.fields, **fields}
        return FairnessGoal.from_dict({**given, "by": by if isinstance(by, str) else list(by)})


@cache
def presets() -> Mapping[str, Preset]:
    """Every preset by its id."""
    text = files("evenhand.fairness.judging").joinpath("presets.yaml").read_text(encoding="utf-8")
    return {
        name: Preset(
            id=name,
            name=each["name"],
            fields=each["goal"],
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
