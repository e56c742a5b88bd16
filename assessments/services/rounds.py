"""What changed between the rounds in which an assessment was handed in."""

from typing import Any

from assessments.models import Assessment, AssessmentStatus
from assessments.services.content import content_of

Said = dict[str, Any]


def earlier_answers(assessment: Assessment) -> dict[str, Said | None]:
    """The answers as they were in the round before, for the questions answered differently since; none: not answered.

    While it is handed in or decided, that is the round before the present one; while it is open, the last one. Empty
    where it was handed in once or never.
    """
    kept = list(assessment.submissions.order_by("round"))
    is_handed_in = assessment.status not in (AssessmentStatus.DRAFT, AssessmentStatus.RETURNED)
    before = kept[-2:-1] if is_handed_in else kept[-1:]
    if not before:
        return {}
    then = before[0].content["answers"]
    now = kept[-1].content["answers"] if is_handed_in else content_of(assessment)["answers"]
    changed = [name for name in {**then, **now} if then.get(name) != now.get(name)]
    return {name: then.get(name) for name in changed}
