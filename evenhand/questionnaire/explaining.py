"""Why an outcome is what it is: the answers that drive it, how it follows from them, and how far the next one is."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, cast

from evenhand.questionnaire.alternatives import others
from evenhand.questionnaire.answers import Answer
from evenhand.questionnaire.evaluation import Evaluation
from evenhand.questionnaire.plan import Node, NodeKind
from evenhand.questionnaire.points import ScoreTotal, points_of, whole_if_whole
from evenhand.questionnaire.schema import Outcome, Question, Score, Value
from evenhand.questionnaire.texts import Text
from evenhand.questionnaire.whatif import WhatIf, ancestors_of

MAX_STEPS = 300  # of one score in one direction; beyond them the next change is looked for in growing strides


@dataclass(frozen=True)
class Alternative:
    """Another answer, and what would follow: its points, the scores that feed the outcome, the outcome."""

    answer: Answer | None
    label: Text
    points: tuple[tuple[str, float], ...]
    scores: tuple[tuple[str, float], ...]
    outcome: str | None
    changes_outcome: bool

    @property
    def total(self) -> float:
        return sum(points for _, points in self.points)

    def to_json(self) -> dict[str, Any]:
        return {
            "answer": self.answer.to_json() if self.answer else None,
            "label": str(self.label),
            "points": _plain(self.points),
            "scores": _plain(self.scores),
            "outcome": self.outcome,
            "changes_outcome": self.changes_outcome,
        }


@dataclass(frozen=True)
class Driver:
    """An answer that drives an outcome: it gave points, or was read. ``others`` has the fewest points first."""

    question: Question
    answer: Answer | None
    points: tuple[tuple[str, float], ...]
    others: tuple[Alternative, ...]

    @property
    def total(self) -> float:
        return sum(points for _, points in self.points)

    @property
    def lowest(self) -> Alternative | None:
        """The other answer with the fewest points, where that is fewer."""
        return self.others[0] if self.others and self.others[0].total < self.total else None

    @property
    def changes_outcome(self) -> bool:
        return any(other.changes_outcome for other in self.others)

    def to_json(self) -> dict[str, Any]:
        return {
            "question": self.question.id,
            "label": self.question.label,
            "prompt": str(self.question.prompt),
            "answer": self.answer.to_json() if self.answer else None,
            "points": _plain(self.points),
            "others": [other.to_json() for other in self.others],
        }


@dataclass(frozen=True)
class Step:
    """One step from the answers to an outcome: a score, value or outcome, its result, and what it was read from."""

    kind: NodeKind
    id: str
    title: Text
    result: Any
    expression: str
    reads: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": str(self.kind),
            "id": self.id,
            "title": str(self.title),
            "result": whole_if_whole(self.result) if isinstance(self.result, float) else self.result,
            "expression": self.expression,
            "reads": list(self.reads),
        }


@dataclass(frozen=True)
class Shift:
    """A change of a score, the value it leads to, and the option it would give."""

    change: float
    value: float
    outcome: str | None


@dataclass(frozen=True)
class Distance:
    """How far a score is from giving another outcome; None where no value it can take does."""

    score: str
    title: Text
    value: float
    maximum: float
    up: Shift | None
    down: Shift | None

    def to_json(self) -> dict[str, Any]:
        def shift(found: Shift | None) -> dict[str, Any] | None:
            if found is None:
                return None
            return {
                "change": whole_if_whole(found.change),
                "value": whole_if_whole(found.value),
                "outcome": found.outcome,
            }

        numbers = {"value": whole_if_whole(self.value), "max": whole_if_whole(self.maximum)}
        return {"score": self.score, **numbers, "up": shift(self.up), "down": shift(self.down)}


def drivers(evaluation: Evaluation, outcome_id: str) -> tuple[Driver, ...]:
    """The answers that drive an outcome: those that gave points first, the most points first; then those read.

    Each with the other answers there are and what would follow from them. ``KeyError`` when there is no such outcome.
    """
    what_if = WhatIf(evaluation, outcome_id)
    points: dict[str, dict[str, float]] = {}
    for score_id in what_if.scores:
        for question_id, given in evaluation.scores[score_id].by_question:
            points.setdefault(question_id, {})[score_id] = given
    for question_id in _questions_read(evaluation, outcome_id):
        points.setdefault(question_id, {})
    ordered = sorted(points, key=lambda question_id: -sum(points[question_id].values()))
    questions = evaluation.plan.questions
    return tuple(_driver(what_if, questions[key], outcome_id) for key in ordered)


def chain(evaluation: Evaluation, outcome_id: str) -> tuple[Step, ...]:
    """How an outcome follows, in order: the scores and values it is computed from, then the option that matched."""
    return tuple(_step(evaluation, node) for node in ancestors_of(evaluation, outcome_id))


def distance(evaluation: Evaluation, outcome_id: str) -> tuple[Distance, ...]:
    """For each score that feeds an outcome, the smallest change up and down that would give another.

    In whole points where points are whole, within what the score can be; the answers stay as they are otherwise.
    """
    what_if = WhatIf(evaluation, outcome_id)
    titles = {score.id: score.title for score in evaluation.framework.scores}
    found = []
    for score_id in what_if.scores:
        total = evaluation.scores[score_id]
        step = _step_size(evaluation, score_id)
        up = _shift(what_if, outcome_id, score_id, step, total.maximum - total.value)
        down = _shift(what_if, outcome_id, score_id, -step, total.value)
        found.append(Distance(score_id, titles[score_id], total.value, total.maximum, up, down))
    return tuple(found)


# --- drivers


def _questions_read(evaluation: Evaluation, outcome_id: str) -> Iterator[str]:
    """The questions read by what decided an outcome and everything it was computed from, in the order of the form."""
    nodes = evaluation.plan.nodes_by_id
    names: set[str] = set()
    waiting, seen = [outcome_id], set[str]()
    while waiting:
        node = nodes[waiting.pop()]
        seen.add(node.id)
        read = {path.partition(".")[0] for path in _reads_that_decided(evaluation, node)}
        names |= {name for name in read if name in nodes and nodes[name].kind is NodeKind.QUESTION}
        computed = (NodeKind.VALUE, NodeKind.OUTCOME)
        waiting += [name for name in read - seen if name in nodes and nodes[name].kind in computed]
    return (question_id for question_id in evaluation.plan.questions if question_id in names)


def _reads_that_decided(evaluation: Evaluation, node: Node) -> frozenset[str]:
    """What the option that matched reads; where it always holds, or none matched, what the ones before it read."""
    if node.kind is not NodeKind.OUTCOME:
        return node.reads
    options = [option.id for option in cast("Outcome", node.subject).options]
    chosen = evaluation.outcomes.get(node.id)
    position = options.index(chosen) if chosen in options else len(options) - 1
    matched = node.conditions[position].reads
    return matched or frozenset[str]().union(*(condition.reads for condition in node.conditions[: position + 1]))


def _driver(what_if: WhatIf, question: Question, outcome_id: str) -> Driver:
    evaluation = what_if.evaluation
    answer = evaluation.counted.get(question.id) if question.id in evaluation.visible else None
    found = [_alternative(what_if, question, other, label, outcome_id) for other, label in others(question, answer)]
    return Driver(
        question=question,
        answer=answer,
        points=_points(what_if, question, answer),
        others=tuple(sorted(found, key=lambda alternative: alternative.total)),
    )


def _points(what_if: WhatIf, question: Question, answer: Answer | None) -> tuple[tuple[str, float], ...]:
    if answer is None or answer.value is None:
        return ()
    visible = what_if.evaluation.visible
    given = ((score_id, points_of(question, answer.value, score_id, visible)) for score_id in what_if.scores)
    return tuple((score_id, points) for score_id, points in given if points)


def _alternative(
    what_if: WhatIf, question: Question, answer: Answer | None, label: Text, outcome_id: str
) -> Alternative:
    evaluation = what_if.evaluation
    points = _points(what_if, question, answer)
    if _only_gives_points(evaluation, question):
        scores = {
            key: _with_points(evaluation.scores[key], question.id, dict(points).get(key)) for key in what_if.scores
        }
        outcome = what_if.outcome(scores)
    else:
        after = evaluation.with_answer(question.id, answer)
        scores = {key: after.scores[key].value for key in what_if.scores}
        outcome = after.outcomes.get(outcome_id)
    changes = outcome != evaluation.outcomes.get(outcome_id)
    return Alternative(answer, label, points, tuple(scores.items()), outcome, changes)


def _only_gives_points(evaluation: Evaluation, question: Question) -> bool:
    """Whether nothing but scores depends on a question, so that its effect is its points (maxima stay)."""
    nodes = evaluation.plan.nodes
    dependents = evaluation.plan.dependents.get(question.id, ())
    return not question.questions and all(nodes[position].kind is NodeKind.SCORE for position in dependents)


def _with_points(total: ScoreTotal, question_id: str, points: float | None) -> float:
    value = sum(given for other, given in total.by_question if other != question_id) + (points or 0.0)
    return min(value, total.maximum)


# --- chain


def _step(evaluation: Evaluation, node: Node) -> Step:
    subject = cast("Score | Value | Outcome", node.subject)
    reads = tuple(sorted(_reads_that_decided(evaluation, node)))
    match subject:
        case Score():
            given = tuple(question_id for question_id, _ in evaluation.scores[node.id].by_question)
            return Step(node.kind, node.id, subject.title, evaluation.scores[node.id].value, "", given)
        case Value():
            return Step(node.kind, node.id, subject.title, evaluation.values.get(node.id), subject.expression, reads)
        case Outcome():
            chosen = evaluation.outcomes.get(node.id)
            condition = next((option.condition for option in subject.options if option.id == chosen), "")
            return Step(node.kind, node.id, subject.title, chosen, condition, reads)


# --- distance


def _step_size(evaluation: Evaluation, score_id: str) -> float:
    """The largest number all points of a score are multiples of: 1 where they are whole and one of them is odd."""
    found = Fraction(0)
    for item in evaluation.plan.scored[score_id]:
        for points in _all_points(item.question, score_id):
            found = _common_divisor(found, Fraction(points).limit_denominator(1000))
    return float(min(found, Fraction(1))) if found else 1.0


def _all_points(question: Question, score_id: str) -> Iterator[float]:
    tables = [*(choice.points for choice in question.choices), *(points for _, points in question.points)]
    yield from (points for table in tables for name, points in table if name == score_id)
    for inner in question.questions:
        yield from _all_points(inner, score_id)


def _common_divisor(one: Fraction, other: Fraction) -> Fraction:
    while other:
        one, other = other, one % other
    return abs(one)


def _shift(what_if: WhatIf, outcome_id: str, score_id: str, step: float, room: float) -> Shift | None:
    """The first value in steps of ``step`` that gives another outcome."""
    start = what_if.evaluation.scores[score_id].value
    now = what_if.evaluation.outcomes.get(outcome_id)
    n_steps = int(room / abs(step) + 1e-9)
    last, stride, at = 0, 1, 0

    def outcome_at(position: int) -> str | None:
        return what_if.outcome({score_id: start + position * step})

    while at < n_steps:
        stride = stride if at < MAX_STEPS else stride * 2
        last, at = at, min(at + stride, n_steps)
        if outcome_at(at) != now:
            break
    else:
        return None
    while at - last > 1:  # a stride may have gone past the first change
        middle = (last + at) // 2
        last, at = (last, middle) if outcome_at(middle) != now else (middle, at)
    return Shift(at * step, start + at * step, outcome_at(at))


def _plain(points: tuple[tuple[str, float], ...]) -> dict[str, float]:
    return {name: whole_if_whole(number) for name, number in points}
