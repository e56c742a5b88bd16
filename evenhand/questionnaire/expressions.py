"""The expression language of conditions: a bounded part of CEL, read into a small tree so that it can be checked.

Length and nesting are bounded here, before the CEL compiler sees the text: beyond these bounds it can end the process.
"""

import re
from dataclasses import dataclass

from evenhand.errors import InputError

MAX_LENGTH = 2_000
MAX_NESTING = 30
MAX_MACRO_NESTING = 2

MACROS = frozenset({"all", "exists", "exists_one", "filter", "map"})


class ExpressionError(InputError):
    """An expression cannot be used; the message says why and where in it."""


@dataclass(frozen=True)
class Literal:
    value: bool | int | float | str | None


@dataclass(frozen=True)
class Name:
    id: str


@dataclass(frozen=True)
class Member:
    target: "Node"
    name: str


@dataclass(frozen=True)
class Index:
    target: "Node"
    key: "Node"


@dataclass(frozen=True)
class Call:
    function: str
    target: "Node | None"
    arguments: tuple["Node", ...]


@dataclass(frozen=True)
class ListOf:
    items: tuple["Node", ...]


@dataclass(frozen=True)
class Unary:
    operator: str
    operand: "Node"


@dataclass(frozen=True)
class Chain:
    """Operands joined by operators of one rank: ``a + b - c``. Wide, never deep."""

    operands: tuple["Node", ...]
    operators: tuple[str, ...]


@dataclass(frozen=True)
class Conditional:
    condition: "Node"
    yes: "Node"
    no: "Node"


Node = Literal | Name | Member | Index | Call | ListOf | Unary | Chain | Conditional

_RANKS: tuple[frozenset[str], ...] = (
    frozenset({"||"}),
    frozenset({"&&"}),
    frozenset({"==", "!=", "<", "<=", ">", ">=", "in"}),
    frozenset({"+", "-"}),
    frozenset({"*", "/", "%"}),
)
_COMPARISON = 2
_TOKEN = re.compile(
    r"""\s*(?:
      (?P<double>[0-9]+\.[0-9]+(?:[eE][-+]?[0-9]{1,3})?|[0-9]+[eE][-+]?[0-9]{1,3})
    | (?P<int>[0-9]{1,18})
    | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
    | (?P<string>'(?:[^'\\\n]|\\['"\\])*'|"(?:[^"\\\n]|\\['"\\])*")
    | (?P<operator>\|\||&&|==|!=|<=|>=|[-+*/%<>!?:.,()\[\]])
    )""",
    re.VERBOSE,
)
_CONSTANTS: dict[str, bool | None] = {"true": True, "false": False, "null": None}


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    column: int


def parse_expression(source: str) -> Node:
    """The tree of an expression. Raises ``ExpressionError`` for what is too long, too deep or not in the language."""
    if len(source) > MAX_LENGTH:
        raise ExpressionError(f"the expression is {len(source):,} characters long; at most {MAX_LENGTH:,} are allowed")
    return _Parser(_tokens(source)).expression()


def _tokens(source: str) -> list[_Token]:
    tokens, at = [], 0
    end = len(source.rstrip())
    while at < end:
        match = _TOKEN.match(source, at)
        if match is None:
            rest = source[at:].lstrip()
            raise ExpressionError(f"column {end - len(rest.rstrip()) + 1}: {rest[:12]!r} is not part of the language")
        kind = str(match.lastgroup)
        tokens.append(_Token(kind, match.group(kind), match.start(kind) + 1))
        at = match.end()
    if not tokens:
        raise ExpressionError("the expression is empty")
    tokens.append(_Token("end", "the end", end + 1))
    return tokens


class _Parser:
    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens, self._at, self._depth = tokens, 0, 0

    def expression(self) -> Node:
        tree = self._conditional()
        if self._next.kind != "end":
            raise self._unexpected("expected an operator")
        return tree

    @property
    def _next(self) -> _Token:
        return self._tokens[self._at]

    def _take(self) -> _Token:
        token = self._next
        self._at += 1
        return token

    def _skip(self, text: str) -> bool:
        if self._next.kind == "operator" and self._next.text == text:
            self._at += 1
            return True
        return False

    def _expect(self, text: str) -> None:
        if not self._skip(text):
            raise self._unexpected(f"expected {text!r}")

    def _unexpected(self, why: str) -> ExpressionError:
        return ExpressionError(f"column {self._next.column}: {why}, found {self._next.text!r}")

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > MAX_NESTING:
            raise ExpressionError(f"column {self._next.column}: nested deeper than {MAX_NESTING} levels")

    def _conditional(self) -> Node:
        self._deeper()
        condition = self._chain(0)
        if self._skip("?"):
            yes = self._conditional()
            self._expect(":")
            condition = Conditional(condition, yes, self._conditional())
        self._depth -= 1
        return condition

    def _chain(self, rank: int) -> Node:
        if rank == len(_RANKS):
            return self._unary()
        operands: list[Node] = [self._chain(rank + 1)]
        operators: list[str] = []
        while self._next.text in _RANKS[rank] and self._next.kind in ("operator", "name"):
            if rank == _COMPARISON and operators:
                raise self._unexpected("comparisons cannot follow each other; use brackets and &&")
            operators.append(self._take().text)
            operands.append(self._chain(rank + 1))
        return Chain(tuple(operands), tuple(operators)) if operators else operands[0]

    def _unary(self) -> Node:
        if self._next.kind == "operator" and self._next.text in ("!", "-"):
            self._deeper()
            tree = Unary(self._take().text, self._unary())
            self._depth -= 1
            return tree
        return self._access()

    def _access(self) -> Node:
        tree, before = self._primary(), self._depth
        while True:
            if self._skip("."):
                tree = self._member(tree)
            elif self._skip("["):
                tree = Index(tree, self._conditional())
                self._expect("]")
            else:
                self._depth = before
                return tree
            self._deeper()

    def _member(self, target: Node) -> Node:
        token = self._take()
        if token.kind != "name":
            self._at -= 1
            raise self._unexpected("expected a name after '.'")
        return Call(token.text, target, self._items(")")) if self._skip("(") else Member(target, token.text)

    def _items(self, closing: str) -> tuple[Node, ...]:
        items: list[Node] = []
        if not self._skip(closing):
            items.append(self._conditional())
            while self._skip(","):
                items.append(self._conditional())
            self._expect(closing)
        return tuple(items)

    def _primary(self) -> Node:
        token = self._next
        if token.kind in ("end", "operator") and token.text not in ("(", "["):
            raise self._unexpected("expected a value")
        self._at += 1
        if token.text == "(" and token.kind == "operator":
            tree = self._conditional()
            self._expect(")")
            return tree
        if token.text == "[" and token.kind == "operator":
            return ListOf(self._items("]"))
        if token.kind == "name":
            return self._name(token)
        return Literal(_literal(token))

    def _name(self, token: _Token) -> Node:
        if token.text in _CONSTANTS:
            return Literal(_CONSTANTS[token.text])
        if token.text == "in":
            self._at -= 1
            raise self._unexpected("expected a value")
        return Call(token.text, None, self._items(")")) if self._skip("(") else Name(token.text)


def _literal(token: _Token) -> int | float | str:
    if token.kind == "double":
        return float(token.text)
    if token.kind == "int":
        return int(token.text)
    return re.sub(r"\\(.)", r"\1", token.text[1:-1])
