"""The model card as a report prints it: sections with paragraphs and labelled facts, whatever the card holds."""

from typing import Any

from audits.reports.content import CardSection, Fact, ModelCard
from governance.models import Version


def card_section(version: Version) -> ModelCard | None:
    """The card of the version as it stands."""
    published = version.cards.first()
    if published is None:
        return None
    sections = (_section(name, value) for name, value in published.document.items() if value not in (None, "", [], {}))
    return ModelCard(number=published.number, sha256=published.sha256, sections=tuple(sections))


def _section(name: str, value: Any) -> CardSection:
    if isinstance(value, dict):
        facts = tuple(Fact(label=_words(key), text=_text(each)) for key, each in value.items() if _text(each))
        return CardSection(heading=_words(name), facts=facts)
    if isinstance(value, list):
        return CardSection(heading=_words(name), paragraphs=tuple(text for each in value if (text := _text(each))))
    return CardSection(
        heading=_words(name), paragraphs=tuple(part for part in _text(value).split("\n\n") if part.strip())
    )


def _words(name: str) -> str:
    text = name.replace("_", " ").strip()
    return text[:1].upper() + text[1:]


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return "; ".join(f"{_words(key)}: {text}" for key, each in value.items() if (text := _text(each)))
    if isinstance(value, list):
        return "; ".join(text for each in value if (text := _text(each)))
    return str(value)
