"""A model card: its name, what its sections say, and how complete it is."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import rfc8785

from evenhand.documents import Document
from evenhand.errors import InputError
from evenhand.modelcard.reading import read_content
from evenhand.modelcard.schema import CardContent, CardSection, Completeness, ExtraSection, SectionState
from evenhand.modelcard.sections import SECTIONS
from evenhand.reading import Problems, Reader


@dataclass(frozen=True)
class ModelCard(CardContent):
    """The document of a model version. Two cards with the same ``sha256`` say the same."""

    @classmethod
    def from_dict(cls, document: Any) -> "ModelCard":
        """A card from its JSON. Raises ``DocumentError`` with every problem."""
        if not isinstance(document, Mapping):
            raise InputError("A model card must be an object of sections, such as details and intended_use.")
        found = Document("card", dict(document))
        problems = Problems(found)
        card = cls.read(Reader(found.value, problems))
        problems.raise_if_any()
        return card

    @classmethod
    def read(cls, root: Reader) -> "ModelCard":
        """The card of a mapping; its problems go to the reader."""
        content = read_content(root)
        return cls(content.name, content.version, content.language, content.sections, content.extras)

    @cached_property
    def sections_by_id(self) -> dict[str, CardSection]:
        return {section.id: section for section in self.sections}

    def section(self, section_id: str) -> CardSection:
        """A section, empty where the card says nothing."""
        spec = next(spec for spec in SECTIONS if spec.id == section_id)
        return self.sections_by_id.get(section_id) or CardSection(spec, {})

    @property
    def filled_sections(self) -> tuple[CardSection | ExtraSection, ...]:
        """What there is to read, in order: the sections that say something, then the extra ones."""
        return (*(section for section in self.sections if section.is_filled), *self.extras)

    def completeness(self) -> Completeness:
        """Which of the twelve sections are filled."""
        return Completeness(
            tuple(SectionState(spec.id, spec.title, spec.asks, self.section(spec.id).is_filled) for spec in SECTIONS)
        )

    def to_dict(self) -> dict[str, Any]:
        """The card as JSON; ``from_dict`` reads it back the same."""
        head = {"name": self.name, "version": self.version, "language": self.language}
        document: dict[str, Any] = {key: value for key, value in head.items() if value}
        for section in self.sections:
            document[section.id] = {key: _to_json(value) for key, value in section.values.items()}
        if self.extras:
            document["more"] = [{"title": extra.title, "text": extra.text} for extra in self.extras]
        return document

    @cached_property
    def sha256(self) -> str:
        """SHA-256 over the canonical JSON (RFC 8785) of the card."""
        return hashlib.sha256(rfc8785.dumps(self.to_dict())).hexdigest()


def _to_json(value: Any) -> Any:
    return [dict(item) if isinstance(item, Mapping) else item for item in value] if isinstance(value, tuple) else value
