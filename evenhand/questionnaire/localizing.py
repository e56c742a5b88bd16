"""Reading a text that may be given in several languages."""

from evenhand.questionnaire.texts import NO_TEXT, Text
from evenhand.reading import LANGUAGE, Reader


def localized(item: Reader, key: str, *, required: bool = False) -> Text:
    """A text: plain English, or a mapping of languages."""
    value = item.raw(key)
    if isinstance(value, dict):
        texts = item.child(value, key)
        for language in value:
            if not LANGUAGE.fullmatch(str(language)):
                texts.problem("is not a language code such as 'en' or 'fr-CA'.", language)
        return Text(tuple((language, texts.string(language) or "") for language in value))
    text = item.string(key)
    if required and not text and item.is_mapping and key not in item:
        item.problem(f"needs {key!r}.")
    return Text.of(text) if text else NO_TEXT
