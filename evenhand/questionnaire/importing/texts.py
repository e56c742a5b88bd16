"""Texts of other formats: plain or by language, with markup taken out."""

import html
import re
from dataclasses import dataclass
from typing import Any

from evenhand.documents import Path
from evenhand.questionnaire.importing.imported import Notes
from evenhand.reading import LANGUAGE

LONGEST = 10_000
_TAG = re.compile(r"<[^<>]{0,2000}>")
_PLACEHOLDER = re.compile(r"\{[^{}]{1,200}\}")

TextValue = str | dict[str, str]


@dataclass(frozen=True)
class Texts:
    """Reads texts; ``language`` is the one that ``default`` stands for."""

    notes: Notes
    language: str = "en"

    def read(self, value: Any, path: Path, *, name: str = "") -> TextValue | None:
        """A text in our form; None when there is none."""
        if isinstance(value, dict):
            found = {}
            for key, text in value.items():
                language = self.language if key == "default" else str(key)
                if not LANGUAGE.fullmatch(language):
                    message = f"the text in {language!r} is left out: not a language code."
                    self.notes.add((*path, key), message, name=name)
                elif plain := self._plain(text, path, name):
                    found[language] = plain
            found = {key: found[key] for key in sorted(found, key=lambda key: key != "en")}
            return found["en"] if list(found) == ["en"] else found or None
        plain = self._plain(value, path, name)
        return plain if not plain or self.language == "en" else {self.language: plain}

    def _plain(self, value: Any, path: Path, name: str) -> str:
        if value is None or isinstance(value, dict | list):
            return ""
        text = html.unescape(_TAG.sub(" ", str(value)) if "<" in str(value) else str(value))
        text = "\n".join(" ".join(line.split()) for line in text.strip().splitlines()).strip()
        if _PLACEHOLDER.search(text):
            self.notes.add(path, "the text holds a place for an answer ({...}); it is shown as it stands.", name=name)
        if len(text) > LONGEST:
            self.notes.add(path, f"the text was cut to {LONGEST:,} characters.", name=name)
            text = text[:LONGEST]
        return text


def joined(first: TextValue | None, second: TextValue | None, between: str = "\n\n") -> TextValue | None:
    """Two texts one after the other, language by language."""
    if not first or not second:
        return first or second
    one, two = ({"en": text} if isinstance(text, str) else text for text in (first, second))
    both = {key: between.join(filter(None, [one.get(key), two.get(key)])) for key in {**one, **two}}
    return both["en"] if list(both) == ["en"] else both
