"""What changed from one card to the next."""

from dataclasses import dataclass
from typing import Any

from evenhand.modelcard.card import ModelCard
from evenhand.modelcard.sections import SECTIONS


@dataclass(frozen=True)
class CardChange:
    """One thing that differs; ``before`` or ``after`` is None where it was not there."""

    section: str
    field: str
    label: str
    before: Any
    after: Any


def diff_cards(old: ModelCard, new: ModelCard) -> tuple[CardChange, ...]:
    """Every field that differs, in the order of the card."""
    changes = [
        CardChange("", name, name.capitalize(), getattr(old, name) or None, getattr(new, name) or None)
        for name in ("name", "version", "language")
        if getattr(old, name) != getattr(new, name)
    ]
    for section in SECTIONS:
        before, after = old.section(section.id).values, new.section(section.id).values
        changes += [
            CardChange(section.id, spec.id, spec.label, before.get(spec.id), after.get(spec.id))
            for spec in section.fields
            if before.get(spec.id) != after.get(spec.id)
        ]
    extras_before = {extra.title: extra.text for extra in old.extras}
    extras_after = {extra.title: extra.text for extra in new.extras}
    changes += [
        CardChange("more", title, title, extras_before.get(title), extras_after.get(title))
        for title in dict.fromkeys([*extras_before, *extras_after])
        if extras_before.get(title) != extras_after.get(title)
    ]
    return tuple(changes)
