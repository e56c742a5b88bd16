"""The plan of an evaluation: every expression checked and compiled, in the order they depend on each other."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from weakref import WeakKeyDictionary

from evenhand.questionnaire import kinds
from evenhand.questionnaire.conditions import Condition, compile_condition
from evenhand.questionnaire.expressions import ExpressionError
from evenhand.questionnaire.kinds import Kind
from evenhand.questionnaire.schema import Framework, Outcome, Question, QuestionType, Score, Value

ROW = "row"  # what a column's condition calls its own row


class NodeKind(StrEnum):
    """What a node of the dependency graph stands for."""

    QUESTION = "question"
    PART = "part"
    SCORE = "score"
    VALUE = "value"
    OUTCOME = "outcome"


@dataclass(frozen=True)
class Node:
    """Something computed; ``conditions`` decide it: visibility for a question, the options for an outcome."""

    kind: NodeKind
    id: str
    subject: Question | Score | Value | Outcome
    conditions: tuple[Condition, ...]
    reads: frozenset[str]


@dataclass(frozen=True)
class Fault:
    """One thing wrong with an expression; ``where`` names it, such as ``map_5_1.visible_if``."""

    where: str
    message: str


@dataclass(frozen=True, eq=False)
class Plan:
    """All that can be known about a framework before any answer."""

    layers: tuple[tuple[Node, ...], ...]
    blanks: dict[str, object]
    required_if: dict[str, Condition]
    evidence_if: dict[str, Condition]
    duties: dict[str, Condition]
    checks: dict[str, Condition]
    follow_ups: dict[str, Condition]
    columns: dict[str, Condition]  # when a cell shows, by "question.column" or "question.part.column"
    faults: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()

    def readers_of(self, question_id: str) -> tuple[str, ...]:
        """The ids of what depends directly on a question."""
        return tuple(
            node.id
            for layer in self.layers
            for node in layer
            if any(path.partition(".")[0] == question_id for path in node.reads)
        )


_plans: WeakKeyDictionary[Framework, Plan] = WeakKeyDictionary()


def plan_of(framework: Framework) -> Plan:
    """The plan of a framework, made once. One with faults is returned too: ``parsing`` refuses it."""
    if framework not in _plans:
        _plans[framework] = _Planner(framework).plan()
    return _plans[framework]


def all_questions(framework: Framework) -> Iterator[Question]:
    """Every question whose answer conditions may read; those a profile skips are always blank."""
    for section in (*framework.readable_sections, *framework.skipped):
        yield from section.questions


# --- variables


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


# --- planning


@dataclass
class _Planner:
    framework: Framework
    variables: dict[str, Kind] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)
    nodes: dict[str, Node] = field(default_factory=dict)
    parts_of: dict[str, set[str]] = field(default_factory=dict)

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
        return Plan(
            layers=self._layers(),
            blanks={question.id: blank_of(question) for question in all_questions(framework) if question.takes_answer},
            required_if=self._each((path, f"{path}.required_if", q.required_if) for path, q in self._answerable()),
            evidence_if=self._each(
                (path, f"{path}.evidence", q.evidence.required_if) for path, q in self._answerable()
            ),
            duties=self._each((duty.id, f"duty {duty.id}.if", duty.condition) for duty in framework.duties),
            checks=self._each((check.id, f"check {check.id}.if", check.condition) for check in framework.checks),
            follow_ups=self._each((f.id, f"follow_up {f.id}.if", f.condition) for f in framework.follow_ups),
            columns=self._columns(),
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
        if source is None:
            return None
        try:
            condition = compile_condition(source, variables or self.variables, kind=kind)
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
            fed_by = {q.id for q in self.framework.questions if score.id in scored_by(q)}
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

    # --- order

    def _layers(self) -> tuple[tuple[Node, ...], ...]:
        waits = {identifier: self._waits_for(node) for identifier, node in self.nodes.items()}
        layers, done = [], set[str]()
        while waits:
            ready = [identifier for identifier, needed in waits.items() if needed <= done]
            if not ready:
                cycle = _cycle(waits)
                self.faults.append(Fault(f"{cycle[0]}", f"depends on itself: {' -> '.join(cycle)}"))
                break
            layers.append(tuple(self.nodes[identifier] for identifier in ready))
            done.update(ready)
            for identifier in ready:
                del waits[identifier]
        return tuple(layers)

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


def scored_by(question: Question) -> set[str]:
    """The scores a question, or one of its parts, feeds."""
    fed = {score for choice in question.choices for score, _ in choice.points}
    fed |= {score for _, points in question.points for score, _ in points}
    return fed.union(*(scored_by(part) for part in question.questions))


def _cycle(waits: dict[str, set[str]]) -> list[str]:
    """One cycle among nodes of which each waits for another."""
    here = next(iter(waits))
    seen: list[str] = []
    while here not in seen:
        seen.append(here)
        here = next(needed for needed in sorted(waits[here]) if needed in waits)
    return [*seen[seen.index(here) :], here]
