"""What an import gives: the framework, its document, and notes about what could not be carried over."""

import json
from dataclasses import dataclass
from typing import Any

from evenhand.documents import Document, Path, write_yaml
from evenhand.errors import InputError
from evenhand.questionnaire.importing.points import NO_POINTS, PointsRule
from evenhand.questionnaire.importing.settling import settled
from evenhand.questionnaire.schema import Framework


@dataclass(frozen=True)
class Wishes:
    """What the person importing may choose: the new id and version, and how points are found."""

    id: str | None = None
    version: str | None = None
    points: PointsRule = NO_POINTS


@dataclass(frozen=True)
class Note:
    """Something that was read differently, or not at all; ``where`` is its place in the source."""

    file: str
    line: int | None
    where: str
    message: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}, line {self.line}"
        return f"{place}: {self.where}: {self.message}" if self.where else f"{place}: {self.message}"

    def to_json(self) -> dict[str, Any]:
        return {"file": self.file, "line": self.line, "where": self.where, "message": self.message}


class Notes:
    """The notes so far."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._found: dict[Note, None] = {}

    def add(self, path: Path, message: str, *, name: str = "") -> None:
        """Note something about a place; ``name`` is what the source calls it."""
        place = ".".join(str(step) for step in path)
        where = f"{place} ({name})" if name and place else name or place
        self._found[Note(self.document.name, self.document.line(path), where, message)] = None

    def all(self) -> tuple[Note, ...]:
        return tuple(self._found)


@dataclass(frozen=True)
class Imported:
    """A framework that reads cleanly, and what was left behind."""

    framework: Framework
    document: dict[str, Any]
    notes: tuple[Note, ...]

    def to_yaml(self) -> str:
        return write_yaml(self.document)


def finish(document: dict[str, Any], notes: Notes, places: dict[str, Path]) -> Imported:
    """Check the document just built; conditions that do not hold together are left out, and named."""
    document = json.loads(json.dumps(document))  # nothing in it twice: YAML would write references, which are refused
    framework, dropped = settled(document, name=notes.document.name)
    for fault in dropped:
        owner = fault.where.partition(".")[0]
        notes.add(places.get(owner, ()), f"the condition {fault.where} was left out: {fault.message}.", name=owner)
    return Imported(framework, document, notes.all())


def refuse(document: Document, kind: str, hint: str) -> InputError:
    """The error for a file that is something else."""
    return InputError(f"{document.name} is not {kind}: {hint}")
