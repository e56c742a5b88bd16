"""Conditions: checked, then compiled once, then run in one shared context per evaluation."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import cel

from evenhand.questionnaire.expressions import ExpressionError, parse_expression
from evenhand.questionnaire.kinds import Kind, check_expression


@dataclass(frozen=True)
class Condition:
    """A compiled expression, with what it reads (``q`` or ``q.part``) and what it gives."""

    source: str
    program: Any
    reads: frozenset[str]
    kind: Kind
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class NotComputed:
    """An expression that could not be run, and why; ``is_waiting`` when an answer it needs is not there yet."""

    reason: str
    is_waiting: bool = False


def compile_condition(source: str, variables: Mapping[str, Kind], *, kind: str | None = None) -> Condition:
    """Check and compile an expression; ``kind`` is what it must give. Raises ``ExpressionError``."""
    tree = parse_expression(source)
    findings = check_expression(tree, variables)
    if kind is not None and findings.kind.name not in (kind, "any"):
        raise ExpressionError(f"a condition must be true or false, this gives a {findings.kind}")
    try:
        program = cel.compile(source)
    except ValueError as error:
        raise ExpressionError(f"the CEL compiler refuses it: {' '.join(str(error).split())[:200]}")
    return Condition(source, program, findings.reads, findings.kind, findings.warnings)


class Context:
    """The variables of one evaluation, shared by all its conditions."""

    def __init__(self, variables: dict[str, Any]) -> None:
        self.variables = dict(variables)
        self._cel = cel.Context(variables=variables, functions=_FUNCTIONS)

    def update(self, variables: dict[str, Any]) -> None:
        """Set variables; the ones there are stay."""
        if variables:
            self.variables.update(variables)
            self._cel.update(variables)

    def run(self, condition: Condition) -> Any:
        """The value of a condition, or ``NotComputed``."""
        try:
            value = condition.program.execute(self._cel)
        except Exception as error:  # the library raises many kinds; none may pass as an answer
            return self._not_computed(condition, error)
        if isinstance(value, float) and not math.isfinite(value):
            return NotComputed("the result is not a finite number")
        if condition.kind.name == "bool" and not isinstance(value, bool):
            waiting = self._unanswered(condition)
            return NotComputed(
                f"the answer to {waiting[0]} is missing" if waiting else "not true or false", bool(waiting)
            )
        return value

    def holds(self, condition: Condition) -> bool | NotComputed:
        """Whether a condition holds."""
        value = self.run(condition)
        if isinstance(value, bool | NotComputed):
            return value
        waiting = self._unanswered(condition)
        return NotComputed(f"the answer to {waiting[0]} is missing" if waiting else "not true or false", bool(waiting))

    def _not_computed(self, condition: Condition, error: Exception) -> NotComputed:
        waiting = self._unanswered(condition)
        if waiting:
            return NotComputed(f"the answer to {', '.join(waiting)} is missing", is_waiting=True)
        return NotComputed(" ".join(str(error).split())[:200] or type(error).__name__)

    def _unanswered(self, condition: Condition) -> list[str]:
        return [path for path in sorted(condition.reads) if self._value_at(path) is None]

    def _value_at(self, path: str) -> Any:
        name, _, member = path.partition(".")
        value = self.variables.get(name)
        return value.get(member) if member and isinstance(value, dict) else value


def round_half_up(number: float) -> float:
    """Round to a whole number, halves up (as JavaScript does; Python's ``round`` takes halves to even)."""
    low = math.floor(number)
    return float(low + 1 if number - low >= 0.5 else low)


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "round_half_up": round_half_up,
    "floor": lambda number: float(math.floor(number)),
    "ceil": lambda number: float(math.ceil(number)),
    "abs": lambda number: abs(float(number)),
    "min": lambda a, b: min(float(a), float(b)),
    "max": lambda a, b: max(float(a), float(b)),
    "sum": lambda items: float(math.fsum(items)),
}
