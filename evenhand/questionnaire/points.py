"""Points of answers and the totals they add up to. Pure arithmetic over visible questions."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import fsum
from typing import Any

from evenhand.questionnaire.answers import Answer, Answers, AnswerState, is_unknown
from evenhand.questionnaire.schema import Choice, Points, Question, QuestionType, Score, ScoreMaximum


@dataclass(frozen=True)
class ScoreTotal:
    """A score: its value, the most it could be, and the points each question gave."""

    value: float
    maximum: float
    by_question: tuple[tuple[str, float], ...] = ()

    def to_json(self) -> dict[str, float]:
        return {"value": whole_if_whole(self.value), "max": whole_if_whole(self.maximum)}


@dataclass(frozen=True, eq=False)
class Scorable:
    """A question that can give points for a score, with what is known about it before any answer."""

    question: Question
    by_choice: Mapping[Any, float]  # of a single or yes-no question
    most: float | None  # None where it depends on which parts show and how many rows there are


def scorable(question: Question, score: str) -> Scorable | None:
    """How a question can give points for a score; None when it cannot."""
    if not _feeds(question, score):
        return None
    if question.type in (QuestionType.PARTS, QuestionType.GROUP):
        return Scorable(question, {}, None)
    by_choice: dict[Any, float] = {}
    if question.type is QuestionType.SINGLE:
        by_choice = {choice.id: _points(choice.points, score) or 0.0 for choice in question.choices}
    elif question.type is QuestionType.BOOLEAN:
        by_choice = {answer: _points(points, score) or 0.0 for answer, points in question.points}
    return Scorable(question, by_choice, _best(question, score))


def total(score: Score, scorables: Collection[Scorable], answers: Answers, visible: Collection[str]) -> ScoreTotal:
    """A score over the answers of visible questions; hidden ones never count, whatever was answered there."""
    given: list[tuple[str, float]] = []
    possible: list[float] = []
    for item in scorables:
        question = item.question
        is_shown, answer = question.id in visible, answers.get(question.id)
        if is_shown and answer is not None and answer.state is AnswerState.ANSWERED:
            earned = _given(item, answer.value, score.id, visible)
            if earned:
                given.append((question.id, earned))
        if _counts_in_maximum(score, answer, is_shown=is_shown):
            possible.append(_most(question, answer, score, visible) if item.most is None else item.most)
    value = fsum(points for _, points in given)
    if isinstance(score.maximum, float):  # points above a fixed maximum do not count
        return ScoreTotal(min(value, score.maximum), score.maximum, tuple(given))
    return ScoreTotal(value, fsum(possible), tuple(given))


def points_of(question: Question, value: Any, score: str, visible: Collection[str]) -> float:
    """The points an answer gives for a score."""
    return _earned(question, value, score, visible)


def matrix_product(question: Question, value: dict[str, Any]) -> float | None:
    """Likelihood times severity, None until both are chosen."""
    sides = [
        next((_points(choice.points, "value") for choice in choices if choice.id == value.get(side)), None)
        for side, choices in (("likelihood", question.likelihood), ("severity", question.severity))
    ]
    return None if None in sides else float(sides[0] or 0) * float(sides[1] or 0)


def level_of(question: Question, product: float | None) -> str | None:
    """The level of a matrix that a product falls in: the first that reaches it, else the last."""
    if product is None:
        return None
    return next((level.id for level in question.levels if product <= level.up_to), question.levels[-1].id)


def whole_if_whole(number: float) -> float:
    """``5.0`` as ``5``, so that JSON reads as people write it."""
    return int(number) if number == int(number) else number


def _counts_in_maximum(score: Score, answer: Answer | None, *, is_shown: bool) -> bool:
    if answer is not None and answer.state is AnswerState.NOT_APPLICABLE and not score.na_counts_zero and is_shown:
        return False
    return is_shown or score.maximum is ScoreMaximum.ALL


def _feeds(question: Question, score: str) -> bool:
    for choice in question.choices:
        if any(name == score for name, _ in choice.points):
            return True
    if any(name == score for _, points in question.points for name, _ in points):
        return True
    return any(_feeds(inner, score) for inner in question.questions)


def _given(item: Scorable, value: Any, score: str, visible: Collection[str]) -> float:
    if item.by_choice and not isinstance(value, dict):
        return item.by_choice.get(value, 0.0)
    return _earned(item.question, value, score, visible)


def _points(points: Points, score: str) -> float | None:
    return next((number for name, number in points if name == score), None)


def _earned(question: Question, value: Any, score: str, visible: Collection[str]) -> float:
    """The points an answer gives for a score."""
    if value is None or is_unknown(value):
        return 0.0
    match question.type:
        case QuestionType.SINGLE:
            return _points(question.choices_by_id[value].points, score) or 0.0
        case QuestionType.MULTI:
            return fsum(_points(question.choices_by_id[item].points, score) or 0.0 for item in value)
        case QuestionType.BOOLEAN:
            return _points(dict(question.points).get(value, ()), score) or 0.0
        case QuestionType.PARTS:
            shown = [part for part in question.questions if f"{question.id}.{part.id}" in visible]
            return fsum(_earned(part, value.get(part.id), score, visible) for part in shown)
        case QuestionType.GROUP:
            return fsum(_earned(col, row.get(col.id), score, visible) for row in value for col in question.questions)
        case _:
            return 0.0


def _most(question: Question, answer: Answer | None, score: Score, visible: Collection[str]) -> float:
    """The most points a question with parts or rows could give for a score; rows of hidden answers do not count."""
    is_shown = question.id in visible and answer is not None and answer.state is AnswerState.ANSWERED
    value = answer.value if is_shown and answer is not None else None
    if question.type is QuestionType.GROUP:
        return _most_of_rows(question, value, score)
    counted = [
        (part, f"{question.id}.{part.id}" in visible)
        for part in question.questions
        if score.maximum is ScoreMaximum.ALL or f"{question.id}.{part.id}" in visible
    ]
    return fsum(
        _most_of_rows(part, value.get(part.id) if value and is_part_shown else None, score)
        if part.type is QuestionType.GROUP
        else _best(part, score.id)
        for part, is_part_shown in counted
    )


def _most_of_rows(group: Question, rows: Any, score: Score) -> float:
    n_rows = len(rows) if isinstance(rows, list) else 0
    return n_rows * fsum(_best(column, score.id) for column in group.questions)


def _best(question: Question, score: str) -> float:
    """The most points one answer can give; nothing is an answer too, so never less than zero."""
    match question.type:
        case QuestionType.SINGLE:
            return max(0.0, *(_points(choice.points, score) or 0.0 for choice in question.choices))
        case QuestionType.MULTI:
            return max(_best_together(question.choices, score), _best_alone(question.choices, score))
        case QuestionType.BOOLEAN:
            return max(0.0, *(_points(points, score) or 0.0 for _, points in question.points), 0.0)
        case _:
            return 0.0


def _best_together(choices: tuple[Choice, ...], score: str) -> float:
    return fsum(max(_points(choice.points, score) or 0.0, 0.0) for choice in choices if not choice.is_exclusive)


def _best_alone(choices: tuple[Choice, ...], score: str) -> float:
    return max((_points(choice.points, score) or 0.0 for choice in choices if choice.is_exclusive), default=0.0)
