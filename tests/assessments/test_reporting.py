"""What a report prints: every question, the evidence index, reasons, remarks, decisions; never an average."""

from __future__ import annotations

import datetime
import re
from typing import Any

from django.core.files.base import ContentFile

from assessments import services
from assessments.models import Assessment, FrameworkEdition
from governance.models import System, Team, User
from tests.assessments.filling import answer_all

SUBCATEGORY = re.compile(r"(GOVERN|MAP|MEASURE|MANAGE) \d+\.\d+\Z")


def test_everything_is_printed(complete: Assessment, compliance: User, approver: User) -> None:
    of_purpose: dict[str, Any] = {"assessment": complete, "question_id": "purpose", "by": compliance}
    file = ContentFile(b"brief", name="brief.pdf")
    services.add_evidence(file=file, valid_until=datetime.date(2020, 1, 31), **of_purpose)
    services.add_evidence(link="https://example.org/a", title="The site", **of_purpose)
    services.add_comment(text="For readers.", for_report=True, **of_purpose)
    services.add_comment(text="Between us.", **of_purpose)
    services.mark_not_applicable(assessment=complete, question_id="watched", reason="Nothing runs.", by=compliance)
    services.submit_assessment(assessment=complete, by=compliance)
    condition = services.NewCondition("Only in the pilot.", compliance, datetime.date(2031, 5, 2))
    services.sign_off(assessment=complete, by=approver, decision="approved_with_conditions", conditions=[condition])
    complete.refresh_from_db()
    report = services.assessment_for_report(complete)
    assert [topic.title for topic in report.topics] == [
        "HOUSE 1: Rules of the house",
        "USE 1: The setting",
        "USE 2: Harm",
    ]
    questions = {question.id: question for topic in report.topics for question in topic.questions}
    assert len(questions) == 11
    purpose = questions["USE 1.1"]
    assert purpose.evidence == ("E1", "E2")
    assert [comment.text for comment in purpose.comments] == ["For readers."]
    assert (questions["USE 2.2"].state, questions["USE 2.2"].reason) == ("not_applicable", "Nothing runs.")
    assert (
        questions["USE 2.1"].parts[0].text
        == "Harm: A few words\nHow likely, how bad: Likelihood: Rare; severity: Slight"
    )
    assert questions["USE 2.3"].parts[0].text == "30 November 2026"
    assert [(row.number, row.where, row.note) for row in report.evidence] == [
        ("E1", "brief.pdf", "expired on 31 January 2020"),
        ("E2", "https://example.org/a", ""),
    ]
    assert (report.sign_offs[0].conditions, report.sign_offs[0].stale) == (
        "Only in the pilot. (Compliance, by 2 May 2031)", "",
    )  # fmt: skip
    assert report.content_sha256 == services.content_sha256(complete)
    assert [(outcome.label, outcome.value) for outcome in report.outcomes] == [("USE", "1 in place")]


def test_all_72_questions_of_the_nist_framework(
    nist: FrameworkEdition, team: Team, system: System, compliance: User, approver: User
) -> None:
    own = services.start_assessment(edition=nist, team=team, by=compliance)
    assert len(own.framework.questions) == 19
    answer_all(own, compliance)
    services.submit_assessment(assessment=own, by=compliance)
    services.sign_off(assessment=own, by=approver)
    assessment = services.start_assessment(edition=nist, system=system, by=compliance)
    asked = [question for question in assessment.framework.questions if SUBCATEGORY.match(question.code or "")]
    assert len(asked) == 53  # besides those on generative AI
    assert assessment.copied_answers.count() == 19
    answer_all(assessment, compliance)
    services.submit_assessment(assessment=assessment, by=compliance)
    report = services.assessment_for_report(assessment)
    printed = [question for topic in report.topics for question in topic.questions]
    assert sum(bool(SUBCATEGORY.match(question.id)) for question in printed) == 72
    assert {question.state for question in printed} == {"answered"}
    assert services.assessments_behind(system) == [assessment]
