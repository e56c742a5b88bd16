"""SurveyJS conditions as CEL. ``contains`` on a single choice is a search inside its value: settled here, once."""

from collections.abc import Callable
from dataclasses import dataclass, field

from evenhand.questionnaire.expressions import Call, Conditional, ListOf, Literal, Node, Unary
from evenhand.questionnaire.importing.surveyjs_grammar import (
    Binary,
    Const,
    Empty,
    Function,
    Items,
    Not,
    Term,
    Untranslatable,
    Var,
    parse_condition,
)
from evenhand.questionnaire.importing.targets import NULL, Target, TargetKind
from evenhand.questionnaire.importing.writing import all_of, any_of, compare

_COMPARISONS = ("<", "<=", ">", ">=")
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "<>": "<>"}
_CHOICES = (TargetKind.SINGLE, TargetKind.MULTI)

Resolve = Callable[[str], Target | None]


@dataclass
class Translation:
    """A condition in CEL, with doubts worth telling."""

    resolve: Resolve
    doubts: list[str] = field(default_factory=list)

    def of(self, source: str) -> Node:
        """The tree of a condition. Raises ``Untranslatable``."""
        return self._truth(parse_condition(source))

    def _truth(self, term: Term) -> Node:
        match term:
            case Const(bool() as value):
                return Literal(value)
            case Var(name):
                return self._is_true(self._target(name))
            case Empty(operand):
                return self._subject(operand).is_empty()
            case Not(Empty(operand)):
                return self._subject(operand).is_there()
            case Not(operand):
                return Unary("!", self._truth(operand))
            case Binary("or", left, right):
                return any_of([self._truth(left), self._truth(right)])
            case Binary("and", left, right):
                return all_of([self._truth(left), self._truth(right)])
            case Binary(operator, left, right):
                return self._comparison(operator, left, right)
            case Function("iif", (condition, yes, no)):
                return Conditional(self._truth(condition), self._truth(yes), self._truth(no))
            case Function(name):
                raise Untranslatable(f"the function {name}() has no counterpart")
        raise Untranslatable("it is not a condition")

    # --- operands

    def _target(self, name: str) -> Target:
        target = self.resolve(name.lstrip("#").strip())
        if target is None:
            raise Untranslatable(f"{{{name}}} is not a question that was carried over")
        return target

    def _subject(self, term: Term) -> Target:
        if not isinstance(term, Var):
            raise Untranslatable("only questions can be empty")
        return self._target(term.name)

    def _is_true(self, target: Target) -> Node:
        if target.kind is TargetKind.BOOLEAN:
            return compare(target.path, "==", Literal(True))
        return target.is_there()

    # --- comparisons

    def _comparison(self, operator: str, left: Term, right: Term) -> Node:
        if not isinstance(left, Var) and isinstance(right, Var) and operator in _MIRRORED:
            return self._comparison(_MIRRORED[operator], right, left)
        if operator in ("notcontains", "noneof", "<>"):
            return self._negated({"notcontains": "contains", "noneof": "anyof", "<>": "="}[operator], left, right)
        if isinstance(left, Binary) or isinstance(right, Binary):
            return self._calculated(operator, left, right)
        if isinstance(left, Function):
            raise Untranslatable(f"the function {left.name}() has no counterpart")
        if not isinstance(left, Var):
            raise Untranslatable("it does not compare a question")
        target = self._target(left.name)
        if isinstance(right, Var):
            return self._two_questions(operator, target, self._target(right.name))
        return self._with_values(operator, target, _values(right), is_list=isinstance(right, Items))

    def _negated(self, operator: str, left: Term, right: Term) -> Node:
        found = self._comparison(operator, left, right)
        match found:
            case Literal(bool() as value):
                return Literal(not value)
        return Unary("!", found)

    def _with_values(self, operator: str, target: Target, values: list[Const], *, is_list: bool) -> Node:
        if values == [Const(None)] and operator == "=":
            return target.is_empty()
        if target.kind in _CHOICES:
            return self._choices(operator, target, [_text(value) for value in values], is_list=is_list)
        match (target.kind, operator):
            case (TargetKind.BOOLEAN, "=") if len(values) == 1:
                return self._boolean(target, values[0])
            case (TargetKind.NUMBER, "=") if len(values) == 1:
                return compare(target.path, "==", _number(values[0]))
            case (TargetKind.NUMBER, _) if operator in _COMPARISONS and len(values) == 1:
                return all_of([target.is_there(), compare(target.path, operator, _number(values[0]))])
            case (TargetKind.NUMBER, "anyof"):
                return compare(target.path, "in", ListOf(tuple(_number(value) for value in values)))
            case (TargetKind.TEXT, _):
                return self._words(operator, target, [_text(value) for value in values])
        raise Untranslatable(f"a {target.kind} question cannot be compared by {operator!r} here")

    def _boolean(self, target: Target, value: Const) -> Node:
        text = _text(value)
        if text.casefold() not in (target.yes.casefold(), target.no.casefold()):
            raise Untranslatable(f"{text!r} is neither of the two answers")
        return compare(target.path, "==", Literal(text.casefold() == target.yes.casefold()))

    def _words(self, operator: str, target: Target, texts: list[str]) -> Node:
        if operator in ("=", "anyof"):
            self.doubts.append("capital letters count when texts are compared")
            return target.is_one_of(texts)
        if operator == "contains":
            self.doubts.append("capital letters count when texts are compared")
            return all_of([target.is_there(), Call("contains", target.path, (Literal(",".join(texts)),))])
        if operator in _COMPARISONS and len(texts) == 1:
            return all_of([target.is_there(), compare(target.path, operator, Literal(texts[0]))])
        raise Untranslatable(f"a text cannot be compared by {operator!r} here")

    def _two_questions(self, operator: str, left: Target, right: Target) -> Node:
        if left.kind is not right.kind or operator not in ("=", *_COMPARISONS):
            raise Untranslatable("it compares two questions of different kinds")
        if left.kind is TargetKind.SINGLE and operator == "=":
            return self._same_choice(left, right)
        if left.kind not in (TargetKind.NUMBER, TargetKind.TEXT, TargetKind.BOOLEAN):
            raise Untranslatable("it compares two questions that are not numbers, texts or single choices")
        if operator == "=":
            return compare(left.path, "==", right.path)
        return all_of([left.is_there(), right.is_there(), compare(left.path, operator, right.path)])

    def _same_choice(self, left: Target, right: Target) -> Node:
        pairs = [(mine, right.choice_for(value)) for value, mine in left.values]
        same = [all_of([left.is_one_of([a]), right.is_one_of([b])]) for a, b in pairs if b is not None]
        return any_of([*same, all_of([left.is_empty(), right.is_empty()])])

    # --- choices

    def _choices(self, operator: str, target: Target, texts: list[str], *, is_list: bool) -> Node:
        is_multi = target.kind is TargetKind.MULTI
        match operator:
            case "=" if is_multi:
                return self._exactly(target, texts) if is_list else self._never("one value is compared with a list")
            case "=":
                return target.is_one_of(self._exact(target, texts))
            case "anyof":
                return target.is_one_of(self._exact(target, texts))
            case "allof" if not is_multi:
                return all_of([target.is_one_of(self._searched(target, text)) for text in texts])
            case "contains" if not is_multi:
                return target.is_one_of(self._searched(target, ",".join(texts)))
            case "contains" | "allof":
                found = self._exact(target, texts)
                return target.has_all(found) if len(found) == len(texts) else Literal(False)
            case _ if operator in _COMPARISONS and not is_multi and len(texts) == 1:
                return self._by_size(operator, target, texts[0])
        raise Untranslatable(f"choices cannot be compared by {operator!r} here")

    def _exactly(self, target: Target, texts: list[str]) -> Node:
        found = self._exact(target, texts)
        if len(found) < len(texts):
            return Literal(False)
        size = compare(Call("size", None, (target.path,)), "==", Literal(len(set(found))))
        return all_of([size, target.has_all(found)])

    def _exact(self, target: Target, texts: list[str]) -> list[str]:
        found = []
        for text in texts:
            choice = target.choice_for(text)
            if choice is None:
                self.doubts.append(f"{text!r} is not one of the choices, so that part never holds")
            else:
                found.append(choice)
        return found

    def _searched(self, target: Target, text: str) -> list[str]:
        found = target.choices_with(text)
        if not found:
            self.doubts.append(f"no choice contains {text!r}, so that part never holds")
        if len(found) > 1:
            shown = ", ".join(found[:6])
            self.doubts.append(f"'contains' searches inside the value: {text!r} fits {len(found)} choices ({shown})")
        return found

    def _by_size(self, operator: str, target: Target, text: str) -> Node:
        tests: dict[str, Callable[[float, float], bool]] = {
            "<": lambda a, b: a < b,
            "<=": lambda a, b: a <= b,
            ">": lambda a, b: a > b,
            ">=": lambda a, b: a >= b,
        }
        try:
            limit = float(text)
            return target.is_one_of([mine for value, mine in target.values if tests[operator](float(value), limit)])
        except ValueError:
            raise Untranslatable(f"choices that are not numbers are compared by {operator!r}")

    def _never(self, why: str) -> Node:
        self.doubts.append(f"{why}, so that part never holds")
        return Literal(False)

    # --- calculations

    def _calculated(self, operator: str, left: Term, right: Term) -> Node:
        if operator not in ("=", *_COMPARISONS):
            raise Untranslatable(f"a calculation cannot be compared by {operator!r}")
        return compare(self._sum(left), "==" if operator == "=" else operator, self._sum(right))

    def _sum(self, term: Term) -> Node:
        match term:
            case Const():
                return _number(term)
            case Var(name):
                target = self._target(name)
                if target.kind is not TargetKind.NUMBER:
                    raise Untranslatable(f"{{{name}}} is not a number")
                return Conditional(compare(target.path, "==", NULL), Literal(0.0), target.path)
            case Binary("+" | "-" | "*" | "/" as operator, left, right):
                return compare(self._sum(left), operator, self._sum(right))
        raise Untranslatable("it is not a calculation with numbers")


def _values(term: Term) -> list[Const]:
    match term:
        case Const():
            return [term]
        case Items(items) if all(isinstance(item, Const) for item in items):
            return [item for item in items if isinstance(item, Const)]
    raise Untranslatable("it compares with something that is not a value")


def _text(value: Const) -> str:
    if isinstance(value.value, bool):
        return "true" if value.value else "false"
    if isinstance(value.value, float) and value.value == int(value.value):
        return str(int(value.value))
    return "" if value.value is None else str(value.value)


def _number(value: Const) -> Literal:
    try:
        return Literal(float(_text(value)))
    except ValueError:
        raise Untranslatable(f"{_text(value)!r} is not a number")
