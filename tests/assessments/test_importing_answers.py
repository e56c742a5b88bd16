"""Answers from CSV and XLSX: what was exported comes back, every fault names its row, nothing newer is lost."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook, load_workbook

from assessments import services
from assessments.errors import RefusedRowsError
from assessments.models import Answer, Assessment, FrameworkEdition
from assessments.services.exporting import Kind, export_assessment
from assessments.services.importing import Effect, ImportPlan, import_answers, plan_import, read_handed_in
from audits.models.records import Entry
from evenhand.errors import InputError
from governance.errors import NotAllowedError
from governance.models import System, User

ClientOf = Callable[[User], Client]
HEAD = "Question,Row,Part,Answer,State,Reason,Revision\n"


def exported(assessment: Assessment, kind: str, by: User) -> bytes:
    assessment.refresh_from_db()
    return export_assessment(assessment=assessment, kind=kind, by=by).content


def planned(assessment: Assessment, content: bytes | str, by: User, name: str = "answers.csv") -> ImportPlan:
    raw = content.encode() if isinstance(content, str) else content
    return plan_import(assessment=assessment, handed=read_handed_in(content=raw, name=name), by=by)


def imported(assessment: Assessment, content: bytes | str, by: User, name: str = "answers.csv") -> ImportPlan:
    raw = content.encode() if isinstance(content, str) else content
    return import_answers(assessment=assessment, handed=read_handed_in(content=raw, name=name), by=by)


def changed(content: bytes, question: str, **cells: str) -> bytes:
    """The exported CSV with other cells in the lines of a question."""
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    for row in rows:
        if row["Question"] == question:
            row.update(cells)
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def values(assessment: Assessment) -> dict[str, Any]:
    return {answer.question_id: answer.said().to_json() for answer in Answer.objects.filter(assessment=assessment)}


@pytest.fixture
def other_draft(complete: Assessment, other_system: System, edition: FrameworkEdition, compliance: User) -> Assessment:
    return services.start_assessment(edition=edition, system=other_system, by=compliance)


@pytest.fixture
def other_system(system: System, engineer: User) -> System:
    from governance import services as registry

    return registry.register_system(
        team=system.team, name="Second tool", slug="second-tool", purpose="Sorting", owner=engineer, by=engineer
    )


# --- there and back


@pytest.mark.parametrize("kind", [Kind.CSV, Kind.XLSX])
def test_what_is_written_out_comes_back_as_the_same(kind: Kind, complete: Assessment, compliance: User) -> None:
    services.save_answer(assessment=complete, question_id="purpose", value="=2+3\nsecond line; 'x'", by=compliance)
    services.mark_not_applicable(assessment=complete, question_id="watched", reason="Nothing runs", by=compliance)
    services.save_answer(assessment=complete, question_id="in_place", dont_know=True, by=compliance)
    plan = planned(complete, exported(complete, kind, compliance), compliance, f"a.{kind}")
    assert plan.refused == ()
    assert {change.effect for change in plan.changes} == {Effect.SAME}
    assert len(plan.changes) == len(services.standing_of(complete).asked)


@pytest.mark.parametrize("kind", [Kind.CSV, Kind.XLSX])
def test_it_fills_another_assessment_with_the_same_answers(
    kind: Kind, complete: Assessment, other_draft: Assessment, compliance: User
) -> None:
    services.save_answer(
        assessment=complete,
        question_id="impacts",
        value=[{"what": "Held", "risk": {"likelihood": "likely", "severity": "severe"}}, {"what": {"unknown": True}}],
        by=compliance,
    )
    plan = imported(other_draft, exported(complete, kind, compliance), compliance, f"a.{kind}")
    assert {change.effect for change in plan.changes} == {Effect.NEW}
    assert values(other_draft) == values(complete)
    answer = Answer.objects.get(assessment=other_draft, question_id="purpose")
    assert (answer.origin, (answer.origin_source or {})["file"]) == ("imported", f"a.{kind}")
    assert Entry.objects.filter(event="answer.imported").count() == 1


# --- the dry run


def test_the_dry_run_tells_new_changed_and_same_and_saves_nothing(draft: Assessment, compliance: User) -> None:
    services.save_answer(assessment=draft, question_id="purpose", value="Old", by=compliance)
    services.save_answer(assessment=draft, question_id="in_place", value="yes", by=compliance)
    content = changed(exported(draft, Kind.CSV, compliance), "purpose", Answer="New words")
    content = changed(content, "watched", Answer="Drift; complaints")
    before = values(draft)
    plan = planned(draft, content, compliance)
    told = {change.question.id: (change.effect, change.before, change.after) for change in plan.changes}
    assert told == {
        "purpose": (Effect.CHANGED, "Old", "New words"),
        "in_place": (Effect.SAME, "In place", "In place"),
        "watched": (Effect.NEW, "", "Drift, Complaints"),
    }
    assert values(draft) == before


def test_an_answer_saved_since_stays_and_is_shown(draft: Assessment, compliance: User, engineer: User) -> None:
    services.save_answer(assessment=draft, question_id="purpose", value="First", by=compliance)
    content = changed(exported(draft, Kind.CSV, compliance), "purpose", Answer="From the file")
    content = changed(content, "in_place", Answer="partly")
    services.save_answer(assessment=draft, question_id="purpose", value="Newer", by=engineer)
    plan = imported(draft, content, compliance)
    (conflict,) = plan.with_effect(Effect.CONFLICT)
    assert (conflict.question.id, conflict.before, conflict.after) == ("purpose", "Newer", "From the file")
    assert "Saved since by" in conflict.note
    assert values(draft) == {"purpose": "Newer", "in_place": "partly"}


def test_without_a_revision_the_last_save_is_named(draft: Assessment, compliance: User) -> None:
    services.save_answer(assessment=draft, question_id="purpose", value="First", by=compliance)
    (change,) = planned(draft, HEAD + "purpose,,,Second,,,\n", compliance).changes
    assert change.effect is Effect.CHANGED
    assert "does not say on which save" in change.note


def test_an_empty_answer_leaves_what_is_saved(draft: Assessment, compliance: User) -> None:
    services.save_answer(assessment=draft, question_id="purpose", value="First", by=compliance)
    assert planned(draft, HEAD + "purpose,,,,,,\n\n,,,,,,\n", compliance).changes == ()


def test_answers_make_each_other_visible(draft: Assessment, compliance: User) -> None:
    content = HEAD + "why_automatic,,,Because,,,\nautomatic,,,Yes,,,\n"
    imported(draft, content, compliance)
    assert values(draft) == {"automatic": True, "why_automatic": "Because"}
    plan = planned(draft, HEAD + "why_automatic,,,More,,,\nautomatic,,,no,,,\n", compliance)
    assert [(item.row, item.question) for item in plan.refused] == [(2, "why_automatic")]


# --- rows that cannot be taken


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("gone,,,x,,,", "there is no question 'gone'"),
        ("house_1_1,,,x,,,", "there is no question 'house_1_1'"),
        (",,,x,,,", "it names no question"),
        ("in_place,,,maybe,,,", "'maybe' is not one of the choices: yes, partly, no"),
        ("reviewed_on,,,soon,,,", "must be a date"),
        ("automatic,,,perhaps,,,", "must be true or false"),
        ("proof,,cases,few,,,", "must be a number"),
        ("proof,,cases,-1,,,", "must be at least 0"),
        ("proof,,gone,1,,,", "has no part 'gone'"),
        ("proof,,,1,,,", "answered in parts"),
        ("purpose,,cases,1,,,", "has no part 'cases'"),
        ("impacts,1,risk,likelihood=never,,,", "'never' is not one of the choices"),
        ("impacts,1,risk,bad,,,", "must have a likelihood and a severity"),
        ("watched,,,drift; smell,,,", "'smell' is not one of the choices"),
        ("automatic,,,,not applicable,Because,", "cannot be set aside"),
        ("purpose,,,,not applicable,,", "why this question does not apply"),
        ("purpose,,,text,not applicable,Because,", "keep one of them"),
        ("purpose,,,,later,,", "the state 'later' is not known"),
        ("purpose,,,x,,,two", "the revision 'two' is not a whole number"),
        ("why_automatic,,,x,,,", "not asked here, given the other answers"),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_saved(line: str, why: str, draft: Assessment, compliance: User) -> None:
    content = HEAD + "reviewer,,,Elena Moreau,,,\n" + line + "\n"
    (refused,) = planned(draft, content, compliance).refused
    assert (refused.row, why in refused.reason) == (3, True), refused.reason
    with pytest.raises(RefusedRowsError, match=r"Nothing was saved\. answers\.csv, row 3") as caught:
        imported(draft, content, compliance)
    assert list(caught.value.fields) == ["row 3"]
    assert values(draft) == {}


def test_the_row_of_the_cell_is_named_inside_a_table(draft: Assessment, compliance: User) -> None:
    content = (
        HEAD
        + "impacts,1,what,One,,,\nimpacts,2,what,Two,,,\nimpacts,2,risk,likelihood=never,,,\nimpacts,2,what,Three,,,\n"
    )
    plan = planned(draft, content, compliance)
    assert [(item.row, item.reason.split(" (")[0]) for item in plan.refused] == [
        (4, "'never' is not one of the choices: rare, likely."),
        (5, "the same place was filled in row 3 already."),
    ]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "is empty"),
        (b"a,b\n1,2\n", "there is no column 'Question'"),
        (b"Question\npurpose\n", "there is no column 'Answer'"),
        (b"Question,Answer,Answer\n", "is there twice"),
        (b"Question,Answer\npurpose,\xff\n", "line 2: it is not UTF-8"),
        (b"\x00\x01", "neither a CSV nor an XLSX"),
        (b"PK\x03\x04nothing", "not an XLSX file that can be read"),
        (b'Question,Answer\npurpose,"open', "not a CSV file"),
        (b"Question,Answer\n" + b"purpose,x\n" * 20_001, "more than 20,000 rows"),
        (b"Question,Answer\npurpose," + b"x" * 40_000, "row 2: a cell holds more than 32,767"),
        (b"x" * 5_000_001, "at most 5,000,000 are read"),
    ],
)
def test_a_file_that_is_no_table_is_one_clear_sentence(content: bytes, why: str) -> None:
    with pytest.raises(InputError, match=why):
        read_handed_in(content=content, name="answers.csv")


def test_a_packed_bomb_is_refused_before_it_is_unpacked() -> None:
    import zipfile

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b" " * 70_000_000)
    with pytest.raises(InputError, match="unpacks to more than 60,000,000"):
        read_handed_in(content=buffer.getvalue(), name="bomb.xlsx")


def test_a_workbook_made_by_hand_is_read_with_its_dates_and_numbers(draft: Assessment, compliance: User) -> None:
    import datetime

    book = Workbook()
    sheet: Any = book.active
    sheet.append(["question", "part", "answer"])
    sheet.append(["reviewed_on", None, datetime.date(2026, 11, 3)])
    sheet.append(["proof", "cases", 12])
    sheet.append(["automatic", None, False])
    sheet.append(["in_place", None, "Not yet"])
    buffer = io.BytesIO()
    book.save(buffer)
    imported(draft, buffer.getvalue(), compliance, "by-hand.xlsx")
    assert values(draft) == {"reviewed_on": "2026-11-03", "proof": {"cases": 12}, "automatic": False, "in_place": "no"}


# --- who may, and the page


def test_contributors_and_signed_assessments_are_refused(
    draft: Assessment, approved: Assessment, contributor: User, compliance: User
) -> None:
    for assessment, by in ((draft, contributor), (approved, compliance)):
        assessment.refresh_from_db()
        with pytest.raises(NotAllowedError):
            imported(assessment, HEAD + "purpose,,,x,,,\n", by)


def test_the_page_shows_first_and_saves_then(draft: Assessment, compliance: User, client_of: ClientOf) -> None:
    client, at = client_of(compliance), f"/assessments/{draft.uid}/import/"
    assert "Choose the file" in client.get(at).content.decode()
    content = (HEAD + "purpose,,,From a file,,,\nwatched,,,drift,,,\n").encode()
    shown = client.post(at, {"file": SimpleUploadedFile("answers.csv", content)})
    page = shown.content.decode()
    assert (shown.status_code, values(draft)) == (200, {})
    assert "From a file" in page
    assert "Save 2 answers" in page
    sealed = page.split('name="sealed" value="')[1].split('"')[0]
    saved = client.post(at, {"sealed": sealed})
    assert saved.headers["Location"] == f"/assessments/{draft.uid}/"
    assert values(draft) == {"purpose": "From a file", "watched": ["drift"]}


def test_the_page_names_bad_rows_and_a_broken_seal(draft: Assessment, compliance: User, client_of: ClientOf) -> None:
    client, at = client_of(compliance), f"/assessments/{draft.uid}/import/"
    shown = client.post(at, {"file": SimpleUploadedFile("answers.csv", (HEAD + "gone,,,x,,,\n").encode())})
    page = shown.content.decode()
    assert shown.status_code == 422
    assert "there is no question &#x27;gone&#x27;" in page
    assert 'name="sealed"' not in page
    refused = client.post(at, {"sealed": "x:y:z"})
    assert refused.status_code == 422
    assert "Choose the file again" in refused.content.decode()
    empty = client.post(at, {"file": SimpleUploadedFile("answers.csv", b"\x00")})
    assert (empty.status_code, "neither a CSV nor an XLSX" in empty.content.decode()) == (422, True)


def test_the_api_plans_and_saves(draft: Assessment, compliance: User, api_of: Callable[[User], Any]) -> None:
    client, at = api_of(compliance), f"/api/v1/assessments/{draft.uid}/import"
    content = (HEAD + "purpose,,,From a file,,,\n").encode()
    dry = client.post(at, {"file": SimpleUploadedFile("answers.csv", content)})
    assert dry.status_code == 200, dry.content
    assert dry.json()["changes"][0] == {
        "question": "purpose", "effect": "new", "before": "", "after": "From a file", "rows": [2], "note": "",
    }  # fmt: skip
    assert values(draft) == {}
    done = client.post(at, {"file": SimpleUploadedFile("answers.csv", content), "apply": "true"})
    assert (done.status_code, done.json()["applied"]) == (200, True)
    assert values(draft) == {"purpose": "From a file"}
    bad = client.post(at, {"file": SimpleUploadedFile("a.csv", (HEAD + "gone,,,x,,,\n").encode()), "apply": "true"})
    assert (bad.status_code, bad.json()["code"]) == (422, "refused_rows")
    out = client.get(f"/api/v1/assessments/{draft.uid}/export?as=xlsx")
    assert load_workbook(io.BytesIO(out.content)).sheetnames == ["Answers", "About"]
    assert client.get(f"/api/v1/assessments/{draft.uid}/export?as=pptx").status_code == 422
