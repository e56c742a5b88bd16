"""The assessment part of a report's content: every question with its answer, evidence, comments and sign-offs."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True)
class AnswerPart:
    """One labelled part of an answer; label is empty where the question has a single part."""

    label: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Comment:
    """A comment somebody marked for the report."""

    author: str
    on: date
    text: str


@dataclass(frozen=True, kw_only=True)
class AnsweredQuestion:
    """A question and what was answered. state: answered, not_applicable, dont_know or unanswered."""

    id: str
    prompt: str
    state: str
    parts: tuple[AnswerPart, ...] = ()
    reason: str = ""  # why it does not apply
    evidence: tuple[str, ...] = ()  # numbers in the evidence index
    comments: tuple[Comment, ...] = ()
    note: str = ""  # what only this answer has to say, such as "Stale since 3 March 2026 ..."
    copied_sha256: str = ""  # digest of the signed answer this one is a copy of


@dataclass(frozen=True, kw_only=True)
class Topic:
    """One topic (page) of the questionnaire."""

    title: str
    questions: tuple[AnsweredQuestion, ...]
    note: str = ""  # "Copied from the organisation's signed assessment."


@dataclass(frozen=True, kw_only=True)
class EvidenceRow:
    """A line of the evidence index. where: file name or address, printed as text."""

    number: str
    name: str
    where: str
    sha256: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class SignOff:
    """Who decided what, in which function, over exactly which content."""

    function: str
    person: str
    decision: str
    on: date
    conditions: str
    signed_sha256: str
    stale: str = ""  # why it no longer covers the present content


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """An outcome or score of the assessment, in words."""

    label: str
    value: str
    explanation: str = ""


@dataclass(frozen=True, kw_only=True)
class AssessmentSection:
    """One assessment, complete."""

    number: str
    uid: str
    framework: str
    framework_version: str
    subject: str
    status: str
    content_sha256: str
    outcomes: tuple[Outcome, ...]
    topics: tuple[Topic, ...]
    evidence: tuple[EvidenceRow, ...]
    sign_offs: tuple[SignOff, ...]
    note: str = ""  # entered afterwards, copied by digest, ...
