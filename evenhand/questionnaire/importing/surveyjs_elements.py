"""Elements of a SurveyJS form as our questions: one function for each kind of element."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from evenhand.documents import Path
from evenhand.questionnaire.expressions import Member, Name, Node
from evenhand.questionnaire.importing.imported import Notes
from evenhand.questionnaire.importing.names import Names
from evenhand.questionnaire.importing.points import PointsRule
from evenhand.questionnaire.importing.surveyjs_keys import LOOKS, READ
from evenhand.questionnaire.importing.targets import Target, TargetKind
from evenhand.questionnaire.importing.texts import Texts, TextValue

Question = dict[str, Any]

CALCULATED = ("expression", "image", "signaturepad")


@dataclass
class Pending:
    """A condition still to be translated, when every question is known."""

    item: Question
    key: str
    sources: tuple[tuple[str, Path], ...]
    name: str
    row: dict[str, Target] | None = None  # the columns, inside a group


@dataclass
class Elements:
    """Reads elements; collects what conditions may speak of, and the conditions themselves."""

    notes: Notes
    texts: Texts
    points: PointsRule
    readers: Mapping[str, Callable[["Reading"], Question]]
    names: Names = field(default_factory=Names)
    targets: dict[str, Target] = field(default_factory=dict)
    pending: list[Pending] = field(default_factory=list)
    places: dict[str, Path] = field(default_factory=dict)
    scores: set[str] = field(default_factory=set)

    def question(self, element: dict[str, Any], path: Path, around: tuple[str, ...]) -> list[Question]:
        """The question of an element (with a second one for "other" and for a comment); none for what has no answer."""
        name = str(element.get("name") or f"question{len(self.places) + 1}")
        if element.get("type") in CALCULATED:
            self.notes.add(path, f"a {element['type']} element takes no answer here and is left out.", name=name)
            return []
        identifier = self.names.make(name, otherwise="q")
        self.places[identifier] = path
        question = {"id": identifier, **self.body(element, path, name, Name(identifier), (name, *around))}
        self._register(name, question, Name(identifier), element)
        return [question, *self._followed_by(element, path, name, question)]

    def body(self, element: dict[str, Any], path: Path, name: str, variable: Node, around: tuple[str, ...]) -> Question:
        """Everything of a question but its id."""
        kind = str(element.get("type") or "text")
        reader = self.readers.get(kind)
        if reader is None:
            self.notes.add(path, f"the question type {kind!r} is not known; it is asked as a text.", name=name)
            reader = self.readers["comment"]
        self._note_unread(element, path, name)
        found: Question = {
            "type": "info" if kind == "html" else "text",
            "prompt": self.texts.read(element.get("html" if kind == "html" else "title"), path, name=name) or name,
            "help": self.texts.read(element.get("description"), path, name=name),
            "source_id": name,
            "required": element.get("isRequired") is True or None,
        }
        found |= reader(Reading(self, element, path, name, variable, around))
        return {key: value for key, value in found.items() if value is not None and value != ""}

    def inner(self, element: dict[str, Any], path: Path, name: str, variable: Node, taken: Names) -> Question:
        """A part or a column."""
        identifier = taken.make(name, otherwise="part")
        body = self.body(element, path, name, Member(variable, identifier), (name,))
        return {"id": identifier, **body}

    def choices(self, reading: "Reading", values: Any, *, key: str = "choices") -> list[Question]:
        """The choices of a question in our form."""
        taken, found = Names(), []
        score = self.points.score_for(reading.around)
        for position, item in enumerate(values if isinstance(values, list) else []):
            here = (*reading.path, key, position)
            value, text = (item.get("value"), item.get("text")) if isinstance(item, dict) else (item, None)
            if value is None or isinstance(value, dict | list):
                self.notes.add(here, "a choice without a plain value is left out.", name=reading.name)
                continue
            choice: Question = {
                "id": taken.choice(plain(value)),
                "label": self.texts.read(text, here, name=reading.name) or plain(value),
                "source_id": plain(value),
            }
            points = self.points.points_of(plain(value)) if score else None
            if points is not None and score:
                choice["points"] = int(points) if points == int(points) else points
                self.scores.add(score)
            self._note_choice(item, here, reading.name)
            found.append(choice)
        return found

    # --- bookkeeping

    def _register(self, name: str, question: Question, variable: Node, element: dict[str, Any]) -> None:
        target = target_of(question, variable, element)
        if target is not None:
            self.targets[name] = target
            for part, source in _named_parts(question):
                inner = target_of(part, Member(variable, part["id"]), {})
                if inner is not None and question["type"] == "parts":
                    self.targets[f"{name}.{source}"] = inner

    def _followed_by(self, element: dict[str, Any], path: Path, name: str, question: Question) -> Iterator[Question]:
        """Free text beside choices is a question of its own here."""
        target = self.targets.get(name)
        has_other = (element.get("hasOther") or element.get("showOtherItem")) and target and target.values
        has_comment = element.get("hasComment") or element.get("showCommentArea")
        if not (has_other or has_comment):
            return
        identifier = self.names.make(f"{name}_comment", otherwise="q")
        self.places[identifier] = path
        prompt = "Please describe the other answer." if has_other else "Comment"
        follow = {"id": identifier, "type": "longtext", "prompt": prompt, "source_id": f"{name}-Comment"}
        self.targets[f"{name}-Comment"] = Target(TargetKind.TEXT, Name(identifier))
        if has_other:
            sign = "in" if question["type"] == "multi" else "=="
            other = "'other' in " + question["id"] if sign == "in" else f"{question['id']} == 'other'"
            follow["visible_if"] = other
        yield follow

    def _note_unread(self, element: dict[str, Any], path: Path, name: str) -> None:
        for key, value in element.items():
            if key in READ or key in LOOKS or value is None or value is False or value == []:
                continue
            self.notes.add((*path, key), f"'{key}' has no counterpart here and is left out.", name=name)
        if element.get("visible") is False:
            self.notes.add(
                (*path, "visible"), "the source hides it and shows it by program; it is always shown.", name=name
            )

    def _note_choice(self, item: Any, path: Path, name: str) -> None:
        for key in item if isinstance(item, dict) else ():
            if key not in ("value", "text", "imageLink"):
                self.notes.add((*path, key), f"'{key}' of a choice has no counterpart here and is left out.", name=name)


@dataclass(frozen=True)
class Reading:
    """One element being read."""

    elements: Elements
    element: dict[str, Any]
    path: Path
    name: str
    variable: Node
    around: tuple[str, ...]  # its own name and those of panels and page around it

    def text(self, key: str) -> TextValue | None:
        return self.elements.texts.read(self.element.get(key), (*self.path, key), name=self.name)

    def note(self, message: str, *keys: str | int) -> None:
        self.elements.notes.add((*self.path, *keys), message, name=self.name)

    def listed(self, key: str) -> list[Any]:
        value = self.element.get(key)
        return value if isinstance(value, list) else []

    def number(self, key: str) -> int | float | None:
        value = self.element.get(key)
        if isinstance(value, str):
            try:
                value = float(value)
            except ValueError:
                return None
        return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _named_parts(question: Question) -> Iterator[tuple[Question, str]]:
    for part in question.get("questions", ()):
        yield part, str(part.get("source_id", part["id"]))


def target_of(question: Question, variable: Node, element: dict[str, Any]) -> Target | None:
    """How conditions speak of a question."""
    values = tuple((choice["source_id"], choice["id"]) for choice in question.get("choices", ()))
    match question["type"]:
        case "single" | "multi" as kind:
            return Target(TargetKind(kind), variable, values)
        case "boolean":
            yes, no = (
                plain(element.get(key, default)) for key, default in (("valueTrue", True), ("valueFalse", False))
            )
            return Target(TargetKind.BOOLEAN, variable, yes=yes, no=no)
        case "number":
            return Target(TargetKind.NUMBER, variable)
        case "text" | "longtext" | "date" | "link":
            return Target(TargetKind.TEXT, variable)
        case "group":
            return Target(TargetKind.ROWS, variable)
        case "file":
            return Target(TargetKind.FILE, Member(variable, "sha256"))
        case "parts":
            inner = (target_of(part, Member(variable, part["id"]), {}) for part in question["questions"])
            return Target(TargetKind.PARTS, variable, inner=tuple(part for part in inner if part))
    return None


def plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return str(value)
