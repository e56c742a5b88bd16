"""What a new edition changes, in words, and what it would do to assessments under way."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from assessments import services
from assessments.models import Assessment, FrameworkEdition
from evenhand.questionnaire.editions import Change, Difference, diff_editions
from evenhand.questionnaire.schema import Framework
from evenhand.questionnaire.writing import framework_to_document
from governance.models import User

WORDS = {Change.ADDED: "new", Change.CHANGED: "changed", Change.REMOVED: "not asked any more"}
GONE = "left out"
LONGEST = 300


@dataclass(frozen=True)
class FieldChange:
    """One field of something that changed: before and after."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Line:
    """One thing that differs between two editions."""

    change: str
    kind: str
    name: str
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True)
class Effect:
    """What a newer text would do to one assessment under way."""

    assessment: Assessment
    n_kept: int
    n_to_look_at: int
    n_to_answer_again: int
    n_new: int
    n_not_asked: int


def lines_of(old: Framework, new: Framework) -> list[Line]:
    """The differences of two editions, each with what it was and is."""
    before, after = _things(old), _things(new)
    return [
        _line(item, before.get((item.kind, item.id), {}), after.get((item.kind, item.id), {}))
        for item in diff_editions(old, new)
    ]


def effects_on(user: User, framework: Framework, *, newer_than: FrameworkEdition | None = None) -> list[Effect]:
    """What a newer text would do to the open assessments that the person sees."""
    rows = Assessment.objects.visible_to(user).with_parts().still_open().filter(edition__framework_id=framework.id)
    if newer_than is not None:
        rows = rows.filter(edition__published_at__lt=newer_than.published_at).exclude(edition=newer_than)
    scopes = {scope.value for scope in framework.scopes}
    return [_effect(row, framework) for row in rows.prefetch_related("answers") if row.scope in scopes]


def _effect(assessment: Assessment, framework: Framework) -> Effect:
    found = services.what_becomes_of(assessment, framework)
    answered = {answer.question_id for answer in assessment.answers.all() if not answer.is_blank}
    return Effect(
        assessment=assessment,
        n_kept=sum(question.id in answered for question in found.kept),
        n_to_look_at=len(found.to_look_at),
        n_to_answer_again=len(found.to_answer_again),
        n_new=len(found.new),
        n_not_asked=len(found.not_asked),
    )


def _line(item: Difference, before: dict[str, Any], after: dict[str, Any]) -> Line:
    thing = after or before
    name = str(thing.get("code") or "") or _text(thing.get("prompt") or thing.get("title")) or item.id
    word = GONE if item.change is Change.REMOVED and item.kind != "question" else WORDS[item.change]
    return Line(word, item.kind.replace("_", " "), name, tuple(_field_changes(item.fields, before, after)))


def _field_changes(names: Iterable[str], before: dict[str, Any], after: dict[str, Any]) -> Iterator[FieldChange]:
    for name in names:
        yield FieldChange(name.replace("_", " "), _text(before.get(name)), _text(after.get(name)))


def _text(value: Any) -> str:
    """A value of the document in one short line."""
    match value:
        case None:
            text = ""
        case bool():
            text = "yes" if value else "no"
        case dict():
            text = (
                str(value["en"]) if "en" in value else ", ".join(f"{key}: {_text(item)}" for key, item in value.items())
            )
        case list():
            text = "; ".join(_text(_name_of(item)) for item in value)
        case _:
            text = str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rstrip()}…"


def _name_of(item: Any) -> Any:
    return (item.get("label") or item.get("prompt") or item.get("id") or item) if isinstance(item, dict) else item


def _things(framework: Framework) -> dict[tuple[str, str], dict[str, Any]]:
    """Every part of the document by its kind and id."""
    document = framework_to_document(framework)
    found = {("framework", framework.id): document["framework"]}
    for section in document["sections"]:
        found["section", section["id"]] = section
        found |= {
            ("question", question["id"]): {**question, "section": section["id"]} for question in section["questions"]
        }
    for plural, items in document.items():
        if isinstance(items, list) and plural != "sections":
            kind = "duty" if plural == "duties" else plural.removesuffix("s")
            found |= {(kind, item["id"]): item for item in items}
    return found
