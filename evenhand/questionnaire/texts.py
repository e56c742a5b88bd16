"""Texts in several languages, with a visible fallback where a language is missing."""

from collections.abc import Mapping
from dataclasses import dataclass, field

DEFAULT_LANGUAGE = "en"


@dataclass(frozen=True)
class Localized:
    """A text as shown to one reader; ``is_fallback`` when it is not in the language asked for."""

    text: str
    language: str

    is_fallback: bool = False


@dataclass(frozen=True)
class Text:
    """One text in one or more languages; ``str(text)`` is the one its reader prefers, English unless said otherwise."""

    entries: tuple[tuple[str, str], ...]
    preferred: str = field(default=DEFAULT_LANGUAGE, compare=False)

    @classmethod
    def of(cls, text: str | Mapping[str, str]) -> "Text":
        """A text from plain English or from a mapping of languages."""
        return cls(((DEFAULT_LANGUAGE, text),) if isinstance(text, str) else tuple(text.items()))

    def __str__(self) -> str:
        return self.shown.text

    @property
    def shown(self) -> Localized:
        """The text as its reader sees it, with its language and whether it is a fallback."""
        return self.localized(self.preferred)

    def __bool__(self) -> bool:
        return bool(self.entries)

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(language for language, _ in self.entries)

    def localized(self, language: str) -> Localized:
        """The text in a language (``fr-CA`` falls back to ``fr``), else in English, else in the first language."""
        by_language = dict(self.entries)
        for candidate in (language, language.partition("-")[0]):
            if candidate in by_language:
                return Localized(by_language[candidate], candidate)
        for candidate in (DEFAULT_LANGUAGE, *by_language):
            if candidate in by_language:
                return Localized(by_language[candidate], candidate, is_fallback=True)
        return Localized("", language)

    def to_json(self) -> str | dict[str, str]:
        """The shortest form that reads back the same."""
        if self.languages == (DEFAULT_LANGUAGE,):
            return self.entries[0][1]
        return dict(self.entries)


NO_TEXT = Text(())
