"""Answers: validated against their question, with "not applicable" and "don't know yet" as answers of their own.

The JSON form of an answer is its plain value, or ``{"not_applicable": "reason"}``, or ``{"unknown": true}``. Inside
parts and rows ``{"unknown": true}`` may stand for one value. Nothing (``null``, an empty text or list) is no answer.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from evenhand.errors import InputError
from evenhand.questionnaire.schema import Choice, Framework, NotApplicable, Question, QuestionType
from evenhand.reading import SHA256, is_day

MAX_TEXT = {QuestionType.TEXT: 500, QuestionType.LONGTEXT: 20_000, QuestionType.PERSON: 200}
MAX_REASON = 2_000
MAX_LINK = 2_000
MAX_ROWS = 200
UNKNOWN: dict[str, bool] = {"unknown": True}


class AnswerState(StrEnum):
    """What kind of answer it is."""

    ANSWERED = "answered"
    NOT_APPLICABLE = "not_applicable"
    UNKNOWN = "unknown"  # "don't know yet": may be saved, not submitted


@dataclass(frozen=True)
class Answer:
    """A validated answer to one question."""

    value: Any = None
    state: AnswerState = AnswerState.ANSWERED
    reason: str = ""  # of "not applicable"

    def to_json(self) -> Any:
        """The form that ``read_answer`` takes."""
        match self.state:
            case AnswerState.NOT_APPLICABLE:
                return {"not_applicable": self.reason}
            case AnswerState.UNKNOWN:
                return dict(UNKNOWN)
            case _:
                return self.value


Answers = Mapping[str, Answer]


class AnswersError(InputError):
    """One or more answers cannot be saved; ``fields`` has the messages by path (``map_5_1.impacts.2.likelihood``)."""

    def __init__(self, fields: dict[str, list[str]]) -> None:
        path, messages = next(iter(fields.items()))
        more = f" (and {len(fields) - 1} more)" if len(fields) > 1 else ""
        super().__init__(f"{path}: {messages[0]}{more}", field=path)
        self.fields = fields


def is_unknown(value: Any) -> bool:
    """Whether a value inside an answer says "don't know yet"."""
    return isinstance(value, dict) and value.get("unknown") is True


def read_answer(question: Question, raw: Any) -> Answer | None:
    """The answer to a question, validated; None when nothing was given. Raises ``AnswersError``.

    What is there must be right; what is not there yet is a matter for ``missing`` in ``completeness``.
    """
    faults = _Faults()
    answer = _read(question, raw, faults.at(question.id))
    faults.raise_if_any()
    return answer


def read_answers(framework: Framework, document: Mapping[str, Any]) -> dict[str, Answer]:
    """All answers of a JSON mapping by question id (or ``source_id``). Raises ``AnswersError`` with every fault."""
    if not isinstance(document, Mapping):
        raise InputError("Answers must be a JSON object of question ids and answers.")
    by_source = {question.source_id: question for question in framework.questions if question.source_id}
    faults, answers = _Faults(), dict[str, Answer]()
    for key, raw in document.items():
        question = framework.questions_by_id.get(key) or by_source.get(key)
        if question is None:
            faults.at(str(key)).add(f"there is no such question in {framework.id} {framework.version}.")
            continue
        answer = _read(question, raw, faults.at(question.id))
        if answer is not None:
            answers[question.id] = answer
    faults.raise_if_any()
    return answers


def answers_to_json(answers: Answers) -> dict[str, Any]:
    """The JSON mapping that ``read_answers`` takes."""
    return {question_id: answer.to_json() for question_id, answer in answers.items()}


# --- reading


class _Faults:
    """Where in an answer we are, and what is wrong so far."""

    def __init__(self, path: str = "", found: dict[str, list[str]] | None = None) -> None:
        self._path = path
        self._found: dict[str, list[str]] = {} if found is None else found

    def at(self, step: str | int) -> "_Faults":
        return _Faults(f"{self._path}.{step}" if self._path else str(step), self._found)

    def add(self, message: str) -> None:
        self._found.setdefault(self._path, []).append(message)

    def raise_if_any(self) -> None:
        if self._found:
            raise AnswersError(self._found)


def _read(question: Question, raw: Any, faults: _Faults) -> Answer | None:
    if not question.takes_answer:
        faults.add("this is a note and takes no answer.")
        return None
    if isinstance(raw, dict) and "not_applicable" in raw:
        return _read_not_applicable(question, raw, faults)
    if isinstance(raw, dict) and "unknown" in raw:
        if raw != UNKNOWN:
            faults.add('"don\'t know yet" is written {"unknown": true} and nothing else.')
        return Answer(state=AnswerState.UNKNOWN)
    value = _READERS[question.type](question, raw, faults)
    return None if value is None else Answer(value)


def _read_not_applicable(question: Question, raw: dict[str, Any], faults: _Faults) -> Answer:
    reason = raw["not_applicable"]
    if question.na is NotApplicable.NEVER:
        faults.add("this question cannot be set aside as not applicable.")
    if set(raw) != {"not_applicable"} or not isinstance(reason, str):
        faults.add('"not applicable" is written {"not_applicable": "the reason"} and nothing else.')
        reason = ""
    if len(reason) > MAX_REASON:
        faults.add(f"the reason is longer than {MAX_REASON:,} characters.")
    return Answer(state=AnswerState.NOT_APPLICABLE, reason=reason.strip())


def _read_inner(question: Question, raw: Any, faults: _Faults) -> Any:
    """A part or a cell: "don't know yet" is a value here."""
    return dict(UNKNOWN) if raw == UNKNOWN else _READERS[question.type](question, raw, faults)


def _text(question: Question, raw: Any, faults: _Faults) -> str | None:
    if raw is None:
        return None
    if not isinstance(raw, str):
        faults.add("must be text.")
        return None
    text = raw.replace("\r\n", "\n").strip()
    limit = question.max_length or MAX_TEXT[question.type]
    if len(text) > limit:
        faults.add(f"is {len(text):,} characters long; at most {limit:,} are allowed.")
    if any(not character.isprintable() and character not in "\n\t" for character in text):
        faults.add("contains characters that cannot be shown.")
    if question.type is not QuestionType.LONGTEXT and "\n" in text:
        faults.add("must be one line.")
    return text or None


def _boolean(_question: Question, raw: Any, faults: _Faults) -> bool | None:
    if raw is None or isinstance(raw, bool):
        return raw
    faults.add("must be true or false.")
    return None


def _number(question: Question, raw: Any, faults: _Faults) -> int | float | None:
    if raw is None:
        return None
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not math.isfinite(raw) or abs(raw) > 1e15:
        faults.add("must be a number.")
        return None
    if question.is_whole and raw != int(raw):
        faults.add("must be a whole number.")
    if question.minimum is not None and raw < question.minimum:
        faults.add(f"must be at least {question.minimum:g}.")
    if question.maximum is not None and raw > question.maximum:
        faults.add(f"must be at most {question.maximum:g}.")
    return int(raw) if raw == int(raw) else raw


def _date(_question: Question, raw: Any, faults: _Faults) -> str | None:
    if raw is None or raw == "":
        return None
    if isinstance(raw, str) and is_day(raw):
        return raw
    faults.add("must be a date such as 2026-11-30.")
    return None


def _link(_question: Question, raw: Any, faults: _Faults) -> str | None:
    if raw is None or raw == "":
        return None
    if isinstance(raw, str) and len(raw) <= MAX_LINK and _is_web_address(raw.strip()):
        return raw.strip()
    faults.add("must be a web address that starts with https:// or http://.")
    return None


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and text.isprintable() and " " not in text


def _file(_question: Question, raw: Any, faults: _Faults) -> dict[str, str] | None:
    if raw is None or raw == {}:
        return None
    name, digest = (raw.get("name"), raw.get("sha256")) if isinstance(raw, dict) else (None, None)
    if not isinstance(name, str) or not isinstance(digest, str) or set(raw) != {"name", "sha256"}:
        faults.add('must be a file: {"name": "...", "sha256": "..."}.')
        return None
    if not name.strip() or len(name) > 255 or not SHA256.fullmatch(digest):
        faults.add("needs the file's name and the 64 small hexadecimal digits of its SHA-256.")
        return None
    return {"name": name.strip(), "sha256": digest}


def _choice(choices: tuple[Choice, ...], raw: Any, faults: _Faults) -> str | None:
    for choice in choices:
        if isinstance(raw, str) and raw in (choice.id, choice.source_id):
            return choice.id
    shown = ", ".join(choice.id for choice in choices[:8]) + (", ..." if len(choices) > 8 else "")
    faults.add(f"{str(raw)[:40]!r} is not one of the choices: {shown}.")
    return None


def _single(question: Question, raw: Any, faults: _Faults) -> str | None:
    return None if raw is None or raw == "" else _choice(question.choices, raw, faults)


def _multi(question: Question, raw: Any, faults: _Faults) -> list[str] | None:
    if raw is None:
        return None
    if not isinstance(raw, list):
        faults.add("must be a list of choices.")
        return None
    picked = {choice for choice in (_choice(question.choices, item, faults) for item in raw) if choice}
    exclusive = [choice.id for choice in question.choices if choice.is_exclusive and choice.id in picked]
    if exclusive and len(picked) > 1:
        faults.add(f"{exclusive[0]!r} rules out every other choice.")
    return [choice.id for choice in question.choices if choice.id in picked] or None


def _matrix(question: Question, raw: Any, faults: _Faults) -> dict[str, str | None] | None:
    if raw is None:
        return None
    if not isinstance(raw, dict) or not set(raw) <= {"likelihood", "severity"}:
        faults.add("must have a likelihood and a severity.")
        return None
    sides = {"likelihood": question.likelihood, "severity": question.severity}
    found = {
        side: _choice(choices, raw[side], faults.at(side)) if raw.get(side) else None for side, choices in sides.items()
    }
    return found if any(found.values()) else None


def _parts(question: Question, raw: Any, faults: _Faults) -> dict[str, Any] | None:
    if raw is None:
        return None
    if not isinstance(raw, dict):
        faults.add("must be a mapping of parts to answers.")
        return None
    for unknown in (key for key in raw if key not in question.parts_by_id):
        faults.at(str(unknown)).add("there is no such part in this question.")
    found = {}
    for part in question.questions:
        if not part.takes_answer:
            continue
        value = _read_inner(part, raw.get(part.id), faults.at(part.id))
        if value is not None:
            found[part.id] = value
    return found or None


def _group(question: Question, raw: Any, faults: _Faults) -> list[dict[str, Any]] | None:
    if raw is None:
        return None
    if not isinstance(raw, list):
        faults.add("must be a list of rows.")
        return None
    limit = question.max_rows or MAX_ROWS
    if len(raw) > limit:
        faults.add(f"has {len(raw)} rows; at most {limit} are allowed.")
    rows = [_parts(question, row, faults.at(position)) for position, row in enumerate(raw[:limit], start=1)]
    return [row for row in rows if row] or None


def _nothing(_question: Question, raw: Any, faults: _Faults) -> None:
    if raw is not None:
        faults.add("this is a note and takes no answer.")


_READERS: dict[QuestionType, Callable[[Question, Any, _Faults], Any]] = {
    QuestionType.SINGLE: _single,
    QuestionType.MULTI: _multi,
    QuestionType.BOOLEAN: _boolean,
    QuestionType.TEXT: _text,
    QuestionType.LONGTEXT: _text,
    QuestionType.NUMBER: _number,
    QuestionType.DATE: _date,
    QuestionType.PERSON: _text,
    QuestionType.FILE: _file,
    QuestionType.LINK: _link,
    QuestionType.GROUP: _group,
    QuestionType.MATRIX: _matrix,
    QuestionType.PARTS: _parts,
    QuestionType.INFO: _nothing,
}
