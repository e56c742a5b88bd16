"""A goal file to start from: a preset's goals as YAML, with what is still to be agreed said beside each field."""

import json
from collections.abc import Sequence
from textwrap import wrap

from evenhand.fairness.judging.goals import FairnessGoal
from evenhand.fairness.judging.presets import Preset

WIDTH = 110
# field -> what to write there; empty fields are those nobody but the people who agree the goal can fill
REMARKS = {
    "threshold": "a margin (0.05 is 5 points) or a ratio",
    "reference": "all_pairs, largest, overall, best_eligible, or a group such as {race: White} with a reference_reason",
    "confidence": "of the intervals the verdict is taken from",
    "min_group": "groups with fewer people are set aside by name and never are the benchmark",
    "min_denominator": "and so are groups with fewer people in the metric's denominator",
    "outcome_observed_for": "all, selected (as in credit, hiring and bail: error goals cannot be met), or randomised",
    "view": "whose view of fairness this is: the decision maker's, the person's, the public's",
    "harm": "what kind of harm: allocative (who gets what) or representational (how people are shown)",
    "consulted": "who was asked before this was agreed",
    "why": "why this reading and this threshold; the sentence below is the preset's",
}
ALWAYS = ("id", "name", "metric", "by", "kind", "side", "threshold", "reference", "confidence", "min_group")
STATED = (*ALWAYS, "min_denominator", "outcome_observed_for", "view", "harm", "consulted", "why")


def starter(preset: Preset, by: Sequence[str], *, threshold: float | None = None) -> str:
    """The YAML text of a goal file for ``FairnessGoal`` and the command line; comments say what is left to agree."""
    given = {} if threshold is None else {"threshold": threshold}
    goals = preset.goals(list(by), **given)
    lines = _comment(f"{preset.name}. What it claims: {preset.claims}")
    lines += ["#", *_comment(f"What it does not claim: {preset.does_not_claim}")]
    lines += ["#", *_comment(f"Source: {preset.source}"), "goals:"]
    for goal in goals:
        lines += _goal(goal)
    return "\n".join(lines) + "\n"


def _goal(goal: FairnessGoal) -> list[str]:
    values = goal.to_dict()
    lines = []
    for name in STATED:
        if name in REMARKS:
            lines.append(f"    # {REMARKS[name]}")
        lines.append("    " + _field(name, values[name]))
    lines[0] = "  - " + lines[0].lstrip()
    return [*lines, "    # how the verdict's sentence calls things", "    " + _field("words", values["words"])]


def _field(name: str, value: object) -> str:
    return f"{name}: {json.dumps(value, ensure_ascii=False)}"  # JSON values are YAML values


def _comment(text: str) -> list[str]:
    return [f"# {line}" for line in wrap(text, WIDTH)]
