"""Editions of a framework: the digest of one, and what changed between two."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import rfc8785

from evenhand.questionnaire.answers import Answer, Answers, AnswersError, read_answer
from evenhand.questionnaire.schema import Carry, Framework, Question
from evenhand.questionnaire.writing import framework_to_document, question_to_document


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


@dataclass(frozen=True)
class CarriedAnswer:
    """An answer taken into a newer edition; it counts only once it is confirmed, unless the question says ``keep``."""

    question: str
    answer: Answer
    needs_confirming: bool


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


def carry_over(old: Framework, new: Framework, answers: Answers) -> tuple[CarriedAnswer, ...]:
    """The answers that still fit a newer edition (or a new assessment of the same one)."""
    carried = []
    for question in new.questions:
        answer, before = answers.get(question.id), old.questions_by_id.get(question.id)
        if answer is None or before is None or question.carry is Carry.NEVER or not still_fits(question, answer):
            continue
        same = question_to_document(before) == question_to_document(question)
        carried.append(CarriedAnswer(question.id, answer, not (same and question.carry is Carry.KEEP)))
    return tuple(carried)


def still_fits(question: Question, answer: Answer) -> bool:
    """Whether a question of a newer edition still takes an answer."""
    try:
        return read_answer(question, answer.to_json()) is not None
    except AnswersError:
        return False


def _things(framework: Framework) -> dict[tuple[str, str], dict[str, Any]]:
    """Every part of a framework under its kind and id; a question says in which section it stands."""
    document = framework_to_document(framework)
    things: dict[tuple[str, str], dict[str, Any]] = {("framework", framework.id): document["framework"]}
    for section in document["sections"]:
        things["section", section["id"]] = {key: value for key, value in section.items() if key != "questions"}
        for question in section["questions"]:
            things["question", question["id"]] = {**question, "section": section["id"]}
    for kind in ("chapter", "control", "choice_set", "score", "value", "outcome", "duty", "check"):
        plural = "duties" if kind == "duty" else f"{kind}s"
        things |= {(kind, item["id"]): item for item in document.get(plural, ())}
    return things
