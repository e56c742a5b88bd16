"""Questions of a CISO Assistant framework, and the one made for each requirement that has none."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from evenhand.documents import Path
from evenhand.questionnaire.expressions import Name
from evenhand.questionnaire.importing.imported import Notes
from evenhand.questionnaire.importing.names import Names
from evenhand.questionnaire.importing.nodes import Node, node_id
from evenhand.questionnaire.importing.targets import Target, TargetKind
from evenhand.questionnaire.importing.texts import Texts, TextValue, joined

Question = dict[str, Any]

SCORE, MATURITY = "score", "maturity"
_TYPES = {
    "unique_choice": "single",
    "single_choice": "single",
    "multiple_choice": "multi",
    "text": "longtext",
    "number": "number",
    "date": "date",
    "boolean": "boolean",
}
_KINDS = {
    "single": "single",
    "multi": "multi",
    "longtext": "text",
    "number": "number",
    "date": "text",
    "boolean": "boolean",
}
_READ_OF_QUESTION = ("type", "text", "choices", "depends_on", "weight", "translations", "annotation", "urn", "required")
_READ_OF_CHOICE = (
    "urn",
    "value",
    "add_score",
    "compute_result",
    "description",
    "annotation",
    "translations",
    "select_implementation_groups",
    "color",  # only how it looks
    "ref_id",
)
_STATES = (
    ("compliant", "Met"),
    ("partially_compliant", "Partly met"),
    ("non_compliant", "Not met"),
    ("not_assessed", "Not assessed yet"),
)


@dataclass
class Asked:
    """A question as the source has it, beside ours."""

    source: dict[str, Any]
    question: Question
    node: Node
    path: Path
    target: Target


@dataclass
class Questions:
    """Reads the questions of nodes, and keeps what conditions and results need to know of them."""

    notes: Notes
    texts: Texts
    names: Names
    framework: dict[str, Any]
    controls: list[dict[str, Any]] = field(default_factory=list)
    choice_sets: list[dict[str, Any]] = field(default_factory=list)
    asked: dict[str, Asked] = field(default_factory=dict)  # by the source's urn
    nodes: dict[str, Node] = field(default_factory=dict)  # by our question id
    own_scores: dict[str, list[Question]] = field(default_factory=dict)  # asked for by a condition
    _control_ids: dict[str, str] = field(default_factory=dict)
    _has_scores: bool = False

    def __post_init__(self) -> None:
        self.names.claim(SCORE)
        self.names.claim(MATURITY)
        nodes = self.framework.get("requirement_nodes", ())
        self._asks = any(isinstance(node, dict) and node.get("questions") for node in nodes)

    def localized(self, item: dict[str, Any], key: str, path: Path) -> TextValue | None:
        """A text with its translations (kept beside it, by locale)."""
        text = self.texts.read(item.get(key), (*path, key))
        translations = item.get("translations")
        for locale, fields in translations.items() if isinstance(translations, dict) else ():
            other = fields.get(key) if isinstance(fields, dict) else None
            if other and locale != self.texts.language:
                read = self.texts.read({str(locale): other}, (*path, "translations", locale))
                text = joined(text, read) if isinstance(read, dict | str) else text
        return text

    # --- controls

    def add_control(self, node: Node) -> None:
        """Every requirement is a control that questions refer to."""
        if not node.is_assessable:
            return
        taken = set(self._control_ids.values())
        identifier, number = node.reference.replace(":", ".")[:90], 1
        while identifier in taken:
            number += 1
            identifier = f"{node.reference.replace(':', '.')[:90]}-{number}"
        self._control_ids[node.urn] = identifier
        title = self.localized(node.item, "name", node.path)
        self.controls.append({"id": identifier, "title": title} if title else {"id": identifier})

    # --- questions

    def of(self, node: Node, *, section: dict[str, Any]) -> list[Question]:
        """The questions of a requirement."""
        given = node.item.get("questions")
        entries = list(given.items()) if isinstance(given, dict) else []
        if not entries:
            return [] if self._asks and self._note_silent(node) else [self._maturity(node)]
        topic = self.names.make(f"{node.reference}_topic") if len(entries) > 1 else None
        found = []
        for position, (urn, source) in enumerate(entries):
            path = (*node.path, "questions", urn)
            if not isinstance(source, dict):
                self.notes.add(path, "this question is not a mapping and is left out.", name=str(urn))
                continue
            question = self._question(node, str(urn), source, path, is_first=position == 0)
            if topic:
                question["topic"] = topic
            found.append(question)
        return found

    def _note_silent(self, node: Node) -> bool:
        message = "this requirement asks nothing while others do; it is kept as a control only."
        self.notes.add(node.path, message, name=node.reference)
        return True

    def _question(self, node: Node, urn: str, source: dict[str, Any], path: Path, *, is_first: bool) -> Question:
        kind = _TYPES.get(str(source.get("type")))
        if kind is None:
            self.notes.add(
                path, f"the question type {source.get('type')!r} is not known; it is asked as a text.", name=urn
            )
            kind = "longtext"
        for key in (key for key in source if key not in _READ_OF_QUESTION and source[key]):
            self.notes.add((*path, key), f"'{key}' has no counterpart here and is left out.", name=urn)
        choices = list(self._choices(source, path, urn)) if kind in ("single", "multi") else []
        if kind in ("single", "multi") and not choices:
            self.notes.add(path, "it has no choices; it is asked as a text.", name=urn)
            kind = "longtext"
        question = self._about(node, path, is_first=is_first) | {
            "type": kind,
            "prompt": self.localized(source, "text", path) or self._title(node),
            "source_id": urn,
            "choices": choices or None,
            "score": SCORE if any("points" in choice for choice in choices) else None,
            "required": source.get("required") is True or None,
            "why": self.localized(source, "annotation", path),
        }
        question = {"id": self.names.make(self._name(node, urn), otherwise="q"), **_without_nothing(question)}
        self._keep(node, urn, source, path, question)
        return question

    def _name(self, node: Node, urn: str) -> str:
        """``req_node:framework:1.1:question:2`` -> ``1.1_2``."""
        tail = node_id(urn).replace(":question:", "_")
        return tail if node.reference.casefold() in tail.casefold() or not node.item.get("ref_id") else node.reference

    def _keep(self, node: Node, urn: str, source: dict[str, Any], path: Path, question: Question) -> None:
        values = tuple((choice["source_id"], choice["id"]) for choice in question.get("choices", ()))
        target = Target(TargetKind(_KINDS[question["type"]]), Name(question["id"]), values)
        self.asked[urn] = Asked(source, question, node, path, target)
        self.nodes[question["id"]] = node

    def _about(self, node: Node, path: Path, *, is_first: bool) -> Question:
        """What a question takes from its requirement; the explanation only once."""
        evidence = self.localized(node.item, "typical_evidence", node.path)
        name = self.localized(node.item, "name", node.path)
        said = self.localized(node.item, "description", node.path)
        help_text = joined(joined(name, said), self.localized(node.item, "annotation", node.path))
        return {
            "code": node.code,
            "help": help_text if is_first else None,
            "evidence": {"expected": evidence} if evidence else None,
            "refs": [self._control_ids[node.urn]],
        }

    def _title(self, node: Node) -> TextValue:
        named = self.localized(node.item, "name", node.path) or self.localized(node.item, "description", node.path)
        return named or node.reference

    # --- choices

    def _choices(self, source: dict[str, Any], path: Path, urn: str) -> Iterator[Question]:
        taken = Names()
        weight = _number(source.get("weight"), otherwise=1.0)
        given = source.get("choices")
        for position, item in enumerate(given if isinstance(given, list) else ()):
            here = (*path, "choices", position)
            if not isinstance(item, dict):
                self.notes.add(here, "this choice is not a mapping and is left out.", name=urn)
                continue
            reference = str(item.get("urn") or item.get("ref_id") or item.get("value"))
            short = node_id(reference).rpartition(":choice:")[2] or str(item.get("value") or position + 1)
            choice: Question = {
                "id": taken.choice(f"choice_{short}" if short.isdigit() else short),
                "label": self.localized(item, "value", here) or reference,
                "help": self.localized(item, "description", here) or self.localized(item, "annotation", here),
                "source_id": reference,
            }
            if item.get("add_score") is not None:
                points = _number(item["add_score"]) * max(weight, 0.0)
                choice["points"] = int(points) if points == int(points) else points
                self._has_scores = True
            for key in (key for key in item if key not in _READ_OF_CHOICE and item[key]):
                self.notes.add((*here, key), f"'{key}' of a choice has no counterpart here and is left out.", name=urn)
            yield _without_nothing(choice)

    # --- requirements without questions

    def _maturity(self, node: Node) -> Question:
        """One question about a requirement: how far it is met, on the framework's own scale where it has one."""
        if not self.choice_sets:
            self.choice_sets.append({"id": "state", "title": "How far it is met", "choices": list(self._scale())})
        question = self._about(node, node.path, is_first=True) | {
            "type": "single",
            "prompt": self._title(node),
            "source_id": node.urn,
            "choices": "state",
            "tally": True,
        }
        identifier = self.names.make(node.reference, otherwise="req")
        found = {"id": identifier, **_without_nothing(question)}
        if found.get("help") == found["prompt"]:
            del found["help"]
        self.nodes[identifier] = node
        return found

    def _scale(self) -> Iterator[Question]:
        scale = self.framework.get("scores_definition")
        levels = [item for item in scale if isinstance(item, dict)] if isinstance(scale, list) else []
        path = ("objects", "framework", "scores_definition")
        for item in levels:
            points = _number(item.get("score"))
            label = self.localized(item, "name", path) or str(item.get("score"))
            choice = {
                "id": f"level_{points:g}".replace("-", "minus_"),
                "label": label,
                "help": self.localized(item, "description", path),
                "points": {MATURITY: points},
            }
            yield _without_nothing(choice)
        if not levels:
            yield from ({"id": identifier, "label": label} for identifier, label in _STATES)

    def scores(self) -> list[dict[str, Any]]:
        """The scores that anything feeds."""
        found = [{"id": SCORE}] if self._has_scores else []
        if any("points" in choice for choices in self.choice_sets for choice in choices["choices"]):
            found.append({"id": MATURITY})
        return [*found, *({"id": identifier} for identifier in self.own_scores)]

    def score_of(self, identifier: str, questions: list[Question]) -> str:
        """A score of its own over some questions, for a condition that reads it."""
        if identifier not in self.own_scores:
            self.own_scores[identifier] = questions
            for choice in (choice for question in questions for choice in question.get("choices", ())):
                points = choice.get("points")
                if points is not None:
                    both = points if isinstance(points, dict) else {SCORE: points}
                    choice["points"] = both | {identifier: both[SCORE]}
        return identifier


def _number(value: Any, *, otherwise: float = 0.0) -> float:
    try:
        return otherwise if value is None else float(value)
    except (TypeError, ValueError):
        return otherwise


def _without_nothing(item: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in item.items() if value is not None and value != ""}
