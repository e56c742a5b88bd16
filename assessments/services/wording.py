"""Answers in words: for the page that checks them, for the reviewer, for the report."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from evenhand.questionnaire.answers import Answer as Said
from evenhand.questionnaire.answers import AnswerState, is_unknown
from evenhand.questionnaire.schema import Choice, Question, QuestionType

DONT_KNOW = "Don't know yet"


@dataclass(frozen=True)
class Words:
    """One labelled part of an answer; the label is empty where the question has a single part."""

    label: str
    text: str


def words_of(question: Question, said: Said | None) -> tuple[Words, ...]:
    """What was answered, part by part. Nothing for an answer that is missing, unknown or does not apply."""
    if said is None or said.state is not AnswerState.ANSWERED or said.value is None:
        return ()
    return tuple(_words(question, said.value, ""))


def _words(question: Question, value: Any, label: str) -> Iterator[Words]:
    if is_unknown(value):
        yield Words(label, DONT_KNOW)
    elif question.type is QuestionType.PARTS:
        for part in question.questions:
            if part.id in value:
                yield from _words(part, value[part.id], str(part.prompt))
    elif question.type is QuestionType.GROUP:
        for number, row in enumerate(value, start=1):
            yield from _row_words(question, row, f"{label} {number}".strip() if label else f"Row {number}")
    else:
        yield Words(label, _text(question, value))


def _row_words(question: Question, row: dict[str, Any], label: str) -> Iterator[Words]:
    cells = []
    for column in question.questions:
        if column.id in row:
            text = DONT_KNOW if is_unknown(row[column.id]) else _text(column, row[column.id])
            cells.append(f"{column.prompt}: {text}")
    yield Words(label, "\n".join(cells))


def _text(question: Question, value: Any) -> str:
    match question.type:
        case QuestionType.SINGLE:
            return _label(question.choices, value)
        case QuestionType.MULTI:
            return ", ".join(_label(question.choices, item) for item in value)
        case QuestionType.BOOLEAN:
            return "Yes" if value else "No"
        case QuestionType.NUMBER:
            return (
                f"{value:,} {question.unit}".strip() if isinstance(value, int) else f"{value} {question.unit}".strip()
            )
        case QuestionType.DATE:
            return _day(value)
        case QuestionType.FILE:
            return f"{value['name']} (SHA-256 {value['sha256']})"
        case QuestionType.MATRIX:
            sides = ((question.likelihood, value.get("likelihood")), (question.severity, value.get("severity")))
            likelihood, severity = (_label(choices, item) if item else "not chosen" for choices, item in sides)
            return f"Likelihood: {likelihood}; severity: {severity}"
        case _:
            return str(value)


def _label(choices: Sequence[Choice], choice_id: str) -> str:
    return next((str(choice.label) for choice in choices if choice.id == choice_id), choice_id)


def _day(value: str) -> str:
    day = date.fromisoformat(value)
    return f"{day.day} {day:%B %Y}"
