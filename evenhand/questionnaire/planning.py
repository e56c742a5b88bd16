"""Making the plan of a framework: every expression checked, everything computed put in the order it depends on."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from evenhand.documents import MAX_PROBLEMS
from evenhand.questionnaire import kinds
from evenhand.questionnaire.conditions import Condition, read_condition
from evenhand.questionnaire.expressions import ExpressionError
from evenhand.questionnaire.kinds import Kind
from evenhand.questionnaire.plan import Fault, Node, NodeKind, Plan, Tallied, all_questions
from evenhand.questionnaire.points import Scorable, scorable
from evenhand.questionnaire.schema import Framework, Outcome, Question, QuestionType, Value
from evenhand.questionnaire.variables import ROW, blank_of, kind_of_answer


class ReadCondition(Protocol):
    """``read_condition`` (compiles when first run) or ``compile_condition`` (compiles now, to find every fault)."""

    def __call__(self, source: str, variables: Mapping[str, Kind], *, kind: str | None = None) -> Condition: ...


@dataclass
class Planner:
    """Makes the plan of one framework."""

    framework: Framework
    read: ReadCondition = read_condition
    variables: dict[str, Kind] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)
    nodes: dict[str, Node] = field(default_factory=dict)
    parts_of: dict[str, set[str]] = field(default_factory=dict)
    scored: dict[str, tuple[Scorable, ...]] = field(default_factory=dict)
    waits: dict[str, set[str]] = field(default_factory=dict)

    def plan(self) -> Plan:
        """Check and compile everything."""
        framework = self.framework
        for question in all_questions(framework):
            if question.takes_answer:
                self.variables[question.id] = kind_of_answer(question)
        self.variables |= {score.id: kinds.SCORE for score in framework.scores}
        self.variables |= {
            outcome.id: kinds.choice_of(*(option.id for option in outcome.options)) for outcome in framework.outcomes
        }
        self._add_values()
        self._add_questions()
        self._add_outcomes()
        nodes = self._ordered()
        questions = {question.id: question for question in all_questions(framework)}
        return Plan(
            nodes=nodes,
            dependents=self._dependents(nodes),
            blanks={question.id: blank_of(question) for question in questions.values() if question.takes_answer},
            required_if=self._each((path, f"{path}.required_if", q.required_if) for path, q in self._answerable()),
            evidence_if=self._each(
                (path, f"{path}.evidence", q.evidence.required_if) for path, q in self._answerable()
            ),
            duties=self._each((duty.id, f"duty {duty.id}.if", duty.condition) for duty in framework.duties),
            checks=self._each((check.id, f"check {check.id}.if", check.condition) for check in framework.checks),
            follow_ups=self._each((f.id, f"follow_up {f.id}.if", f.condition) for f in framework.follow_ups),
            columns=self._columns(),
            scored=self.scored,
            tallied=tuple(self._tallied()),
            questions=questions,
            faults=tuple(dict.fromkeys(self.faults)),
            warnings=tuple(dict.fromkeys(self.warnings)),
        )

    def _answerable(self) -> Iterator[tuple[str, Question]]:
        for question in self.framework.questions:
            yield question.id, question
            if question.type is QuestionType.PARTS:
                for part in question.questions:
                    yield f"{question.id}.{part.id}", part

    def _each(self, items: Iterable[tuple[str, str, str | None]]) -> dict[str, Condition]:
        found = {}
        for identifier, where, source in items:
            condition = self._compile(where, source)
            if condition is not None:
                found[identifier] = condition
        return found

    def _groups(self) -> Iterator[tuple[str, Question]]:
        for question in all_questions(self.framework):
            if question.type is QuestionType.GROUP:
                yield question.id, question
            for part in question.questions:
                if part.type is QuestionType.GROUP:
                    yield f"{question.id}.{part.id}", part

    def _columns(self) -> dict[str, Condition]:
        """The conditions of columns. Each reads the cells before it in its own row, so order settles what shows."""
        found = {}
        for path, question in self._groups():
            for position, column in enumerate(question.questions):
                before = kinds.record({c.id: kind_of_answer(c) for c in question.questions[:position]})
                where = f"{path}.{column.id}"
                condition = self._compile(f"{where}.visible_if", column.visible_if, variables={ROW: before})
                if condition is not None:
                    found[where] = condition
        return found

    def _compile(
        self,
        where: str,
        source: str | None,
        *,
        kind: str | None = "bool",
        variables: Mapping[str, Kind] | None = None,
    ) -> Condition | None:
        if source is None or len(self.faults) >= MAX_PROBLEMS:
            return None
        try:
            condition = self.read(source, variables or self.variables, kind=kind)
        except ExpressionError as error:
            self.faults.append(Fault(where, error.sentence))
            return None
        self.warnings += [Fault(where, warning) for warning in condition.warnings]
        return condition

    def _add_values(self) -> None:
        """Values are typed in the order of the file; one that reads a later value takes it as of any kind."""
        self.variables |= {value.id: kinds.ANY for value in self.framework.values}
        for value in self.framework.values:
            condition = self._compile(f"{value.id}.expr", value.expression, kind=None)
            if condition is not None:
                self.variables[value.id] = condition.kind
                self._node(NodeKind.VALUE, value.id, value, [condition])

    def _add_questions(self) -> None:
        for section in self.framework.readable_sections:
            shared = self._compile(f"section {section.id}.visible_if", section.visible_if)
            for question in section.questions:
                own = self._compile(f"{question.id}.visible_if", question.visible_if)
                self._node(NodeKind.QUESTION, question.id, question, [c for c in (shared, own) if c])
                if question.type is QuestionType.PARTS:
                    self._add_parts(question)
        for score in self.framework.scores:
            found = (scorable(question, score.id) for question in self.framework.questions)
            self.scored[score.id] = tuple(item for item in found if item is not None)
            fed_by = {item.question.id for item in self.scored[score.id]}
            self.nodes[score.id] = Node(NodeKind.SCORE, score.id, score, (), frozenset(fed_by))

    def _add_parts(self, question: Question) -> None:
        for part in question.questions:
            path = f"{question.id}.{part.id}"
            condition = self._compile(f"{path}.visible_if", part.visible_if)
            conditions = (condition,) if condition else ()
            reads = frozenset({question.id}) | (condition.reads if condition else frozenset())
            self.nodes[path] = Node(NodeKind.PART, path, part, conditions, reads)
            self.parts_of.setdefault(question.id, set()).add(path)

    def _add_outcomes(self) -> None:
        for outcome in self.framework.outcomes:
            conditions = [self._compile(f"{outcome.id}.{o.id}.if", o.condition) for o in outcome.options]
            if all(conditions):
                self._node(NodeKind.OUTCOME, outcome.id, outcome, [c for c in conditions if c])

    def _node(
        self, kind: NodeKind, identifier: str, subject: Question | Value | Outcome, conditions: list[Condition]
    ) -> None:
        reads = frozenset().union(*(condition.reads for condition in conditions))
        self.nodes[identifier] = Node(kind, identifier, subject, tuple(conditions), reads)

    def _tallied(self) -> Iterator[Tallied]:
        for section in self.framework.sections:
            for question in section.questions:
                if question.is_tallied and question.choice_set:
                    yield Tallied(question.choice_set, section, question, None)
                for part in question.questions:
                    if part.is_tallied and part.choice_set:
                        yield Tallied(part.choice_set, section, question, part)

    # --- order

    def _ordered(self) -> tuple[Node, ...]:
        """The nodes in the order of computing: a node stands in the first layer after all it waits for."""
        self.waits = {identifier: self._waits_for(node) for identifier, node in self.nodes.items()}
        followers: dict[str, list[str]] = {}
        for identifier, needed in self.waits.items():
            for other in needed:
                followers.setdefault(other, []).append(identifier)
        n_open = {identifier: len(needed) for identifier, needed in self.waits.items()}
        place = {identifier: position for position, identifier in enumerate(self.nodes)}
        ordered: list[Node] = []
        ready, layer = [identifier for identifier, count in n_open.items() if count == 0], 0
        while ready:
            ordered += [
                replace(self.nodes[identifier], layer=layer, position=len(ordered) + offset)
                for offset, identifier in enumerate(ready)
            ]
            following = []
            for other in (other for identifier in ready for other in followers.get(identifier, ())):
                n_open[other] -= 1
                if n_open[other] == 0:
                    following.append(other)
            ready, layer = sorted(following, key=place.__getitem__), layer + 1
        if len(ordered) < len(self.nodes):
            cycle = _cycle({name: self.waits[name] for name, count in n_open.items() if count})
            self.faults.append(Fault(f"{cycle[0]}", f"depends on itself: {' -> '.join(_shortened(cycle))}"))
        return tuple(ordered)

    def _dependents(self, nodes: tuple[Node, ...]) -> dict[str, tuple[int, ...]]:
        found: dict[str, list[int]] = {}
        for node in nodes:
            for needed in self.waits[node.id]:
                found.setdefault(needed, []).append(node.position)
        return {identifier: tuple(positions) for identifier, positions in found.items()}

    def _waits_for(self, node: Node) -> set[str]:
        needed: set[str] = set()
        for path in node.reads:
            name, _, member = path.partition(".")
            needed.add(name)
            if f"{name}.{member}" in self.nodes:
                needed.add(path)
            elif node.id not in self.parts_of.get(name, ()):  # a part never waits for its own siblings as a whole
                needed |= self.parts_of.get(name, set())
        return needed & self.nodes.keys()


def _cycle(waits: dict[str, set[str]]) -> list[str]:
    """One cycle among nodes of which each waits for another."""
    here = next(iter(waits))
    seen: list[str] = []
    while here not in seen:
        seen.append(here)
        here = next(needed for needed in sorted(waits[here]) if needed in waits)
    return [*seen[seen.index(here) :], here]


def _shortened(cycle: list[str]) -> list[str]:
    return cycle if len(cycle) <= 10 else [*cycle[:6], f"({len(cycle) - 8} more)", *cycle[-2:]]
