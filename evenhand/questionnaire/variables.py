"""The variables of conditions: what kind of value each question has, and what it holds while there is no answer."""

from collections.abc import Iterable

from evenhand.questionnaire import kinds
from evenhand.questionnaire.kinds import Kind
from evenhand.questionnaire.questions import Question, QuestionType

ROW = "row"  # what a column's condition calls its own row

_KINDS = {
    QuestionType.BOOLEAN: kinds.BOOL,
    QuestionType.NUMBER: kinds.DOUBLE,
    QuestionType.TEXT: kinds.STRING,
    QuestionType.LONGTEXT: kinds.STRING,
    QuestionType.DATE: kinds.STRING,
    QuestionType.PERSON: kinds.STRING,
    QuestionType.LINK: kinds.STRING,
    QuestionType.FILE: kinds.record({"name": kinds.STRING, "sha256": kinds.STRING}),
}


def kind_of_answer(question: Question) -> Kind:
    """What the variable of a question holds."""
    match question.type:
        case QuestionType.SINGLE:
            return kinds.choice_of(*question.choices_by_id)
        case QuestionType.MULTI:
            return kinds.list_of(kinds.choice_of(*question.choices_by_id))
        case QuestionType.GROUP:
            return kinds.list_of(_record_of(question.questions))
        case QuestionType.PARTS:
            return _record_of(question.questions)
        case QuestionType.MATRIX:
            return kinds.record(
                {
                    "likelihood": kinds.choice_of(*(choice.id for choice in question.likelihood)),
                    "severity": kinds.choice_of(*(choice.id for choice in question.severity)),
                    "score": kinds.DOUBLE,
                    "level": kinds.choice_of(*(level.id for level in question.levels)),
                }
            )
        case _:
            return _KINDS[question.type]


def _record_of(questions: Iterable[Question]) -> Kind:
    return kinds.record({item.id: kind_of_answer(item) for item in questions if item.takes_answer})


def blank_of(question: Question) -> object:
    """What the variable of an unanswered or hidden question holds."""
    match question.type:
        case QuestionType.MULTI | QuestionType.GROUP:
            return []
        case QuestionType.PARTS:
            return {part.id: blank_of(part) for part in question.questions if part.takes_answer}
        case QuestionType.MATRIX:
            return {"likelihood": None, "severity": None, "score": None, "level": None}
        case QuestionType.FILE:
            return {"name": None, "sha256": None}
        case _:
            return None
