"""The pages of the form: one topic each, in order, as far as its questions apply."""

from dataclasses import dataclass, replace

from assessments.models import Assessment
from assessments.services.standing import Standing
from evenhand.questionnaire.schema import Page


@dataclass(frozen=True)
class Place:
    """Where a page stands between the others."""

    page: Page
    number: int
    of: int
    previous: Page | None
    next: Page | None


def pages_of(standing: Standing) -> list[Page]:
    """The pages with at least one visible question, each with its visible questions."""
    visible = {question.id for question in standing.evaluation.visible_questions()}
    pages = (
        replace(page, questions=tuple(question for question in page.questions if question.id in visible))
        for page in standing.framework.pages
    )
    return [page for page in pages if page.questions]


def page_of(standing: Standing, page_id: str) -> Place | None:
    """A page and its neighbours. Questions are counted, not pages, so that the number fits the task list."""
    pages = pages_of(standing)
    position = next((index for index, page in enumerate(pages) if page.id == page_id), None)
    if position is None:
        return None
    before = sum(question.takes_answer for page in pages[:position] for question in page.questions)
    return Place(
        page=pages[position],
        number=before + 1,
        of=len(standing.asked),
        previous=pages[position - 1] if position else None,
        next=pages[position + 1] if position + 1 < len(pages) else None,
    )


def page_id_of(assessment: Assessment, question_id: str) -> str:
    """The page on which a question stands; its own id where it is not asked here."""
    for page in assessment.framework.pages:
        if any(question.id == question_id for question in page.questions):
            return page.id
    return question_id


def label_of(page: Page | None) -> str:
    """What a page is called on a button."""
    return "" if page is None else page.questions[0].code or str(page.section.title)
