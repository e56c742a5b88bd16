"""A framework for a reader of another language: the same questions, each text in that language where it has one."""

from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from evenhand.questionnaire.schema import Framework
from evenhand.questionnaire.texts import DEFAULT_LANGUAGE, Text

T = TypeVar("T")


def in_language(framework: Framework, language: str) -> Framework:
    """The framework with every text preferring a language. What is asked, counted and signed stays the same.

    A text that lacks the language falls back, and its ``shown.is_fallback`` says so.
    """
    return framework if language in ("", DEFAULT_LANGUAGE) else _Translator(language).of(framework)


class _Translator:
    def __init__(self, language: str) -> None:
        self._language = language
        self._done: dict[
            int, tuple[Any, Any]
        ] = {}  # what was there (kept alive, so that its id stays its own), and what it became

    def of(self, thing: T) -> T:
        """The thing with its texts turned; things without any are given back as they are."""
        if id(thing) not in self._done:
            self._done[id(thing)] = (thing, self._turned(thing))
        found: T = self._done[id(thing)][1]
        return found

    def _turned(self, thing: Any) -> Any:
        if isinstance(thing, Text):
            return replace(thing, preferred=self._language)
        if isinstance(thing, tuple):
            turned = tuple(self.of(item) for item in thing)
            return turned if any(new is not old for new, old in zip(turned, thing, strict=True)) else thing
        if not is_dataclass(thing) or isinstance(thing, type):
            return thing
        changes = {}
        for each in fields(thing):
            before = getattr(thing, each.name)
            after = self.of(before)
            if after is not before:
                changes[each.name] = after
        return replace(thing, **changes) if changes else thing
