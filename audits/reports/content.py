"""What a report says: one frozen value, gathered before anything is drawn, whose digest goes on the ledger.

The digest is taken before the checkpoint exists, so the checkpoint and its proofs are a second value, `RecordProof`.
Text is plain text: the renderer escapes it, so nothing here can become markup, style or a link.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from audits.reports.assessment_content import AssessmentSection
from audits.reports.codec import JSON, from_plain, to_plain
from evenhand.ledger.canonical import canonical_bytes, sha256_hex

FORMAT = "evenhand-report/1"


class ReportKind(Enum):
    """What a reader may expect of a report. Only the last is an auditor's own opinion."""

    MANAGEMENT_RECORD = "management_record"
    SECOND_LINE_REVIEW = "second_line_review"
    INTERNAL_AUDIT = "internal_audit"
    INDEPENDENT_ENGAGEMENT = "independent_engagement"


@dataclass(frozen=True, kw_only=True)
class Person:
    """A name and the function the person acted in."""

    name: str
    function: str = ""


@dataclass(frozen=True, kw_only=True)
class Headline:
    """The verdict in a word and a sentence. state: met, not_met, inconclusive or none (no goal judged)."""

    state: str
    word: str
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A labelled line, as printed."""

    label: str
    text: str


@dataclass(frozen=True, kw_only=True)
class SystemFacts:
    """The AI system in its setting."""

    uid: str
    name: str
    tier: str = ""
    tier_reasons: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()  # purpose, people affected, decision, oversight, ... in the order to print


@dataclass(frozen=True, kw_only=True)
class FileFact:
    """A file of the version, by name and digest."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True, kw_only=True)
class VersionFacts:
    """Model and version reported on."""

    model: str
    uid: str
    name: str
    status: str
    change_class: str = ""
    commit: str = ""
    facts: tuple[Fact, ...] = ()  # origin, vendor, run, registered by, ...
    files: tuple[FileFact, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RuleFacts:
    """The decision rule: how scores become decisions, in words."""

    number: str
    name: str
    sentence: str
    threshold: str = ""
    human_action: str = ""


@dataclass(frozen=True, kw_only=True)
class CardSection:
    """One section of the model card: paragraphs, then labelled facts."""

    heading: str
    paragraphs: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ModelCard:
    """The version's model card as it stood."""

    number: int
    sha256: str
    sections: tuple[CardSection, ...]


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """Who agreed a goal, when, and the ledger entry that says so. before_results: agreed before data came in."""

    proposed_by: Person | None
    approved_by: Person | None
    on: date | None
    entry: str
    before_results: bool


@dataclass(frozen=True, kw_only=True)
class GoalSection:
    """A fairness goal with its origin; its verdict is in the result of the evaluation it was judged by.

    `key` is the value of "goal" in the result's verdict rows. `document` is the goal exactly as the engine was given
    it, so that the result can be computed again. `evaluation` is the number of an EvaluationSection (E-12) or "".
    """

    number: str
    key: str
    name: str
    metric: str
    metric_in_words: str
    by: tuple[str, ...]
    limit: str
    view: str
    reason: str
    reference_reason: str
    agreement: Agreement
    evaluation: str
    document: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class EvaluationSection:
    """One evaluation of the version, whatever became of it.

    result: exactly what `evaluate --json` prints. goals: the goal documents it was judged by, in order. options: the
    other arguments of the engine (seed, reference, confidence, order). counts: name of the attached counts or "".
    """

    number: str
    uid: str
    status: str
    grade: str
    rule: str
    counts_sha256: str = ""
    counts: str = ""
    source: str = ""
    source_sha256: str = ""
    filter: str = ""
    extracted_on: date | None = None
    row_total: int | None = None
    control_total: int | None = None
    control_source: str = ""
    created_at: datetime | None = None
    finished_at: datetime | None = None
    error: str = ""
    replaced_by: str = ""
    data_use: str = ""  # "This data was used 2 times before on this model: E-3, E-7."
    of_record: bool = True
    entered_afterwards: bool = False
    options: dict[str, Any] | None = None
    goals: tuple[dict[str, Any], ...] = ()
    result: dict[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class FindingRow:
    """Something to fix."""

    number: str
    what: str
    owner: str
    due: str
    late: bool = False


@dataclass(frozen=True, kw_only=True)
class AuditFacts:
    """The audit record: what was tested and what was not."""

    number: str
    on: date
    auditor: Person
    scope: str
    data_used: tuple[str, ...]
    population_gaps: tuple[str, ...]
    uses: tuple[str, ...]
    outside: tuple[str, ...]
    conclusion: str
    next_on: date | None
    independence: str = ""
    title: str = ""


@dataclass(frozen=True, kw_only=True)
class ReportContent:
    """Everything a report says. Gathered once, digested, put on the ledger, then drawn."""

    uid: str
    number: str
    kind: ReportKind
    title: str
    lead: str
    organisation: str
    prepared_by: Person
    issued_at: datetime
    period_start: date | None
    period_end: date | None
    headline: Headline
    summary: tuple[str, ...]
    system: SystemFacts
    version: VersionFacts
    rule: RuleFacts | None
    goals: tuple[GoalSection, ...]
    card: ModelCard | None
    assessments: tuple[AssessmentSection, ...]
    evaluations: tuple[EvaluationSection, ...]
    limits: tuple[str, ...]
    gaps: tuple[str, ...]
    findings: tuple[FindingRow, ...] = ()
    audit: AuditFacts | None = None
    history_notes: tuple[str, ...] = ()
    withheld: int = 0
    language: str = "en"
    format: str = FORMAT

    def to_json(self) -> dict[str, JSON]:
        """The content as a JSON object."""
        plain: dict[str, JSON] = to_plain(self)
        return plain

    def canonical(self) -> bytes:
        """RFC 8785 bytes: what is attached as content.json and what the digest is taken of."""
        return canonical_bytes(self.to_json())

    @property
    def sha256(self) -> str:
        """Hex SHA-256 of the canonical bytes: the digest in the ledger's `report.frozen` entry."""
        return sha256_hex(self.canonical())

    @classmethod
    def from_json(cls, value: JSON) -> "ReportContent":
        """The content from its JSON object; ContentError names the first thing that does not fit."""
        return from_plain(cls, value)


@dataclass(frozen=True, kw_only=True)
class RecordProof:
    """The ledger's side of a report: made after the `report.frozen` entry is in the tree.

    checkpoint: the signed note, as text. proofs: the JSON attached as proofs.json (docs/verifying.md has its shape).
    """

    checkpoint: str
    tree_size: int
    root: str  # base64, as printed in the note
    checkpoint_at: datetime
    entries: int  # entries about the subjects of this report
    frozen_entry: str  # number of the report.frozen entry, as printed
    ledger_key: str  # verifier key of the note ("name+hash+key")
    proofs: dict[str, Any]
