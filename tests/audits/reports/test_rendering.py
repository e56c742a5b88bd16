"""A rendered report: conforms, says what the content says to the printed digit, and is the same bytes again."""

import io
import subprocess
from dataclasses import replace
from functools import cache
from pathlib import Path

import page
import pikepdf
import pypdf
import pytest

from audits.reports.attachments import AttachmentError
from audits.reports.content import ReportContent
from tests.audits.reports import builders

PROFILES = (page.ValidationProfile.PDF_A_3A, page.ValidationProfile.PDF_UA_1)


@cache
def compas_report() -> bytes:
    return builders.rendered(builders.report_content())


@cache
def text_of(pdf: bytes) -> str:
    return " ".join("\n".join(each.extract_text() for each in pypdf.PdfReader(io.BytesIO(pdf)).pages).split())


def problems(pdf: bytes) -> list[str]:
    return [
        f"{profile}: {failure.rule_id} {failure.message}"
        for profile in PROFILES
        for failure in page.validate_pdf_bytes(pdf, profile=profile).failures
    ]


def test_report_is_pdfa_3a_and_pdfua_1_at_once() -> None:
    assert problems(compas_report()) == []


def test_published_figures_stand_in_the_text_to_the_printed_digit() -> None:
    text = text_of(compas_report())
    for figure in ("44.85%", "23.45%", "27.99%", "47.72%", "1,795", "1,488"):
        assert figure in text, figure


def test_every_section_has_what_it_is_for() -> None:
    text = text_of(compas_report())
    for said in (
        "This is a second-line review",
        "Some of this history was entered afterwards.",
        "Goals and verdicts",
        "Advice to a judge.",
        "MAP 1.3",
        "Comment by Ana Reyes, 5 November 2026: Read and agreed.",
        "Condition: Look again in May",
        "Column two_year_recid is missing from the file.",
        "Proposed by Jonas Weber, approved by Ana Reyes on 3 November 2026 (entry 1).",
        "People released without a score",
        "20 May 2027",
        "evenhand verify report.pdf",
    ):
        assert said in text, said


def test_digest_and_checkpoint_are_printed() -> None:
    content = builders.report_content()
    text = "".join(text_of(compas_report()).split())
    proof = builders.record_proof(content)
    assert content.sha256 in text
    assert proof.root in text
    assert "".join(proof.checkpoint.split()) in text


def test_table_of_contents_names_the_pages_the_sections_stand_on() -> None:
    pages = [" ".join(each.extract_text().split()) for each in pypdf.PdfReader(io.BytesIO(compas_report())).pages]
    contents = next(text for text in pages if "Contents" in text)
    for title in ("The audit", "Limits and gaps"):
        number = next(
            index for index, text in enumerate(pages, start=1) if f" {title} " in text and "Contents" not in text
        )
        assert f"{title} {number} " in contents + " "


def test_every_page_but_the_cover_counts_pages() -> None:
    pages = pypdf.PdfReader(io.BytesIO(compas_report())).pages
    for number, each in enumerate(pages, start=1):
        assert (f"{number} of {len(pages)}" in each.extract_text()) == (number > 1)


def test_same_input_gives_the_same_bytes() -> None:
    assert builders.rendered(builders.report_content()) == compas_report()


def test_another_issue_time_gives_other_bytes() -> None:
    later = replace(builders.report_content(), issued_at=builders.ISSUED.replace(minute=47))
    assert builders.rendered(later) != compas_report()


def test_attachments_carry_description_and_relationship() -> None:
    with pikepdf.open(io.BytesIO(compas_report())) as document:
        specs = list(document.Root.AF)
        found = {str(spec.UF): (str(spec.AFRelationship), str(spec.Desc)) for spec in specs}
    assert set(found) == {"content.json", "counts-1.json", "result-1.json", "checkpoint.txt", "proofs.json"}
    for relationship, description in found.values():
        assert relationship == "/Data"
        assert description


def test_content_survives_its_json() -> None:
    content = builders.report_content()
    again = ReportContent.from_json(content.to_json())
    assert again == content
    assert again.sha256 == content.sha256


def test_copied_answers_say_once_a_topic_whose_they_are_and_print_no_digest_each() -> None:
    copied = "Copied from the organisation's signed assessment."
    digest = "5e" * 32
    section = builders.assessment(20)
    topics = tuple(
        replace(topic, note=copied, questions=tuple(replace(each, copied_sha256=digest) for each in topic.questions))
        for topic in section.topics
    )
    text = text_of(builders.rendered(builders.report_content(assessments=(replace(section, topics=topics),))))
    assert text.count(copied) == len(topics) == 2
    assert digest not in "".join(text.split())


def test_seventy_two_answers_take_few_pages_and_none_is_nearly_empty() -> None:
    pdf = builders.rendered(builders.report_content(assessments=(builders.assessment(72),)))
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    assert sum("MAP 1." in each.extract_text() for each in pages) <= 8
    assert all(len(each.extract_text()) > 250 for each in pages)


def test_counts_that_were_not_handed_in_are_named() -> None:
    content = builders.report_content()
    missing = replace(content.evaluations[0], counts="counts-9.json")
    with pytest.raises(AttachmentError, match=r"E-1 names counts-9\.json"):
        builders.rendered(replace(content, evaluations=(missing,)))


def test_two_hundred_answers_render_and_none_is_lost() -> None:
    content = builders.report_content(assessments=(builders.assessment(200),))
    pdf = builders.rendered(content)
    text = text_of(pdf)
    assert problems(pdf) == []
    assert all(f"MAP 1.{number} " in text for number in range(1, 201))


def test_qpdf_finds_no_fault(tmp_path: Path) -> None:
    (tmp_path / "report.pdf").write_bytes(compas_report())
    done = subprocess.run(["qpdf", "--check", tmp_path / "report.pdf"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
