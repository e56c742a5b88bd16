"""A scorer of Canada's AIA that shares nothing with ours: the tool's own conditions and points, and its rules."""

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

WEIGHTS: list[dict[str, Any]] = json.loads((Path(__file__).parent / "canada_weights.json").read_text())["questions"]
TERM = re.compile(r'\{([^}]+)\} (=|contains) (?:\["([^"]*)"\]|"([^"]*)")')


class Figures(NamedTuple):
    """What the tool shows once its form is completed."""

    raw: int
    mitigation: int
    current: int
    level: str
    visible: frozenset[str]


def figures(answers: dict[str, Any]) -> Figures:
    """The figures of a set of answers by official name. Answers of hidden questions are dropped as we come to them."""
    kept: dict[str, Any] = {}
    visible, totals = set(), {"raw": 0, "mitigation": 0, "none": 0}
    for question in WEIGHTS:
        if all(_holds(condition, kept) for condition in question["visible_if"]):
            visible.add(question["id"])
            kept[question["id"]] = answer = answers.get(question["id"], "")
            ticked = answer if isinstance(answer, list) else [answer]
            totals[question["score"]] += sum(question.get("points", {}).get(choice, 0) for choice in ticked)
    raw, mitigation = totals["raw"], totals["mitigation"]
    current = (85 * raw + 50) // 100 if 10 * mitigation >= 616 else raw
    level = next((name for name, quarters in zip(("I", "II", "III"), (1, 2, 3)) if 4 * current <= 167 * quarters), "IV")  # noqa: B905
    return Figures(raw, mitigation, current, level, frozenset(visible))


def _holds(condition: str, kept: dict[str, Any]) -> bool:
    text = TERM.sub(lambda term: str(_compared(kept.get(term[1], ""), term[2], term[3] or term[4])), condition)
    while "(" in text:
        text = re.sub(r"\(([^()]*)\)", lambda inner: str(_any_of_all(inner[1])), text)
    return _any_of_all(text)


def _compared(answer: Any, operator: str, value: str) -> bool:
    return answer == value if operator == "=" else value in answer  # a substring of one choice, a member of several


def _any_of_all(text: str) -> bool:
    return any(all(word.strip() == "True" for word in part.split(" and ")) for part in text.split(" or "))
