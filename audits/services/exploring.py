"""Other cuts through an evaluation's counts: other groups, another reference, another threshold.

Nothing of it goes on the record. The verdicts shown are those of the record; only what goals do not decide is computed.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

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
Part = TypeVar("Part")


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
    """What the counts say under these choices.

    Each part is kept in the process under the choices it depends on: readers of a page mostly ask the same, and who
    moves the threshold only needs that part anew.
    """
    counts = cache(lambda: Counts.from_json(evaluation.counts))
    documents = [snapshot["document"] for snapshot in evaluation.goals]
    names = {snapshot["document"]["id"]: snapshot["name"] for snapshot in evaluation.goals}
    by, at = choices.by, choices.at
    return Explored(
        result=_kept(
            evaluation,
            ["result", by, choices.against, choices.confidence],
            lambda: _result(evaluation, choices, counts()),
        ),
        trial=_kept(evaluation, ["trial", by, at], lambda: trial_of(counts(), by, documents, at=at, names=names)),
        dilemma=_kept(evaluation, ["dilemma", by], lambda: dilemma_of(counts(), by, documents)),
    )


def _kept(evaluation: Evaluation, choices: list[Any], make: Callable[[], Part]) -> Part:
    """A part of the page from the process' memory, or made now. The digests change with counts, goals and result."""
    text = json.dumps([VERSION, evaluation.counts_sha256, evaluation.result_sha256, choices])
    key = "explored-" + hashlib.sha256(text.encode()).hexdigest()
    kept: tuple[Part] | None = caches["process"].get(key)  # in a tuple, as None is a part too: no trial without a score
    if kept is None:
        kept = (make(),)
        caches["process"].set(key, kept, KEPT_SECONDS)
    return kept[0]


def _result(evaluation: Evaluation, choices: Choices, counts: Counts) -> dict[str, Any]:
    recorded = evaluation.result or {}
    computed = evaluate(
        counts,
        reference=_reference(evaluation, choices),
        confidence=choices.confidence,
        order=len(choices.by),
        replicates=REPLICATES,
    ).to_json()
    result = {**computed, "verdicts": recorded.get("verdicts", [])}
    return {name: result[name] for name in ("groups", "comparisons", "verdicts", "confidence", "n_rows")}


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
