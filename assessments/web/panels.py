"""What stands beside an answer: doubts about it, where it came from, and what is offered to it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from assessments.models import Answer, LookAgain, Origin
from assessments.services.looking import fact_words, shown_value

LONGEST = 600


@dataclass(frozen=True)
class Doubt:
    """One reason to look at an answer again, in words."""

    reason: str
    raised_at: datetime
    source: dict[str, Any]
    words: str = ""
    old: str = ""
    new: str = ""


def doubt_of(row: LookAgain) -> Doubt:
    source = row.source if isinstance(row.source, dict) else {}
    if "fact" not in source:
        return Doubt(row.reason, row.raised_at, source)
    words = fact_words(source["fact"])
    return Doubt(row.reason, row.raised_at, source, words, _quoted(source.get("old")), _quoted(source.get("new")))


def origin_words(answer: Answer | None) -> str:
    """Where the words of an answer came from; empty where somebody wrote them here."""
    source = answer.origin_source if answer and isinstance(answer.origin_source, dict) else {}
    if answer is None or answer.is_blank:
        return ""
    match answer.origin:
        case Origin.CARRIED:
            on = source.get("approved_on")
            return f"Carried over from {source.get('title', 'the last assessment')}{f', {_day(on)}' if on else ''}."
        case Origin.OFFERED:
            return f"Taken from {source.get('title', 'another assessment')}, question {source.get('question', '')}."
        case Origin.PREFILLED:
            return f"From the registry: {fact_words(source['registry'])}." if "registry" in source else ""
        case Origin.IMPORTED:
            return "Imported from a file."
    return ""


def _quoted(value: Any) -> str:
    text = shown_value(value)
    text = text if len(text) <= LONGEST else text[:LONGEST].rstrip() + "…"
    return text if text == "nothing" else f"“{text}”"


def _day(text: str) -> str:
    day = date.fromisoformat(text)
    return f"{day.day} {day:%B %Y}"
