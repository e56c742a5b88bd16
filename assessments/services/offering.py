"""Answers offered to a question: by the registry, and by what was answered already to another framework."""

import datetime
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import transaction

from assessments.models import Answer, Assessment, LookAgain, Origin
from assessments.models.frameworks import framework_by
from assessments.permissions import Part
from assessments.services.answering import Whence, save_answer
from assessments.services.fitting import fact_text, fitted
from assessments.services.locking import locked
from assessments.services.looking import fact_words, raise_look_again
from assessments.services.standing import Standing, standing_of
from evenhand.questionnaire.crosswalk import Key, full_refs, ref_key, related_to_question
from evenhand.questionnaire.offers import OfferKind, Source, offers
from evenhand.questionnaire.schema import Framework, Question, QuestionType
from governance.errors import ConflictError, InvalidError
from governance.models import User
from governance.permissions import allowed, require


@dataclass(frozen=True)
class Offered:
    """One answer offered to a question or a part of it. A value of None is to be read, not taken over."""

    key: str
    path: str
    label: str  # the part it is for; empty where it is for the question itself
    where: str
    basis: str
    text: str
    value: Any
    origin: str
    source: dict[str, Any]
    assessment: Assessment | None = None  # where it was answered
    on: datetime.date | None = None

    @property
    def state(self) -> str:
        return self.assessment.status if self.assessment else ""

    @property
    def is_takeable(self) -> bool:
        """Whether it can be taken over as it is."""
        return self.value is not None


@dataclass(frozen=True)
class Gap:
    """A question that would be filled from the registry, if the registry said anything."""

    question: Question
    fact: str


@dataclass(frozen=True)
class Filled:
    """What filling from the registry did: questions answered, and questions about which the registry says nothing."""

    taken: tuple[Question, ...]
    gaps: tuple[Gap, ...]


def offers_for(standing: Standing, questions: Sequence[Question]) -> dict[str, tuple[Offered, ...]]:
    """What is offered to each of these questions and differs from what they say already; the registry first."""
    found: dict[str, list[Offered]] = {}
    for offered in (*_from_registry(standing, questions), *_from_answers(standing, questions)):
        question_id = offered.path.partition(".")[0]
        if offered.value is None or offered.value != _present(standing, offered.path):
            found.setdefault(question_id, []).append(offered)
    return {question_id: tuple(each) for question_id, each in found.items()}


@transaction.atomic
def take_offer(
    *, assessment: Assessment, question_id: str, key: str, by: User, path: str = "", revision: int | None = None
) -> Answer:
    """Take an offered answer over as it was read. Who takes it over is its author; where it came from is kept."""
    assessment = locked(assessment)
    standing = standing_of(assessment)
    question = standing.framework.questions_by_id.get(question_id)
    if question is None:
        raise InvalidError(f"{question_id} is not asked in this assessment.", fields={"question": ["not asked here"]})
    offered = next(
        (
            each
            for each in offers_for(standing, [question]).get(question_id, ())
            if each.key == key and each.path == (path or question_id)
        ),
        None,
    )
    if offered is None or offered.value is None:
        raise ConflictError("This answer is not offered any more as you read it. Look at the page again.")
    return _save(assessment, standing, question, offered, by, revision)


@transaction.atomic
def fill_from_registry(*, assessment: Assessment, by: User, section_id: str = "") -> Filled:
    """Answer what is not answered yet from the registry, in a section or everywhere; each waits to be confirmed."""
    assessment = locked(assessment)
    standing = standing_of(assessment)
    asked = [question for question in standing.asked if _is_in(standing, question, section_id)]
    if not asked:
        raise InvalidError(f"{section_id or assessment.title} asks nothing here.", fields={"section": ["unknown"]})
    if not any(allowed(by, "assessment.answer", _part(standing, question)) for question in asked):
        require(by, "assessment.answer", _part(standing, asked[0]))
    taken = []
    for question in (question for question in asked if standing.state_of(question) == "not_started"):
        offered = [each for each in _from_registry(standing, [question]) if each.value is not None]
        if offered and allowed(by, "assessment.answer", _part(standing, question)):
            _fill(assessment, question, offered, by)
            taken.append(question)
    return Filled(tuple(taken), gaps_in(standing, section_id))


def gaps_in(standing: Standing, section_id: str = "") -> tuple[Gap, ...]:
    """Questions that are open and that the registry could fill if it said anything."""
    open_ones = [
        question
        for question in standing.asked
        if _is_in(standing, question, section_id) and standing.state_of(question) == "not_started"
    ]
    wanted = [(question, asked.prefill) for question in open_ones for _, asked in _prefilled(question) if asked.prefill]
    registry = standing.registry if wanted else None
    known = registry.values_of({name for _, name in wanted}) if registry else {}
    return tuple(Gap(question, fact_words(name)) for question, name in wanted if name not in known)


def n_fillable(standing: Standing, section_id: str) -> int:
    """How many open questions of a section the registry can answer."""
    open_ones = [
        question
        for question in standing.asked
        if _is_in(standing, question, section_id) and standing.state_of(question) == "not_started"
    ]
    offered = _from_registry(standing, open_ones)
    return len({each.path.partition(".")[0] for each in offered if each.value is not None})


def _save(
    assessment: Assessment, standing: Standing, question: Question, offered: Offered, by: User, revision: int | None
) -> Answer:
    present = standing.answers.get(question.id)
    value = offered.value
    if offered.path != question.id:
        part_id = offered.path.partition(".")[2]
        value = {**(present.value if present and isinstance(present.value, dict) else {}), part_id: value}
    return save_answer(
        assessment=assessment,
        question_id=question.id,
        by=by,
        value=value,
        revision=revision,
        whence=Whence(offered.origin, offered.source),
    )


def _fill(assessment: Assessment, question: Question, offered: Sequence[Offered], by: User) -> None:
    parts = {each.path.partition(".")[2]: each.value for each in offered}
    value = offered[0].value if offered[0].path == question.id else parts
    whence = Whence(Origin.PREFILLED, offered[0].source)
    save_answer(assessment=assessment, question_id=question.id, by=by, value=value, whence=whence)
    raise_look_again(
        assessment=assessment,
        question_id=question.id,
        kind=LookAgain.Kind.OFFERED,
        about="registry",
        reason="Filled from the registry; confirm it or change it.",
        source=offered[0].source,
        by=by,
    )


# --- the registry


def _from_registry(standing: Standing, questions: Sequence[Question]) -> Iterator[Offered]:
    wanted = [(path, asked) for question in questions for path, asked in _prefilled(question)]
    registry = standing.registry if wanted else None
    known = registry.values_of({asked.prefill for _, asked in wanted if asked.prefill}) if registry else {}
    for path, asked in wanted:
        if asked.prefill in known:
            fact = known[asked.prefill]
            yield Offered(
                key=asked.prefill,
                path=path,
                label=str(asked.prompt) if "." in path else "",
                where="the registry",
                basis=f"What the registry says: {fact_words(asked.prefill)}.",
                text=fact_text(fact),
                value=fitted(asked, fact),
                origin=Origin.PREFILLED,
                source={"registry": asked.prefill, "value": fact},
            )


def _prefilled(question: Question) -> Iterator[tuple[str, Question]]:
    if question.prefill:
        yield question.id, question
    if question.type is QuestionType.PARTS:
        yield from ((f"{question.id}.{part.id}", part) for part in question.questions if part.prefill)


# --- other frameworks


def _from_answers(standing: Standing, questions: Sequence[Question]) -> Iterator[Offered]:
    wanted = {question.id for question in questions}
    linked_ids = [
        row["id"]
        for row in _answered_elsewhere(standing.assessment)
        if wanted & linked(standing.framework, framework_by(row["edition"], row["scope"], row["profile"], ""))
    ]
    rows: dict[int, dict[str, Answer]] = {}
    found_in: dict[int, Assessment] = {}
    parts = ("assessment__edition", "assessment__team", "assessment__system")
    answers = Answer.objects.filter(assessment__in=linked_ids).select_related(*parts)
    for answer in answers.defer("assessment__edition__document") if linked_ids else ():
        rows.setdefault(answer.assessment_id, {})[answer.question_id] = answer
        found_in[answer.assessment_id] = answer.assessment
    others = [found_in[pk] for pk in linked_ids if pk in found_in]
    by_uid = {str(other.uid): other for other in others}
    sources = [
        Source(
            other.framework,
            {name: answer.said() for name, answer in rows[other.pk].items() if not answer.is_blank},
            str(other.uid),
        )
        for other in others
    ]
    for path, found in offers(standing.framework, sources, only=wanted).items():
        for offer in found:
            source = by_uid[offer.source]
            answer = rows[source.pk][offer.question.partition(".")[0]]
            yield Offered(
                key=f"{offer.source}:{offer.question}",
                path=path,
                label=_part_label(standing.framework, path),
                where=source.title,
                basis=str(offer.basis) if offer.kind is OfferKind.SAME else f"{offer.relation}: {offer.basis}",
                text=offer.text,
                value=offer.value if offer.kind is OfferKind.SAME else None,
                origin=Origin.OFFERED,
                source={
                    "assessment": offer.source,
                    "title": source.title,
                    "edition": str(source.edition),
                    "question": offer.question,
                    "answered_on": answer.updated_at.date().isoformat(),
                    "basis": str(offer.basis),
                },
                assessment=source,
                on=answer.updated_at.date(),
            )


def _answered_elsewhere(assessment: Assessment) -> list[dict[str, Any]]:
    """Live assessments of the same system, and of the organisation itself, by other frameworks."""
    if assessment.answered_elsewhere is None:
        assessment = Assessment.objects.with_surroundings().get(pk=assessment.pk)
    return assessment.answered_elsewhere or []


@lru_cache(maxsize=256)
def linked(target: Framework, source: Framework) -> frozenset[str]:
    """The questions of one framework to which answers of another could be offered."""
    clauses = {key for question in source.questions for key in _keys(full_refs(source, question))}
    named = {same.question for question in source.questions for _, asked in _inside(question) for same in asked.same_as}
    return frozenset(
        question.id for question in target.questions if _is_linked(target, source.id, question, clauses, named)
    )


def _is_linked(
    target: Framework, source_id: str, question: Question, clauses: Collection[Key], named: Collection[str]
) -> bool:
    if any(f"{target.id}:{path}" in named for path, _ in _inside(question)):
        return True
    if any(same.framework_id == source_id for _, asked in _inside(question) for same in asked.same_as):
        return True
    refs = (*full_refs(target, question), *(item.full_ref for item in related_to_question(target, question)))
    return any(ref_key(ref) in clauses for ref in refs)


def _keys(refs: Sequence[str]) -> Iterator[Key]:
    for ref in refs:
        key = ref_key(ref)
        yield from (key[:length] for length in range(2, len(key) + 1))


def _inside(question: Question) -> Iterator[tuple[str, Question]]:
    yield question.id, question
    yield from ((f"{question.id}.{part.id}", part) for part in question.questions)


def _part_label(framework: Framework, path: str) -> str:
    question_id, _, part_id = path.partition(".")
    return str(framework.question(question_id).parts_by_id[part_id].prompt) if part_id else ""


def _present(standing: Standing, path: str) -> Any:
    question_id, _, part_id = path.partition(".")
    answer = standing.answers.get(question_id)
    value = None if answer is None or answer.not_applicable else answer.value
    return value.get(part_id) if part_id and isinstance(value, dict) else None if part_id else value


def _part(standing: Standing, question: Question) -> Part:
    return Part(standing.assessment, standing.framework.sections_by_question[question.id].id, question.id)


def _is_in(standing: Standing, question: Question, section_id: str) -> bool:
    return not section_id or standing.framework.sections_by_question[question.id].id == section_id
