"""Reading a text that may be given in several languages."""

from functools import lru_cache

from evenhand.questionnaire.texts import NO_TEXT, Text
from evenhand.reading import LANGUAGE, Reader

MAX_LENGTH = 10_000  # of one text


@lru_cache(maxsize=200)
def is_language(name: str) -> bool:
    """Whether a text is a language code such as ``en`` or ``fr-CA``."""
    return LANGUAGE.fullmatch(name) is not None


def localized(item: Reader, key: str, *, required: bool = False) -> Text:
    """A text: plain English, or a mapping of languages."""
    value = item.raw(key)
    if isinstance(value, dict):
        if all(
            type(text) is str and text and len(text) <= MAX_LENGTH and is_language(name) for name, text in value.items()
        ):
            return Text(tuple((name, text.strip()) for name, text in value.items()))
        texts = item.child(value, key)
        for language in value:
            if not is_language(str(language)):
                texts.problem("is not a language code such as 'en' or 'fr-CA'.", language)
        return Text(tuple((language, texts.string(language) or "") for language in value))
    text = item.string(key)
    if required and not text and item.is_mapping and key not in item:
        item.problem(f"needs {key!r}.")
    return Text.of(text) if text else NO_TEXT
