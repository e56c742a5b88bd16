"""An assessment as a file: table, document, JSON, OSCAL."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.utils import timezone

from assessments.exchange.document import mark_of, to_docx
from assessments.exchange.files import to_csv, to_xlsx
from assessments.exchange.table import Line, lines_of
from assessments.models import Answer, Assessment, Evidence
from assessments.services.content import content_sha256
from assessments.services.outcome import result_of_standing
from assessments.services.reporting import assessment_for_report
from assessments.services.standing import Standing, standing_of
from assessments.services.wording import words_of
from evenhand.questionnaire.answers import Answer as Said
from evenhand.questionnaire.answers import answers_to_json
from evenhand.questionnaire.oscal_results import About, EvidencePiece, Observed, oscal_results
from evenhand.questionnaire.schema import Question, QuestionType
from governance.errors import InvalidError
from governance.models import User
from governance.permissions import require

FORMAT = "evenhand-assessment-export/1"


class Kind(StrEnum):
    """What an assessment can be written out as."""

    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"
    DOCX = "docx"
    OSCAL = "oscal"


MEDIA_TYPES = {
    Kind.JSON: "application/json",
    Kind.CSV: "text/csv; charset=utf-8",
    Kind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Kind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Kind.OSCAL: "application/oscal+json",
}
_SUFFIXES = {Kind.OSCAL: "oscal.json"}


@dataclass(frozen=True)
class Exported:
    """A file to hand out."""

    name: str
    media_type: str
    content: bytes


def export_assessment(*, assessment: Assessment, kind: str, by: User) -> Exported:
    """Write an assessment out, as it stands now."""
    require(by, "assessment.export", assessment)
    if kind not in {str(known) for known in Kind}:
        raise InvalidError(f"There is no export {kind!r}; choose {', '.join(Kind)}.", fields={"as": ["unknown"]})
    chosen = Kind(kind)
    content = _WRITERS[chosen](standing_of(assessment), timezone.now())
    suffix = _SUFFIXES.get(chosen, str(chosen))
    return Exported(f"{file_stem(assessment)}.{suffix}", MEDIA_TYPES[chosen], content)


def file_stem(assessment: Assessment) -> str:
    """A file name of plain letters, which says when it is only a draft."""
    words = f"{assessment.subject_name} {assessment.edition.framework_id}"
    stem = re.sub(r"[^A-Za-z0-9]+", "-", words).strip("-").lower()[:80] or "assessment"
    return stem if assessment.status == "approved" else f"{stem}-draft"


# --- tables


def _table(standing: Standing) -> Iterator[Line]:
    asked = [
        (section, question)
        for section in standing.framework.sections
        for question in section.questions
        if question.takes_answer and question.id in standing.evaluation.visible
    ]
    own = {answer.question_id: answer.said() for answer in standing.answers.values() if not answer.is_blank}
    revisions = {answer.question_id: answer.revision for answer in standing.answers.values()}
    return lines_of(asked, own, revisions, _words)


def _words(question: Question, value: Any) -> str:
    """A value in words, where they say more than the value itself."""
    if question.type in (QuestionType.SINGLE, QuestionType.MULTI, QuestionType.MATRIX):
        return "; ".join(word.text for word in words_of(question, Said(value)))
    return ""


def _csv(standing: Standing, _: datetime) -> bytes:
    return to_csv(_table(standing))


def _xlsx(standing: Standing, now: datetime) -> bytes:
    return to_xlsx(_table(standing), _about(standing, now))


def _about(standing: Standing, now: datetime) -> Iterator[tuple[str, str]]:
    assessment = standing.assessment
    yield "Assessment", assessment.title
    yield "About", assessment.subject_name
    yield "Framework", f"{assessment.edition.framework_id} {assessment.edition.version}"
    yield "State", mark_of(assessment.status) or "Approved"
    yield "Written out", f"{now:%Y-%m-%d %H:%M} UTC"
    yield "Content, SHA-256", content_sha256(assessment)
    yield "To fill in", "Change the columns Answer, State and Reason only. An empty answer leaves what is saved."
    yield "State", "Nothing, or: don't know, not applicable (with a reason)."


# --- documents


def _docx(standing: Standing, now: datetime) -> bytes:
    return to_docx(assessment_for_report(standing.assessment), made_at=now.replace(tzinfo=None, microsecond=0))


def _json(standing: Standing, now: datetime) -> bytes:
    """Everything, for programs; ``answers`` is what ``evenhand score`` reads."""
    assessment, result = standing.assessment, result_of_standing(standing)
    document = {
        "format": FORMAT,
        "exported_at": now.isoformat(),
        "assessment": {
            "uid": str(assessment.uid),
            "title": assessment.title,
            "subject": assessment.subject_name,
            "scope": assessment.scope,
            "profile": assessment.profile,
            "status": assessment.status,
            "is_draft": assessment.status != "approved",
            "content_sha256": content_sha256(assessment),
        },
        "framework": {
            "id": assessment.edition.framework_id,
            "version": assessment.edition.version,
            "sha256": assessment.edition.sha256,
        },
        "answers": answers_to_json(standing.said),
        "saved": {answer.question_id: _saved(answer) for answer in standing.answers.values()},
        "evidence": [_piece_json(piece) for pieces in standing.evidence.values() for piece in pieces],
        "result": result.to_json(),
    }
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def _saved(answer: Answer) -> dict[str, Any]:
    return {
        "revision": answer.revision,
        "by": str(answer.answered_by.uid),
        "at": answer.updated_at.isoformat(),
        "origin": answer.origin,
    }


def _piece_json(piece: Evidence) -> dict[str, Any]:
    return {
        "question": piece.question_id,
        "title": piece.title,
        "file": piece.file_name or None,
        "sha256": piece.sha256 or None,
        "link": piece.link or None,
        "valid_until": piece.valid_until.isoformat() if piece.valid_until else None,
    }


def _oscal(standing: Standing, _: datetime) -> bytes:
    assessment = standing.assessment
    saved = [answer.updated_at for answer in standing.answers.values()]
    changed = max([assessment.created_at, assessment.decided_at or assessment.created_at, *saved])
    subject = assessment.system or assessment.team
    about = About(
        uid=assessment.uid,
        title=f"{assessment.title}: {assessment.subject_name}",
        status=mark_of(assessment.status) or "Approved",
        version=content_sha256(assessment)[:16],
        subject_uid=subject.uid,
        subject_name=assessment.subject_name,
        started=assessment.created_at,
        changed=changed,
        ended=assessment.decided_at,
    )
    observed = {
        question.id: _observed(standing, question, changed)
        for question in standing.asked
        if question.id in standing.evidence
    }
    document = oscal_results(result_of_standing(standing), about, observed)
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def _observed(standing: Standing, question: Question, otherwise: datetime) -> Observed:
    answer = standing.answers.get(question.id)
    said = standing.said.get(question.id)
    words = "\n".join(": ".join(filter(None, [each.label, each.text])) for each in words_of(question, said))
    pieces = tuple(
        EvidencePiece(
            title=piece.title,
            href=piece.link or None,
            sha256=piece.sha256 or None,
            collected=piece.created_at,
            expires=_end_of(piece),
        )
        for piece in standing.evidence[question.id]
    )
    return Observed(words or (said.reason if said else ""), answer.updated_at if answer else otherwise, pieces)


def _end_of(piece: Evidence) -> datetime | None:
    """The moment a piece of evidence runs out: the end of its last day."""
    if piece.valid_until is None:
        return None
    day = datetime(piece.valid_until.year, piece.valid_until.month, piece.valid_until.day)  # noqa: DTZ001 - made aware below
    return timezone.make_aware(day) + timedelta(days=1)


_WRITERS: dict[Kind, Callable[[Standing, datetime], bytes]] = {
    Kind.JSON: _json,
    Kind.CSV: _csv,
    Kind.XLSX: _xlsx,
    Kind.DOCX: _docx,
    Kind.OSCAL: _oscal,
}
