"""A whole report about published figures, with a small ledger under it: what the gathering service must supply.

Counts: ProPublica, "How We Analyzed the COMPAS Recidivism Algorithm" (2016), positive = score Medium or High.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from audits.reports.assessment_content import (
    AnsweredQuestion,
    AnswerPart,
    AssessmentSection,
    Comment,
    EvidenceRow,
    Outcome,
    SignOff,
    Topic,
)
from audits.reports.content import (
    Agreement,
    AuditFacts,
    CardSection,
    EvaluationSection,
    Fact,
    FileFact,
    FindingRow,
    GoalSection,
    Headline,
    ModelCard,
    Person,
    RecordProof,
    ReportContent,
    ReportKind,
    RuleFacts,
    SystemFacts,
    VersionFacts,
)
from audits.reports.fonts import Fonts
from audits.reports.render import render_report
from audits.reports.signing import SigningKey, ensure_signing_key, sign
from evenhand.fairness import Counts, FairnessGoal, Source, evaluate
from evenhand.ledger.canonical import canonical_bytes, salted_digest
from evenhand.ledger.checkpoints import Checkpoint
from evenhand.ledger.entries import Entry
from evenhand.ledger.merkle import MemorySubtreeStore, root_at
from evenhand.ledger.notes import SignerKey
from evenhand.ledger.paths import consistency_path, inclusion_path

FONTS_FOLDER = Path(__file__).resolve().parents[3] / "config" / "static" / "vendor" / "fonts-ttf"
ISSUED = datetime(2026, 11, 23, 9, 46, tzinfo=UTC)
REPORT = "0198b7a0-0000-7000-8000-000000000008"
ORIGIN = "example.org/ledger"
SUBJECT = UUID(int=1)
SALT = bytes(range(32))

# group: true negatives, false positives, false negatives, true positives
COMPAS = {
    "African-American": (990, 805, 532, 1369),
    "Caucasian": (1139, 349, 461, 505),
    "all others": (552, 128, 223, 161),
}
FALSE_ALARMS = {
    "id": "equal-false-alarms",
    "name": "Equal false alarms",
    "metric": "false_positive_rate",
    "by": ["race"],
    "threshold": 0.05,
    "side": "at_most",
    "reference": {"race": "Caucasian"},
    "words": {"people": "defendants", "subject": "the score", "selects": "flags", "no_outcome": "did not reoffend"},
}
OPTIONS: dict[str, Any] = {"seed": 7, "confidence": 0.95}


@cache
def compas_counts() -> Counts:
    rows = [
        {"race": race, "reoffended": label, "flagged": prediction, "n": n}
        for race, (tn, fp, fn, tp) in COMPAS.items()
        for label, prediction, n in ((0, 0, tn), (0, 1, fp), (1, 0, fn), (1, 1, tp))
    ]
    source = Source("ProPublica's published table", n_rows=7214)
    return Counts.from_cells(rows, groups=["race"], label="reoffended", prediction="flagged", source=source)


@cache
def compas_result() -> dict[str, Any]:
    goals = [FairnessGoal.from_dict(FALSE_ALARMS)]
    return evaluate(compas_counts(), goals=goals, **OPTIONS).to_json()


def question(number: int, **changes: Any) -> AnsweredQuestion:
    answered = AnsweredQuestion(
        id=f"MAP 1.{number}",
        prompt="Is the context of use written down, and do those who decide know it?",
        state="answered",
        parts=(AnswerPart(label="Status", text="In place"), AnswerPart(label="How", text="The team keeps a log.")),
        evidence=("EV-1",) if number == 1 else (),
        comments=(Comment(author="Ana Reyes", on=date(2026, 11, 5), text="Read and agreed."),) if number == 2 else (),
    )
    return replace(answered, **changes)


def assessment(questions: int = 3) -> AssessmentSection:
    topics = tuple(
        Topic(
            title=f"Topic {start // 10 + 1}",
            questions=tuple(question(n) for n in range(start, min(start + 10, questions + 1))),
        )
        for start in range(1, questions + 1, 10)
    )
    return AssessmentSection(
        number="A-1",
        uid="0198b7a0-0000-7000-8000-00000000000a",
        framework="NIST AI Risk Management Framework",
        framework_version="1.0",
        subject="the system",
        status="approved",
        content_sha256="ef" * 32,
        outcomes=(Outcome(label="In place", value=f"{questions} of {questions}"),),
        topics=topics,
        evidence=(EvidenceRow(number="EV-1", name="Log", where="https://example.org/log", sha256="aa" * 32),),
        sign_offs=(
            SignOff(
                function="Second line",
                person="Ana Reyes",
                decision="approved",
                on=date(2026, 11, 20),
                conditions="Look again in May",
                signed_sha256="ef" * 32,
            ),
        ),
    )


def goal() -> GoalSection:
    return GoalSection(
        number="G-1",
        key="equal-false-alarms",
        name="Equal false alarms",
        metric="false_positive_rate",
        metric_in_words="People who did not reoffend within two years",
        by=("race",),
        limit="at most 5 points above",
        view="the defendants",
        reason="A wrong flag costs a person liberty.",
        reference_reason="Caucasian defendants, because historical harm is measured against them.",
        agreement=Agreement(
            proposed_by=Person(name="Jonas Weber"),
            approved_by=Person(name="Ana Reyes"),
            on=date(2026, 11, 3),
            entry="1",
            before_results=True,
        ),
        evaluation="E-1",
        document=FALSE_ALARMS,
    )


def completed_evaluation() -> EvaluationSection:
    return EvaluationSection(
        number="E-1",
        uid="0198b7a0-0000-7000-8000-0000000000e1",
        status="completed",
        grade="declared",
        rule="R-1",
        counts_sha256=compas_counts().sha256,
        counts="counts-1.json",
        source="ProPublica, published table",
        row_total=7214,
        control_total=7214,
        control_source="the article",
        finished_at=ISSUED,
        data_use="First use of this data on this model.",
        options=OPTIONS,
        goals=(FALSE_ALARMS,),
        result=compas_result(),
    )


def failed_evaluation() -> EvaluationSection:
    return EvaluationSection(
        number="E-2",
        uid="0198b7a0-0000-7000-8000-0000000000e2",
        status="failed",
        grade="counted by the server from a file",
        rule="R-1",
        error="Column two_year_recid is missing from the file.",
    )


def report_content(**changes: Any) -> ReportContent:
    content = ReportContent(
        uid=REPORT,
        number="AR-8",
        kind=ReportKind.SECOND_LINE_REVIEW,
        title="Recidivism risk score",
        lead="Report on version 2.1: what it is, whom it affects, whether it treats people evenly, and the proof.",
        organisation="Example County, Pretrial Services",
        prepared_by=Person(name="Maren Solberg", function="compliance"),
        issued_at=ISSUED,
        period_start=date(2026, 11, 1),
        period_end=date(2026, 11, 23),
        headline=Headline(
            state="not_met", word="Goal not met", sentence="The score wrongly flags one group more often."
        ),
        summary=(
            "The score gives people who await trial a number from 1 to 10.",
            "One goal is missed by a wide margin.",
        ),
        system=SystemFacts(
            uid="0198b7a0-0000-7000-8000-000000000001",
            name="Pretrial risk",
            tier="high-risk",
            tier_reasons=("Takes part in a decision on liberty",),
            facts=(Fact(label="Purpose", text="Advice on release before trial"),),
        ),
        version=VersionFacts(
            model="Decile score",
            uid="0198b7a0-0000-7000-8000-000000000002",
            name="2.1",
            status="under review",
            commit="9f3c01",
            files=(FileFact(name="model.skops", sha256="ab" * 32, size=12345),),
        ),
        rule=RuleFacts(
            number="R-1",
            name="Flag from Medium",
            sentence="A person is flagged when the score is Medium or High.",
            human_action="A judge reads the score with the file.",
        ),
        goals=(goal(),),
        card=ModelCard(
            number=3,
            sha256="cd" * 32,
            sections=(CardSection(heading="Intended use", paragraphs=("Advice to a judge.",)),),
        ),
        assessments=(assessment(),),
        evaluations=(completed_evaluation(), failed_evaluation()),
        limits=("The vendor does not disclose the model; it was tested from outside only.",),
        gaps=("The smaller groups are counted together.",),
        findings=(
            FindingRow(number="F-1", what="False positives differ by race", owner="Tomas Lind", due="9 Dec 2026"),
        ),
        audit=AuditFacts(
            number="AU-1",
            on=date(2026, 11, 20),
            auditor=Person(name="Maren Solberg", function="compliance"),
            scope="Version 2.1 with rule R-1",
            data_used=("COMPAS, Broward County 2013-2014",),
            population_gaps=("People released without a score",),
            uses=("Advice at the first hearing",),
            outside=("Sentencing",),
            conclusion="The goal is not met.",
            next_on=date(2027, 5, 20),
        ),
        history_notes=("Some of this history was entered afterwards.",),
    )
    return replace(content, **changes)


@dataclass
class SmallLedger:
    """A ledger of plain entries with one `report.frozen` entry near its end."""

    signer: SignerKey
    store: MemorySubtreeStore
    entries: list[Entry]

    @classmethod
    def with_report(
        cls,
        digest: str,
        *,
        before: int = 20,
        after: int = 3,
        event: str = "report.frozen",
        named: str = "content_sha256",
    ) -> "SmallLedger":
        entries = [_entry(n, "system.registered", b"x") for n in range(before)]
        entries.append(_entry(before, event, canonical_bytes(_context(digest, named)), subject=UUID(REPORT)))
        entries += [_entry(before + 1 + n, "system.changed", b"y") for n in range(after)]
        store = MemorySubtreeStore()
        store.extend(entry.leaf_hash() for entry in entries)
        return cls(SignerKey(ORIGIN, b"\x07" * 32), store, entries)

    @property
    def frozen(self) -> int:
        return next(index for index, entry in enumerate(self.entries) if entry.event.startswith("report."))

    def checkpoint(self, size: int | None = None) -> str:
        size = len(self.entries) if size is None else size
        return Checkpoint(ORIGIN, size, root_at(size, self.store), 0, b"\x00" * 32).sign(self.signer)

    def proofs(self, digest: str, *, kept: int = 10, named: str = "content_sha256") -> dict[str, Any]:
        size = len(self.entries)
        return {
            "format": "evenhand-proofs/1",
            "ledger_key": str(self.signer.verifier),
            "frozen": {
                "entry": self.entries[self.frozen].to_json(),
                "index": self.frozen,
                "path": [step.hex() for step in inclusion_path(self.frozen, size, self.store)],
                "disclosed": {"part": "context", "salt": SALT.hex(), "content": _context(digest, named)},
            },
            "consistency": [{"first": kept, "path": [step.hex() for step in consistency_path(kept, size, self.store)]}],
        }


def _context(digest: str, named: str) -> dict[str, Any]:
    return {"actor": None, "data": {named: digest}, "subject": "AR-8", "team": "T", "token": None}


def _entry(number: int, event: str, context: bytes, *, subject: UUID = SUBJECT) -> Entry:
    return Entry(
        uid=UUID(int=number + 1),
        event=event,
        actor_kind="system",
        actor_uid=None,
        interface="task",
        token_uid=None,
        team_uid=None,
        subject_kind="system",
        subject_uid=subject,
        subject_number=number + 1,
        previous_hash=None,
        before_digest=None,
        after_digest=None,
        context_digest=salted_digest(context, salt=SALT),
        correlation_uid=None,
        recorded_at=ISSUED,
        occurred_on=None,
        entered_afterwards=False,
    )


def record_proof(content: ReportContent, ledger: SmallLedger | None = None) -> RecordProof:
    ledger = ledger or SmallLedger.with_report(content.sha256)
    note = ledger.checkpoint()
    return RecordProof(
        checkpoint=note,
        tree_size=len(ledger.entries),
        root=note.splitlines()[2],
        checkpoint_at=ISSUED,
        entries=len(ledger.entries),
        frozen_entry=f"{ledger.frozen + 1:,}",
        ledger_key=str(ledger.signer.verifier),
        proofs=ledger.proofs(content.sha256),
    )


@cache
def fonts() -> Fonts:
    return Fonts.from_folder(FONTS_FOLDER)


def rendered(content: ReportContent, *, counts: bytes | None = None, proof: RecordProof | None = None) -> bytes:
    """The unsigned PDF of a content, with a ledger of its own."""
    data = compas_counts().canonical() if counts is None else counts
    return render_report(content, proof or record_proof(content), counts={"counts-1.json": data}, fonts=fonts())


def signed(pdf: bytes, folder: Path, organisation: str = "Example County") -> tuple[bytes, SigningKey]:
    """The PDF signed with the key of a folder."""
    key = ensure_signing_key(folder, organisation)
    return sign(pdf, key=key, reason="Report AR-8", name=organisation), key
