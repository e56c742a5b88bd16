"""What a framework (a questionnaire definition) is made of: frozen dataclasses, one per kind of thing in the file."""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property

from evenhand.questionnaire.texts import NO_TEXT, Text


class Scope(StrEnum):
    """Whom an assessment is about."""

    ORGANISATION = "organisation"
    SYSTEM = "system"


class QuestionType(StrEnum):
    """How a question is answered."""

    SINGLE = "single"
    MULTI = "multi"
    BOOLEAN = "boolean"
    TEXT = "text"
    LONGTEXT = "longtext"
    NUMBER = "number"
    DATE = "date"
    PERSON = "person"
    FILE = "file"
    LINK = "link"
    GROUP = "group"  # repeated rows; its questions are the columns
    MATRIX = "matrix"  # likelihood x severity
    PARTS = "parts"  # one topic answered in several parts
    INFO = "info"  # a note, no answer


class NotApplicable(StrEnum):
    """Whether a question may be set aside as not applicable."""

    NEVER = "never"
    ALLOWED = "allowed"
    REASON = "reason"


class Carry(StrEnum):
    """What happens to an answer when a new assessment starts from the last one."""

    KEEP = "keep"
    CONFIRM = "confirm"
    NEVER = "never"


Points = tuple[tuple[str, float], ...]  # (score id, points)


@dataclass(frozen=True)
class Choice:
    """One answer to pick."""

    id: str
    label: Text
    help: Text = NO_TEXT
    points: Points = ()
    source_id: str | None = None
    is_exclusive: bool = False  # in a multi question: rules out every other choice


@dataclass(frozen=True)
class ChoiceSet:
    """Choices shared by many questions; answers to them can be tallied."""

    id: str
    choices: tuple[Choice, ...]
    title: Text = NO_TEXT


@dataclass(frozen=True)
class Level:
    """A band of a likelihood x severity matrix: products up to and including ``up_to``."""

    id: str
    label: Text
    up_to: float


@dataclass(frozen=True)
class ExpectedEvidence:
    """What proves an answer, and when proof must be attached."""

    expected: Text = NO_TEXT
    required_if: str | None = None


@dataclass(frozen=True)
class Question:
    """A question, a part of one, or a column of a group. ``id`` is also its variable in conditions."""

    id: str
    type: QuestionType
    prompt: Text
    code: str | None = None  # as the source numbers it: "MAP 5.1"
    help: Text = NO_TEXT
    why: Text = NO_TEXT
    who: Text = NO_TEXT
    evidence: ExpectedEvidence = ExpectedEvidence()
    is_required: bool = False
    required_if: str | None = None
    visible_if: str | None = None
    na: NotApplicable = NotApplicable.REASON
    carry: Carry = Carry.CONFIRM
    choices: tuple[Choice, ...] = ()
    choice_set: str | None = None
    is_tallied: bool = False
    points: tuple[tuple[bool, Points], ...] = ()  # of a boolean question
    minimum: float | None = None
    maximum: float | None = None
    is_whole: bool = False
    unit: Text = NO_TEXT
    max_length: int | None = None
    min_rows: int | None = None
    max_rows: int | None = None
    item_title: str | None = None
    questions: tuple["Question", ...] = ()
    likelihood: tuple[Choice, ...] = ()
    severity: tuple[Choice, ...] = ()
    levels: tuple[Level, ...] = ()
    topic: str | None = None
    refs: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    source_id: str | None = None

    @property
    def label(self) -> str:
        """What to call it in a message: its code, or its id."""
        return self.code or self.id

    @property
    def takes_answer(self) -> bool:
        return self.type is not QuestionType.INFO

    @cached_property
    def parts_by_id(self) -> dict[str, "Question"]:
        return {part.id: part for part in self.questions}

    @cached_property
    def choices_by_id(self) -> dict[str, Choice]:
        return {choice.id: choice for choice in self.choices}


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
    only_scope: Scope | None = None  # set by for_scope
    borrowed: tuple[Section, ...] = field(default=())  # sections of the other scope: readable, not asked here

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
        return replace(
            self,
            sections=tuple(section for section in self.sections if section.scope is wanted),
            borrowed=self._lent_to(wanted),
            scores=tuple(item for item in self.scores if item.scope is wanted),
            values=tuple(item for item in self.values if item.scope is wanted),
            outcomes=tuple(item for item in self.outcomes if item.scope is wanted),
            duties=tuple(item for item in self.duties if item.scope is wanted),
            checks=tuple(item for item in self.checks if item.scope is wanted),
            only_scope=wanted,
        )
