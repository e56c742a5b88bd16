"""The model card as a report prints it: the sections that say something, and those that say nothing as a gap."""

from audits.reports.content import CardSection, Fact, ModelCard
from evenhand.modelcard import CardSection as Said
from evenhand.modelcard import ExtraSection
from evenhand.modelcard import ModelCard as Document
from governance.models import Version


def card_section(version: Version) -> ModelCard | None:
    """The card of the version as it stands."""
    published = version.cards.first()
    if published is None:
        return None
    sections = Document.from_dict(published.document).filled_sections
    return ModelCard(
        number=published.number, sha256=published.sha256, sections=tuple(_section(section) for section in sections)
    )


def card_gaps(version: Version) -> tuple[str, ...]:
    """What the card does not say, for the list of gaps."""
    published = version.cards.first()
    if published is None:
        return ("This version has no model card.",)
    completeness = Document.from_dict(published.document).completeness()
    lacking = [section.title for section in completeness.sections if not section.is_filled]
    return (f"The model card says nothing about: {', '.join(lacking)}.",) if lacking else ()


def _section(section: Said | ExtraSection) -> CardSection:
    if isinstance(section, ExtraSection):
        paragraphs = tuple(part.strip() for part in section.text.split("\n\n") if part.strip())
        return CardSection(heading=section.title, paragraphs=paragraphs)
    facts = tuple(Fact(label=label, text=text) for label, text in section.facts)
    return CardSection(heading=section.title, paragraphs=section.paragraphs, facts=facts)
