"""Frameworks of other formats, read into ours: OSCAL, CISO Assistant, SurveyJS.

What cannot be carried over is named in the notes, with its place in the source; nothing is dropped in silence.
"""

from collections.abc import Callable
from enum import StrEnum

from evenhand.documents import Document, read_document
from evenhand.questionnaire.importing.ciso_assistant import import_ciso_assistant
from evenhand.questionnaire.importing.imported import Imported, Note, Wishes
from evenhand.questionnaire.importing.oscal import import_oscal
from evenhand.questionnaire.importing.surveyjs import import_surveyjs

MAX_BYTES = 5_000_000


class Source(StrEnum):
    """A format that can be read."""

    OSCAL = "oscal"
    CISO_ASSISTANT = "ciso-assistant"
    SURVEYJS = "surveyjs"


_IMPORTERS: dict[Source, Callable[[Document, Wishes], Imported]] = {
    Source.OSCAL: import_oscal,
    Source.CISO_ASSISTANT: import_ciso_assistant,
    Source.SURVEYJS: import_surveyjs,
}


def import_framework(
    content: bytes | str, source: Source | str, *, name: str = "framework", wishes: Wishes | None = None
) -> Imported:
    """A framework read from another format. Raises ``InputError`` where the file is not of that kind."""
    document = read_document(content, name=name, max_bytes=MAX_BYTES)
    return _IMPORTERS[Source(source)](document, wishes or Wishes())


__all__ = ["Imported", "Note", "Source", "Wishes", "import_framework"]
