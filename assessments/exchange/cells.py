"""One answer in one cell: text that people can write, and that reads back as the same answer."""

import re
from typing import Any

from evenhand.questionnaire.schema import Choice, Question, QuestionType

_FILE = re.compile(r"(?P<name>.+) \(SHA-256 (?P<sha256>[0-9a-f]{64})\)", re.DOTALL)
_SIDES = ("likelihood", "severity")
_YES, _NO = ("yes", "true", "1", "oui"), ("no", "false", "0", "non")
_DANGEROUS = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")
_NUMBER = re.compile(r"[-+]?[0-9]+(\.[0-9]+)?")


def cell_of(question: Question, value: Any) -> str:
    """The text of a value of a question, a part or a column."""
    if value is None:
        return ""
    match question.type:
        case QuestionType.MULTI:
            return "; ".join(value)
        case QuestionType.BOOLEAN:
            return "yes" if value else "no"
        case QuestionType.MATRIX:
            return "; ".join(f"{side}={value[side]}" for side in _SIDES if value.get(side))
        case QuestionType.FILE:
            return f"{value['name']} (SHA-256 {value['sha256']})"
        case _:
            return str(value)


def value_of(question: Question, text: str) -> Any:
    """The value a cell holds. What cannot be understood is given on as text: the questionnaire says what is wrong."""
    match question.type:
        case QuestionType.SINGLE:
            return _chosen(question.choices, text)
        case QuestionType.MULTI:
            return [_chosen(question.choices, part) for part in _parts(text)]
        case QuestionType.BOOLEAN:
            word = text.strip().lower()
            return True if word in _YES else False if word in _NO else text
        case QuestionType.NUMBER:
            return _number(text)
        case QuestionType.MATRIX:
            return _matrix(question, text)
        case QuestionType.FILE:
            found = _FILE.fullmatch(text.strip())
            return found.groupdict() if found else text
        case _:
            return text


def choices_of(question: Question) -> str:
    """What may stand in the cell, for the person filling it in."""
    match question.type:
        case QuestionType.SINGLE | QuestionType.MULTI:
            return "; ".join(f"{choice.id} = {choice.label}" for choice in question.choices)
        case QuestionType.BOOLEAN:
            return "yes; no"
        case QuestionType.DATE:
            return "YYYY-MM-DD"
        case QuestionType.MATRIX:
            sides = ((side, getattr(question, side)) for side in _SIDES)
            return "; ".join(f"{side}={'|'.join(choice.id for choice in choices)}" for side, choices in sides)
        case _:
            return ""


def guarded(text: str) -> str:
    """Text that no spreadsheet takes for a formula: an apostrophe stands before ``= + - @``."""
    return f"'{text}" if _DANGEROUS.match(text) and not _NUMBER.fullmatch(text) else text


def unguarded(text: str) -> str:
    """The text as it was before ``guarded``."""
    return text[1:] if _GUARDED.match(text) else text


def _chosen(choices: tuple[Choice, ...], text: str) -> str:
    """The choice with this id, source id or label; otherwise the text as it stands."""
    wanted = text.strip()
    for choice in choices:
        if wanted in (choice.id, choice.source_id):
            return choice.id
    named = [choice.id for choice in choices if str(choice.label).casefold() == wanted.casefold()]
    return named[0] if len(named) == 1 else wanted


def _parts(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"[;\n]", text) if part.strip()]


def _number(text: str) -> Any:
    try:
        return float(text) if "." in text or "e" in text.lower() else int(text)
    except ValueError:
        return text


def _matrix(question: Question, text: str) -> Any:
    found: dict[str, str] = {}
    for part in _parts(text):
        side, equals, choice = part.partition("=")
        if not equals or side.strip() not in _SIDES:
            return text
        found[side.strip()] = _chosen(getattr(question, side.strip()), choice)
    return found
