"""What follows from answers: what is visible, scores, values and outcomes; all at once, or after one answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from evenhand.questionnaire.answers import Answer, Answers
from evenhand.questionnaire.binding import visible_columns
from evenhand.questionnaire.conditions import Condition, Context, NotComputed
from evenhand.questionnaire.plan import NodeKind, Plan
from evenhand.questionnaire.plans import plan_of
from evenhand.questionnaire.points import ScoreTotal
from evenhand.questionnaire.running import Run, State
from evenhand.questionnaire.schema import Framework, Question


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
    state: State

    @property
    def context(self) -> Context:
        return self.state.context

    @property
    def visible(self) -> frozenset[str]:
        """Ids of questions, and ``question.part``."""
        return self.state.visible

    @property
    def scores(self) -> Mapping[str, ScoreTotal]:
        return self.state.scores

    @property
    def values(self) -> Mapping[str, Any]:
        """None where not computed."""
        return self.state.values

    @property
    def outcomes(self) -> Mapping[str, str | None]:
        return self.state.outcomes

    @property
    def counted(self) -> Answers:
        """The answers as they count: without cells of rows that do not show."""
        return self.state.counted

    @property
    def failures(self) -> tuple[Failure, ...]:
        """What could not be computed, in the order of computing."""
        failed = self.state.failed
        nodes = sorted((self.plan.nodes_by_id[node_id] for node_id in failed), key=lambda node: node.position)
        return tuple(
            Failure(node.id, node.kind, reason.reason, reason.is_waiting)
            for node in nodes
            for reason in failed[node.id]
        )

    def is_visible(self, question_id: str, part_id: str | None = None) -> bool:
        return (question_id if part_id is None else f"{question_id}.{part_id}") in self.state.visible

    def visible_questions(self) -> tuple[Question, ...]:
        """The questions to show, in order."""
        return tuple(question for question in self.framework.questions if question.id in self.state.visible)

    def visible_parts(self, question: Question) -> tuple[Question, ...]:
        """The parts of a question to show, in order."""
        return tuple(part for part in question.questions if f"{question.id}.{part.id}" in self.state.visible)

    def visible_columns(self, path: str, group: Question, row: Mapping[str, Any]) -> tuple[Question, ...]:
        """The columns of one row to show, in order; ``path`` is the group's id, or ``question.part``."""
        found = visible_columns(self.plan.columns, path, group, row)
        return tuple(column for column, is_shown in found if is_shown is True)

    def holds(self, condition: Condition | None) -> bool | NotComputed:
        """Whether a condition of the framework holds now; no condition never holds."""
        return False if condition is None else self.state.context.holds(condition)

    def with_answer(self, question_id: str, answer: Answer | None) -> "Evaluation":
        """The state after one answer is given, changed or taken away (None): the same as evaluating everything anew.

        Only what depends on the answer is computed again.
        """
        answers = {key: value for key, value in self.answers.items() if key != question_id}
        if answer is not None:
            answers[question_id] = answer
        run = Run.from_state(self.plan, answers, self.state)
        run.after(question_id)
        return Evaluation(self.framework, self.plan, answers, run.state())


def evaluate(framework: Framework, answers: Answers) -> Evaluation:
    """Compute everything that follows from the answers. ``answers`` may hold those of borrowed sections too."""
    plan = plan_of(framework)
    run = Run.from_nothing(plan, answers)
    run.everything()
    return Evaluation(framework, plan, answers, run.state())
