"""What is wrong with a page, each line with its place in words and a link to the control."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assessments.web.fields import name_of
from evenhand.questionnaire.schema import Question


@dataclass(frozen=True)
class Problem:
    """One line of the summary at the top."""

    label: str
    text: str
    anchor: str


def problems_of(questions: Sequence[Question], errors: Mapping[str, Sequence[str]]) -> list[Problem]:
    """The problems of a page in the order in which they were found."""
    by_id = {question.id: question for question in questions}
    found: list[Problem] = []
    for path, texts in errors.items():
        question_id, *steps = path.split(".")
        if question_id in by_id:
            label, anchor = _place(by_id[question_id], steps)
            found.extend(Problem(label, text, anchor) for text in texts)
    return found


def _place(question: Question, steps: Sequence[str]) -> tuple[str, str]:
    """Label and id of the control that a path of the questionnaire leads to. Its rows count from 1, ours from 0."""
    if list(steps) == ["na_reason"]:
        return "Reason", f"id_{question.id}-na_reason"
    here, label, anchor = question, question.label, name_of(question.id)
    for step in steps:
        if step.isdigit():
            anchor += f"-{int(step) - 1}"
            label = f"Row {step}"
        else:
            anchor += f"-{step}"
            here = here.parts_by_id.get(step, here)
            label = step.capitalize() if step in ("likelihood", "severity") else str(here.prompt)
    return label, anchor
