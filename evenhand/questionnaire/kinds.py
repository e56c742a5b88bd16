"""The kinds of values in conditions, and the check that an expression uses ids, choices and operators rightly."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from difflib import get_close_matches

from evenhand.questionnaire.expressions import (
    MACROS,
    MAX_MACRO_NESTING,
    Call,
    Chain,
    Conditional,
    ExpressionError,
    Index,
    ListOf,
    Literal,
    Member,
    Name,
    Node,
    Unary,
)


@dataclass(frozen=True)
class Kind:
    """What a value is; ``options`` are the only strings it can be, ``members`` the members of a map."""

    name: str
    item: "Kind | None" = None
    members: Mapping[str, "Kind"] | None = field(default=None, hash=False)
    options: frozenset[str] | None = None

    def __str__(self) -> str:
        return {"double": "number", "int": "whole number", "string": "text", "map": "record"}.get(self.name, self.name)


ANY, NULL, BOOL = Kind("any"), Kind("null"), Kind("bool")
INT, DOUBLE, STRING = Kind("int"), Kind("double"), Kind("string")
SCORE = Kind("map", members={"value": DOUBLE, "max": DOUBLE})
_NUMBERS = frozenset({"int", "double"})


def choice_of(*options: str) -> Kind:
    return Kind("string", options=frozenset(options))


def list_of(item: Kind) -> Kind:
    return Kind("list", item=item)


def record(members: Mapping[str, Kind]) -> Kind:
    return Kind("map", members=dict(members))


# name -> (kinds of arguments, kind of result); a target counts as the first argument
_TEXT_TEST = ((("string",), ("string",)), BOOL)
_NUMBER = ("double",)
FUNCTIONS: dict[str, tuple[tuple[tuple[str, ...], ...], Kind]] = {
    "size": ((("list", "string", "map"),), INT),
    "contains": _TEXT_TEST,
    "startsWith": _TEXT_TEST,
    "endsWith": _TEXT_TEST,
    "matches": _TEXT_TEST,
    "double": ((("int", "double", "string"),), DOUBLE),
    "int": ((("int", "double", "string"),), INT),
    "string": ((("int", "double", "string", "bool"),), STRING),
    "round_half_up": ((_NUMBER,), DOUBLE),
    "floor": ((_NUMBER,), DOUBLE),
    "ceil": ((_NUMBER,), DOUBLE),
    "abs": ((_NUMBER,), DOUBLE),
    "min": ((_NUMBER, _NUMBER), DOUBLE),
    "max": ((_NUMBER, _NUMBER), DOUBLE),
    "sum": ((("list",),), DOUBLE),
}
_METHODS = frozenset({"size", "contains", "startsWith", "endsWith", "matches"})


@dataclass(frozen=True)
class Findings:
    """What the check of an expression found: its kind, ids read (``q`` or ``q.part``), functions called, doubts."""

    kind: Kind
    reads: frozenset[str]
    calls: frozenset[str]
    warnings: tuple[str, ...]


def check_expression(tree: Node, variables: Mapping[str, Kind]) -> Findings:
    """Check an expression against the variables there are. Raises ``ExpressionError``."""
    checker = _Checker(variables)
    kind = checker.kind_of(tree)
    return Findings(kind, frozenset(checker.reads), frozenset(checker.calls), tuple(checker.warnings))


class _Checker:
    def __init__(self, variables: Mapping[str, Kind]) -> None:
        self._variables = variables
        self._bound: dict[str, Kind] = {}
        self._macros = 0
        self.reads: set[str] = set()
        self.calls: set[str] = set()
        self.warnings: list[str] = []

    def kind_of(self, node: Node) -> Kind:
        match node:
            case Literal():
                return _literal_kind(node)
            case Name():
                return self._name(node.id)
            case Member():
                return self._member(node)
            case Index():
                return self._index(node)
            case Call():
                return self._call(node)
            case ListOf():
                return list_of(_common([self.kind_of(item) for item in node.items]))
            case Unary():
                return self._unary(node)
            case Chain():
                return self._chain(node)
            case Conditional():
                self._must_be(node.condition, "bool", "before '?'")
                return _common([self.kind_of(node.yes), self.kind_of(node.no)])

    # --- names

    def _name(self, name: str) -> Kind:
        if name in self._bound:
            return self._bound[name]
        if name not in self._variables:
            raise ExpressionError(f"unknown id {name!r}{_suggestion(name, self._variables)}")
        self.reads.add(name)
        return self._variables[name]

    def _member(self, node: Member) -> Kind:
        target = node.target
        if isinstance(target, Name) and target.id not in self._bound and target.id in self._variables:
            kind = self._variables[target.id]
            if kind.members and node.name in kind.members:
                self.reads.add(f"{target.id}.{node.name}")
                return kind.members[node.name]
        kind = self.kind_of(target)
        if kind.name == "any":
            return ANY
        if kind.name != "map" or kind.members is None:
            raise ExpressionError(f"'.{node.name}' needs a record, this is a {kind}")
        if node.name not in kind.members:
            raise ExpressionError(f"there is no {node.name!r} here{_suggestion(node.name, kind.members)}")
        return kind.members[node.name]

    def _index(self, node: Index) -> Kind:
        kind = self.kind_of(node.target)
        if kind.name == "map" and isinstance(node.key, Literal) and isinstance(node.key.value, str):
            return self._member(Member(node.target, node.key.value))
        if kind.name not in ("list", "any"):
            raise ExpressionError(f"'[...]' needs a list, this is a {kind}")
        self._must_be(node.key, "int", "as a position in a list")
        return kind.item or ANY

    # --- calls

    def _call(self, node: Call) -> Kind:
        if node.function in MACROS and node.target is not None:
            return self._macro(node, node.target)
        if node.function == "has" and node.target is None:
            return self._has(node)
        if node.function not in FUNCTIONS:
            raise ExpressionError(f"unknown function {node.function!r}{_suggestion(node.function, FUNCTIONS)}")
        if node.target is not None and node.function not in _METHODS:
            raise ExpressionError(f"write {node.function}(...), not .{node.function}(...)")
        arguments = node.arguments if node.target is None else (node.target, *node.arguments)
        self.calls.add(node.function)
        expected, result = FUNCTIONS[node.function]
        if len(arguments) != len(expected):
            raise ExpressionError(f"{node.function}() takes {len(expected)} value(s), not {len(arguments)}")
        for argument, allowed in zip(arguments, expected, strict=True):
            kind = self.kind_of(argument)
            if kind.name not in (*allowed, "any"):
                raise ExpressionError(
                    f"{node.function}() takes a {_names(allowed)}, not a {kind}{_hint(kind, allowed)}"
                )
        return result

    def _has(self, node: Call) -> Kind:
        if len(node.arguments) != 1 or not isinstance(node.arguments[0], Member):
            raise ExpressionError("has() takes one member, such as has(question.part)")
        self.kind_of(node.arguments[0])
        return BOOL

    def _macro(self, node: Call, target: Node) -> Kind:
        if len(node.arguments) != 2 or not isinstance(node.arguments[0], Name):
            raise ExpressionError(f".{node.function}() takes a name and an expression: .{node.function}(row, ...)")
        over = self.kind_of(target)
        if over.name not in ("list", "any"):
            raise ExpressionError(f".{node.function}() needs a list, this is a {over}")
        with self._binding(node.arguments[0].id, over.item or ANY):
            body = self.kind_of(node.arguments[1])
        if node.function == "map":
            return list_of(body)
        if body.name not in ("bool", "any"):
            raise ExpressionError(f".{node.function}() needs a condition, this is a {body}")
        return over if node.function == "filter" else BOOL

    @contextmanager
    def _binding(self, name: str, kind: Kind) -> Iterator[None]:
        if name in self._variables or name in self._bound:
            raise ExpressionError(f"the name {name!r} is already in use; choose another for the row")
        self._macros += 1
        if self._macros > MAX_MACRO_NESTING:
            raise ExpressionError(f"macros may be nested at most {MAX_MACRO_NESTING} deep")
        self._bound[name] = kind
        yield
        del self._bound[name]
        self._macros -= 1

    # --- operators

    def _unary(self, node: Unary) -> Kind:
        if node.operator == "!":
            return self._must_be(node.operand, "bool", "after '!'")
        kind = self.kind_of(node.operand)
        if kind.name not in (*_NUMBERS, "any"):
            raise ExpressionError(f"'-' needs a number, this is a {kind}")
        return kind

    def _chain(self, node: Chain) -> Kind:
        if node.operators[0] in ("&&", "||"):
            for operand in node.operands:
                self._must_be(operand, "bool", f"beside {node.operators[0]!r}")
            return BOOL
        kinds = [self.kind_of(operand) for operand in node.operands]
        if node.operators[0] == "in":
            self._check_membership(kinds[0], kinds[1], node)
            return BOOL
        if node.operators[0] in ("==", "!=", "<", "<=", ">", ">="):
            self._check_comparison(node.operators[0], kinds[0], kinds[1], node)
            return BOOL
        kind = kinds[0]
        for operator, right in zip(node.operators, kinds[1:], strict=True):
            kind = _arithmetic(operator, kind, right)
        return kind

    def _check_membership(self, left: Kind, right: Kind, node: Chain) -> None:
        if right.name == "any":
            return
        if right.name != "list":
            raise ExpressionError(f"'in' needs a list on its right, this is a {right}")
        item = right.item or ANY
        _must_be_comparable("in", left, item)
        listed = node.operands[1].items if isinstance(node.operands[1], ListOf) else ()
        for literal in (node.operands[0], *listed):
            _check_option(literal, left)
            _check_option(literal, item)

    def _check_comparison(self, operator: str, left: Kind, right: Kind, node: Chain) -> None:
        _must_be_comparable(operator, left, right)
        if operator in ("==", "!="):
            _check_option(node.operands[0], right)
            _check_option(node.operands[1], left)
            if operator == "!=" and "null" not in (left.name, right.name):
                self.warnings.append("'!=' also holds while the question is not answered; say so with '!= null'")
        elif left.name not in (*_NUMBERS, "string", "any") or right.name not in (*_NUMBERS, "string", "any"):
            raise ExpressionError(f"{operator!r} compares numbers or texts, not a {left} and a {right}")

    def _must_be(self, node: Node, name: str, where: str) -> Kind:
        kind = self.kind_of(node)
        if kind.name not in (name, "any"):
            raise ExpressionError(f"a {Kind(name)} is needed {where}, this is a {kind}")
        return Kind(name)


def _literal_kind(node: Literal) -> Kind:
    if node.value is None:
        return NULL
    return {bool: BOOL, int: INT, float: DOUBLE, str: STRING}[type(node.value)]


def _common(kinds: list[Kind]) -> Kind:
    known = [kind for kind in kinds if kind.name != "null"]
    if not known or any(kind.name != known[0].name for kind in known):
        return ANY
    if known[0].name == "string":
        options: frozenset[str] = frozenset()
        for kind in known:
            if kind.options is None:
                return STRING
            options |= kind.options
        return Kind("string", options=options)
    return known[0]


def _must_be_comparable(operator: str, left: Kind, right: Kind) -> None:
    if "any" in (left.name, right.name) or "null" in (left.name, right.name) or left.name == right.name:
        return
    if not {left.name, right.name} <= _NUMBERS:
        raise ExpressionError(f"{operator!r} cannot compare a {left} with a {right}")


def _check_option(node: Node, kind: Kind) -> None:
    if not isinstance(node, Literal) or not isinstance(node.value, str) or kind.options is None:
        return
    if node.value not in kind.options:
        raise ExpressionError(f"{node.value!r} is not one of the choices{_suggestion(node.value, kind.options)}")


def _arithmetic(operator: str, left: Kind, right: Kind) -> Kind:
    if "any" in (left.name, right.name):
        return ANY
    if left.name == right.name:
        if left.name in _NUMBERS or (operator == "+" and left.name == "list"):
            return left
        if operator == "+" and left.name == "string":
            return STRING
    hint = "; write 2.0 instead of 2, or double(...)" if {left.name, right.name} == _NUMBERS else ""
    raise ExpressionError(f"{operator!r} cannot be used on a {left} and a {right}{hint}")


def _suggestion(name: str, known: Mapping[str, object] | frozenset[str]) -> str:
    close = get_close_matches(name, list(known), n=1, cutoff=0.7)
    return f"; did you mean {close[0]!r}?" if close else ""


def _names(allowed: tuple[str, ...]) -> str:
    return " or ".join(str(Kind(name)) for name in allowed)


def _hint(kind: Kind, allowed: tuple[str, ...]) -> str:
    return "; write 2.0 instead of 2, or double(...)" if kind.name == "int" and "double" in allowed else ""
