"""An assessment written out: tables, documents, JSON and OSCAL, each opened again by another program's reader."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from docx import Document
from openpyxl import load_workbook
from trestle.oscal.assessment_results import AssessmentResults

from assessments import services
from assessments.exchange.cells import guarded, unguarded
from assessments.models import Assessment
from assessments.services.exporting import Kind, export_assessment
from evenhand.questionnaire.answers import answers_to_json, read_answers
from governance.errors import InvalidError, NotAllowedError
from governance.models import User
from tests.assessments.filling import answer_all

ClientOf = Callable[[User], Client]


def exported(assessment: Assessment, kind: str, by: User) -> bytes:
    assessment.refresh_from_db()
    return export_assessment(assessment=assessment, kind=kind, by=by).content


def sheet_rows(content: bytes) -> list[dict[str, Any]]:
    book = load_workbook(io.BytesIO(content))
    head, *rows = book["Answers"].iter_rows(values_only=True)
    return [dict(zip([str(name) for name in head], row, strict=True)) for row in rows]


def words_of_docx(content: bytes) -> str:
    document = Document(io.BytesIO(content))
    tables = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *tables])


@pytest.fixture
def proven(complete: Assessment, compliance: User) -> Assessment:
    """Complete, with a file and a link as evidence."""
    add = services.add_evidence
    add(
        assessment=complete,
        question_id="purpose",
        file=ContentFile(b"first", name="brief.pdf"),
        title="Brief",
        by=compliance,
    )
    add(assessment=complete, question_id="in_place", link="https://example.org/x", title="Page", by=compliance)
    return complete


# --- tables


def test_csv_has_a_line_for_each_answer_part_and_cell(complete: Assessment, compliance: User) -> None:
    content = exported(complete, Kind.CSV, compliance)
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    places = [(row["Question"], row["Row"], row["Part"], row["Answer"]) for row in rows]
    assert ("purpose", "", "", "What is done and what is missing.") in places
    assert ("impacts", "1", "what", "A few words") in places
    assert ("impacts", "1", "risk", "likelihood=rare; severity=slight") in places
    assert ("proof", "", "cases", "0") in places
    assert ("proof", "", "paper", f"register.pdf (SHA-256 {'0' * 64})") in places
    in_place = next(row for row in rows if row["Question"] == "in_place")
    assert (in_place["Answer"], in_place["In words"], in_place["Revision"]) == ("yes", "In place", "1")
    assert in_place["May be"] == "yes = In place; partly = Partly; no = Not yet"
    assert not [row for row in rows if row["Question"].startswith("house")]  # answered once for the organisation


def test_the_two_ways_out_and_what_is_open_are_told(draft: Assessment, compliance: User) -> None:
    services.save_answer(assessment=draft, question_id="in_place", dont_know=True, by=compliance)
    services.mark_not_applicable(assessment=draft, question_id="purpose", reason="Not built", by=compliance)
    rows = {row["Question"]: row for row in sheet_rows(exported(draft, Kind.XLSX, compliance))}
    assert (rows["in_place"]["State"], rows["in_place"]["Answer"]) == ("don't know", None)
    assert (rows["purpose"]["State"], rows["purpose"]["Reason"]) == ("not applicable", "Not built")
    assert (rows["watched"]["Answer"], rows["watched"]["Revision"]) == (None, "0")
    assert "why_automatic" not in rows  # it does not show


@pytest.mark.parametrize("text", ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "=cmd|' /C calc'!A0", "'=1", "''-x"])
def test_no_text_is_a_formula_and_every_text_comes_back(text: str, draft: Assessment, compliance: User) -> None:
    assert unguarded(guarded(text)) == text
    services.save_answer(assessment=draft, question_id="purpose", value=f"{text}", by=compliance)
    kept = services.standing_of(draft).said["purpose"].value
    table = list(csv.DictReader(io.StringIO(exported(draft, Kind.CSV, compliance).decode("utf-8-sig"))))
    (cell,) = [row["Answer"] for row in table if row["Question"] == "purpose"]
    assert cell[0] not in "=+-@\t"
    assert unguarded(cell) == kept
    book = load_workbook(io.BytesIO(exported(draft, Kind.XLSX, compliance)))
    cells = [cell for row in book["Answers"].iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert not [cell for cell in cells if str(cell.value)[0] in "=+-@"]


def test_the_workbook_says_that_it_is_a_draft(draft: Assessment, compliance: User) -> None:
    book = load_workbook(io.BytesIO(exported(draft, Kind.XLSX, compliance)))
    told = [(str(row[0]), str(row[1])) for row in book["About"].iter_rows(values_only=True)]
    assert ("Framework", "small-check 1") in told
    assert ("State", "DRAFT: being filled in. Not approved.") in told


# --- documents


def test_the_document_of_a_draft_says_so_on_every_page(proven: Assessment, compliance: User) -> None:
    content = exported(proven, Kind.DOCX, compliance)
    document = Document(io.BytesIO(content))
    assert "DRAFT: being filled in. Not approved." in document.sections[0].header.paragraphs[0].text
    words = words_of_docx(content)
    for expected in (
        "What is the system for?",
        "What is done and what is missing.",
        "Evidence: E1",
        "brief.pdf",
        services.content_sha256(proven),
        "Nobody has signed this assessment off.",
        "DRAFT: being filled in",
    ):
        assert expected in words


def test_an_approved_document_bears_no_draft_mark_and_names_the_sign_off(
    approved: Assessment, compliance: User
) -> None:
    found = export_assessment(assessment=approved, kind=Kind.DOCX, by=compliance)
    document = Document(io.BytesIO(found.content))
    assert "DRAFT" not in document.sections[0].header.paragraphs[0].text
    assert "DRAFT" not in words_of_docx(found.content)
    assert "approver" in words_of_docx(found.content).lower()
    assert not found.name.endswith("-draft.docx")


@pytest.mark.parametrize("kind", list(Kind))
def test_the_name_of_a_draft_says_that_it_is_one(kind: Kind, draft: Assessment, compliance: User) -> None:
    assert "-draft." in export_assessment(assessment=draft, kind=kind, by=compliance).name


def test_json_holds_everything_and_its_answers_score_again(proven: Assessment, compliance: User) -> None:
    document = json.loads(exported(proven, Kind.JSON, compliance))
    assert document["assessment"]["is_draft"] is True
    framework = proven.edition.framework
    assert answers_to_json(read_answers(framework, document["answers"])) == document["answers"]
    assert document["saved"]["purpose"]["revision"] == 1
    assert {piece["sha256"] is None for piece in document["evidence"]} == {True, False}
    assert document["result"]["framework"] == "small-check"


def test_oscal_is_read_by_trestle(proven: Assessment, compliance: User, tmp_path: Path) -> None:
    path = tmp_path / "assessment-results.json"
    path.write_bytes(exported(proven, Kind.OSCAL, compliance))
    found: Any = AssessmentResults.oscal_read(path)
    (result,) = found.results
    assert [each.title for each in result.observations] == ["USE 1.1", "USE 1.2"]
    assert result.observations[0].relevant_evidence[0].description == "Brief"
    assert str(result.observations[1].relevant_evidence[0].href) == "https://example.org/x"
    assert path.read_bytes() == exported(proven, Kind.OSCAL, compliance)  # the same state, the same document


# --- who may


def test_everybody_in_the_team_may_and_nobody_outside(draft: Assessment, stranger: User, contributor: User) -> None:
    assert exported(draft, Kind.CSV, contributor)
    with pytest.raises(NotAllowedError):
        export_assessment(assessment=draft, kind=Kind.CSV, by=stranger)
    with pytest.raises(InvalidError, match="There is no export 'pptx'"):
        export_assessment(assessment=draft, kind="pptx", by=contributor)


@pytest.mark.parametrize("kind", list(Kind))
def test_pages_and_api_hand_it_out(
    kind: Kind, complete: Assessment, compliance: User, stranger: User, client_of: ClientOf
) -> None:
    client = client_of(compliance)
    answer = client.get(f"/assessments/{complete.uid}/export/{kind}/")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert client_of(stranger).get(f"/assessments/{complete.uid}/export/{kind}/").status_code == 404
    page = client.get(f"/assessments/{complete.uid}/").content.decode()
    assert f"/assessments/{complete.uid}/export/{kind}/" in page
    assert client.get(f"/assessments/{complete.uid}/export/pptx/").status_code == 404


def test_answering_everything_leaves_no_open_line(draft: Assessment, compliance: User) -> None:
    answer_all(draft, compliance)
    rows = sheet_rows(exported(draft, Kind.XLSX, compliance))
    assert [row["Question"] for row in rows if not row["Answer"]] == []
