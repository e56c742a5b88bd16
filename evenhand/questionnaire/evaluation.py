"""What follows from answers: what is visible, scores, values and outcomes, computed in one pass over the plan."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from evenhand.questionnaire.answers import Answer, Answers
from evenhand.questionnaire.binding import bound, counted, visible_columns
from evenhand.questionnaire.conditions import Condition, Context, NotComputed
from evenhand.questionnaire.plan import Node, NodeKind, Plan, all_questions, blank_of, plan_of
from evenhand.questionnaire.points import ScoreTotal, total
from evenhand.questionnaire.schema import Framework, Outcome, Question, Score


@dataclass(frozen=True)
class Failure:
    """An expression that could not be run: what it belongs to and why."""

    id: str
    kind: NodeKind | str
    reason: str
    is_waiting: bool


@dataclass(frozen=True, eq=False)
class Evaluation:
    """The state of a questionnaire under its answers. Hidden answers are kept, but never count."""

    framework: Framework
    plan: Plan
    answers: Answers
    context: Context
    visible: frozenset[str]  # question ids, and "question.part"
    scores: Mapping[str, ScoreTotal]
    values: Mapping[str, Any]  # None where not computed
    outcomes: Mapping[str, str | None]
    failures: tuple[Failure, ...]

    def is_visible(self, question_id: str, part_id: str | None = None) -> bool:
        return (question_id if part_id is None else f"{question_id}.{part_id}") in self.visible

    def visible_questions(self) -> tuple[Question, ...]:
        """The questions to show, in order."""
        return tuple(question for question in self.framework.questions if question.id in self.visible)

    def visible_parts(self, question: Question) -> tuple[Question, ...]:
        """The parts of a question to show, in order."""
        return tuple(part for part in question.questions if f"{question.id}.{part.id}" in self.visible)

    def visible_columns(self, path: str, group: Question, row: Mapping[str, Any]) -> tuple[Question, ...]:
        """The columns of one row to show, in order; ``path`` is the group's id, or ``question.part``."""
        found = visible_columns(self.plan.columns, path, group, row)
        return tuple(column for column, is_shown in found if is_shown is True)

    def holds(self, condition: Condition | None) -> bool | NotComputed:
        """Whether a condition of the framework holds now; no condition never holds."""
        return False if condition is None else self.context.holds(condition)


def evaluate(framework: Framework, answers: Answers) -> Evaluation:
    """Compute everything that follows from the answers. ``answers`` may hold those of borrowed sections too."""
    return _Run(framework, answers).run()


@dataclass
class _Run:
    framework: Framework
    answers: Answers
    plan: Plan = field(init=False)
    context: Context = field(init=False)
    counted: dict[str, Answer] = field(init=False)
    visible: set[str] = field(default_factory=set)
    scores: dict[str, ScoreTotal] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    outcomes: dict[str, str | None] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)

    def run(self) -> Evaluation:
        self.plan = plan_of(self.framework)
        self.counted = dict(self.answers) if not self.plan.columns else self._counted()
        self.context = Context(self._start())
        for layer in self.plan.layers:
            updates: dict[str, Any] = {}
            for node in layer:
                self._take(node, updates)
            self.context.update(updates)
        return Evaluation(
            framework=self.framework,
            plan=self.plan,
            answers=self.answers,
            context=self.context,
            visible=frozenset(self.visible),
            scores=self.scores,
            values=self.values,
            outcomes=self.outcomes,
            failures=tuple(self.failures),
        )

    def _counted(self) -> dict[str, Answer]:
        questions = {question.id: question for question in all_questions(self.framework)}
        found = {}
        for question_id, answer in self.answers.items():
            if question_id in questions:
                found[question_id], failed = counted(self.plan.columns, questions[question_id], answer)
                self.failures += [
                    Failure(question_id, NodeKind.QUESTION, reason, is_waiting=False) for reason in failed
                ]
        return found

    def _start(self) -> dict[str, Any]:
        """Every variable, blank where it depends on something."""
        variables: dict[str, Any] = dict(self.plan.blanks)
        variables |= {score.id: {"value": 0.0, "max": 0.0} for score in self.framework.scores}
        variables |= {value.id: None for value in self.framework.values}
        variables |= {outcome.id: None for outcome in self.framework.outcomes}
        for node in self.plan.layers[0] if self.plan.layers else ():
            if node.kind is NodeKind.QUESTION and not node.conditions:
                question = cast("Question", node.subject)
                if question.takes_answer:
                    variables[question.id] = bound(question, self.counted.get(question.id))
        return variables

    def _take(self, node: Node, updates: dict[str, Any]) -> None:
        match node.kind:
            case NodeKind.QUESTION:
                self._question(node, cast("Question", node.subject), updates)
            case NodeKind.PART:
                self._part(node, updates)
            case NodeKind.SCORE:
                score = cast("Score", node.subject)
                found = total(score, self.framework.questions, self.counted, self.visible)
                self.scores[score.id] = found
                updates[score.id] = {"value": found.value, "max": found.maximum}
            case NodeKind.VALUE:
                value = self._computed(node, self.context.run(node.conditions[0]))
                self.values[node.id] = updates[node.id] = value
            case NodeKind.OUTCOME:
                chosen = self._first_match(node, cast("Outcome", node.subject))
                self.outcomes[node.id] = updates[node.id] = chosen

    def _question(self, node: Node, question: Question, updates: dict[str, Any]) -> None:
        if not all(self._computed(node, self.context.holds(condition)) for condition in node.conditions):
            return
        self.visible.add(question.id)
        if node.conditions and question.takes_answer:
            updates[question.id] = bound(question, self.counted.get(question.id))

    def _part(self, node: Node, updates: dict[str, Any]) -> None:
        question_id, _, part_id = node.id.partition(".")
        shown = question_id in self.visible and all(
            self._computed(node, self.context.holds(condition)) for condition in node.conditions
        )
        if shown:
            self.visible.add(node.id)
        elif node.conditions and question_id in self.visible:
            part = cast("Question", node.subject)
            current = updates.get(question_id, self.context.variables[question_id])
            updates[question_id] = {**current, part_id: blank_of(part)}

    def _first_match(self, node: Node, outcome: Outcome) -> str | None:
        """The first option that holds. One that cannot be computed makes the whole outcome not computed."""
        for option, condition in zip(outcome.options, node.conditions, strict=True):
            holds = self.context.holds(condition)
            if isinstance(holds, NotComputed):
                return cast("None", self._computed(node, holds))
            if holds:
                return option.id
        return None

    def _computed(self, node: Node, value: Any) -> Any:
        """The value; None (and a failure on the list) where it could not be computed."""
        if not isinstance(value, NotComputed):
            return value
        self.failures.append(Failure(node.id, node.kind, value.reason, value.is_waiting))
        return None
