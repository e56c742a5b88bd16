"""The expression language of SurveyJS, as far as conditions use it, read into a small tree. Bounded like our own."""

import re
from dataclasses import dataclass

from evenhand.errors import InputError

MAX_LENGTH = 2_000
MAX_NESTING = 30


class Untranslatable(InputError):
    """A condition, or a part of it, that has no counterpart here; the message says why."""


@dataclass(frozen=True)
class Const:
    value: bool | int | float | str | None


@dataclass(frozen=True)
class Var:
    name: str


@dataclass(frozen=True)
class Items:
    items: tuple["Term", ...]


@dataclass(frozen=True)
class Function:
    name: str
    arguments: tuple["Term", ...]


@dataclass(frozen=True)
class Not:
    operand: "Term"


@dataclass(frozen=True)
class Empty:
    operand: "Term"


@dataclass(frozen=True)
class Binary:
    operator: str
    left: "Term"
    right: "Term"


Term = Const | Var | Items | Function | Not | Empty | Binary

_WORDS = {
    "or": "or",
    "and": "and",
    "equal": "=",
    "notequal": "<>",
    "less": "<",
    "lessorequal": "<=",
    "greater": ">",
    "greaterorequal": ">=",
    "contains": "contains",
    "contain": "contains",
    "notcontains": "notcontains",
    "notcontain": "notcontains",
    "anyof": "anyof",
    "noneof": "noneof",
    "allof": "allof",
    "power": "^",
    "empty": "empty",
    "notempty": "notempty",
    "negate": "!",
}
_SYMBOLS = {"||": "or", "&&": "and", "==": "=", "!=": "<>", "*=": "contains"}
_RANKS: tuple[frozenset[str], ...] = (
    frozenset({"or"}),
    frozenset({"and"}),
    frozenset({"=", "<>", "<", "<=", ">", ">="}),
    frozenset({"+", "-"}),
    frozenset({"*", "/", "%"}),
    frozenset({"^"}),
    frozenset({"contains", "notcontains", "anyof", "noneof", "allof"}),
)
_TOKEN = re.compile(
    r"""\s*(?:
      \{(?P<var>[^{}]{1,500})\}
    | '(?P<single>(?:[^'\\]|\\.)*)' | "(?P<double>(?:[^"\\]|\\.)*)"
    | (?P<number>[0-9]{1,15}(?:\.[0-9]{1,15})?)(?![A-Za-z_])
    | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
    | (?P<symbol>\|\||&&|==|!=|<>|<=|>=|\*=|[-+*/%^<>=!(),\[\]])
    )""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str


def parse_condition(source: str) -> Term:
    """The tree of a condition. Raises ``Untranslatable`` for what is too long, too deep or not of the language."""
    if len(source) > MAX_LENGTH:
        raise Untranslatable(f"it is {len(source):,} characters long; at most {MAX_LENGTH:,} are read")
    return _Parser(_tokens(source)).whole()


def _tokens(source: str) -> list[_Token]:
    tokens, at, end = [], 0, len(source.rstrip())
    while at < end:
        match = _TOKEN.match(source, at)
        if match is None:
            raise Untranslatable(f"{source[at:].lstrip()[:12]!r} is not part of the language")
        tokens.append(_token(str(match.lastgroup), match.group(str(match.lastgroup))))
        at = match.end()
    return [*tokens, _Token("end", "the end")]


def _token(kind: str, text: str) -> _Token:
    if kind in ("single", "double"):
        return _Token("text", re.sub(r"\\(.)", r"\1", text))
    if kind == "word":
        operator = _WORDS.get(text.lower())
        return _Token("operator", operator) if operator else _Token("word", text)
    if kind == "symbol":
        return _Token("operator", _SYMBOLS.get(text, text))
    return _Token(kind, text.strip() if kind == "var" else text)


class _Parser:
    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens, self._at, self._depth = tokens, 0, 0

    def whole(self) -> Term:
        tree = self._binary(0)
        if self._next.kind != "end":
            raise Untranslatable(f"{self._next.text!r} is not expected there")
        return tree

    @property
    def _next(self) -> _Token:
        return self._tokens[self._at]

    def _take(self) -> _Token:
        token = self._next
        self._at += token.kind != "end"
        return token

    def _skip(self, text: str) -> bool:
        found = self._next == _Token("operator", text)
        self._at += found
        return found

    def _binary(self, rank: int) -> Term:
        if rank == len(_RANKS):
            return self._postfix()
        tree = self._binary(rank + 1)
        while self._next.kind == "operator" and self._next.text in _RANKS[rank]:
            operator = self._take().text
            tree = Binary(operator, tree, self._binary(rank + 1))
        return tree

    def _postfix(self) -> Term:
        tree = self._factor()
        if self._skip("empty"):
            return Empty(tree)
        return Not(Empty(tree)) if self._skip("notempty") else tree

    def _factor(self) -> Term:
        self._depth += 1
        if self._depth > MAX_NESTING:
            raise Untranslatable(f"it is nested deeper than {MAX_NESTING} levels")
        tree = self._primary()
        self._depth -= 1
        return tree

    def _primary(self) -> Term:
        token = self._take()
        match token:
            case _Token("var", name):
                return Var(name)
            case _Token("text", text):
                return Const(text)
            case _Token("number", text):
                return Const(float(text) if "." in text else int(text))
            case _Token("word", word):
                return self._word(word)
            case _Token("operator", "("):
                tree = self._binary(0)
                self._close(")")
                return tree
            case _Token("operator", "["):
                return Items(self._sequence("]"))
            case _Token("operator", "!"):
                return Not(self._postfix())
            case _Token("operator", "-"):
                return self._negative()
        raise Untranslatable(f"{token.text!r} is not expected there")

    def _negative(self) -> Term:
        match self._primary():
            case Const(int() | float() as number) if not isinstance(number, bool):
                return Const(-number)
        raise Untranslatable("'-' stands before something that is not a number")

    def _word(self, word: str) -> Term:
        if self._skip("("):
            return Function(word, self._sequence(")"))
        known = {"true": True, "false": False, "null": None, "undefined": None}
        return Const(known[word.lower()]) if word.lower() in known else Const(word)

    def _sequence(self, closing: str) -> tuple[Term, ...]:
        items: list[Term] = []
        if self._skip(closing):
            return ()
        items.append(self._binary(0))
        while self._skip(","):
            items.append(self._binary(0))
        self._close(closing)
        return tuple(items)

    def _close(self, closing: str) -> None:
        if not self._skip(closing):
            raise Untranslatable(f"a {closing!r} is missing")
