"""Where an answer may come from: a fact of the registry it is offered from, and the same question elsewhere."""

import re
from difflib import get_close_matches

from evenhand.questionnaire.facts import FACTS, FactKind
from evenhand.questionnaire.localizing import localized
from evenhand.questionnaire.questions import QuestionType, SameAs
from evenhand.reading import Reader

TARGET = re.compile(r"[a-z0-9][a-z0-9-]{0,79}:[a-z][a-z0-9_]{0,79}(\.[a-z][a-z0-9_]{0,79})?")

_TEXTS = (QuestionType.TEXT, QuestionType.LONGTEXT)
TYPES_FOR: dict[FactKind, tuple[QuestionType, ...]] = {
    FactKind.TEXT: (*_TEXTS, QuestionType.PERSON, QuestionType.LINK, QuestionType.SINGLE),
    FactKind.LIST: (*_TEXTS, QuestionType.MULTI, QuestionType.GROUP),
    FactKind.DATE: (*_TEXTS, QuestionType.DATE),
    FactKind.NUMBER: (*_TEXTS, QuestionType.NUMBER),
    FactKind.ROWS: (QuestionType.GROUP, QuestionType.LONGTEXT),
}


def read_origins(item: Reader, kind: QuestionType, framework_id: str, path: str) -> dict[str, object]:
    """The fields ``prefill``, ``relies_on`` and ``same_as`` of a question or part."""
    if kind is QuestionType.INFO:
        return {}
    prefill = item.string("prefill")
    relies_on = item.strings("relies_on")
    for key, names in (("prefill", (prefill,) if prefill else ()), ("relies_on", relies_on)):
        for name in (name for name in names if name not in FACTS):
            item.problem(f"there is no fact {name!r}{_suggestion(name)}; docs/questionnaires.md lists them.", key)
    if prefill in FACTS and kind not in TYPES_FOR[FACTS[prefill].kind]:
        fitting = ", ".join(TYPES_FOR[FACTS[prefill].kind])
        item.problem(f"{prefill!r} is a {FACTS[prefill].kind}, which only these types can take: {fitting}.", "prefill")
    return {
        "prefill": prefill,
        "relies_on": relies_on or ((prefill,) if prefill else ()),
        "same_as": _read_same_as(item, framework_id, path),
    }


def _read_same_as(item: Reader, framework_id: str, path: str) -> tuple[SameAs, ...]:
    found: dict[str, SameAs] = {}
    for child in item.items("same_as"):
        target = child.required_string("question")
        if target and not TARGET.fullmatch(target):
            child.problem(f"{target!r} must look like 'framework-id:question_id'.", "question")
        if target == f"{framework_id}:{path}":
            child.problem("a question cannot be the same as itself.", "question")
        if target and target in found:
            child.problem(f"the question {target!r} is given twice.", "question")
        found[target] = SameAs(target, localized(child, "basis", required=True))
        child.close()
    return tuple(found.values())


def _suggestion(name: str) -> str:
    close = get_close_matches(name, FACTS, n=1)
    return f"; did you mean {close[0]!r}?" if close else ""
