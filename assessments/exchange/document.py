"""An assessment as a Word document, for those who read and mark up outside. Marked as a draft unless it is approved."""

from __future__ import annotations

import io
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.shared import Cm, Pt, RGBColor

if TYPE_CHECKING:
    from assessments.services.reporting import ReportedAssessment, ReportedQuestion, ReportedTopic

_STATES = {"not_applicable": "Does not apply", "dont_know": "Not known yet", "unanswered": "Not answered"}
_WARNING, _QUIET = RGBColor(0xA6, 0x1B, 0x1B), RGBColor(0x55, 0x5F, 0x6B)
_NOT_IN_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def mark_of(status: str) -> str:
    """The words on every page that say what the document is worth; empty for an approved assessment."""
    if status == "approved":
        return ""
    states = {"draft": "being filled in", "submitted": "handed in, not decided", "returned": "returned for changes"}
    return f"DRAFT: {states.get(status, status)}. Not approved."


def to_docx(said: ReportedAssessment, *, made_at: datetime) -> bytes:
    """The document: what it is, outcomes, sign-offs, every answer, evidence."""
    document = Document()
    _lay_out(document, said, made_at)
    _cover(document, said, made_at)
    _outcomes(document, said)
    _sign_offs(document, said)
    for topic in said.topics:
        _topic(document, topic)
    _evidence(document, said)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _lay_out(document: Any, said: ReportedAssessment, made_at: datetime) -> None:
    section = document.sections[0]
    section.orientation, section.page_width, section.page_height = WD_ORIENT.PORTRAIT, Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.2)
    section.top_margin = section.bottom_margin = Cm(2)
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Calibri", Pt(10.5)
    head = section.header.paragraphs[0]
    mark = mark_of(said.status)
    if mark:
        _coloured(head.add_run(_clean(mark)), _WARNING).bold = True
        head.add_run("\n")
    _coloured(head.add_run(_clean(f"{said.framework} {said.framework_version}, {said.subject}")), _QUIET)
    foot = section.footer.paragraphs[0]
    _coloured(foot.add_run(f"Written out on {made_at:%d.%m.%Y %H:%M} UTC. Page "), _QUIET)
    _page_number(foot)
    core = document.core_properties
    core.title, core.author, core.subject = _clean(said.title)[:255], "Evenhand", _clean(said.subject)[:255]
    core.comments, core.created, core.modified = mark or "Approved", made_at, made_at


def _cover(document: Any, said: ReportedAssessment, made_at: datetime) -> None:
    document.add_heading(_clean(said.title), level=0)
    mark = mark_of(said.status)
    if mark:
        _coloured(document.add_paragraph().add_run(_clean(mark)), _WARNING).bold = True
    facts = (
        ("About", said.subject),
        ("Framework", f"{said.framework}, edition {said.framework_version}"),
        ("State", said.status),
        ("Written out", f"{made_at:%d.%m.%Y %H:%M} UTC"),
        ("Content, SHA-256", said.content_sha256),
        ("Edition, SHA-256", said.edition_sha256),
    )
    _table(document, facts, widths=(4, 12.6))
    if said.note:
        document.add_paragraph(_clean(said.note))


def _outcomes(document: Any, said: ReportedAssessment) -> None:
    if not said.outcomes:
        return
    document.add_heading("Outcome", level=1)
    rows = [(each.label, " ".join(filter(None, [each.value, each.explanation]))) for each in said.outcomes]
    _table(document, rows, widths=(6, 10.6))


def _sign_offs(document: Any, said: ReportedAssessment) -> None:
    document.add_heading("Sign-offs", level=1)
    if not said.sign_offs:
        document.add_paragraph("Nobody has signed this assessment off.")
        return
    rows = [
        (
            f"{each.function}: {each.person}",
            "\n".join(
                filter(
                    None,
                    [
                        f"{each.decision}, {each.on:%d.%m.%Y}",
                        each.conditions and f"Conditions: {each.conditions}",
                        each.comment,
                        each.stale and f"Stale: {each.stale}",
                    ],
                )
            ),
        )
        for each in said.sign_offs
    ]
    _table(document, rows, widths=(6, 10.6))


def _topic(document: Any, topic: ReportedTopic) -> None:
    document.add_heading(_clean(topic.title), level=1)
    if topic.note:
        _coloured(document.add_paragraph().add_run(_clean(topic.note)), _QUIET)
    for question in topic.questions:
        _question(document, question)


def _question(document: Any, question: ReportedQuestion) -> None:
    heading = document.add_paragraph()
    heading.paragraph_format.keep_with_next = True
    heading.paragraph_format.space_before = Pt(8)
    _coloured(heading.add_run(f"{_clean(question.id)}  "), _QUIET)
    heading.add_run(_clean(question.prompt)).bold = True
    if question.state in _STATES:
        reason = f": {question.reason or 'no reason given'}" if question.state == "not_applicable" else "."
        document.add_paragraph().add_run(_clean(f"{_STATES[question.state]}{reason}")).italic = True
    for part in question.parts:
        paragraph = document.add_paragraph()
        if part.label:
            _coloured(paragraph.add_run(f"{_clean(part.label)}: "), _QUIET)
        paragraph.add_run(_clean(part.text))
    told = [f"Evidence: {', '.join(question.evidence)}"] if question.evidence else []
    told += [f"Comment by {each.author}, {each.on:%d.%m.%Y}: {each.text}" for each in question.comments]
    told += [question.note] if question.note else []
    for text in told:
        _coloured(document.add_paragraph().add_run(_clean(text)), _QUIET)


def _evidence(document: Any, said: ReportedAssessment) -> None:
    if not said.evidence:
        return
    document.add_heading("Evidence", level=1)
    rows = [
        (
            each.number,
            "\n".join(filter(None, [each.name, each.where, each.note, each.sha256 and f"SHA-256 {each.sha256}"])),
        )
        for each in said.evidence
    ]
    _table(document, rows, widths=(2, 14.6))


# --- parts of Word


def _table(document: Any, rows: Any, *, widths: tuple[float, float]) -> None:
    table = document.add_table(rows=0, cols=2, style="Table Grid")
    table.autofit = False
    for name, text in rows:
        cells = table.add_row().cells
        for cell, content, width in zip(cells, (name, text), widths, strict=True):
            cell.width = Cm(width)
            cell.paragraphs[0].add_run(_clean(content))
        cells[0].paragraphs[0].runs[0].bold = True
    document.add_paragraph()


def _page_number(paragraph: Any) -> None:
    run = paragraph.add_run()
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._r.append(element)


def _coloured(run: Any, colour: RGBColor) -> Any:
    run.font.color.rgb = colour
    return run


def _clean(text: str) -> str:
    """Without the few characters XML cannot hold."""
    return _NOT_IN_XML.sub("", str(text))
