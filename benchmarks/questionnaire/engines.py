"""Other engines for conditions, over the same conditions and variables."""

from collections.abc import Callable, Mapping
from typing import Any

from evenhand.questionnaire.conditions import Context, read_condition
from evenhand.questionnaire.expressions import (
    Call,
    Chain,
    Index,
    ListOf,
    Literal,
    Member,
    Name,
    Node,
    Unary,
    parse_expression,
)
from evenhand.questionnaire.kinds import Kind

Variables = Mapping[str, Any]
Evaluate = Callable[[Variables], list[bool]]
Engine = Callable[[tuple[str, ...], Mapping[str, Kind]], Evaluate]


def ours(sources: tuple[str, ...], kinds: Mapping[str, Kind]) -> Evaluate:
    """What Evenhand does: one shared context, new for each set of variables."""
    conditions = [read_condition(source, kinds, kind="bool") for source in sources]
    read = frozenset(name for condition in conditions for name in condition.names)

    def run(variables: Variables) -> list[bool]:
        context = Context(dict(variables), read=read, calls=frozenset())
        context.share()
        return [context.holds(condition) is True for condition in conditions]

    return run


def cel_python(sources: tuple[str, ...], _: Mapping[str, Kind]) -> Evaluate:
    """CEL in Python, as CISO Assistant uses it."""
    import celpy

    environment = celpy.Environment()
    programs = [environment.program(environment.compile(source)) for source in sources]

    def run(variables: Variables) -> list[bool]:
        activation = {name: celpy.json_to_cel(value) for name, value in variables.items()}
        return [bool(program.evaluate(activation)) for program in programs]

    return run


def json_logic(sources: tuple[str, ...], _: Mapping[str, Kind]) -> Evaluate:
    """JSON logic, the conditions translated before."""
    from json_logic import jsonLogic

    rules = [_as_json_logic(parse_expression(source)) for source in sources]

    def run(variables: Variables) -> list[bool]:
        data = dict(variables)
        return [bool(jsonLogic(rule, data)) for rule in rules]

    return run


def _as_json_logic(node: Node) -> Any:
    match node:
        case Literal():
            return node.value
        case Name():
            return {"var": node.id}
        case ListOf():
            return [_as_json_logic(item) for item in node.items]
        case Unary():
            return {node.operator: [_as_json_logic(node.operand)]}
        case Chain() if node.operators[0] in ("&&", "||"):
            return {"and" if node.operators[0] == "&&" else "or": [_as_json_logic(item) for item in node.operands]}
        case Chain((Call("size", None, (inner,)), Literal(0)), (">",)):
            return {"!!": [_as_json_logic(inner)]}
        case Chain():
            operator = {"==": "===", "!=": "!=="}.get(node.operators[0], node.operators[0])
            return {operator: [_as_json_logic(item) for item in node.operands]}
        case Member() | Index() | Call() | _:
            raise ValueError("has no counterpart in JSON logic")


PEERS: dict[str, tuple[str, Engine]] = {"cel-python": ("celpy", cel_python), "json-logic": ("json_logic", json_logic)}
