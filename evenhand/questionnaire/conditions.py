"""Conditions: checked, compiled once, and run over the variables of one evaluation."""

import math
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import cel

from evenhand.questionnaire.expressions import ExpressionError, Node, parse_expression
from evenhand.questionnaire.kinds import Kind, check_expression


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
ALL = frozenset(_FUNCTIONS)

# Converting all variables for the compiler costs about as much as running this many conditions with their own few.
FEW = 16
_SHORT = 500  # texts up to this length are kept compiled


@dataclass(frozen=True, eq=False)
class Condition:
    """A checked expression, with what it reads (``q`` or ``q.part``) and what it gives; compiled when first run."""

    source: str
    reads: frozenset[str]
    calls: frozenset[str]  # functions of ours
    kind: Kind
    warnings: tuple[str, ...] = ()

    @cached_property
    def program(self) -> Any:
        return _program(self.source)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The variables it reads."""
        return tuple({path.partition(".")[0] for path in self.reads})


@dataclass(frozen=True)
class NotComputed:
    """An expression that could not be run, and why; ``is_waiting`` when an answer it needs is not there yet."""

    reason: str
    is_waiting: bool = False


def read_condition(source: str, variables: Mapping[str, Kind], *, kind: str | None = None) -> Condition:
    """Check an expression; ``kind`` is what it must give. Raises ``ExpressionError``."""
    tree = _short_tree(source) if len(source) <= _SHORT else parse_expression(source)
    findings = check_expression(tree, variables)
    if kind is not None and findings.kind.name not in (kind, "any"):
        raise ExpressionError(f"a condition must be true or false, this gives a {findings.kind}")
    calls = findings.calls & _FUNCTIONS.keys()
    return Condition(source, findings.reads, calls, findings.kind, findings.warnings)


def compile_condition(source: str, variables: Mapping[str, Kind], *, kind: str | None = None) -> Condition:
    """Check and compile an expression. Raises ``ExpressionError``."""
    condition = read_condition(source, variables, kind=kind)
    try:
        _ = condition.program
    except ValueError as error:
        raise ExpressionError(f"the CEL compiler refuses it: {' '.join(str(error).split())[:200]}")
    return condition


def _program(source: str) -> Any:
    return _short_program(source) if len(source) <= _SHORT else cel.compile(source)


@lru_cache(maxsize=2_000)
def _short_tree(source: str) -> Node:
    return parse_expression(source)


@lru_cache(maxsize=2_000)
def _short_program(source: str) -> Any:
    return cel.compile(source)


def forget() -> None:
    """Empty the memory of what was read and compiled, as in a process that has just started."""
    _short_tree.cache_clear()
    _short_program.cache_clear()


class Context:
    """The variables of one evaluation. Few conditions are run with their own variables, many in one shared context."""

    def __init__(self, variables: dict[str, Any], *, read: frozenset[str] | None = None, calls: Set[str] = ALL) -> None:
        """``read`` are the variables any condition reads, ``calls`` the functions any calls; both all by default."""
        self.variables = variables
        self._read, self._calls = read, calls
        self._shared: Any = None
        self._n_alone = 0

    def copy(self) -> "Context":
        """A context that can be changed without changing this one."""
        return Context(dict(self.variables), read=self._read, calls=self._calls)

    def update(self, variables: Mapping[str, Any]) -> None:
        """Set variables; the ones there are stay."""
        if variables:
            self.variables.update(variables)
            self._n_alone = 0
            if self._shared is not None and (self._read is None or not self._read.isdisjoint(variables)):
                self._shared = None

    def share(self) -> None:
        """Make the shared context now, because many conditions follow."""
        if self._shared is None:
            read = self.variables if self._read is None else {name: self.variables.get(name) for name in self._read}
            functions = {name: _FUNCTIONS[name] for name in self._calls & _FUNCTIONS.keys()}
            self._shared = cel.Context(variables=dict(read), functions=functions)

    def _execute(self, condition: Condition) -> Any:
        if self._shared is None:
            self._n_alone += 1
            if not condition.calls and self._n_alone <= FEW:
                return condition.program.execute({name: self.variables.get(name) for name in condition.names})
            self.share()
        return condition.program.execute(self._shared)

    def run(self, condition: Condition) -> Any:
        """The value of a condition, or ``NotComputed``."""
        try:
            value = self._execute(condition)
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
