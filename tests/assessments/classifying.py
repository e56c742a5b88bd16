"""A framework that says a tier, opens duties and relies on facts; one that asks some of the same; and their answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from assessments import services
from assessments.models import Assessment, FrameworkEdition
from evenhand.questionnaire.parsing import parse_framework
from governance.models import User

HERE = Path(__file__).parent
ANSWERS: dict[str, Any] = {
    "aim": "Sorts applications.",
    "people": "People who apply for work.",
    "domain": "hiring",
    "oversight": "A recruiter reads each one.",
    "places": "France",
    "log": True,
    "kept": "2025-01-01",
    "anew": "Nothing happened.",
}


def published(name: str, *changes: tuple[str, str]) -> FrameworkEdition:
    """A framework of this folder, with pieces of its text replaced, as an edition."""
    text = (HERE / f"{name}.yaml").read_text()
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    return services.publish_edition(framework=parse_framework(text.encode(), name=f"{name}.yaml"), by=None)


def answer(assessment: Assessment, by: User, **answers: Any) -> None:
    """Answer every question that is asked, as the answers before it are."""
    for question_id, value in {**ANSWERS, **answers}.items():
        if question_id in services.standing_of(assessment).evaluation.visible:
            services.save_answer(assessment=assessment, question_id=question_id, value=value, by=by)


def approved_with(assessment: Assessment, *, author: User, signer: User, **answers: Any) -> Assessment:
    """Answered, handed in and approved by somebody else."""
    answer(assessment, author, **answers)
    services.submit_assessment(assessment=assessment, by=author)
    services.sign_off(assessment=assessment, by=signer)
    assessment.refresh_from_db()
    return assessment
