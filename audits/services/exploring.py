"""Other cuts through an evaluation's counts: other groups, another reference, another threshold.

Nothing of it goes on the record. The verdicts shown are those of the record; only what goals do not decide is computed.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.core.cache import caches

from audits.models import Evaluation
from audits.services.dilemmas import Dilemma, dilemma_of
from audits.services.trials import Trial, trial_of
from evenhand.fairness import Counts, evaluate
from evenhand.fairness.evaluating import VERSION
from evenhand.fairness.plots.words import group_label

CONFIDENCES = (0.9, 0.95, 0.99)
LARGEST, OVERALL = "largest", "overall"
REPLICATES = 100  # the fewest the engine takes: no figure of this page is drawn at random
KEPT_SECONDS = 3600
NEEDED = 30


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What to look at: groups of one or two attributes, compared with whom, how sure, and from which score on."""

    by: tuple[str, ...]
    against: str
    confidence: float
    at: float | None


@dataclass(frozen=True, kw_only=True)
class Explored:
    """A result in the shape of `evaluate --json` for the chosen groups, a threshold's trial, and what excludes what."""

    result: dict[str, Any]
    trial: Trial | None
    dilemma: Dilemma | None


def attributes_of(evaluation: Evaluation) -> list[str]:
    """The attributes that were counted, in their order."""
    return list((evaluation.counts or {}).get("columns", {}).get("groups", []))


def crossings_of(evaluation: Evaluation) -> set[frozenset[str]]:
    """The attributes and pairs of attributes the recorded result has groups of."""
    return {frozenset(row["group"]) for row in _groups(evaluation) if 1 <= len(row["group"]) <= 2}


def references_of(evaluation: Evaluation, by: tuple[str, ...]) -> list[tuple[str, str]]:
    """Whom the groups may be compared with: value and words."""
    large = [row for row in _groups(evaluation) if set(row["group"]) == set(by) and row["n"] >= NEEDED]
    named = [group_label(row["group"]) for row in sorted(large, key=lambda row: -row["n"])[:50]]
    return [(LARGEST, "the largest group"), (OVERALL, "everyone"), *((name, name) for name in named)]


def choices_of(evaluation: Evaluation, asked: Mapping[str, str]) -> Choices:
    """The choices of a request; what is missing or unknown falls back to what the record shows."""
    attributes, crossed = attributes_of(evaluation), crossings_of(evaluation)
    first = asked.get("by") if asked.get("by") in attributes else attributes[0]
    second = asked.get("and", "")
    pair = tuple(name for name in attributes if name in (first, second))
    by = pair if second != first and frozenset(pair) in crossed else (str(first),)
    against = asked.get("against", "")
    if against not in dict(references_of(evaluation, by)):
        against = _recorded_reference(evaluation, by)
    confidence = _number(asked.get("confidence"))
    return Choices(
        by=by,
        against=against,
        confidence=confidence if confidence in CONFIDENCES else 0.95,
        at=_number(asked.get("at")),
    )


def explore(evaluation: Evaluation, choices: Choices) -> Explored:
    """What the counts say under these choices; kept in the process, because every reader of a page asks the same."""
    text = json.dumps([VERSION, evaluation.counts_sha256, evaluation.result_sha256, asdict(choices)])
    key = "explored-" + hashlib.sha256(text.encode()).hexdigest()
    kept: Explored | None = caches["process"].get(key)
    if kept is None:
        kept = _explored(evaluation, choices)
        caches["process"].set(key, kept, KEPT_SECONDS)
    return kept


def _explored(evaluation: Evaluation, choices: Choices) -> Explored:
    counts = Counts.from_json(evaluation.counts)
    recorded = evaluation.result or {}
    computed = evaluate(
        counts,
        reference=_reference(evaluation, choices),
        confidence=choices.confidence,
        order=len(choices.by),
        replicates=REPLICATES,
    ).to_json()
    documents = [snapshot["document"] for snapshot in evaluation.goals]
    result = {**computed, "verdicts": recorded.get("verdicts", [])}
    names = {snapshot["document"]["id"]: snapshot["name"] for snapshot in evaluation.goals}
    return Explored(
        result={name: result[name] for name in ("groups", "comparisons", "verdicts", "confidence", "n_rows")},
        trial=trial_of(counts, choices.by, documents, at=choices.at, names=names),
        dilemma=dilemma_of(counts, choices.by, documents),
    )


def _reference(evaluation: Evaluation, choices: Choices) -> str | dict[str, str]:
    if choices.against in (LARGEST, OVERALL):
        return choices.against
    groups = (row["group"] for row in _groups(evaluation) if set(row["group"]) == set(choices.by))
    return next((group for group in groups if group_label(group) == choices.against), LARGEST)


def _recorded_reference(evaluation: Evaluation, by: tuple[str, ...]) -> str:
    """Whom the record compares these groups with."""
    for row in (evaluation.result or {}).get("comparisons", []):
        if row["of"] == "pair" and row["kind"] == "difference" and set(row["by"]) == set(by):
            found = group_label(row["reference"]) if row["reference"] else OVERALL
            return found if found in dict(references_of(evaluation, by)) else LARGEST
    return LARGEST


def _groups(evaluation: Evaluation) -> list[dict[str, Any]]:
    return list((evaluation.result or {}).get("groups", []))


def _number(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if abs(value) <= 1e6 else None
