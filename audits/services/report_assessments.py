"""The assessments of a report: those of the system with every answer, the organisation's signed ones inside them."""

from assessments.services import reporting
from audits.reports import assessment_content as printed
from governance.models import System


def assessment_sections(system: System) -> tuple[printed.AssessmentSection, ...]:
    """A section for each assessment of the system that is not superseded."""
    rows = reporting.assessments_behind(system)
    return tuple(
        section_of(f"AS-{number}", reporting.assessment_for_report(row)) for number, row in enumerate(rows, start=1)
    )


def section_of(number: str, said: reporting.ReportedAssessment) -> printed.AssessmentSection:
    """What is printed of an assessment."""
    return printed.AssessmentSection(
        number=number,
        uid=said.uid,
        framework=said.framework,
        framework_version=said.framework_version,
        subject=said.subject,
        status=said.status,
        content_sha256=said.content_sha256,
        outcomes=tuple(
            printed.Outcome(label=outcome.label, value=outcome.value, explanation=outcome.explanation)
            for outcome in said.outcomes
        ),
        topics=tuple(_topic(topic) for topic in said.topics),
        evidence=tuple(
            printed.EvidenceRow(number=row.number, name=row.name, where=row.where, sha256=row.sha256, note=row.note)
            for row in said.evidence
        ),
        sign_offs=tuple(_sign_off(signed) for signed in said.sign_offs),
        note=said.note,
    )


def _topic(topic: reporting.ReportedTopic) -> printed.Topic:
    questions = tuple(_question(question) for question in topic.questions)
    return printed.Topic(title=topic.title, questions=questions, note=topic.note)


def _question(question: reporting.ReportedQuestion) -> printed.AnsweredQuestion:
    return printed.AnsweredQuestion(
        id=question.id,
        prompt=question.prompt,
        state=question.state,
        parts=tuple(printed.AnswerPart(label=part.label, text=part.text) for part in question.parts),
        reason=question.reason,
        evidence=question.evidence,
        comments=tuple(
            printed.Comment(author=comment.author, on=comment.on, text=comment.text) for comment in question.comments
        ),
        note=question.note,
        copied_sha256=question.copied_sha256,
    )


def _sign_off(signed: reporting.ReportedSignOff) -> printed.SignOff:
    conditions = " ".join(text for text in (signed.conditions, signed.comment) if text)
    return printed.SignOff(
        function=signed.function,
        person=signed.person,
        decision=signed.decision,
        on=signed.on,
        conditions=conditions,
        signed_sha256=signed.signed_sha256,
        stale=signed.stale,
    )
