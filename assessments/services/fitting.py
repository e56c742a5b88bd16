"""A fact of the registry as an answer to a question, where it fits."""

from collections.abc import Callable, Sequence
from typing import Any

from evenhand.questionnaire.answers import AnswersError, read_answer
from evenhand.questionnaire.schema import Choice, Question, QuestionType


def fitted(question: Question, value: Any) -> Any:
    """The answer that a fact gives to a question; None where it does not fit. Nothing is invented or cut off."""
    make = _MAKERS.get(question.type)
    candidate = make(question, value) if make else None
    if candidate is None:
        return None
    try:
        answer = read_answer(question, candidate)
    except AnswersError:
        return None
    return answer.value if answer else None


def fact_text(value: Any) -> str:
    """A fact to be read: one line for each item or row."""
    if isinstance(value, list):
        return "\n".join(fact_text(item) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{key.replace('_', ' ')}: {item}" for key, item in value.items())
    return str(value)


def _text(question: Question, value: Any) -> str:
    text = fact_text(value)
    return "; ".join(text.splitlines()) if question.type is QuestionType.TEXT and isinstance(value, list) else text


def _same_kind(_question: Question, value: Any) -> Any:
    return None if isinstance(value, list) else value


def _one(question: Question, value: Any) -> str | None:
    return _choice(question.choices, value)


def _several(question: Question, value: Any) -> list[str] | None:
    found = [_choice(question.choices, item) for item in (value if isinstance(value, list) else [value])]
    return None if None in found else [item for item in found if item]


def _rows(question: Question, value: Any) -> list[dict[str, Any]] | None:
    """Rows by the names of the columns; a plain list fills the first column."""
    columns = [column for column in question.questions if column.takes_answer]
    if not isinstance(value, list) or not columns:
        return None
    if not all(isinstance(item, dict) for item in value):
        return [{columns[0].id: fact_text(item)} for item in value]
    rows = [{column.id: item[column.id] for column in columns if column.id in item} for item in value]
    return rows if all(rows) else None


def _choice(choices: Sequence[Choice], value: Any) -> str | None:
    said = str(value).casefold()
    return next((choice.id for choice in choices if said in (choice.id.casefold(), str(choice.label).casefold())), None)


_MAKERS: dict[QuestionType, Callable[[Question, Any], Any]] = {
    QuestionType.TEXT: _text,
    QuestionType.LONGTEXT: _text,
    QuestionType.PERSON: _text,
    QuestionType.LINK: _same_kind,
    QuestionType.DATE: _same_kind,
    QuestionType.NUMBER: _same_kind,
    QuestionType.SINGLE: _one,
    QuestionType.MULTI: _several,
    QuestionType.GROUP: _rows,
}
