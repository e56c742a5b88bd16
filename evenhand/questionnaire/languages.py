"""Which languages the texts of a framework are in, and where a translation is missing."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from evenhand.questionnaire.plan import Fault
from evenhand.questionnaire.schema import Framework
from evenhand.questionnaire.texts import DEFAULT_LANGUAGE, Text

_NOT_TEXTS = frozenset({"borrowed", "skipped", "_without_profile"})


@dataclass(frozen=True)
class MissingTranslation:
    """A text that a language lacks; ``where`` names it, such as ``map_5_1.prompt``."""

    language: str
    where: str
    shown: str  # the text readers see instead


def texts_of(framework: Framework) -> Iterator[tuple[str, Text]]:
    """Every text of a framework with where it stands. Choices of a shared set come once, with the set."""
    yield from _texts(framework, "")


def missing_translations(framework: Framework, language: str | None = None) -> tuple[MissingTranslation, ...]:
    """The texts that lack a language; without one, that lack any of the framework's languages."""
    wanted = (language,) if language is not None else framework.languages
    return tuple(
        MissingTranslation(each, where, text.localized(each).text)
        for where, text in texts_of(framework)
        for each in wanted
        if text.localized(each).is_fallback
    )


def languages_used(framework: Framework) -> tuple[str, ...]:
    """The languages of the texts, English first."""
    found = {language for _, text in texts_of(framework) for language in text.languages}
    return tuple(sorted(found, key=lambda language: (language != DEFAULT_LANGUAGE, language)))


def language_faults(framework: Framework) -> Iterator[Fault]:
    """Texts in a language the framework does not name, and languages it names that no text is in."""
    known = set(framework.languages)
    for where, text in texts_of(framework):
        for language in (language for language in text.languages if language not in known):
            named = ", ".join(framework.languages)
            yield Fault(where, f"has a text in {language!r}, which is not one of the languages named: {named}")
    used = languages_used(framework)
    for language in (language for language in framework.languages if language not in used):
        yield Fault("framework.languages", f"names {language!r}, but no text is in it")


def _texts(thing: Any, where: str) -> Iterator[tuple[str, Text]]:
    """The texts of a dataclass; what has an id of its own is named by it."""
    for each in fields(thing):
        value = getattr(thing, each.name)
        if isinstance(value, Text):
            if value:
                yield f"{where}.{each.name}" if where else f"framework.{each.name}", value
        elif each.name in _NOT_TEXTS or (each.name == "choices" and getattr(thing, "choice_set", None)):
            continue
        elif isinstance(value, tuple):
            for item in value:
                if is_dataclass(item) and not isinstance(item, type):
                    yield from _texts(item, _below(where, each.name, item))
        elif is_dataclass(value) and not isinstance(value, type):
            yield from _texts(value, f"{where}.{each.name}" if where else f"framework.{each.name}")


def _below(where: str, name: str, item: Any) -> str:
    identifier = getattr(item, "id", None) or name
    if not where or where.startswith("section "):
        return f"section {identifier}" if name == "sections" else str(identifier)
    return f"{where}.{identifier}"
