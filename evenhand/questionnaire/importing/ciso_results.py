"""Results of a CISO Assistant framework: of each requirement (``compute_result``), and of the whole by rules in CEL."""

from typing import Any

from evenhand.documents import Path
from evenhand.questionnaire.expressions import Node as Expression
from evenhand.questionnaire.importing.ciso_conditions import Conditions
from evenhand.questionnaire.importing.ciso_questions import Asked, Questions
from evenhand.questionnaire.importing.imported import Notes
from evenhand.questionnaire.importing.names import Names
from evenhand.questionnaire.importing.nodes import Node
from evenhand.questionnaire.importing.targets import TargetKind
from evenhand.questionnaire.importing.texts import Texts
from evenhand.questionnaire.importing.writing import all_of, any_of, write_expression

_MEANS = {
    "true": "compliant",
    "1": "compliant",
    "compliant": "compliant",
    "false": "non_compliant",
    "0": "non_compliant",
    "non_compliant": "non_compliant",
    "partially_compliant": "partially_compliant",
    "not_applicable": "not_applicable",
}
_LABELS = {
    "partially_compliant": "Partly compliant",
    "non_compliant": "Not compliant",
    "compliant": "Compliant",
    "not_applicable": "Not applicable",
    "not_assessed": "Not assessed",
}


class Results:
    """Makes the outcomes; ``by_requirement`` tells the id of each requirement's outcome by its urn."""

    def __init__(self, notes: Notes, texts: Texts, questions: Questions, framework: dict[str, Any], path: Path) -> None:
        self._notes, self._texts, self._questions = notes, texts, questions
        self._framework, self._path = framework, path
        self.by_requirement: dict[str, str] = {}
        self.places: dict[str, Path] = {}

    # --- requirements

    def of_requirements(self, nodes: list[Node]) -> list[dict[str, Any]]:
        """One outcome for each requirement whose choices say what they mean for it."""
        found = []
        for node in nodes:
            asked = [item for item in self._questions.asked.values() if item.node is node]
            picked = self._picked(asked)
            if picked:
                identifier = self._questions.names.make(f"{node.reference}_result", otherwise="req")
                self.by_requirement[node.urn] = identifier
                self.places[identifier] = node.path
                title = self._questions.localized(node.item, "name", node.path) or node.reference
                can_mix = len(asked) > 1 or any(item.target.kind is TargetKind.MULTI for item in asked)
                found.append({"id": identifier, "title": title, "options": _options(picked, can_mix=can_mix)})
        return found

    def _picked(self, asked: list[Asked]) -> dict[str, Expression]:
        """For each meaning, the condition that a choice with it was picked."""
        by_meaning: dict[str, list[Expression]] = {}
        for item in asked:
            meanings: dict[str, list[str]] = {}
            for position, choice in enumerate(item.source.get("choices") or ()):
                meaning = self._meaning(choice, (*item.path, "choices", position))
                ours = item.target.choice_for(str(choice.get("urn") or choice.get("ref_id") or choice.get("value")))
                if meaning and ours:
                    meanings.setdefault(meaning, []).append(ours)
            for meaning, choices in meanings.items():
                by_meaning.setdefault(meaning, []).append(item.target.is_one_of(choices))
        return {meaning: any_of(parts) for meaning, parts in by_meaning.items()}

    def _meaning(self, choice: Any, path: Path) -> str | None:
        given = choice.get("compute_result") if isinstance(choice, dict) else None
        if given is None or given == "":
            return None
        text = str(given).strip().lower()
        if text not in _MEANS:
            self._notes.add((*path, "compute_result"), f"{text!r} is not a result that is known; it is left out.")
        return _MEANS.get(text)

    # --- the whole

    def of_rules(self, conditions: Conditions) -> list[dict[str, Any]]:
        """One outcome for the rules of the framework: the first rule that holds."""
        rules = self._framework.get("outcomes_definition")
        if not isinstance(rules, list) or not rules:
            return []
        taken, options = Names(), list[dict[str, Any]]()
        for position, rule in enumerate(rules):
            path = (*self._path, "outcomes_definition", position)
            source = str(rule.get("expression") or "").strip() if isinstance(rule, dict) else ""
            expression = conditions.expression(source, path) if source else None
            if expression is None:
                continue
            if options and options[-1]["if"] == "true":
                self._notes.add(path, "this result is never reached: the one before it always holds.")
                continue
            label = self._questions.localized(rule, "label", path) or self._questions.localized(
                rule, "annotation", path
            )
            option = {"id": taken.choice(str(rule.get("ref_id") or position + 1)), "label": label, "if": expression}
            options.append({key: value for key, value in option.items() if value})
        if len(options) > 1:
            self._notes.add((*self._path, "outcomes_definition"), "where several results hold, the first is shown.")
        return [{"id": self._questions.names.make("outcome"), "options": options}] if options else []


def _options(picked: dict[str, Expression], *, can_mix: bool) -> list[dict[str, Any]]:
    """Not applicable is neutral; mixed results and partial ones are partial."""
    good, bad, part, none = (
        picked.get(meaning) for meaning in ("compliant", "non_compliant", "partially_compliant", "not_applicable")
    )
    mixed = [part] if part is not None else []
    if can_mix and good is not None and bad is not None:
        mixed.append(all_of([good, bad]))
    rules = {
        "partially_compliant": any_of(mixed) if mixed else None,
        "non_compliant": bad,
        "compliant": good,
        "not_applicable": none,
    }
    options = [
        {"id": meaning, "label": _LABELS[meaning], "if": write_expression(rule)}
        for meaning, rule in rules.items()
        if rule is not None
    ]
    return [*options, {"id": "not_assessed", "label": _LABELS["not_assessed"], "if": "true"}]
