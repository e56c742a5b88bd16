"""What is still missing before an assessment can be submitted, and why; progress by section."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from evenhand.questionnaire.answers import Answer, Answers, AnswerState, is_unknown
from evenhand.questionnaire.evaluation import Evaluation, evaluate
from evenhand.questionnaire.schema import Framework, NotApplicable, Question, QuestionType, Section


class MissingReason(StrEnum):
    """Why something is missing."""

    UNANSWERED = "unanswered"
    UNKNOWN = "unknown"
    INCOMPLETE = "incomplete"
    EVIDENCE = "evidence"
    REASON = "reason"
    UNCONFIRMED = "unconfirmed"


@dataclass(frozen=True)
class Missing:
    """One thing to do before submitting; ``path`` is the question, its part, or a cell (``q.rows.2.who``)."""

    question: str
    path: str
    label: str
    reason: MissingReason
    message: str

    def to_json(self) -> dict[str, str]:
        return {
            "question": self.question,
            "path": self.path,
            "label": self.label,
            "reason": self.reason,
            "message": self.message,
        }


@dataclass(frozen=True)
class SectionProgress:
    """How far a section is; ``answered`` counts answers that lack nothing, "not applicable" included.

    ``lacking`` counts questions that stand in the way of submitting; optional ones left open do not.
    """

    section: Section
    total: int
    answered: int
    started: int
    not_applicable: int
    unknown: int
    lacking: int

    @property
    def is_ready(self) -> bool:
        return self.lacking == 0

    @property
    def is_done(self) -> bool:
        return self.answered == self.total

    @property
    def state(self) -> str:
        """``not_started``, ``in_progress`` or ``done``."""
        if self.is_done:
            return "done"
        return "in_progress" if self.started else "not_started"


def missing(
    framework: Framework,
    answers: Answers,
    *,
    evidence: Mapping[str, int] | None = None,
    evaluation: Evaluation | None = None,
) -> tuple[Missing, ...]:
    """Everything that stands between these answers and submitting. ``evidence`` counts what is attached by question."""
    state = evaluation or evaluate(framework, answers)
    attached = evidence or {}
    return tuple(
        item
        for question in state.visible_questions()
        for item in missing_in(state, question, answers.get(question.id), n_evidence=attached.get(question.id, 0))
    )


def missing_in(evaluation: Evaluation, question: Question, answer: Answer | None, *, n_evidence: int) -> list[Missing]:
    """What is missing in one visible question."""
    if not question.takes_answer:
        return []
    found = _Finder(evaluation, question)
    if answer is None or _is_hidden_whole(evaluation, question, answer):
        if found.is_required(question, question.id):
            found.add(question.id, MissingReason.UNANSWERED, "is not answered.")
    elif answer.state is AnswerState.UNKNOWN:
        found.add(question.id, MissingReason.UNKNOWN, 'is still "don\'t know yet".')
    elif answer.state is AnswerState.NOT_APPLICABLE:
        if question.na is NotApplicable.REASON and not answer.reason:
            found.add(question.id, MissingReason.REASON, "is set aside as not applicable without a reason.")
    else:
        found.look(question, answer.value, question.id)
        condition = evaluation.plan.evidence_if.get(question.id)
        if n_evidence == 0 and evaluation.holds(condition) is True:
            found.add(question.id, MissingReason.EVIDENCE, "needs evidence: a file or a link.")
    return found.items


def _is_hidden_whole(evaluation: Evaluation, question: Question, answer: Answer) -> bool:
    """Whether all that was answered stands in parts or cells that do not show (any more)."""
    if answer.state is not AnswerState.ANSWERED or not question.questions:
        return False
    value = evaluation.counted.get(question.id, answer).value
    if question.type is QuestionType.GROUP:
        return not any(value)
    return not any(part.id in value for part in evaluation.visible_parts(question))


def progress(
    framework: Framework,
    answers: Answers,
    *,
    evidence: Mapping[str, int] | None = None,
    evaluation: Evaluation | None = None,
) -> tuple[SectionProgress, ...]:
    """Progress of every section that shows at least one question to answer."""
    state = evaluation or evaluate(framework, answers)
    lacking = {item.question for item in missing(framework, answers, evidence=evidence, evaluation=state)}
    return tuple(_section_progresses(state, answers, lacking))


def _section_progresses(state: Evaluation, answers: Answers, lacking: set[str]) -> Iterator[SectionProgress]:
    for section in state.framework.sections:
        asked = [q.id for q in section.questions if q.takes_answer and q.id in state.visible]
        given = [answers[question_id] for question_id in asked if question_id in answers]
        if asked:
            yield SectionProgress(
                section=section,
                total=len(asked),
                answered=sum(question_id in answers and question_id not in lacking for question_id in asked),
                started=len(given),
                not_applicable=sum(answer.state is AnswerState.NOT_APPLICABLE for answer in given),
                unknown=sum(answer.state is AnswerState.UNKNOWN for answer in given),
                lacking=sum(question_id in lacking for question_id in asked),
            )


class _Finder:
    def __init__(self, evaluation: Evaluation, question: Question) -> None:
        self._evaluation, self._question = evaluation, question
        self.items: list[Missing] = []

    def add(self, path: str, reason: MissingReason, message: str) -> None:
        inner = path.removeprefix(self._question.id).lstrip(".")
        label = f"{self._question.label}, {self._inner_label(inner)}" if inner else self._question.label
        self.items.append(Missing(self._question.id, path, label, reason, f"{label} {message}"))

    def _inner_label(self, inner: str) -> str:
        """``impacts.2.who`` in words of the form."""
        here, words = self._question, []
        for step in inner.split("."):
            if step.isdigit():
                words.append(f"row {step}")
            elif step in here.parts_by_id:
                here = here.parts_by_id[step]
                words.append(f"“{here.prompt}”")
            else:
                words.append(step)
        return ", ".join(words)

    def is_required(self, question: Question, path: str) -> bool:
        return question.is_required or self._evaluation.holds(self._evaluation.plan.required_if.get(path)) is True

    def look(self, question: Question, value: Any, path: str) -> None:
        """Look into a given value for what it lacks."""
        if is_unknown(value):
            self.add(path, MissingReason.UNKNOWN, 'is still "don\'t know yet".')
            return
        match question.type:
            case QuestionType.PARTS:
                for part in self._evaluation.visible_parts(question):
                    self._look_inside(part, value.get(part.id), f"{path}.{part.id}")
            case QuestionType.GROUP:
                self._look_at_rows(question, value, path)
            case QuestionType.MATRIX:
                for side in ("likelihood", "severity"):
                    if not value.get(side):
                        self.add(f"{path}.{side}", MissingReason.INCOMPLETE, "is not chosen.")

    def _look_inside(self, question: Question, value: Any, path: str) -> None:
        if not question.takes_answer:
            return
        if value is not None:
            self.look(question, value, path)
        elif self.is_required(question, path):
            self.add(path, MissingReason.INCOMPLETE, "is not answered.")

    def _look_at_rows(self, question: Question, rows: list[dict[str, Any]], path: str) -> None:
        group_path = path
        if question.min_rows is not None and len(rows) < question.min_rows:
            self.add(path, MissingReason.INCOMPLETE, f"needs at least {question.min_rows} rows.")
        for position, row in enumerate(rows, start=1):
            for column in self._evaluation.visible_columns(group_path, question, row):
                self._look_inside(column, row.get(column.id), f"{path}.{position}.{column.id}")
