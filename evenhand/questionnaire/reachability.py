"""Options that are never chosen and questions that never show, found by trying every combination of answers.

Only conditions over a bounded number of answers with a list of choices are tried; of any other, both results are taken
to be possible. So what is reported here is certain.
"""

import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from evenhand.questionnaire.conditions import Condition
from evenhand.questionnaire.kinds import Kind
from evenhand.questionnaire.plan import Fault, Node, NodeKind, Plan
from evenhand.questionnaire.schema import Outcome

MAX_COMBINATIONS = 1_024
_SHOWN = (NodeKind.QUESTION, NodeKind.PART)

Domain = tuple[str, tuple[Any, ...]]  # a variable or part, and the values it can have


def unreachable(plan: Plan, kinds: Mapping[str, Kind]) -> Iterator[Fault]:
    """Every option, question and part that no answers lead to."""
    for node in plan.nodes:
        if node.kind is NodeKind.OUTCOME:
            yield from _unreachable_options(node, plan, kinds)
        elif node.kind in _SHOWN and node.conditions and not _possible(node.conditions, (), plan, kinds):
            yield Fault(f"{node.id}.visible_if", "is never shown: no answers make its condition true")


def _unreachable_options(node: Node, plan: Plan, kinds: Mapping[str, Kind]) -> Iterator[Fault]:
    for position, option in enumerate(cast("Outcome", node.subject).options):
        wanted, before = node.conditions[position], node.conditions[:position]
        where = f"{node.id}.{option.id}.if"
        if not _possible((wanted,), (), plan, kinds):
            yield Fault(where, "is never reached: no answers make its condition true")
        elif not _possible((wanted,), before, plan, kinds):
            yield Fault(where, "is never reached: whenever its condition is true, one before it is true already")


def _possible(
    wanted: tuple[Condition, ...], refused: tuple[Condition, ...], plan: Plan, kinds: Mapping[str, Kind]
) -> bool:
    """Whether some answers make all of ``wanted`` true and none of ``refused``."""
    tried = [condition for condition in wanted if _domains((condition,), kinds) is not None]
    against = [condition for condition in refused if _domains((condition,), kinds) is not None]
    domains = _domains((*tried, *against), kinds)
    if domains is None or not (tried or against):
        return True
    for values in itertools.product(*(values for _, values in domains)):
        variables = _variables(plan, domains, values)
        if all(_is_true(condition, variables) for condition in tried) and not any(
            _is_true(condition, variables) for condition in against
        ):
            return True
    return False


def _domains(conditions: Iterable[Condition], kinds: Mapping[str, Kind]) -> tuple[Domain, ...] | None:
    """What the conditions read with the values each can have; None where these are too many."""
    paths = sorted({path for condition in conditions for path in condition.reads})
    found, n_combinations = [], 1
    for path in paths:
        values = _values(path, kinds)
        n_combinations *= len(values) if values else MAX_COMBINATIONS + 1
        if values is None or n_combinations > MAX_COMBINATIONS:
            return None
        found.append((path, values))
    return tuple(found)


def _values(path: str, kinds: Mapping[str, Kind]) -> tuple[Any, ...] | None:
    name, _, member = path.partition(".")
    kind = kinds.get(name)
    if kind is not None and member:
        kind = (kind.members or {}).get(member)
    if kind is None:
        return None
    if kind.name == "bool":
        return (True, False, None)
    return (*sorted(kind.options), None) if kind.name == "string" and kind.options else None


def _variables(plan: Plan, domains: tuple[Domain, ...], values: tuple[Any, ...]) -> dict[str, Any]:
    variables: dict[str, Any] = {}
    for (path, _), value in zip(domains, values, strict=True):
        name, _, member = path.partition(".")
        if member:
            record = variables.setdefault(name, dict(cast("dict[str, Any]", plan.blanks[name])))
            record[member] = value
        else:
            variables[name] = value
    return variables


def _is_true(condition: Condition, variables: Mapping[str, Any]) -> bool:
    if condition.calls:
        return True
    try:
        return condition.program.execute({name: variables[name] for name in condition.names}) is True
    except Exception:  # what cannot be computed is not true
        return False
