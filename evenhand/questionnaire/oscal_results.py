"""An assessment as OSCAL assessment results: an observation for each evidenced answer, a finding for each control.

What OSCAL has no place for (the answers themselves) is not forced into it: the full answers are in the JSON export.
The same assessment in the same state gives the same document, uuids included.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from evenhand.questionnaire.answers import Answer, AnswerState, is_unknown
from evenhand.questionnaire.points import whole_if_whole
from evenhand.questionnaire.schema import Question, QuestionType
from evenhand.questionnaire.scoring import Result

OSCAL_VERSION = "1.1.3"
NAMESPACE = "urn:evenhand:assessment"
_LONGEST_VALUE = 500
_NOT_IN_TOKEN = re.compile(r"[^A-Za-z0-9_.-]")


@dataclass(frozen=True)
class EvidencePiece:
    """Something that proves an answer: a file by its digest, or a link."""

    title: str
    href: str | None = None
    sha256: str | None = None
    collected: datetime | None = None
    expires: datetime | None = None


@dataclass(frozen=True)
class Observed:
    """How an answer reads, when it was saved, and what proves it."""

    words: str
    at: datetime
    evidence: tuple[EvidencePiece, ...] = ()


@dataclass(frozen=True, kw_only=True)
class About:
    """Which assessment it is, of what, in which state. All times carry their zone."""

    uid: UUID
    title: str
    status: str
    version: str
    subject_uid: UUID
    subject_name: str
    started: datetime
    changed: datetime
    ended: datetime | None = None


@dataclass(frozen=True)
class Judged:
    """What the answers say of a control."""

    is_satisfied: bool
    reason: str  # pass, fail or other
    remarks: str


def oscal_results(result: Result, about: About, observed: Mapping[str, Observed]) -> dict[str, Any]:
    """The OSCAL document; ``observed`` is by question id."""
    return _Writer(result, about, observed).document()


def judge(questions: Iterable[Question], result: Result) -> Judged:
    """Whether the answers about a control satisfy it.

    Every question must be answered, or set aside with a reason. Where the answer is picked from a scale it must be the
    best of it: the choice with the most points, or the first of a shared set without points.
    """
    open_ones, poor, aside = [], [], []
    for question in questions:
        answer = result.evaluation.answers.get(question.id)
        if answer is None or answer.state is AnswerState.UNKNOWN:
            open_ones.append(question.label)
        elif answer.state is AnswerState.NOT_APPLICABLE:
            aside.append(question.label)
        else:
            parts = list(_picked(question, answer))
            open_ones += [question.label] if any(said is None for _, said in parts) else []
            poor += [question.label] if any(said not in (None, best) for best, said in parts) else []
    poor += [
        item.question for item in result.missing if item.question in {q.id for q in questions} - {*open_ones, *poor}
    ]
    remarks = [
        f"{words}: {', '.join(dict.fromkeys(labels))}."
        for words, labels in (
            ("Not answered yet", open_ones),
            ("Not fully met", poor),
            ("Set aside with a reason", aside),
        )
        if labels
    ]
    if open_ones or poor:
        return Judged(is_satisfied=False, reason="other" if not poor else "fail", remarks=" ".join(remarks))
    return Judged(is_satisfied=True, reason="pass", remarks=" ".join(remarks) or "Every question about it is met.")


def _picked(question: Question, answer: Answer) -> Iterator[tuple[str, str | None]]:
    """Each scale in an answer, as (best choice, choice picked)."""
    scales = question.questions if question.type is QuestionType.PARTS else (question,)
    for scale in scales:
        best = _best(scale)
        if best is not None:
            said = answer.value.get(scale.id) if scale is not question else answer.value
            yield best, None if said is None or is_unknown(said) else str(said)


def _best(question: Question) -> str | None:
    """The best choice of a scale; None where the choices are no scale."""
    if question.type is not QuestionType.SINGLE or not question.is_tallied:
        return None
    points = {choice.id: sum(number for _, number in choice.points) for choice in question.choices if choice.points}
    return max(points, key=lambda choice: points[choice]) if points else question.choices[0].id


class _Writer:
    def __init__(self, result: Result, about: About, observed: Mapping[str, Observed]) -> None:
        self._result, self._about, self._observed = result, about, observed
        self._framework = result.framework
        self._asked = [question for question in result.evaluation.visible_questions() if question.takes_answer]
        self._by_control: dict[str, list[Question]] = {}
        for question in self._asked:
            for control in question.refs:
                self._by_control.setdefault(control, []).append(question)

    def document(self) -> dict[str, Any]:
        about, framework = self._about, self._framework
        plan = self._uuid("plan")
        source = f"{framework.title}, version {framework.version}"
        return {
            "assessment-results": {
                "uuid": self._uuid("document"),
                "metadata": {
                    "title": _line(about.title),
                    "last-modified": about.changed.isoformat(),
                    "version": _line(about.version),
                    "oscal-version": OSCAL_VERSION,
                },
                "import-ap": {
                    "href": f"#{plan}",
                    "remarks": "There is no assessment plan beside the framework itself.",
                },
                "results": [self._results()],
                "back-matter": {
                    "resources": [
                        {"uuid": plan, "title": _line(source), "description": _line(f"The framework: {source}")}
                    ]
                },
            }
        }

    def _uuid(self, *names: str) -> str:
        return str(uuid5(self._about.uid, "/".join(names)))

    def _results(self) -> dict[str, Any]:
        about = self._about
        observations = [self._observation(question) for question in self._asked if self._proofs(question)]
        findings = [self._finding(control, questions) for control, questions in self._by_control.items()]
        found = {
            "uuid": self._uuid("result"),
            "title": _line(about.title),
            "description": f"Answers to {self._framework.title} about {about.subject_name}. State: {about.status}.",
            "start": about.started.isoformat(),
            "end": about.ended.isoformat() if about.ended else None,
            "props": list(self._props()),
            "local-definitions": {"components": [self._component()]},
            "reviewed-controls": {"control-selections": [self._selection()]},
            "observations": observations,
            "findings": findings,
        }
        return {key: value for key, value in found.items() if value}

    def _props(self) -> Iterator[dict[str, str]]:
        result = self._result
        yield _prop("status", self._about.status)
        yield _prop("provisional", "yes" if result.is_provisional else "no")
        for outcome in result.framework.outcomes:
            yield _prop("outcome", result.outcomes.get(outcome.id) or "not computed", kind=outcome.id)
        for score_id, total in result.scores.items():
            text = f"{whole_if_whole(total.value)} of {whole_if_whole(total.maximum)}"
            yield _prop("score", text, kind=score_id)
        for value_id, value in result.values.items():
            yield _prop("value", "not computed" if value is None else json.dumps(value), kind=value_id)

    def _component(self) -> dict[str, Any]:
        name = _line(self._about.subject_name)
        kind = "this-system" if str(self._framework.only_scope or self._framework.scope) == "system" else "policy"
        return {
            "uuid": str(self._about.subject_uid),
            "type": kind,
            "title": name,
            "description": name,
            "status": {"state": "other"},
        }

    def _selection(self) -> dict[str, Any]:
        if not self._by_control:
            return {"include-all": {}, "description": "The framework names no controls; every question was reviewed."}
        return {"include-controls": [{"control-id": _token(control)} for control in self._by_control]}

    # --- observations

    def _proofs(self, question: Question) -> tuple[EvidencePiece, ...]:
        seen = self._observed.get(question.id)
        return seen.evidence if seen and question.id in self._result.evaluation.answers else ()

    def _observation(self, question: Question) -> dict[str, Any]:
        seen = self._observed[question.id]
        times = [piece.expires for piece in seen.evidence if piece.expires]
        found = {
            "uuid": self._uuid("observation", question.id),
            "title": _line(question.label),
            "description": f"{question.prompt}\n\n{seen.words}",
            "props": [_prop("question", question.id)],
            "methods": ["EXAMINE"],
            "types": ["control-objective"],
            "subjects": [{"subject-uuid": str(self._about.subject_uid), "type": "component"}],
            "relevant-evidence": [_evidence(piece) for piece in seen.evidence],
            "collected": seen.at.isoformat(),
            "expires": min(times).isoformat() if times else None,
        }
        return {key: value for key, value in found.items() if value}

    # --- findings

    def _finding(self, control: str, questions: list[Question]) -> dict[str, Any]:
        judged = judge(questions, self._result)
        related = [
            {"observation-uuid": self._uuid("observation", question.id)}
            for question in questions
            if self._proofs(question)
        ]
        title = next((str(item.title) for item in self._framework.controls if item.id == control), "") or control
        found = {
            "uuid": self._uuid("finding", control),
            "title": _line(title),
            "description": f"What the answers to {len(questions)} question(s) say of {control}.",
            "props": [_prop("control", control)],
            "target": {
                "type": "objective-id",
                "target-id": _token(control),
                "status": {
                    "state": "satisfied" if judged.is_satisfied else "not-satisfied",
                    "reason": judged.reason,
                    "remarks": judged.remarks,
                },
            },
            "related-observations": related,
        }
        return {key: value for key, value in found.items() if value}


def _evidence(piece: EvidencePiece) -> dict[str, Any]:
    props = [_prop("sha256", piece.sha256)] if piece.sha256 else []
    if piece.collected:
        props.append(_prop("collected", piece.collected.isoformat()))
    found = {"href": piece.href, "description": piece.title, "props": props}
    return {key: value for key, value in found.items() if value}


def _prop(name: str, value: str, *, kind: str | None = None) -> dict[str, str]:
    found = {"name": name, "ns": NAMESPACE, "value": _line(value)}
    return found | {"class": _token(kind)} if kind else found


def _line(text: str) -> str:
    """One line, as OSCAL asks of titles and values; never empty."""
    return " ".join(text.split())[:_LONGEST_VALUE].strip() or "-"


def _token(text: str) -> str:
    """A name OSCAL takes: letters, digits, ``-_.``, starting with a letter."""
    token = _NOT_IN_TOKEN.sub("_", text)
    return token if token[:1].isalpha() or token[:1] == "_" else f"_{token}"
