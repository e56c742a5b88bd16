"""Condition trees written out as CEL text, with brackets only where they are needed."""

from evenhand.questionnaire.expressions import (
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

_RANKS = {"||": 1, "&&": 2, "in": 3, "==": 3, "!=": 3, "<": 3, "<=": 3, ">": 3, ">=": 3, "+": 4, "-": 4}
_PRODUCT, _UNARY, _PRIMARY = 5, 6, 7


def write_expression(node: Node) -> str:
    """The text of a condition; reading it again gives the same tree."""
    match node:
        case Literal():
            return _literal(node)
        case Name():
            return node.id
        case Member():
            return f"{_inside(node.target, _PRIMARY)}.{node.name}"
        case Index():
            return f"{_inside(node.target, _PRIMARY)}[{write_expression(node.key)}]"
        case Call():
            arguments = ", ".join(write_expression(item) for item in node.arguments)
            target = "" if node.target is None else f"{_inside(node.target, _PRIMARY)}."
            return f"{target}{node.function}({arguments})"
        case ListOf():
            return f"[{', '.join(write_expression(item) for item in node.items)}]"
        case Unary():
            return f"{node.operator}{_inside(node.operand, _UNARY)}"
        case Chain():
            return _chain(node)
        case Conditional():
            condition, yes, no = (_inside(part, 1) for part in (node.condition, node.yes, node.no))
            return f"{condition} ? {yes} : {no}"


def all_of(parts: list[Node]) -> Node:
    """Every part must hold."""
    return _joined("&&", parts, nothing=True)


def any_of(parts: list[Node]) -> Node:
    """One part must hold."""
    return _joined("||", parts, nothing=False)


def _joined(operator: str, parts: list[Node], *, nothing: bool) -> Node:
    flat: list[Node] = []
    for part in parts:
        inner = part.operands if isinstance(part, Chain) and part.operators[0] == operator else (part,)
        flat += [item for item in inner if item not in flat]
    if not flat:
        return Literal(nothing)
    return flat[0] if len(flat) == 1 else Chain(tuple(flat), (operator,) * (len(flat) - 1))


def compare(left: Node, operator: str, right: Node) -> Node:
    return Chain((left, right), (operator,))


def _chain(node: Chain) -> str:
    rank = _rank(node)
    text = _inside(node.operands[0], rank + 1)
    for operator, operand in zip(node.operators, node.operands[1:], strict=True):
        text += f" {operator} {_inside(operand, rank + 1)}"
    return text


def _inside(node: Node, least: int) -> str:
    text = write_expression(node)
    return text if _rank(node) >= least else f"({text})"


def _rank(node: Node) -> int:
    match node:
        case Conditional():
            return 0
        case Chain():
            return _RANKS.get(node.operators[0], _PRODUCT)
        case Unary():
            return _UNARY
        case _:
            return _PRIMARY


def _literal(node: Literal) -> str:
    value = node.value
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        if "\n" in value or "\r" in value:
            raise ExpressionError("a text with a line break cannot stand in a condition")
        escaped = value.replace("\\", "\\\\").replace("'", "\\'")
        return f"'{escaped}'"
    return repr(value)
