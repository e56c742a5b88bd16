"""The answers of an assessment as a table: one line for each answer, part or cell."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

from assessments.exchange.cells import cell_of, choices_of
from evenhand.questionnaire.answers import Answer, AnswerState, is_unknown
from evenhand.questionnaire.schema import Question, QuestionType, Section

DONT_KNOW, NOT_APPLICABLE = "don't know", "not applicable"
HEADINGS = {
    "section": "Section",
    "question": "Question",
    "row": "Row",
    "part": "Part",
    "prompt": "Asked",
    "choices": "May be",
    "answer": "Answer",
    "words": "In words",
    "state": "State",
    "reason": "Reason",
    "revision": "Revision",
}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line. ``revision`` is that of the answer when it was written out, so that a later save is noticed."""

    section: str
    question: str
    row: str = ""
    part: str = ""
    prompt: str
    choices: str = ""
    answer: str = ""
    words: str = ""
    state: str = ""
    reason: str = ""
    revision: str = ""

    def cells(self) -> tuple[str, ...]:
        return tuple(getattr(self, field.name) for field in fields(self))


Words = Callable[[Question, Any], str]


def lines_of(
    asked: list[tuple[Section, Question]], answers: Mapping[str, Answer], revisions: Mapping[str, int], words: Words
) -> Iterator[Line]:
    """The lines of every question, in the order of the form; unanswered ones with an empty answer to fill in."""
    for section, question in asked:
        shared = {"section": section.code or str(section.title), "question": question.id}
        shared["revision"] = str(revisions.get(question.id, 0))
        yield from _lines(question, answers.get(question.id), shared, words)


def _lines(question: Question, said: Answer | None, shared: dict[str, str], words: Words) -> Iterator[Line]:
    whole = {**shared, "prompt": _prompt(question)}
    if said is not None and said.state is AnswerState.NOT_APPLICABLE:
        yield Line(**whole, state=NOT_APPLICABLE, reason=said.reason)
    elif said is not None and said.state is AnswerState.UNKNOWN:
        yield Line(**whole, state=DONT_KNOW)
    elif question.type is QuestionType.PARTS:
        yield from _inner(question, said.value if said else {}, whole, "", words)
    elif question.type is QuestionType.GROUP:
        for number, row in enumerate(said.value if said else [{}], start=1):
            yield from _inner(question, row, whole, str(number), words)
    else:
        yield _line(question, said.value if said else None, whole, words)


def _inner(
    question: Question, values: Mapping[str, Any], whole: dict[str, str], row: str, words: Words
) -> Iterator[Line]:
    for part in question.questions:
        if part.takes_answer:
            about = {**whole, "row": row, "part": part.id, "prompt": f"{question.prompt} / {part.prompt}"}
            if part.type is QuestionType.GROUP:
                for number, inner in enumerate(values.get(part.id) or [{}], start=1):
                    yield from _cells_of(part, inner, about, f"{number}", words)
            else:
                yield _line(part, values.get(part.id), about, words)


def _cells_of(
    part: Question, values: Mapping[str, Any], about: dict[str, str], row: str, words: Words
) -> Iterator[Line]:
    """The cells of a table that is a part: ``part.column``."""
    for column in part.questions:
        path = f"{part.id}.{column.id}"
        place = {**about, "row": row, "part": path, "prompt": f"{about['prompt']} / {column.prompt}"}
        yield _line(column, values.get(column.id), place, words)


def _line(question: Question, value: Any, about: dict[str, str], words: Words) -> Line:
    if is_unknown(value):
        return Line(**about, choices=choices_of(question), state=DONT_KNOW)
    said = words(question, value) if value is not None else ""
    return Line(**about, choices=choices_of(question), answer=cell_of(question, value), words=said)


def _prompt(question: Question) -> str:
    return f"{question.code} {question.prompt}" if question.code else str(question.prompt)
