"""What people type stays text: no markup, style or link comes of it, nothing is fetched, no script breaks a page."""

import io
import logging
from dataclasses import replace
from datetime import UTC, datetime

import page
import pikepdf
import pypdf
import pytest

from audits.reports.content import ReportContent
from audits.reports.render import ForbiddenFetchError, html_to_pdf
from audits.reports.tags import direction
from tests.audits.reports import builders

NASTY = (
    '<script>alert(1)</script> <img src="file:///etc/passwd"> <a href="https://evil.example/">go</a> '
    "</style><style>*{display:none}</style> {{ content.uid }} {% include 'x' %} url(http://evil.example/a.png) "
    "&amp; &lt;"
)
MOMENT = datetime(2026, 11, 23, tzinfo=UTC)


def everywhere(text: str) -> ReportContent:
    content = builders.report_content()
    question = builders.question(1, prompt=text, reason=text, note=text)
    topics = (replace(content.assessments[0].topics[0], title=text, questions=(question,)),)
    return replace(
        content,
        title=text,
        lead=text,
        organisation=text,
        summary=(text,),
        limits=(text,),
        gaps=(text,),
        history_notes=(text,),
        goals=(replace(content.goals[0], name=text, reason=text),),
        assessments=(replace(content.assessments[0], framework=text, topics=topics),),
        evaluations=(content.evaluations[0], replace(content.evaluations[1], error=text, filter=text)),
    )


def text_of(pdf: bytes) -> str:
    return "".join("".join(each.extract_text() for each in pypdf.PdfReader(io.BytesIO(pdf)).pages).split())


def failures(pdf: bytes) -> list[str]:
    profiles = (page.ValidationProfile.PDF_A_3A, page.ValidationProfile.PDF_UA_1)
    return [
        failure.rule_id for profile in profiles for failure in page.validate_pdf_bytes(pdf, profile=profile).failures
    ]


def test_markup_style_and_templates_are_printed_as_typed() -> None:
    pdf = builders.rendered(everywhere(NASTY))
    assert text_of(pdf).count("".join(NASTY.split())) >= 10
    assert failures(pdf) == []


def test_no_link_leaves_the_document() -> None:
    with pikepdf.open(io.BytesIO(builders.rendered(everywhere(NASTY)))) as document:
        annotations = [each for one in document.pages for each in one.obj.get("/Annots", [])]
        assert annotations
        for annotation in annotations:
            assert "/A" not in annotation or annotation.A.S != "/URI"
        assert not document.Root.get("/OpenAction")
        assert "/JavaScript" not in document.Root.get("/Names", {})


@pytest.mark.parametrize(
    "asked",
    [
        '<img alt="x" src="file:///etc/hostname">',
        '<img alt="x" src="http://127.0.0.1:9/x.png">',
        '<link rel="stylesheet" href="https://evil.example/x.css">',
        "<style>@import url(ftp://evil.example/x.css)</style>",
        "<p style=\"background:url('data:image/png;base64,AAAA')\">x</p>",
        '<img alt="x" src="evenhand:/../../etc/hostname">',
    ],
)
def test_renderer_fetches_nothing_that_was_not_handed_to_it(asked: str) -> None:
    with pytest.raises(ForbiddenFetchError, match="may fetch nothing"):
        html_to_pdf(f"<html lang=en><title>x</title>{asked}", resources={}, files=(), moment=MOMENT)


@pytest.mark.parametrize(
    "text",
    [
        "تقييم الأثر الخوارزمي",
        "הערכת השפעה",
        "算法影响评估",
        "アルゴリズム影響評価",
        "알고리즘",
        "Ελληνικά и кириллица",
        "a\u0000b\u001bc\u202e",
        "👩‍⚖️ ok",
    ],
)
def test_any_script_keeps_the_report_conforming(text: str) -> None:
    content = replace(builders.report_content(), title=text, summary=(text,), gaps=(text,))
    pdf = builders.rendered(content)
    assert failures(pdf) == []
    with pikepdf.open(io.BytesIO(pdf)) as document:
        attached = next(spec for spec in document.Root.AF if str(spec.UF) == "content.json")
        assert bytes(attached.EF.F.read_bytes()) == content.canonical()


def test_characters_without_a_typeface_are_named_not_dropped() -> None:
    text = text_of(builders.rendered(replace(builders.report_content(), gaps=("\U00013000",))))
    assert "[U+13000]" in text
    assert "1charactercouldnotbeprinted" in text


def test_long_words_and_long_texts_break(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, logger="weasyprint"):
        pdf = builders.rendered(everywhere("x" * 1000))
    assert failures(pdf) == []
    assert not caplog.records


@pytest.mark.parametrize(
    ("text", "expected"), [("abc שלום", "ltr"), ("12 שלום abc", "rtl"), ("", "ltr"), ("...", "ltr"), ("تقييم", "rtl")]
)
def test_direction_is_that_of_the_first_strong_character(text: str, expected: str) -> None:
    assert direction(text) == expected
