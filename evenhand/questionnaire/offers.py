"""Answers given elsewhere, offered where another framework asks the same or something related, each with its basis."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from evenhand.questionnaire.answers import Answers, AnswerState, is_unknown
from evenhand.questionnaire.converting import converted, readable
from evenhand.questionnaire.crosswalk import Crosswalk, Key, full_refs, ref_key, related_to_question
from evenhand.questionnaire.evaluation import evaluate
from evenhand.questionnaire.questions import Question, QuestionType
from evenhand.questionnaire.schema import Framework
from evenhand.questionnaire.texts import Text


class OfferKind(StrEnum):
    """What may be done with an offer."""

    SAME = "same"  # the same question: the answer may be taken over
    RELATED = "related"  # about a related clause: to be read, its text may be copied


@dataclass(frozen=True)
class Offer:
    """One answer offered to a question."""

    path: str  # the question, or "question.part", that it is offered to
    kind: OfferKind
    source: str  # what the caller called the source
    framework: str
    question: str  # the question, or "question.part", that was answered
    relation: str
    basis: Text
    text: str  # the answer, to be read
    value: Any = None  # the answer in the form of the question it is offered to; None when it does not fit


@dataclass(frozen=True, eq=False)
class Source:
    """A framework and the answers given to it; ``name`` is the caller's own, such as the uid of an assessment."""

    framework: Framework
    answers: Answers
    name: str = ""

    @cached_property
    def given(self) -> dict[str, tuple[Question, Any]]:
        """The visible answers by path, those of parts too. "Not applicable" and "don't know yet" are not offered."""
        visible = evaluate(self.framework, self.answers).visible
        found: dict[str, tuple[Question, Any]] = {}
        for question in self.framework.questions:
            answer = self.answers.get(question.id)
            if question.id not in visible or answer is None or answer.state is not AnswerState.ANSWERED:
                continue
            found[question.id] = (question, answer.value)
            for part in question.questions if question.type is QuestionType.PARTS else ():
                value = answer.value.get(part.id)
                if f"{question.id}.{part.id}" in visible and value is not None and not is_unknown(value):
                    found[f"{question.id}.{part.id}"] = (part, value)
        return found

    @cached_property
    def paths_by_clause(self) -> Mapping[Key, list[str]]:
        """The answered questions by every clause they refer to, and by what contains that clause."""
        found: dict[Key, list[str]] = defaultdict(list)
        for path, (question, _) in self.given.items():
            for ref in full_refs(self.framework, question):
                key = ref_key(ref)
                for length in range(2, len(key) + 1):
                    if path not in found[key[:length]]:
                        found[key[:length]].append(path)
        return found


def offers(
    target: Framework,
    sources: Iterable[Source],
    *,
    only: Collection[str] | None = None,
    crosswalk: Crosswalk | None = None,
) -> dict[str, tuple[Offer, ...]]:
    """The answers of other frameworks offered to each question (or part) of ``target``, the same questions first.

    ``only`` names the questions that matter, such as those of one page. ``same_as`` counts whichever side it is written
    on. A source that answers the target's own framework offers nothing: that is what carrying answers over is for.
    """
    chosen = [source for source in sources if source.framework.id != target.id]
    found: dict[str, tuple[Offer, ...]] = {}
    for question in target.questions:
        if only is not None and question.id not in only:
            continue
        for path, asked in _asked(question):
            offered: dict[tuple[str, str], Offer] = {}
            for one in (*_same(target, path, asked, chosen), *_related(target, path, asked, chosen, crosswalk)):
                offered.setdefault((one.source, one.question), one)
            if offered:
                found[path] = tuple(offered.values())
    return found


def _asked(question: Question) -> Iterator[tuple[str, Question]]:
    if question.takes_answer:
        yield question.id, question
    for part in question.questions if question.type is QuestionType.PARTS else ():
        yield f"{question.id}.{part.id}", part


def _same(target: Framework, path: str, asked: Question, sources: list[Source]) -> Iterator[Offer]:
    named = {same.question: same.basis for same in asked.same_as}
    me = f"{target.id}:{path}"
    for source in sources:
        for their_path, (question, value) in source.given.items():
            basis = named.get(f"{source.framework.id}:{their_path}")
            if basis is None:
                basis = next((same.basis for same in question.same_as if same.question == me), None)
            if basis is not None:
                yield Offer(
                    path=path,
                    kind=OfferKind.SAME,
                    source=source.name,
                    framework=source.framework.id,
                    question=their_path,
                    relation="same",
                    basis=basis,
                    text=readable(question, value),
                    value=converted(question, value, asked),
                )


def _related(
    target: Framework, path: str, asked: Question, sources: list[Source], crosswalk: Crosswalk | None
) -> Iterator[Offer]:
    """Answers to questions that refer to the same clause as this one, or to a clause a crosswalk relates to it.

    A crosswalk speaks for the two frameworks it links, so what a third one says about a linked clause is left out.
    """
    shared = {ref: ("same clause", f"both refer to {ref}") for ref in full_refs(target, asked)}
    linked: dict[str, dict[str, tuple[str, str]]] = defaultdict(dict)
    for item in related_to_question(target, asked, crosswalk):
        if item.full_ref not in shared:
            linked[item.framework][item.full_ref] = (item.relation, item.basis)
    for source in sources:
        for ref, (relation, basis) in {**shared, **linked.get(source.framework.id, {})}.items():
            for their_path in source.paths_by_clause.get(ref_key(ref), ()):
                question, value = source.given[their_path]
                yield Offer(
                    path=path,
                    kind=OfferKind.RELATED,
                    source=source.name,
                    framework=source.framework.id,
                    question=their_path,
                    relation=relation,
                    basis=Text.of(basis),
                    text=readable(question, value),
                )
