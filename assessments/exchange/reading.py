"""A table read back into answers: by line, so that every fault names its row."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from assessments.exchange.cells import value_of
from assessments.exchange.files import Row
from assessments.exchange.table import DONT_KNOW, NOT_APPLICABLE
from evenhand.questionnaire.answers import UNKNOWN, Answer, AnswersError, read_answer
from evenhand.questionnaire.schema import Framework, Question, QuestionType

_STATES = {
    "": "",
    "answered": "",
    DONT_KNOW: DONT_KNOW,
    "dont know": DONT_KNOW,
    "don't know yet": DONT_KNOW,
    "unknown": DONT_KNOW,
    NOT_APPLICABLE: NOT_APPLICABLE,
    "n/a": NOT_APPLICABLE,
    "na": NOT_APPLICABLE,
    "does not apply": NOT_APPLICABLE,
}


@dataclass(frozen=True)
class Refused:
    """A row that cannot be taken, and why."""

    row: int
    question: str
    reason: str


@dataclass(frozen=True)
class Given:
    """What a file says of one question; ``revision`` is None where it does not say on which save it was written."""

    question: Question
    answer: Answer
    revision: int | None
    rows: tuple[int, ...]


@dataclass
class _Gathered:
    """The lines of one question, as they come."""

    question: Question
    rows: list[int] = field(default_factory=list)
    cells: dict[tuple[str, str], tuple[int, Any]] = field(default_factory=dict)  # (row, part) -> (line, value)
    state: str = ""
    reason: str = ""
    revision: int | None = None


def read_rows(framework: Framework, rows: list[Row]) -> tuple[list[Given], list[Refused]]:
    """The answers a file gives, in the order of the framework, and the rows it does not give one by."""
    refused: list[Refused] = []
    gathered: dict[str, _Gathered] = {}
    by_source = {question.source_id: question for question in framework.questions if question.source_id}
    for row in rows:
        fault = _gather(framework, by_source, row, gathered)
        if fault:
            refused.append(Refused(row.number, row.cells.get("question", ""), fault))
    given = []
    for found in gathered.values():
        try:
            answer = read_answer(found.question, _raw(found))
        except AnswersError as error:
            refused += _faults(found, error)
            continue
        if answer is not None:
            given.append(Given(found.question, answer, found.revision, tuple(found.rows)))
    order = {question.id: position for position, question in enumerate(framework.questions)}
    given.sort(key=lambda item: order[item.question.id])
    return given, sorted(refused, key=lambda item: item.row)


def _gather(framework: Framework, by_source: Mapping[str, Question], row: Row, gathered: dict[str, _Gathered]) -> str:
    """Take a line; the reason when it cannot be taken."""
    name = row.cells.get("question", "").strip()
    if not name:
        return "" if not any(row.cells.values()) else "it names no question."
    question = framework.questions_by_id.get(name) or by_source.get(name)
    if question is None:
        return f"there is no question {name!r} in this assessment."
    state = _STATES.get(row.cells.get("state", "").strip().lower().replace("\u2019", "'"))
    if state is None:
        return f"the state {row.cells['state']!r} is not known; write 'don't know', 'not applicable' or nothing."
    found = gathered.setdefault(question.id, _Gathered(question))
    found.rows.append(row.number)
    revision = row.cells.get("revision", "").strip()
    if revision and not revision.isdecimal():
        return f"the revision {revision!r} is not a whole number; leave the column as it was exported."
    found.revision = int(revision) if revision else found.revision
    return _place(found, row, state)


def _place(found: _Gathered, row: Row, state: str) -> str:
    text, part = row.cells.get("answer", ""), row.cells.get("part", "").strip()
    place = (row.cells.get("row", "").strip(), part)
    if state == NOT_APPLICABLE or (state and not part):
        if text.strip():
            return f"it gives an answer and says {state!r}; keep one of them."
        found.state, found.reason = state, row.cells.get("reason", "").strip() or found.reason
        return ""
    leaf = _leaf(found.question, part)
    if isinstance(leaf, str):
        return leaf
    if place in found.cells:
        return f"the same place was filled in row {found.cells[place][0]} already."
    if state == DONT_KNOW:
        found.cells[place] = (row.number, dict(UNKNOWN))
    elif text.strip():
        found.cells[place] = (row.number, value_of(leaf, text))
    return ""


def _leaf(question: Question, part: str) -> Question | str:
    """The question, part or column a line speaks of; a reason where there is none."""
    if question.type not in (QuestionType.PARTS, QuestionType.GROUP):
        return question if not part else f"this question has no part {part!r}."
    if not part:
        return "this question is answered in parts; name one in the column 'part'."
    inner: Question | None = question
    for step in part.split("."):
        inner = inner.parts_by_id.get(step) if inner is not None else None
    return inner if inner is not None and not inner.questions else f"this question has no part {part!r}."


def _raw(found: _Gathered) -> Any:
    """The JSON form of what was gathered."""
    if found.state == NOT_APPLICABLE:
        return {"not_applicable": found.reason}
    if found.state == DONT_KNOW:
        return dict(UNKNOWN)
    values = [(row, part, value) for (row, part), (_, value) in found.cells.items()]
    if found.question.type is QuestionType.GROUP:
        return list(_rows_of([(row, part, value) for row, part, value in values]))
    if found.question.type is not QuestionType.PARTS:
        return values[0][2] if values else None
    record: dict[str, Any] = {part: value for _, part, value in values if "." not in part}
    tables = dict.fromkeys(part.partition(".")[0] for _, part, _ in values if "." in part)
    for table in tables:
        cells = [(row, part.partition(".")[2], value) for row, part, value in values if part.startswith(f"{table}.")]
        record[table] = list(_rows_of(cells))
    return record


def _rows_of(cells: list[tuple[str, str, Any]]) -> Iterator[dict[str, Any]]:
    """Cells by row number, in the order in which the rows first come."""
    for row in dict.fromkeys(row for row, _, _ in cells):
        yield {part: value for at, part, value in cells if at == row}


def _faults(found: _Gathered, error: AnswersError) -> Iterator[Refused]:
    """Each fault with the row of the cell it is about, or the first row of the question."""
    for path, messages in error.fields.items():
        steps = path.split(".")[1:]
        names = ".".join(step for step in steps if not step.isdecimal())
        lines = [line for (_, part), (line, _) in found.cells.items() if part and names.startswith(part)]
        numbers = [step for step in steps if step.isdecimal()]
        if numbers and lines:
            place = int(numbers[0]) - 1
            lines = lines[place : place + 1] or lines
        yield Refused((lines or found.rows)[0], found.question.id, " ".join(messages))
