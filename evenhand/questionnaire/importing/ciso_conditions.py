"""Conditions of a CISO Assistant framework: ``depends_on``, implementation groups, and expressions in its CEL."""

from collections.abc import Iterator
from typing import Any

from evenhand.documents import Path
from evenhand.questionnaire.expressions import (
    Call,
    Chain,
    Conditional,
    ExpressionError,
    Index,
    Literal,
    Member,
    Name,
    Unary,
    parse_expression,
)
from evenhand.questionnaire.expressions import Node as Expression
from evenhand.questionnaire.importing.ciso_questions import SCORE, Asked, Questions
from evenhand.questionnaire.importing.imported import Notes
from evenhand.questionnaire.importing.names import Names
from evenhand.questionnaire.importing.nodes import Node, node_id
from evenhand.questionnaire.importing.surveyjs_grammar import Untranslatable
from evenhand.questionnaire.importing.targets import Target, TargetKind
from evenhand.questionnaire.importing.writing import all_of, any_of, compare, write_expression


class Conditions:
    """Translates conditions and puts them on the questions."""

    def __init__(self, notes: Notes, questions: Questions, results: dict[str, str]) -> None:
        self._notes, self._questions, self._results = notes, questions, results
        self._short = {node_id(urn): urn for urn in questions.asked}
        self._outcomes = {node_id(urn): outcome for urn, outcome in results.items()} | results
        self.profiles: list[dict[str, Any]] = []

    def translate(self, nodes: list[Node], framework: dict[str, Any], path: Path) -> None:
        """Every condition of every node and question; then the profiles."""
        groups = _groups(framework)
        chosen = self._chosen_by()
        for node in nodes:
            asked = [item for item in self._questions.asked.values() if item.node is node]
            shared = [*self._of_groups(node, groups, chosen), *self._of_expression(node)]
            for item in asked:
                parts = [*shared, *self._of_dependency(item)]
                if parts:
                    item.question["visible_if"] = write_expression(all_of(parts))
            if not asked and any(node.item.get(key) for key in ("visibility_expression",)) and not node.is_assessable:
                message = "a condition on a heading is not carried over to what stands under it."
                self._notes.add((*node.path, "visibility_expression"), message, name=node.reference)
        self._make_profiles(nodes, groups, set(chosen), path)

    # --- depends_on

    def _of_dependency(self, item: Asked) -> Iterator[Expression]:
        given = item.source.get("depends_on")
        if not given:
            return
        path = (*item.path, "depends_on")
        other = self._questions.asked.get(str(given.get("question"))) if isinstance(given, dict) else None
        if other is None or not isinstance(given.get("answers"), list):
            self._notes.add(path, "it depends on a question that is not there, so it is always asked.")
            return
        found = [other.target.choice_for(str(answer)) for answer in given["answers"]]
        if other.target.kind not in (TargetKind.SINGLE, TargetKind.MULTI):
            yield any_of([self._equals(other.target, answer, path) for answer in given["answers"]])
            return
        if None in found:
            self._notes.add(path, "one of the answers it depends on is not a choice there.")
        choices = [choice for choice in found if choice is not None]
        if given.get("condition", "any") == "all":
            yield other.target.has_all(choices) if len(choices) == len(found) else Literal(False)
        else:
            yield other.target.is_one_of(choices)

    def _equals(self, target: Target, value: Any, path: Path) -> Expression:
        if target.kind is TargetKind.BOOLEAN:
            return compare(target.path, "==", Literal(str(value).lower() in ("true", "yes", "1")))
        if target.kind is TargetKind.NUMBER and isinstance(value, int | float):
            return compare(target.path, "==", Literal(float(value)))
        if target.kind is TargetKind.TEXT:
            return compare(target.path, "==", Literal(str(value)))
        self._notes.add(path, f"the answer {value!r} does not fit the question it is compared with.")
        return Literal(False)

    # --- implementation groups

    def _chosen_by(self) -> dict[str, list[Expression]]:
        """For each group that answers choose: the conditions under which they do."""
        found: dict[str, list[Expression]] = {}
        for item in self._questions.asked.values():
            for choice in item.source.get("choices") or ():
                ours = item.target.choice_for(str(choice.get("urn"))) if isinstance(choice, dict) else None
                groups = choice.get("select_implementation_groups") if ours else None
                for group in groups if isinstance(groups, list) else ():
                    found.setdefault(str(group), []).append(item.target.is_one_of([str(ours)]))
        return found

    def _of_groups(
        self, node: Node, groups: dict[str, dict[str, Any]], chosen: dict[str, list[Expression]]
    ) -> Iterator[Expression]:
        """A requirement counts when one of its groups is chosen: by default, by hand (a profile), or by an answer."""
        by_answer = [condition for group in node.groups for condition in chosen.get(group, ())]
        if not by_answer or any(groups.get(group, {}).get("default_selected") for group in node.groups):
            return
        by_hand = [group for group in node.groups if group not in chosen]
        if by_hand:
            shown = ", ".join(by_hand)
            message = f"it also counts for {shown}, chosen by hand in the source; here only the answers decide."
            self._notes.add((*node.path, "implementation_groups"), message, name=node.reference)
        yield any_of(by_answer)

    def _make_profiles(
        self, nodes: list[Node], groups: dict[str, dict[str, Any]], chosen: set[str], path: Path
    ) -> None:
        """Groups picked by hand become profiles: which questions an assessment asks."""
        taken = Names()
        defaults = {name for name, group in groups.items() if group.get("default_selected")}
        for name, group in groups.items():
            if name in chosen:
                continue
            wanted = {name} | defaults | chosen
            only = [q for q, node in self._questions.nodes.items() if wanted & set(node.groups)]
            if not only or len(only) == len(self._questions.nodes):
                continue
            place = (*path, "implementation_groups_definition")
            title = self._questions.localized(group, "name", place) or name
            profile = {"id": taken.make(name, otherwise="group"), "title": title, "only": only}
            help_text = self._questions.localized(group, "description", place)
            self.profiles.append(profile | ({"help": help_text} if help_text else {}))

    # --- its own CEL

    def _of_expression(self, node: Node) -> Iterator[Expression]:
        source = node.item.get("visibility_expression")
        if not isinstance(source, str) or not source.strip() or not node.is_assessable:
            return
        path = (*node.path, "visibility_expression")
        try:
            yield self._expression(parse_expression(source.strip()))
        except (ExpressionError, Untranslatable) as error:
            message = f"the condition {source[:200]!r} is left out, so it is always asked: {error}."
            self._notes.add(path, message, name=node.reference)

    def expression(self, source: str, path: Path) -> str | None:
        """A rule of the framework as our CEL; None (and a note) where it has no counterpart."""
        try:
            return write_expression(self._expression(parse_expression(source)))
        except (ExpressionError, Untranslatable) as error:
            self._notes.add(path, f"the rule {source[:200]!r} is left out: {error}.")
            return None

    def _expression(self, tree: Expression) -> Expression:
        match tree:
            case Literal(int() as value) if not isinstance(value, bool):
                return Literal(float(value))
            case Literal():
                return tree
            case Unary(operator, operand):
                return Unary(operator, self._expression(operand))
            case Conditional(condition, yes, no):
                return Conditional(*(self._expression(part) for part in (condition, yes, no)))
            case Chain((Literal(str() as choice), Member(target, "selected_choices")), ("in",)):
                return self._chosen(self._answer(target), choice)
            case Chain((Member(target, "value"), Literal(value)), (("==" | "!=") as operator,)):
                return self._value(self._answer(target), operator, value)
            case Chain((Member(target, "result"), Literal(str() as value)), (("==" | "!=") as operator,)):
                return compare(self._result(target), operator, Literal(value))
            case Chain(operands, operators):
                return Chain(tuple(self._expression(operand) for operand in operands), operators)
            case Member(Name("assessment"), "score_sum" | "score_max" as name):
                return Member(Name(SCORE), "value" if name == "score_sum" else "max")
            case Member(target, "score" | "max_score" as name):
                return Member(Name(self._score(target)), "value" if name == "score" else "max")
            case Member(target, "value"):
                return self._number(self._answer(target))
        raise Untranslatable(f"{_shown(tree)} has no counterpart")

    def _answer(self, tree: Expression) -> Asked:
        match tree:
            case Index(Name("answers"), Literal(str() as key)):
                found = self._questions.asked.get(key) or self._questions.asked.get(self._short.get(key, ""))
                if found is not None:
                    return found
                raise Untranslatable(f"there is no question {key!r}")
        raise Untranslatable(f"{_shown(tree)} is not an answer")

    def _chosen(self, item: Asked, choice: str) -> Expression:
        for source, ours in item.target.values:
            if choice in (source, node_id(source)):
                return item.target.is_one_of([ours])
        raise Untranslatable(f"there is no choice {choice!r}")

    def _value(self, item: Asked, operator: str, value: Any) -> Expression:
        if item.target.kind in (TargetKind.SINGLE, TargetKind.MULTI):
            labels = {str(choice["label"]): choice["id"] for choice in item.question.get("choices", ())}
            if value not in labels:
                raise Untranslatable(f"there is no choice {value!r}")
            found = item.target.is_one_of([labels[value]])
            return found if operator == "==" else Unary("!", found)
        known = float(value) if isinstance(value, int) and not isinstance(value, bool) else value
        return compare(item.target.path, operator, Literal(known))

    def _number(self, item: Asked) -> Expression:
        if item.target.kind is not TargetKind.NUMBER:
            raise Untranslatable("the value of an answer is used that is not a number")
        return item.target.path

    def _result(self, tree: Expression) -> Expression:
        match tree:
            case Index(Name("requirements" | "ref_ids"), Literal(str() as key)):
                by_reference = {item.node.reference: item.node.urn for item in self._questions.asked.values()}
                found = self._outcomes.get(key) or self._results.get(by_reference.get(key, ""))
                if found is not None:
                    return Name(found)
                raise Untranslatable(f"the requirement {key!r} has no result that follows from answers")
        raise Untranslatable(f"{_shown(tree)} is not a requirement")

    def _score(self, tree: Expression) -> str:
        """A score of its own for the question or requirement a condition asks about."""
        match tree:
            case Index(Name("answers"), Literal(str())):
                question = self._answer(tree).question
                return self._scored(f"{question['id']}_score", [question])
            case Index(Name("requirements" | "ref_ids"), Literal(str() as key)):
                items = [
                    item.question
                    for item in self._questions.asked.values()
                    if key in (item.node.urn, node_id(item.node.urn), item.node.reference)
                ]
                if items:
                    return self._scored(f"{items[0]['id']}_requirement_score", items)
                raise Untranslatable(f"there is no requirement {key!r}")
        raise Untranslatable(f"{_shown(tree)} has no score")

    def _scored(self, identifier: str, questions: list[dict[str, Any]]) -> str:
        if not any("points" in choice for question in questions for choice in question.get("choices", ())):
            raise Untranslatable("no choice there has points")
        return self._questions.score_of(identifier, questions)


def _groups(framework: dict[str, Any]) -> dict[str, dict[str, Any]]:
    given = framework.get("implementation_groups_definition")
    items = [item for item in given if isinstance(item, dict)] if isinstance(given, list) else []
    return {str(item.get("ref_id")): item for item in items}


def _shown(tree: Expression) -> str:
    match tree:
        case Call(function=function):
            return f"{function}()"
    try:
        return repr(write_expression(tree))
    except ExpressionError:
        return "a text with a line break"
