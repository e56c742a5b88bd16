"""Finds a question in the framework of an assessment."""

from assessments.models import Assessment
from assessments.permissions import Part
from governance.errors import InvalidError


def part_of(assessment: Assessment, question_id: str) -> Part:
    """The question as the permission table asks about it; one that is not asked here is refused."""
    framework = assessment.framework
    if question_id not in framework.questions_by_id:
        raise InvalidError(f"{question_id} is not asked in this assessment.", fields={"question": ["not asked here"]})
    return Part(assessment, framework.sections_by_question[question_id].id, question_id)
