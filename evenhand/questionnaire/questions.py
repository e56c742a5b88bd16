"""What a question is made of: its type, choices, points, and where its answer may come from."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from evenhand.questionnaire.texts import NO_TEXT, Text


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
class SameAs:
    """The same question elsewhere (``framework:question`` or ``framework:question.part``), and why it is the same."""

    question: str
    basis: Text

    @property
    def framework_id(self) -> str:
        return self.question.partition(":")[0]

    @property
    def question_id(self) -> str:
        return self.question.partition(":")[2].partition(".")[0]

    @property
    def part_id(self) -> str | None:
        return self.question.partition(":")[2].partition(".")[2] or None


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
    prefill: str | None = None  # the fact (of facts.FACTS) an answer is offered from
    relies_on: tuple[str, ...] = ()  # facts whose change asks for another look; the prefill unless given
    same_as: tuple[SameAs, ...] = ()

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
