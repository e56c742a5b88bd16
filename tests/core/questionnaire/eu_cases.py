"""Reads ``eu_cases.yaml``: systems under the EU AI Act, classified by hand from the regulation."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evenhand.documents import read_document

_FILE = Path(__file__).with_name("eu_cases.yaml")
_DATA: dict[str, Any] = read_document(_FILE.read_bytes(), name=_FILE.name).value

ORDINARY: dict[str, Any] = _DATA["ordinary"]
BASES: dict[str, dict[str, Any]] = _DATA["bases"]


@dataclass(frozen=True)
class Case:
    """One system; ``duties`` are some that must be there with their first day, ``without`` some that must not."""

    about: str
    tier: str
    answers: dict[str, Any]
    like: str = ""
    reasons: tuple[str, ...] = ()
    duties: dict[str, str | None] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    outcomes: dict[str, str] = field(default_factory=dict)
    follow_ups: tuple[str, ...] = ()

    @property
    def given(self) -> dict[str, Any]:
        """All answers of this system."""
        return answers_of(BASES.get(self.like, {}), self.answers)


def answers_of(*layers: dict[str, Any]) -> dict[str, Any]:
    """The ordinary answers, changed layer by layer; None takes an answer away."""
    found = dict(ORDINARY)
    for layer in layers:
        found |= layer
    return {key: value for key, value in found.items() if value is not None}


def _read(item: dict[str, Any]) -> Case:
    fields: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in item.items()}
    return Case(**fields)


CASES = tuple(_read(item) for item in _DATA["cases"])
