"""What a condition of another format can speak of, as our CEL sees it: a question, a part or a column of a row."""

from dataclasses import dataclass
from enum import StrEnum

from evenhand.questionnaire.expressions import Call, ListOf, Literal, Node
from evenhand.questionnaire.importing.writing import all_of, any_of, compare


class TargetKind(StrEnum):
    """How the answer can be compared."""

    SINGLE = "single"
    MULTI = "multi"
    BOOLEAN = "boolean"
    NUMBER = "number"
    TEXT = "text"  # dates and links too: they are texts in conditions
    ROWS = "rows"
    PARTS = "parts"
    FILE = "file"


NULL = Literal(None)


@dataclass(frozen=True)
class Target:
    """A variable; ``values`` are the choices as (value in the source, our choice id)."""

    kind: TargetKind
    path: Node
    values: tuple[tuple[str, str], ...] = ()
    inner: tuple["Target", ...] = ()  # of parts
    yes: str = "true"
    no: str = "false"

    def is_empty(self) -> Node:
        """Nothing was answered."""
        match self.kind:
            case TargetKind.MULTI | TargetKind.ROWS:
                return compare(Call("size", None, (self.path,)), "==", Literal(0))
            case TargetKind.PARTS:
                return all_of([part.is_empty() for part in self.inner])
            case _:
                return compare(self.path, "==", NULL)

    def is_there(self) -> Node:
        """Something was answered."""
        match self.kind:
            case TargetKind.MULTI | TargetKind.ROWS:
                return compare(Call("size", None, (self.path,)), ">", Literal(0))
            case TargetKind.PARTS:
                return any_of([part.is_there() for part in self.inner])
            case _:
                return compare(self.path, "!=", NULL)

    def is_one_of(self, choices: list[str]) -> Node:
        """One of these choices was picked (in a question with several choices: at least one)."""
        if not choices:
            return Literal(False)
        if self.kind is TargetKind.MULTI:
            return any_of([compare(Literal(choice), "in", self.path) for choice in choices])
        if len(choices) == 1:
            return compare(self.path, "==", Literal(choices[0]))
        return compare(self.path, "in", ListOf(tuple(Literal(choice) for choice in choices)))

    def has_all(self, choices: list[str]) -> Node:
        """Every one of these choices was picked."""
        if self.kind is TargetKind.MULTI:
            return all_of([compare(Literal(choice), "in", self.path) for choice in choices])
        return self.is_one_of(choices) if len(set(choices)) == 1 else Literal(False)

    def choice_for(self, value: str) -> str | None:
        """The choice with a value; small differences of capitals are forgiven where only one fits."""
        for source, choice in self.values:
            if source == value:
                return choice
        close = [choice for source, choice in self.values if source.casefold() == value.casefold()]
        return close[0] if len(close) == 1 else None

    def choices_with(self, text: str) -> list[str]:
        """The choices whose value contains a text."""
        return [choice for source, choice in self.values if text in source]
