"""Ids for what other formats name freely: valid, unique, and as close to the source as they can be."""

import re
import unicodedata

from evenhand.questionnaire.question_reading import CHOICE_ID, RESERVED

_LONGEST = 60
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_MORE_RESERVED = frozenset({"row"})


class Names:
    """One space of names; what is asked for twice gets a number."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def make(self, source: str, *, otherwise: str = "item") -> str:
        """An id of small letters, digits and underscores."""
        text = re.sub(r"[^a-z0-9]+", "_", _HUMP.sub("_", _ascii(source)).lower()).strip("_")
        if not text or not text[0].isalpha():
            text = f"{otherwise}_{text}".rstrip("_")
        text = text[:_LONGEST].rstrip("_")
        if text in RESERVED | _MORE_RESERVED:
            text = f"{otherwise}_{text}"
        return self.claim(text)

    def choice(self, source: str, *, otherwise: str = "choice") -> str:
        """An id of a choice: the source's own where it is allowed."""
        if CHOICE_ID.fullmatch(source):
            return self.claim(source)
        text = re.sub(r"[^A-Za-z0-9_.-]+", "_", _ascii(source)).strip("_.-")[:_LONGEST]
        return self.claim(text or otherwise)

    def claim(self, text: str) -> str:
        """The text, or the text with the first free number."""
        found, number = text, 1
        while found in self._taken:
            number += 1
            found = f"{text}_{number}"
        self._taken.add(found)
        return found


def slug(source: str, *, otherwise: str = "imported") -> str:
    """The id of a framework: small letters, digits and hyphens."""
    text = re.sub(r"[^a-z0-9]+", "-", _HUMP.sub("-", _ascii(source)).lower()).strip("-")
    return text[:_LONGEST].strip("-") or otherwise


def _ascii(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
