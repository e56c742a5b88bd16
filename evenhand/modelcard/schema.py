"""What a model card is made of: sections with what is said in them, and how complete they are."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from evenhand.modelcard.sections import DESCRIPTION, FieldKind, FieldSpec, SectionSpec

# Words that fill a field without saying anything.
_PLACEHOLDER = re.compile(
    r"\W*(todo|tbd|tba|n/?a|none yet|more information needed|unknown yet|xxx)?\W*\Z", re.IGNORECASE
)


@dataclass(frozen=True)
class CardSection:
    """What a card says in one section; values are texts, tuples of texts, or tuples of result rows."""

    spec: SectionSpec
    values: Mapping[str, Any]

    @property
    def id(self) -> str:
        return self.spec.id

    @property
    def title(self) -> str:
        return self.spec.title

    @property
    def is_filled(self) -> bool:
        """Whether anything is said here; ``TODO`` and the like say nothing."""
        return any(_says_something(value) for value in self.values.values())

    @property
    def description(self) -> str:
        return str(self.values.get(DESCRIPTION, ""))

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The prose of the section, paragraph by paragraph."""
        prose = [self.values[spec.id] for spec in self.spec.fields if spec.is_prose and spec.id in self.values]
        return tuple(part.strip() for text in prose for part in re.split(r"\n\s*\n", text) if part.strip())

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """Labelled facts: (label, text)."""
        shown = [spec for spec in self.spec.fields if not spec.is_prose and spec.id in self.values]
        return tuple((spec.label, _shown(spec, self.values[spec.id])) for spec in shown)

    @property
    def lines(self) -> tuple[str, ...]:
        """Everything said here, one line for each paragraph or fact."""
        return (*self.paragraphs, *(f"{label}: {text}" for label, text in self.facts))


@dataclass(frozen=True)
class ExtraSection:
    """A section of the Markdown that is none of the twelve."""

    title: str
    text: str

    @property
    def lines(self) -> tuple[str, ...]:
        return tuple(part.strip() for part in re.split(r"\n\s*\n", self.text) if part.strip())


@dataclass(frozen=True)
class SectionState:
    """Whether a section is filled; ``asks`` says what belongs in it."""

    id: str
    title: str
    asks: str
    is_filled: bool


@dataclass(frozen=True)
class Completeness:
    """How many of the twelve sections say something."""

    sections: tuple[SectionState, ...]

    @property
    def n_sections(self) -> int:
        return len(self.sections)

    @property
    def n_filled(self) -> int:
        return sum(section.is_filled for section in self.sections)

    @property
    def is_complete(self) -> bool:
        return self.n_filled == self.n_sections

    @property
    def missing(self) -> tuple[SectionState, ...]:
        return tuple(section for section in self.sections if not section.is_filled)


@dataclass(frozen=True)
class CardContent:
    """What a card says."""

    name: str = ""
    version: str = ""
    language: str = ""
    sections: tuple[CardSection, ...] = ()
    extras: tuple[ExtraSection, ...] = ()


def _says_something(value: Any) -> bool:
    if isinstance(value, str):
        return not _PLACEHOLDER.match(value)
    return any(_says_something(item) if isinstance(item, str) else bool(item) for item in value)


def _shown(spec: FieldSpec, value: Any) -> str:
    if spec.kind is FieldKind.LIST:
        return "; ".join(value)
    if spec.kind is FieldKind.RESULTS:
        return "; ".join(_shown_result(row) for row in value)
    return str(value)


def _shown_result(row: Mapping[str, Any]) -> str:
    about = ", ".join(str(row[key]) for key in ("group", "data_set") if key in row)
    interval = f" ({row['low']} to {row['high']})" if "low" in row and "high" in row else ""
    return f"{row['metric']}{f' for {about}' if about else ''} {row['value']}{interval}"
