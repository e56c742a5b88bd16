"""Answers as another tool wrote them: keyed by the ids questions have there (``source_id``), mixed with our own ids.

Ours are read strictly. Under a source id, a choice that is not among the choices is left out with a note, because that
is what survey tools do when a form is completed: such a value is left over from an older edition of the form.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from evenhand.errors import InputError
from evenhand.questionnaire.answers import Answer, AnswersError, read_answers
from evenhand.questionnaire.questions import Question, QuestionType
from evenhand.questionnaire.schema import Framework

WRAPPER = "answers"


@dataclass(frozen=True)
class SourcedAnswers:
    """The answers, and a sentence for each value that was left out."""

    answers: dict[str, Answer]
    notes: tuple[str, ...] = ()


def read_sourced_answers(framework: Framework, document: Mapping[str, Any]) -> SourcedAnswers:
    """All answers of a JSON mapping by question id or ``source_id``, or of ``{"answers": mapping}``.

    Raises ``AnswersError`` with every fault: unknown keys, values of the wrong type, a question given twice.
    """
    given = _unwrapped(framework, document)
    by_source = {question.source_id: question for question in framework.questions if question.source_id}
    notes: list[str] = []
    known: dict[str, Any] = {}
    keys: dict[str, str] = {}
    for key, raw in given.items():
        question = by_source.get(key)
        question_id = key if question is None else question.id
        if question_id in keys:
            raise AnswersError({key: [f"the same question is also answered under {keys[question_id]!r}."]})
        keys[question_id] = key
        known[question_id] = raw if question is None else _among_choices(question, key, raw, notes)
    try:
        return SourcedAnswers(read_answers(framework, known), tuple(notes))
    except AnswersError as error:
        raise AnswersError({_named(path, keys): messages for path, messages in error.fields.items()})


def _unwrapped(framework: Framework, document: Mapping[str, Any]) -> Mapping[str, Any]:
    if not isinstance(document, Mapping):
        raise InputError("Answers must be a JSON object of question ids and answers.")
    if set(document) == {WRAPPER} and WRAPPER not in framework.questions_by_id:
        inner = document[WRAPPER]
        if not isinstance(inner, Mapping):
            raise InputError(f"{WRAPPER!r} must be a JSON object of question ids and answers.")
        return inner
    return document


def _among_choices(question: Question, key: str, raw: Any, notes: list[str]) -> Any:
    """The answer without choices there are not."""
    known = {choice.id for choice in question.choices} | {choice.source_id for choice in question.choices}
    if question.type is QuestionType.SINGLE and isinstance(raw, str) and raw and raw not in known:
        notes.append(f"{key}: {raw[:40]!r} is not one of the choices and was left out.")
        return None
    if question.type is QuestionType.MULTI and isinstance(raw, list):
        strange = [item for item in raw if isinstance(item, str) and item not in known]
        notes += [f"{key}: {item[:40]!r} is not one of the choices and was left out." for item in strange]
        return [item for item in raw if item not in strange]
    return raw


def _named(path: str, keys: Mapping[str, str]) -> str:
    """A path under the key that was written."""
    question_id, dot, rest = path.partition(".")
    return f"{keys.get(question_id, question_id)}{dot}{rest}"
