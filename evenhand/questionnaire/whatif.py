"""What an outcome would be with other scores, the answers staying as they are."""

from collections.abc import Mapping
from typing import cast

from evenhand.questionnaire.conditions import Condition, Context, NotComputed
from evenhand.questionnaire.evaluation import Evaluation
from evenhand.questionnaire.plan import Node, NodeKind
from evenhand.questionnaire.schema import Outcome

_NAMED = (NodeKind.SCORE, NodeKind.VALUE, NodeKind.OUTCOME)


class WhatIf:
    """One outcome as a function of the scores that feed it. Remembers what it computed."""

    def __init__(self, evaluation: Evaluation, outcome_id: str) -> None:
        """``KeyError`` when there is no such outcome."""
        self.evaluation = evaluation
        self.ancestors = ancestors_of(evaluation, outcome_id)
        self.scores = tuple(node.id for node in self.ancestors if node.kind is NodeKind.SCORE)
        self._computed = [node for node in self.ancestors if node.kind in (NodeKind.VALUE, NodeKind.OUTCOME)]
        self._outcome_id = outcome_id
        self._known: dict[tuple[tuple[str, float], ...], str | None] = {}
        conditions = [condition for node in self._computed for condition in node.conditions]
        names = {name for condition in conditions for name in condition.names}
        self._start = {name: evaluation.context.variables.get(name) for name in names}
        self._calls = frozenset[str]().union(*(condition.calls for condition in conditions))

    def outcome(self, scores: Mapping[str, float]) -> str | None:
        """The option that would be chosen with these values of scores; None where none can be computed."""
        key = tuple(sorted(scores.items()))
        if key not in self._known:
            self._known[key] = self._chosen(scores)
        return self._known[key]

    def _chosen(self, scores: Mapping[str, float]) -> str | None:
        totals = self.evaluation.scores
        changed = {name: {"value": value, "max": totals[name].maximum} for name, value in scores.items()}
        context = Context({**self._start, **changed}, calls=self._calls)
        chosen = None
        for node in self._computed:
            if node.kind is NodeKind.VALUE:
                value = context.run(node.conditions[0])
                context.update({node.id: None if isinstance(value, NotComputed) else value})
            else:
                chosen = first_match(context, cast("Outcome", node.subject), node.conditions)
                context.update({node.id: chosen})
        return chosen


def first_match(context: Context, outcome: Outcome, conditions: tuple[Condition, ...]) -> str | None:
    """The first option that holds; None where one before it cannot be computed."""
    for option, condition in zip(outcome.options, conditions, strict=True):
        holds = context.holds(condition)
        if isinstance(holds, NotComputed):
            return None
        if holds:
            return option.id
    return None


def ancestors_of(evaluation: Evaluation, outcome_id: str) -> tuple[Node, ...]:
    """The scores, values and outcomes an outcome is computed from, itself last."""
    nodes = evaluation.plan.nodes_by_id
    found: dict[str, Node] = {}
    waiting = [outcome_id]
    while waiting:
        node = nodes[waiting.pop()]
        if node.id not in found:
            found[node.id] = node
            names = {path.partition(".")[0] for path in node.reads}
            waiting += [name for name in names if name in nodes and nodes[name].kind in _NAMED]
    return tuple(sorted(found.values(), key=lambda node: node.position))
