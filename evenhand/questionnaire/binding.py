"""What conditions and points see of an answer: cells of rows that do not show are left out, the rest is typed."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from evenhand.questionnaire.answers import Answer, AnswerState, is_unknown
from evenhand.questionnaire.conditions import Condition, Context, NotComputed
from evenhand.questionnaire.points import level_of, matrix_product
from evenhand.questionnaire.questions import Question, QuestionType
from evenhand.questionnaire.variables import ROW, blank_of

Row = dict[str, Any]
Columns = Mapping[str, Condition]  # by "question.column" or "question.part.column"


def shown_cells(columns: Columns, path: str, group: Question, row: Mapping[str, Any]) -> tuple[Row, list[str]]:
    """A row without the cells that do not show, and what could not be computed about it."""
    shown: Row = {}
    failures: list[str] = []
    for column, is_shown in visible_columns(columns, path, group, row):
        if isinstance(is_shown, NotComputed):
            failures += [] if is_shown.is_waiting else [f"{column.id}: {is_shown.reason}"]
        elif is_shown and column.id in row:
            shown[column.id] = row[column.id]
    return shown, failures


def visible_columns(
    columns: Columns, path: str, group: Question, row: Mapping[str, Any]
) -> list[tuple[Question, bool | NotComputed]]:
    """Which columns of a row show. A column's condition reads the cells before it, blank where those do not show."""
    context = Context({ROW: _bound_record(group, {})})
    record = dict(context.variables[ROW])
    found: list[tuple[Question, bool | NotComputed]] = []
    for column in group.questions:
        condition = columns.get(f"{path}.{column.id}")
        if condition is not None:
            context.update({ROW: dict(record)})
        is_shown = True if condition is None else context.holds(condition)
        if is_shown is True and column.takes_answer:
            record[column.id] = _bound_value(column, row.get(column.id))
        found.append((column, is_shown))
    return found


def counted(columns: Columns, question: Question, answer: Answer) -> tuple[Answer, list[str]]:
    """The answer as it counts: without cells that do not show."""
    if answer.state is not AnswerState.ANSWERED or not columns:
        return answer, []
    value, failures = answer.value, list[str]()
    if question.type is QuestionType.GROUP:
        value = _counted_rows(columns, question.id, question, value, failures)
    elif question.type is QuestionType.PARTS:
        value = dict(value)
        for part in question.questions:
            if part.type is QuestionType.GROUP and isinstance(value.get(part.id), list):
                path = f"{question.id}.{part.id}"
                value[part.id] = _counted_rows(columns, path, part, value[part.id], failures)
    return replace(answer, value=value), failures


def _counted_rows(columns: Columns, path: str, group: Question, rows: list[Row], failures: list[str]) -> list[Row]:
    if not any(f"{path}.{column.id}" in columns for column in group.questions):
        return rows
    found = []
    for row in rows:
        shown, failed = shown_cells(columns, path, group, row)
        found.append(shown)
        failures += failed
    return found


def bound(question: Question, answer: Answer | None) -> Any:
    """What a condition sees of an answer: nothing of one that is not applicable or not known yet."""
    if answer is None or answer.state is not AnswerState.ANSWERED:
        return blank_of(question)
    return _bound_value(question, answer.value)


def bound_part(part: Question, answer: Answer | None, *, is_shown: bool) -> Any:
    """What a condition sees of one part of an answer."""
    if not is_shown or answer is None or answer.state is not AnswerState.ANSWERED:
        return blank_of(part)
    return _bound_value(part, answer.value.get(part.id))


def _bound_value(question: Question, value: Any) -> Any:
    if value is None or is_unknown(value):
        return blank_of(question)
    match question.type:
        case QuestionType.NUMBER:
            return float(value)
        case QuestionType.PARTS:
            return _bound_record(question, value)
        case QuestionType.GROUP:
            return [_bound_record(question, row) for row in value]
        case QuestionType.MATRIX:
            product = matrix_product(question, value)
            return {**blank_of(question), **value, "score": product, "level": level_of(question, product)}  # type: ignore[dict-item]
        case _:
            return value


def _bound_record(question: Question, value: Mapping[str, Any]) -> dict[str, Any]:
    return {item.id: _bound_value(item, value.get(item.id)) for item in question.questions if item.takes_answer}
