"""An assessment as a report prints it: questions with answers, evidence index, remarks, sign-offs, digest."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from assessments.models import Assessment, Evidence, SignOff
from assessments.models import Comment as CommentRow
from assessments.services.content import content_sha256
from assessments.services.standing import Standing, standing_of
from assessments.services.wording import Words, words_of
from evenhand.questionnaire.answers import Answer as Said
from evenhand.questionnaire.answers import AnswerState
from evenhand.questionnaire.schema import Question, Section
from evenhand.questionnaire.scoring import Result, score, tallies
from governance.models import System

STATES = {
    AnswerState.ANSWERED: "answered",
    AnswerState.NOT_APPLICABLE: "not_applicable",
    AnswerState.UNKNOWN: "dont_know",
}
TALLY_WORDS = {"not_applicable": "does not apply", "unknown": "don't know yet", "unanswered": "not answered"}


@dataclass(frozen=True)
class ReportedComment:
    """A remark somebody marked for the report."""

    author: str
    on: date
    text: str


@dataclass(frozen=True)
class ReportedQuestion:
    """A question and what was answered. state: answered, not_applicable, dont_know or unanswered."""

    id: str
    prompt: str
    state: str
    parts: tuple[Words, ...]
    reason: str
    evidence: tuple[str, ...]  # numbers in the evidence index
    comments: tuple[ReportedComment, ...]
    note: str = ""
    copied_sha256: str = ""  # of the signed answer this one is a copy of


@dataclass(frozen=True)
class ReportedTopic:
    """The questions of one section."""

    title: str
    questions: tuple[ReportedQuestion, ...]
    note: str = ""


@dataclass(frozen=True)
class ReportedEvidence:
    """A line of the evidence index."""

    number: str
    name: str
    where: str
    sha256: str
    note: str


@dataclass(frozen=True)
class ReportedSignOff:
    """A decision; `stale` says why it no longer covers the present content."""

    function: str
    person: str
    decision: str
    on: date
    conditions: str
    comment: str
    signed_sha256: str
    stale: str


@dataclass(frozen=True)
class ReportedOutcome:
    """An outcome, score or distribution in words."""

    label: str
    value: str
    explanation: str = ""


@dataclass(frozen=True)
class ReportedAssessment:
    """One assessment, complete, in the order in which it is printed."""

    uid: str
    title: str
    framework: str
    framework_version: str
    edition_sha256: str
    subject: str
    status: str
    content_sha256: str
    outcomes: tuple[ReportedOutcome, ...]
    topics: tuple[ReportedTopic, ...]
    evidence: tuple[ReportedEvidence, ...]
    sign_offs: tuple[ReportedSignOff, ...]
    note: str


def assessments_behind(system: System) -> list[Assessment]:
    """What a report on a system prints: its own assessments that are not superseded, newest first."""
    rows = Assessment.objects.with_parts().filter(system=system)
    return list(rows.exclude(status="superseded").order_by("-created_at", "-id"))


def assessment_for_report(assessment: Assessment) -> ReportedAssessment:
    """Everything a report says of an assessment, frozen."""
    standing = standing_of(assessment)
    present = content_sha256(assessment)
    numbers = {
        piece.pk: f"E{number}"
        for number, piece in enumerate((piece for found in standing.evidence.values() for piece in found), start=1)
    }
    signoffs = assessment.signoffs.select_related("person")
    return ReportedAssessment(
        uid=str(assessment.uid),
        title=assessment.title,
        framework=assessment.edition.title,
        framework_version=assessment.edition.version,
        edition_sha256=assessment.edition.sha256,
        subject=assessment.subject_name,
        status=assessment.status,
        content_sha256=present,
        outcomes=tuple(_outcomes(standing)),
        topics=(*_copied_topics(standing), *_topics(standing, numbers)),
        evidence=tuple(_evidence(standing, numbers)),
        sign_offs=tuple(_signoff(signoff, present) for signoff in signoffs),
        note=_note(standing),
    )


def _topics(standing: Standing, numbers: dict[int, str]) -> Iterator[ReportedTopic]:
    comments: dict[str, list[CommentRow]] = {}
    for comment in standing.assessment.comments.filter(for_report=True).select_related("author"):
        comments.setdefault(comment.question_id, []).append(comment)
    for section in standing.framework.sections:
        asked = [question for question in section.questions if question in standing.asked]
        if asked:
            yield ReportedTopic(
                _title(section),
                tuple(_question(standing, question, numbers, comments.get(question.id, [])) for question in asked),
            )


def _question(
    standing: Standing, question: Question, numbers: dict[int, str], comments: list[CommentRow]
) -> ReportedQuestion:
    said = standing.said.get(question.id)
    return ReportedQuestion(
        id=question.label,
        prompt=str(question.prompt),
        state=_state(said),
        parts=words_of(question, said),
        reason=said.reason if said else "",
        evidence=tuple(numbers[piece.pk] for piece in standing.evidence.get(question.id, [])),
        comments=tuple(
            ReportedComment(str(comment.author), comment.created_at.date(), comment.text) for comment in comments
        ),
    )


def _copied_topics(standing: Standing) -> Iterator[ReportedTopic]:
    """What the organisation answered once, as it was copied; a newer signed text is named, never printed instead."""
    for section in standing.framework.borrowed if standing.copied else ():
        asked = (question for question in section.questions if question.takes_answer)
        questions = tuple(_copied_question(standing, question) for question in asked)
        yield ReportedTopic(_title(section), questions, "Copied from the organisation's signed assessment.")


def _copied_question(standing: Standing, question: Question) -> ReportedQuestion:
    copied = standing.copied.get(question.id)
    said = copied.said() if copied else None
    newer = standing.stale.get(question.id)
    newer_on = newer.decided_at if newer else None
    note = f"Stale: the organisation signed a newer answer on {_day(newer_on.date())}." if newer_on else ""
    return ReportedQuestion(
        id=question.label,
        prompt=str(question.prompt),
        state=_state(said),
        parts=words_of(question, said),
        reason=said.reason if said else "",
        evidence=(),
        comments=(),
        note=note,
        copied_sha256=copied.sha256 if copied else "",
    )


def _evidence(standing: Standing, numbers: dict[int, str]) -> Iterator[ReportedEvidence]:
    for found in standing.evidence.values():
        for piece in found:
            yield ReportedEvidence(numbers[piece.pk], piece.title, piece.where, piece.sha256, _evidence_note(piece))


def _evidence_note(piece: Evidence) -> str:
    if piece.valid_until is None:
        return ""
    return f"{'expired on' if piece.is_expired else 'valid until'} {_day(piece.valid_until)}"


def _signoff(signoff: SignOff, present: str) -> ReportedSignOff:
    is_stale = signoff.signed_sha256 != present
    return ReportedSignOff(
        function=signoff.function,
        person=str(signoff.person),
        decision=signoff.decision,
        on=signoff.signed_at.date(),
        conditions=signoff.conditions,
        comment=signoff.comment,
        signed_sha256=signoff.signed_sha256,
        stale="The answers or the evidence changed after this decision." if is_stale else "",
    )


def _outcomes(standing: Standing) -> Iterator[ReportedOutcome]:
    """Scores and outcomes where the framework defines some, and how answers with shared choices are distributed."""
    result = score(standing.framework, standing.said, evidence=standing.n_evidence, evaluation=standing.evaluation)
    provisional = "Provisional: required answers are missing." if result.is_provisional else ""
    for defined in standing.framework.scores:
        found = result.scores[defined.id]
        yield ReportedOutcome(str(defined.title) or defined.id, f"{found.value:g} of {found.maximum:g}", provisional)
    yield from _chosen(result, provisional)
    yield from _distribution(standing)


def _chosen(result: Result, provisional: str) -> Iterator[ReportedOutcome]:
    for outcome in result.framework.outcomes:
        chosen = result.outcomes.get(outcome.id)
        label = next((str(option.label) for option in outcome.options if option.id == chosen), "not computed")
        yield ReportedOutcome(str(outcome.title) or outcome.id, label, provisional)


def _distribution(standing: Standing) -> Iterator[ReportedOutcome]:
    framework = standing.framework
    chapters = {chapter.id: chapter.code or str(chapter.title) for chapter in framework.chapters}
    labels = {
        choice_set.id: {choice.id: str(choice.label).lower() for choice in choice_set.choices}
        for choice_set in framework.choice_sets
    }
    counts: dict[tuple[str, str], dict[str, int]] = {}
    for tally in tallies(standing.evaluation):
        entry = counts.setdefault((tally.choice_set, tally.chapter or tally.section), {})
        for choice, count in tally.counts:
            entry[choice] = entry.get(choice, 0) + count
    for (choice_set, place), found in counts.items():
        words = {**labels[choice_set], **TALLY_WORDS}
        text = ", ".join(f"{count} {words[choice]}" for choice, count in found.items() if count)
        yield ReportedOutcome(chapters.get(place, place), text, "Counted, never averaged.")


def _note(standing: Standing) -> str:
    if not standing.copied:
        return ""
    sources = {copied.source_id for copied in standing.copied.values()}
    signed = SignOff.objects.filter(assessment__in=sources, decision="approved").select_related("person")
    lines = [f"{len(standing.copied)} answers are copied from the organisation's own assessment."]
    lines += [
        f"{row.person} ({row.function}) signed it on {_day(row.signed_at.date())}. SHA-256 of what was signed: "
        f"{row.signed_sha256}."
        for row in signed.order_by("signed_at", "id")
    ]
    lines += [f"{len(standing.stale)} of them are stale: newer answers were signed."] if standing.stale else []
    return " ".join(lines)


def _state(said: Said | None) -> str:
    return "unanswered" if said is None or (said.value is None and said.state == "answered") else STATES[said.state]


def _title(section: Section) -> str:
    return f"{section.code}: {section.title}" if section.code else str(section.title)


def _day(on: date) -> str:
    return f"{on.day} {on:%B %Y}"
