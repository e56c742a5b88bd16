"""An answer to one question as an answer to another, where it fits; and any answer as text to read or copy."""

from collections.abc import Callable
from typing import Any

from evenhand.questionnaire.answers import AnswersError, is_unknown, read_answer
from evenhand.questionnaire.questions import Question, QuestionType

TEXTS = (QuestionType.TEXT, QuestionType.LONGTEXT, QuestionType.PERSON)
CHOSEN = (QuestionType.SINGLE, QuestionType.MULTI, QuestionType.BOOLEAN)
YES, NO = "yes", "no"


def converted(source: Question, value: Any, target: Question) -> Any:
    """The value of an answer in the form another question takes; None where it does not fit.

    Nothing is invented or dropped: a choice carries over when the other question has the same choice, a table when
    every column filled in has its counterpart, a text when it is not too long.
    """
    candidate = _candidate(source, value, target)
    if candidate is None:
        return None
    try:
        answer = read_answer(target, candidate)
    except AnswersError:
        return None
    return None if answer is None else answer.value


def readable(question: Question, value: Any, language: str = "en") -> str:
    """An answer as plain text: labels instead of ids, one line for each part, row or file."""
    if value is None or value == "" or value == []:
        return ""
    if is_unknown(value):
        return "don't know yet"
    return _READABLE.get(question.type, _as_it_is)(question, value, language)


# --- to another type


def _candidate(source: Question, value: Any, target: Question) -> Any:
    if value is None or is_unknown(value):
        return None
    if target.type in TEXTS:
        return readable(source, value)
    if source.type in CHOSEN and target.type in CHOSEN:
        return _choices(_chosen(source, value), target)
    if source.type is QuestionType.GROUP and target.type is QuestionType.GROUP:
        rows = [_row(source, row, target) for row in value]
        return None if None in rows else rows
    if source.type is QuestionType.PARTS and target.type is QuestionType.PARTS:
        return _row(source, value, target)
    return value if source.type is target.type else None


def _chosen(question: Question, value: Any) -> list[str]:
    if question.type is QuestionType.BOOLEAN:
        return [YES if value else NO]
    return [value] if question.type is QuestionType.SINGLE else list(value)


def _choices(chosen: list[str], target: Question) -> Any:
    if target.type is QuestionType.MULTI:
        return chosen
    if len(chosen) != 1:
        return None
    return {YES: True, NO: False}.get(chosen[0]) if target.type is QuestionType.BOOLEAN else chosen[0]


def _row(source: Question, row: dict[str, Any], target: Question) -> dict[str, Any] | None:
    """The parts of an answer, or a row of a table; None when one of them finds no place."""
    found = {}
    for part_id, value in row.items():
        theirs = target.parts_by_id.get(part_id)
        new = None if theirs is None else converted(source.parts_by_id[part_id], value, theirs)
        if new is None and value is not None and not is_unknown(value):
            return None
        if new is not None:
            found[part_id] = new
    return found


# --- to text


def _as_it_is(question: Question, value: Any, _language: str) -> str:
    if question.type is QuestionType.NUMBER:
        unit = str(question.unit)
        return f"{value:g} {unit}".strip()
    return str(value)


def _labels(question: Question, value: Any, language: str) -> str:
    ids = [value] if question.type is QuestionType.SINGLE else value
    return ", ".join(question.choices_by_id[item].label.localized(language).text for item in ids)


def _yes_or_no(_question: Question, value: Any, _language: str) -> str:
    return "Yes" if value else "No"


def _file(_question: Question, value: Any, _language: str) -> str:
    return str(value["name"])


def _matrix(question: Question, value: Any, language: str) -> str:
    sides = (("likelihood", question.likelihood), ("severity", question.severity))
    said = [
        f"{side}: {choice.label.localized(language).text}"
        for side, choices in sides
        for choice in choices
        if choice.id == value.get(side)
    ]
    return ", ".join(said)


def _parts(question: Question, value: Any, language: str) -> str:
    return "\n".join(_members(question, value, language))


def _rows(question: Question, value: Any, language: str) -> str:
    return "\n".join("- " + "; ".join(_members(question, row, language)) for row in value)


def _members(question: Question, value: Any, language: str) -> list[str]:
    said = ((part, readable(part, value.get(part.id), language)) for part in question.questions)
    return [f"{part.prompt.localized(language).text.rstrip('.:?')}: {text}" for part, text in said if text]


_READABLE: dict[QuestionType, Callable[[Question, Any, str], str]] = {
    QuestionType.SINGLE: _labels,
    QuestionType.MULTI: _labels,
    QuestionType.BOOLEAN: _yes_or_no,
    QuestionType.FILE: _file,
    QuestionType.MATRIX: _matrix,
    QuestionType.PARTS: _parts,
    QuestionType.GROUP: _rows,
}
