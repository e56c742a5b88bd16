"""Editions of a framework: the digest of one, and what changed between two. What becomes of answers: ``carrying``."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import rfc8785

from evenhand.questionnaire.answers import Answers
from evenhand.questionnaire.schema import Framework
from evenhand.questionnaire.writing import framework_to_document

# fields of a framework file, in the words of a page
WORDS = {
    "prompt": "wording",
    "label": "wording",
    "message": "wording",
    "visible_if": "when it is asked",
    "required": "whether it must be answered",
    "required_if": "whether it must be answered",
    "na": "whether it may be set aside",
    "questions": "parts",
    "expr": "calculation",
    "if": "condition",
    "max": "maximum",
    "min": "minimum",
    "from": "start date",
    "until": "end date",
    "sets": "what it sets",
    "only": "questions asked",
    "for": "whom it is for",
    "refs": "references",
    "why": "reason",
    "who": "who usually knows",
    "same_as": "same questions elsewhere",
    "prefill": "where an answer is offered from",
    "relies_on": "facts it relies on",
    "source_id": "id in its source",
}


class Change(StrEnum):
    """What happened to a question, score, outcome and so on."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True)
class Difference:
    """One thing that differs between two editions; ``fields`` names what changed in it."""

    change: Change
    kind: str
    id: str
    fields: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """What happened, in words for a page: ``changed: wording, choices``."""
        fields = ", ".join(dict.fromkeys(WORDS.get(name, name.replace("_", " ")) for name in self.fields))
        return f"{self.change}: {fields}" if fields else str(self.change)


def document_digest(document: Mapping[str, Any]) -> str:
    """SHA-256 (hexadecimal) over the canonical JSON (RFC 8785) of a document."""
    return hashlib.sha256(rfc8785.dumps(dict(document))).hexdigest()


def digest(framework: Framework) -> str:
    """The digest of an edition: the same however its file was laid out."""
    return document_digest(framework_to_document(framework))


def answers_digest(answers: Answers) -> str:
    """The digest of a set of answers, whatever their order."""
    return document_digest({question_id: answer.to_json() for question_id, answer in answers.items()})


def diff_editions(old: Framework, new: Framework) -> tuple[Difference, ...]:
    """What changed from one edition to another, in the order of the newer file, removals last."""
    before, after = _things(old), _things(new)
    found = []
    for key, document in after.items():
        if key not in before:
            found.append(Difference(Change.ADDED, *key))
        elif document != before[key]:
            names = sorted(document.keys() | before[key].keys())
            fields = tuple(name for name in names if document.get(name) != before[key].get(name))
            found.append(Difference(Change.CHANGED, *key, fields))
    return (*found, *(Difference(Change.REMOVED, *key) for key in before if key not in after))


def _things(framework: Framework) -> dict[tuple[str, str], dict[str, Any]]:
    """Every part of a framework under its kind and id; a question says in which section it stands."""
    document = framework_to_document(framework)
    choices = {choice_set["id"]: choice_set["choices"] for choice_set in document.get("choice_sets", ())}
    things: dict[tuple[str, str], dict[str, Any]] = {("framework", framework.id): document["framework"]}
    for section in document["sections"]:
        things["section", section["id"]] = {key: value for key, value in section.items() if key != "questions"}
        for question in section["questions"]:
            things["question", question["id"]] = {**question, "section": section["id"]}
            if isinstance(question.get("choices"), str):  # a shared set that changes, changes its questions
                things["question", question["id"]]["choices"] = choices[question["choices"]]
    for kind in (
        "chapter",
        "control",
        "choice_set",
        "score",
        "value",
        "outcome",
        "duty",
        "check",
        "follow_up",
        "profile",
    ):
        plural = "duties" if kind == "duty" else f"{kind}s"
        things |= {(kind, item["id"]): item for item in document.get(plural, ())}
    return things
