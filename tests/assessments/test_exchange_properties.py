"""For random frameworks and answers: the table written out and read back holds the same answers, as CSV and as XLSX."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from assessments.exchange.files import read_table, to_csv, to_xlsx
from assessments.exchange.reading import read_rows
from assessments.exchange.table import Line, lines_of
from evenhand.questionnaire.answers import Answer, AnswersError, answers_to_json, read_answers
from evenhand.questionnaire.parsing import framework_from_document
from evenhand.questionnaire.schema import Framework
from tests.core.questionnaire.generated import answers_to, frameworks
from tests.core.questionnaire.test_properties import load

TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cn", "Co")) | st.sampled_from("\n\t=+-@'\";,")
)


def table(framework: Framework, answers: dict[str, Answer]) -> list[Line]:
    asked = [
        (section, question) for section in framework.sections for question in section.questions if question.takes_answer
    ]
    return list(lines_of(asked, answers, dict.fromkeys(answers, 3), lambda _, value: str(value)))


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(document=frameworks(), data=st.data())
def test_written_out_and_read_back_it_is_the_same(kind: str, document: dict[str, Any], data: st.DataObject) -> None:
    framework = load(document)
    answers = read_answers(framework, data.draw(answers_to(framework)))
    lines = table(framework, answers)
    content = to_csv(lines) if kind == "csv" else to_xlsx(lines, [])
    found, refused = read_rows(framework, read_table(content, name=f"a.{kind}"))
    assert refused == []
    read = {item.question.id: item.answer for item in found}
    assert answers_to_json(read) == answers_to_json(answers)
    assert {item.revision for item in found} <= {3}


ONE = {
    "evenhand_framework": 1,
    "framework": {"id": "one", "version": "1", "title": "One"},
    "sections": [
        {"id": "s", "title": "S", "questions": [{"id": "words", "type": "longtext", "prompt": "Words", "na": "reason"}]}
    ],
}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(text=TEXTS, as_reason=st.booleans())
def test_any_text_comes_back_and_is_no_formula(kind: str, text: str, as_reason: bool) -> None:
    framework = framework_from_document(ONE)
    try:
        answers = read_answers(framework, {"words": {"not_applicable": text} if as_reason else text})
    except AnswersError:
        reject()  # a text the questionnaire does not take
    lines = table(framework, answers)
    content = to_csv(lines) if kind == "csv" else to_xlsx(lines, [])
    found, refused = read_rows(framework, read_table(content, name=f"a.{kind}"))
    assert (refused, answers_to_json({item.question.id: item.answer for item in found})) == (
        [],
        answers_to_json(answers),
    )
