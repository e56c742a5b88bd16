"""A card as Markdown with a YAML head: what people edit, and what reads back as the same card."""

from typing import Any

from evenhand.documents import DocumentError, write_yaml
from evenhand.modelcard.card import ModelCard
from evenhand.modelcard.parsing import parse_text
from evenhand.modelcard.sections import DESCRIPTION


def render_markdown(card: ModelCard) -> str:
    """The card as Markdown; ``parse_text`` reads it back as the same card.

    Descriptions become text under headings. Where that would be read differently (a description that has headings of
    its own, say) everything stays in the head.
    """
    text = _rendered(card, with_body=True)
    try:
        if parse_text(text, name="card.md").to_dict() == card.to_dict():
            return text
    except DocumentError:
        pass
    return _rendered(card, with_body=False)


def _rendered(card: ModelCard, *, with_body: bool) -> str:
    head: dict[str, Any] = card.to_dict()
    body: list[str] = []
    if with_body:
        head.pop("more", None)
        for section in card.sections:
            if section.description:
                body.append(f"## {section.title}\n\n{section.description}\n")
                head[section.id].pop(DESCRIPTION)
            if not head[section.id]:
                head.pop(section.id)
        body += [f"## {extra.title}\n\n{extra.text}\n" for extra in card.extras]
    front = f"---\n{write_yaml(head)}---\n" if head else "---\n---\n"
    return "\n".join([front, *body]) if body else front
