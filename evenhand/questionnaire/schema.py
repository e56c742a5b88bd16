"""What a framework (a questionnaire definition) is made of: frozen dataclasses, one per kind of thing in the file."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property

from evenhand.questionnaire.questions import (
    Carry,
    Choice,
    ChoiceSet,
    ExpectedEvidence,
    Level,
    NotApplicable,
    Points,
    Question,
    QuestionType,
    SameAs,
)
from evenhand.questionnaire.texts import NO_TEXT, Text

__all__ = [
    "Carry", "Chapter", "Check", "Choice", "ChoiceSet", "Control", "Duty", "ExpectedEvidence", "FollowUp", "Framework",
    "Level", "NotApplicable", "Outcome", "OutcomeOption", "Page", "Points", "Profile", "Question", "QuestionType",
    "SameAs", "Scope", "Score", "ScoreMaximum", "Section", "Source", "Value",
]  # fmt: skip


class Scope(StrEnum):
    """Whom an assessment is about."""

    ORGANISATION = "organisation"
    SYSTEM = "system"


@dataclass(frozen=True)
class Chapter:
    """A heading over several sections (a "function" of the NIST framework)."""

    id: str
    title: Text
    code: str | None = None
    help: Text = NO_TEXT


@dataclass(frozen=True)
class Section:
    """Questions that belong together; the unit of the task list."""

    id: str
    title: Text
    questions: tuple[Question, ...]
    code: str | None = None
    help: Text = NO_TEXT
    chapter: str | None = None
    scope: Scope = Scope.SYSTEM
    visible_if: str | None = None


@dataclass(frozen=True)
class Page:
    """One topic, answered on one page: usually one question, or those that share a ``topic``."""

    id: str
    section: Section
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Control:
    """A clause or control that questions and duties refer to."""

    id: str
    title: Text = NO_TEXT
    url: str | None = None


class ScoreMaximum(StrEnum):
    """Over which questions the maximum of a score is taken."""

    VISIBLE = "visible_questions"
    ALL = "all_questions"


@dataclass(frozen=True)
class Score:
    """A named total of points."""

    id: str
    title: Text = NO_TEXT
    maximum: ScoreMaximum | float = ScoreMaximum.VISIBLE
    na_counts_zero: bool = False  # else a question not applicable leaves the maximum too
    scope: Scope = Scope.SYSTEM


@dataclass(frozen=True)
class Value:
    """A figure derived from answers, scores and earlier values."""

    id: str
    expression: str
    title: Text = NO_TEXT
    scope: Scope = Scope.SYSTEM


@dataclass(frozen=True)
class OutcomeOption:
    """One possible result; ``sets`` says what an approved outcome sets on the system (``risk_tier``: ``high``)."""

    id: str
    condition: str
    label: Text = NO_TEXT
    help: Text = NO_TEXT
    sets: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Outcome:
    """A result chosen by the first option whose condition holds."""

    id: str
    options: tuple[OutcomeOption, ...]
    title: Text = NO_TEXT
    scope: Scope = Scope.SYSTEM


@dataclass(frozen=True)
class Duty:
    """Something that must be done when its condition holds, from a date if one is given (ISO dates)."""

    id: str
    condition: str
    title: Text
    help: Text = NO_TEXT
    refs: tuple[str, ...] = ()
    starts_on: str | None = None
    ends_on: str | None = None
    owner: str | None = None
    scope: Scope = Scope.SYSTEM


@dataclass(frozen=True)
class Check:
    """A consistency rule shown to author and reviewer when its condition holds."""

    id: str
    condition: str
    message: Text
    is_error: bool = False
    questions: tuple[str, ...] = ()
    scope: Scope = Scope.SYSTEM


@dataclass(frozen=True)
class FollowUp:
    """Another assessment that applies when its condition holds."""

    id: str
    framework: str
    condition: str
    why: Text
    title: Text = NO_TEXT
    scope: Scope = Scope.SYSTEM


@dataclass(frozen=True)
class Profile:
    """A part of the questions to ask, and for which systems; no ``only`` is all of them."""

    id: str
    title: Text
    help: Text = NO_TEXT
    applies_to: tuple[tuple[str, tuple[str, ...]], ...] = ()  # ("risk_tier", ("high", "prohibited"))
    only: tuple[str, ...] = ()  # ids of sections and questions

    def fits(self, facts: Mapping[str, str]) -> bool:
        """Whether a system with these facts (``{"risk_tier": "high"}``) is one this profile is for."""
        return all(facts.get(fact) in values for fact, values in self.applies_to)

    def asks(self, section: "Section", question: Question) -> bool:
        return not self.only or section.id in self.only or question.id in self.only


@dataclass(frozen=True)
class Source:
    """Where a framework comes from."""

    name: str
    ref: str | None = None
    url: str | None = None
    licence: str | None = None
    note: Text = NO_TEXT


@dataclass(frozen=True, eq=False)
class Framework:
    """A questionnaire definition. Two are compared by ``editions.digest``, not by ``==``."""

    id: str
    version: str
    title: Text
    sections: tuple[Section, ...]
    scope: Scope = Scope.SYSTEM
    summary: Text = NO_TEXT
    source: Source | None = None
    published_on: str | None = None
    effective_on: str | None = None
    languages: tuple[str, ...] = ("en",)
    chapters: tuple[Chapter, ...] = ()
    controls: tuple[Control, ...] = ()
    choice_sets: tuple[ChoiceSet, ...] = ()
    scores: tuple[Score, ...] = ()
    values: tuple[Value, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    duties: tuple[Duty, ...] = ()
    checks: tuple[Check, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    profiles: tuple[Profile, ...] = ()
    repeats: bool = False  # several assessments by it may be open for one subject
    final_needs_signoff: bool = True
    only_scope: Scope | None = None  # set by for_scope
    borrowed: tuple[Section, ...] = field(default=())  # sections of the other scope: readable, not asked here
    only_profile: str | None = None  # set by for_profile
    skipped: tuple[Section, ...] = field(default=())  # questions a profile leaves out: readable, always blank
    _without_profile: "Framework | None" = field(default=None, repr=False)

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """Every question asked here, in order."""
        return tuple(question for section in self.sections for question in section.questions)

    @cached_property
    def questions_by_id(self) -> dict[str, Question]:
        return {question.id: question for question in self.questions}

    @cached_property
    def sections_by_question(self) -> dict[str, Section]:
        return {question.id: section for section in self.sections for question in section.questions}

    @cached_property
    def readable_sections(self) -> tuple[Section, ...]:
        """Sections whose answers conditions may read: those asked here and those borrowed."""
        return (*self.borrowed, *self.sections)

    @cached_property
    def choice_sets_by_id(self) -> dict[str, ChoiceSet]:
        return {choice_set.id: choice_set for choice_set in self.choice_sets}

    @cached_property
    def profiles_by_id(self) -> dict[str, Profile]:
        return {profile.id: profile for profile in self.profiles}

    @cached_property
    def scopes(self) -> tuple[Scope, ...]:
        """The scopes this framework has questions for, organisation first."""
        present = {section.scope for section in self.sections}
        return tuple(scope for scope in Scope if scope in present)

    @cached_property
    def pages(self) -> tuple[Page, ...]:
        """The pages of the form, in order: neighbours with the same ``topic`` share one."""
        pages: list[Page] = []
        for section in self.sections:
            for question in section.questions:
                last = pages[-1] if pages else None
                if last and question.topic and last.section is section and last.questions[0].topic == question.topic:
                    pages[-1] = replace(last, questions=(*last.questions, question))
                else:
                    pages.append(Page(question.topic or question.id, section, (question,)))
        return tuple(pages)

    def question(self, question_id: str) -> Question:
        """The question with this id; ``KeyError`` when it is not asked here."""
        return self.questions_by_id[question_id]

    def _lent_to(self, scope: Scope) -> tuple[Section, ...]:
        """A system's conditions may read the organisation's answers, never the other way round."""
        if scope is Scope.ORGANISATION:
            return ()
        return tuple(section for section in self.readable_sections if section.scope is Scope.ORGANISATION)

    def for_scope(self, scope: Scope | str) -> "Framework":
        """The part asked of the organisation, or of one system; the rest can still be read by conditions."""
        wanted = Scope(scope)
        if self._without_profile is not None and self.only_profile is not None:
            return self._without_profile.for_scope(wanted).for_profile(self.only_profile)
        return replace(
            self,
            sections=tuple(section for section in self.sections if section.scope is wanted),
            borrowed=self._lent_to(wanted),
            scores=tuple(item for item in self.scores if item.scope is wanted),
            values=tuple(item for item in self.values if item.scope is wanted),
            outcomes=tuple(item for item in self.outcomes if item.scope is wanted),
            duties=tuple(item for item in self.duties if item.scope is wanted),
            checks=tuple(item for item in self.checks if item.scope is wanted),
            follow_ups=tuple(item for item in self.follow_ups if item.scope is wanted),
            only_scope=wanted,
        )

    def for_profile(self, profile_id: str | None) -> "Framework":
        """Only the questions of a profile; the others can be read by conditions, but are never answered.

        No profile is all questions. ``KeyError`` when there is no such profile.
        """
        whole = self._without_profile or self
        if profile_id is None:
            return whole
        profile = self.profiles_by_id[profile_id]
        asked, skipped = [], []
        for section in whole.sections:
            kept = tuple(question for question in section.questions if profile.asks(section, question))
            left = tuple(question for question in section.questions if not profile.asks(section, question))
            asked += [replace(section, questions=kept)] if kept else []
            skipped += [replace(section, questions=left)] if left else []
        return replace(
            whole, sections=tuple(asked), skipped=tuple(skipped), only_profile=profile_id, _without_profile=whole
        )
