"""What to do with characters no font has: print their code, and say so. The attached content keeps them as they are."""

import dataclasses
import re
import unicodedata
from typing import Any, TypeVar

T = TypeVar("T")
PIECE = 30
LONG_WORD = re.compile(r"\S{100,}")  # digests are shorter and stay whole
INVISIBLE = ("Cc", "Cf", "Zs", "Zl", "Zp", "Mn", "Me")


def _breakable(word: re.Match[str]) -> str:
    """A word longer than any line, with places to break it that take no room."""
    return "\u200b".join(word.group()[start : start + PIECE] for start in range(0, len(word.group()), PIECE))


class Printable:
    """Replaces unprintable characters in any content and counts them."""

    def __init__(self, characters: frozenset[int]) -> None:
        self._characters = characters
        self._missing: set[str] = set()

    @property
    def sentence(self) -> str:
        """What was replaced, for the reader; empty when nothing was."""
        if not self._missing:
            return ""
        count = len(self._missing)
        return (
            f"{count} character{'' if count == 1 else 's'} could not be printed, because no typeface here has "
            f"{'it' if count == 1 else 'them'}; the code stands in its place. "
            "The attached content.json has the text itself."
        )

    def content(self, value: T) -> T:
        """A copy of frozen dataclasses, tuples and dicts in which every text can be printed."""
        made: T = self._walk(value)
        return made

    def _walk(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, (tuple, list)):
            return type(value)(self._walk(item) for item in value)
        if isinstance(value, dict):
            return {key: self._walk(item) for key, item in value.items()}
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            changes = {field.name: self._walk(getattr(value, field.name)) for field in dataclasses.fields(value)}
            return dataclasses.replace(value, **changes)
        return value

    def text(self, value: str) -> str:
        """The text with `[U+4E2D]` for each character that no font has, and without control characters."""
        if not (value.isascii() and value.isprintable()):
            value = "".join(self._shown(character) for character in value)
        return LONG_WORD.sub(_breakable, value)

    def _shown(self, character: str) -> str:
        if character in "\n\t":
            return character
        kind = unicodedata.category(character)
        if kind == "Cc":
            return ""
        if kind in INVISIBLE or ord(character) in self._characters:
            return character
        self._missing.add(character)
        return f"[U+{ord(character):04X}]"
