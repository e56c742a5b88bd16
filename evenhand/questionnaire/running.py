"""Walking through a plan: each node computed after all it depends on; afterwards only what an answer changes."""

from collections.abc import Iterable
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from typing import Any, cast

from evenhand.questionnaire.answers import Answer, Answers
from evenhand.questionnaire.binding import bound, bound_part, counted
from evenhand.questionnaire.conditions import FEW, Condition, Context, NotComputed
from evenhand.questionnaire.plan import Node, NodeKind, Plan
from evenhand.questionnaire.points import ScoreTotal, total
from evenhand.questionnaire.schema import Outcome, Question, Score


@dataclass(frozen=True, eq=False)
class State:
    """All that was computed from a set of answers."""

    context: Context
    counted: dict[str, Answer]
    visible: frozenset[str]
    scores: dict[str, ScoreTotal]
    values: dict[str, Any]
    outcomes: dict[str, str | None]
    failed: dict[str, tuple[NotComputed, ...]]  # by node


@dataclass(eq=False)
class Run:
    """A state being computed."""

    plan: Plan
    answers: Answers
    context: Context
    counted: dict[str, Answer]
    visible: set[str]
    scores: dict[str, ScoreTotal]
    values: dict[str, Any]
    outcomes: dict[str, str | None]
    failed: dict[str, tuple[NotComputed, ...]]
    pending: dict[str, Any]  # variables set in this layer; conditions of the next one read them
    answered: str | None = None  # the question whose answer changed

    @classmethod
    def from_nothing(cls, plan: Plan, answers: Answers) -> "Run":
        """With every variable blank."""
        variables: dict[str, Any] = dict(plan.blanks)
        for node in plan.nodes:
            if node.kind is NodeKind.SCORE:
                variables[node.id] = {"value": 0.0, "max": 0.0}
            elif node.kind in (NodeKind.VALUE, NodeKind.OUTCOME):
                variables[node.id] = None
        context = Context(variables, read=plan.names_read, calls=plan.functions_called)
        return cls(plan, answers, context, dict(answers), set(), {}, {}, {}, {}, {})

    @classmethod
    def from_state(cls, plan: Plan, answers: Answers, state: State) -> "Run":
        """With what was computed before; the state is left as it is."""
        return cls(
            plan=plan,
            answers=answers,
            context=state.context.copy(),
            counted=dict(state.counted),
            visible=set(state.visible),
            scores=dict(state.scores),
            values=dict(state.values),
            outcomes=dict(state.outcomes),
            failed=dict(state.failed),
            pending={},
        )

    def state(self) -> State:
        """What was computed."""
        return State(
            context=self.context,
            counted=self.counted,
            visible=frozenset(self.visible),
            scores=self.scores,
            values=self.values,
            outcomes=self.outcomes,
            failed=self.failed,
        )

    def everything(self) -> None:
        """Compute every node."""
        layer = 0
        for node in self.plan.nodes:
            if node.layer != layer:
                layer = node.layer
                self._flush()
                if self.plan.n_conditions[layer] > FEW:
                    self.context.share()
            self._take(node)
        self._flush()

    def after(self, question_id: str) -> None:
        """Compute what depends on one answer, from node to node as far as something changes."""
        self.counted.pop(question_id, None)
        if question_id in self.answers:
            self.counted[question_id] = self.answers[question_id]
        start = self.plan.nodes_by_id.get(question_id)
        if start is None or start.kind is not NodeKind.QUESTION:
            return
        self.answered = question_id
        waiting = [start.position]
        queued = {start.position}
        layer = start.layer
        heapify(waiting)
        while waiting:
            node = self.plan.nodes[heappop(waiting)]
            if node.layer != layer:
                layer = node.layer
                self._flush()
            if self._take(node):
                for position in self.plan.dependents.get(node.id, ()):
                    if position not in queued:
                        queued.add(position)
                        heappush(waiting, position)
        self._flush()

    def _flush(self) -> None:
        if self.pending:
            self.context.update(self.pending)
            self.pending = {}

    # --- one node; True when it came out differently than before

    def _take(self, node: Node) -> bool:
        match node.kind:
            case NodeKind.QUESTION:
                return self._question(node, cast("Question", node.subject))
            case NodeKind.PART:
                return self._part(node, cast("Question", node.subject))
            case NodeKind.SCORE:
                return self._score(node, cast("Score", node.subject))
            case NodeKind.VALUE:
                return self._value(node)
            case NodeKind.OUTCOME:
                return self._outcome(node, cast("Outcome", node.subject))

    def _question(self, node: Node, question: Question) -> bool:
        was_shown, is_answered = question.id in self.visible, question.id == self.answered
        is_shown, failures = self._all_hold(node.conditions)
        if not is_shown:
            self.visible.discard(question.id)
            self._fail(node, failures)
            if was_shown:
                self._set(question.id, self.plan.blanks.get(question.id))
        elif is_answered or not was_shown:
            self.visible.add(question.id)
            self._fail(node, self._bind(question))
        return is_shown != was_shown or (is_shown and is_answered)

    def _bind(self, question: Question) -> list[NotComputed]:
        """Set the variable of a question that shows."""
        answer = self.answers.get(question.id)
        reasons: list[str] = []
        if answer is not None and self.plan.columns:
            answer, reasons = counted(self.plan.columns, question, answer)
            self.counted[question.id] = answer
        if question.takes_answer:
            self._set(question.id, bound(question, answer))
        return [NotComputed(reason) for reason in reasons]

    def _part(self, node: Node, part: Question) -> bool:
        question_id = node.id.partition(".")[0]
        was_shown = node.id in self.visible
        is_shown, failures = self._all_hold(node.conditions) if question_id in self.visible else (False, [])
        if is_shown:
            self.visible.add(node.id)
        else:
            self.visible.discard(node.id)
        self._fail(node, failures)
        if question_id in self.visible and node.conditions and part.takes_answer:
            current = self.pending.get(question_id, self.context.variables[question_id])
            value = bound_part(part, self.counted.get(question_id), is_shown=is_shown)
            if current[part.id] != value:
                self._set(question_id, {**current, part.id: value})
        return is_shown != was_shown

    def _score(self, node: Node, score: Score) -> bool:
        found = total(score, self.plan.scored[score.id], self.counted, self.visible)
        before = self.scores.get(score.id)
        self.scores[score.id] = found
        self._set(node.id, {"value": found.value, "max": found.maximum})
        return before is None or (before.value, before.maximum) != (found.value, found.maximum)

    def _value(self, node: Node) -> bool:
        value = self._computed(node, self.context.run(node.conditions[0]))
        is_other = node.id not in self.values or self.values[node.id] != value
        self.values[node.id] = value
        self._set(node.id, value)
        return is_other

    def _outcome(self, node: Node, outcome: Outcome) -> bool:
        chosen = self._first_match(node, outcome)
        is_other = node.id not in self.outcomes or self.outcomes[node.id] != chosen
        self.outcomes[node.id] = chosen
        self._set(node.id, chosen)
        return is_other

    def _first_match(self, node: Node, outcome: Outcome) -> str | None:
        """The first option that holds. One that cannot be computed makes the whole outcome not computed."""
        self._fail(node, ())
        for option, condition in zip(outcome.options, node.conditions, strict=True):
            holds = self.context.holds(condition)
            if isinstance(holds, NotComputed):
                self._fail(node, (holds,))
                return None
            if holds:
                return option.id
        return None

    def _all_hold(self, conditions: tuple[Condition, ...]) -> tuple[bool, list[NotComputed]]:
        for condition in conditions:
            holds = self.context.holds(condition)
            if holds is not True:
                return False, [holds] if isinstance(holds, NotComputed) else []
        return True, []

    def _set(self, variable: str, value: Any) -> None:
        if variable in self.plan.names_read:
            self.pending[variable] = value

    def _computed(self, node: Node, value: Any) -> Any:
        """The value; None, with the failure noted, where it could not be computed."""
        is_failed = isinstance(value, NotComputed)
        self._fail(node, (value,) if is_failed else ())
        return None if is_failed else value

    def _fail(self, node: Node, failures: Iterable[NotComputed]) -> None:
        found = tuple(failures)
        if found:
            self.failed[node.id] = found
        else:
            self.failed.pop(node.id, None)
