"""The plan of an evaluation: everything computed, in the order it depends on each other, with its conditions."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from evenhand.questionnaire.conditions import Condition
from evenhand.questionnaire.points import Scorable
from evenhand.questionnaire.schema import Framework, Outcome, Question, Score, Section, Value


class NodeKind(StrEnum):
    """What a node of the dependency graph stands for."""

    QUESTION = "question"
    PART = "part"
    SCORE = "score"
    VALUE = "value"
    OUTCOME = "outcome"


@dataclass(frozen=True, eq=False)
class Node:
    """Something computed; ``conditions`` decide it: visibility for a question, the options for an outcome.

    Nodes of one layer do not depend on each other; ``position`` is the place in the order of computing.
    """

    kind: NodeKind
    id: str
    subject: Question | Score | Value | Outcome
    conditions: tuple[Condition, ...]
    reads: frozenset[str]
    layer: int = 0
    position: int = 0


@dataclass(frozen=True)
class Fault:
    """One thing wrong with an expression; ``where`` names it, such as ``map_5_1.visible_if``."""

    where: str
    message: str


@dataclass(frozen=True)
class Tallied:
    """A question, or a part of one, whose answers are counted by choice."""

    choice_set: str
    section: Section
    question: Question
    part: Question | None


@dataclass(frozen=True, eq=False)
class Plan:
    """All that can be known about a framework before any answer."""

    nodes: tuple[Node, ...]
    dependents: dict[str, tuple[int, ...]]  # node id -> positions of what to compute again when it changes
    blanks: dict[str, object]
    required_if: dict[str, Condition]
    evidence_if: dict[str, Condition]
    duties: dict[str, Condition]
    checks: dict[str, Condition]
    follow_ups: dict[str, Condition]
    columns: dict[str, Condition]  # when a cell shows, by "question.column" or "question.part.column"
    scored: dict[str, tuple[Scorable, ...]]  # what can give points, by score
    tallied: tuple[Tallied, ...]
    questions: dict[str, Question]  # all whose answers conditions may read
    faults: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()

    @cached_property
    def nodes_by_id(self) -> dict[str, Node]:
        return {node.id: node for node in self.nodes}

    @cached_property
    def conditions(self) -> tuple[Condition, ...]:
        """Every condition that is run in the shared context."""
        found = [condition for node in self.nodes for condition in node.conditions]
        for group in (self.required_if, self.evidence_if, self.duties, self.checks, self.follow_ups):
            found += group.values()
        return tuple(found)

    @cached_property
    def names_read(self) -> frozenset[str]:
        """The variables that any condition reads; no other has to be in the context."""
        return frozenset(path.partition(".")[0] for condition in self.conditions for path in condition.reads)

    @cached_property
    def n_conditions(self) -> tuple[int, ...]:
        """How many conditions each layer has."""
        counts = [0] * (self.nodes[-1].layer + 1 if self.nodes else 0)
        for node in self.nodes:
            counts[node.layer] += len(node.conditions)
        return tuple(counts)

    @cached_property
    def functions_called(self) -> frozenset[str]:
        return frozenset().union(*(condition.calls for condition in self.conditions))

    def readers_of(self, question_id: str) -> tuple[str, ...]:
        """The ids of what depends directly on a question."""
        return tuple(
            node.id for node in self.nodes if any(path.partition(".")[0] == question_id for path in node.reads)
        )


def all_questions(framework: Framework) -> Iterator[Question]:
    """Every question whose answer conditions may read; those a profile skips are always blank."""
    for section in (*framework.readable_sections, *framework.skipped):
        yield from section.questions
