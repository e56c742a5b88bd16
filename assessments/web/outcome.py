"""The page of an assessment's outcome: what follows now, why, and what would change it."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from assessments import services
from assessments.models import Assessment, FrameworkEdition
from assessments.services.outcome import Conclusion, Outlook, outlook_of
from assessments.services.standing import Standing
from assessments.services.wording import words_of
from assessments.web.base import AssessmentPage
from assessments.web.pages import pages_of
from assessments.web.results import distributions
from evenhand.questionnaire.explaining import Alternative, Driver, Shift
from governance.permissions import allowed


@dataclass(frozen=True)
class DriverRow:
    """An answer that drives an outcome, with its page and the other answers that would change it."""

    label: str
    prompt: str
    url: str
    answer: str
    points: float
    changes: tuple[str, ...]


@dataclass(frozen=True)
class Start:
    """Another assessment that applies now: started already, to be started, or not published here."""

    title: str
    why: str
    started: Assessment | None
    url: str


class AssessmentOutcome(AssessmentPage):
    """What follows from the answers as they are now."""

    template = "assessments/assessment_outcome.html"
    title = "Outcome"

    def get(self, request: HttpRequest, uid: str) -> HttpResponse:
        standing = services.standing_of(self.open(uid))
        outlook = outlook_of(standing)
        urls = question_urls(standing)
        return self.show(
            assessment=self.assessment,
            outlook=outlook,
            conclusions=[explained(standing, each, urls) for each in outlook.conclusions],
            checks=[
                (check, [(asked.code or str(asked.prompt), urls.get(asked.id, "")) for asked in asked_about])
                for check, asked_about in outlook.checks
            ],
            starts=self.starts(outlook),
            distributions=distributions(standing),
            n_missing=len({item.question for item in standing.missing}),
            summary=str(standing.framework.summary),
        )

    def starts(self, outlook: Outlook) -> list[Start]:
        """What applies besides, each with what is there already."""
        ids = [each.framework for each in outlook.follow_ups]
        if not ids:
            return []
        assessment: Assessment = self.assessment
        same = Assessment.objects.visible_to(self.user).filter(team=assessment.team, system=assessment.system)
        live = same.exclude(status__in=("superseded", "rejected")).filter(edition__framework_id__in=ids)
        started = {row.edition.framework_id: row for row in live.select_related("edition").defer("edition__document")}
        visible = FrameworkEdition.objects.visible_to(self.user).newest_of_each().filter(framework_id__in=ids)
        editions = {row.framework_id: row for row in visible.defer("document")}
        may_start = allowed(self.user, "assessment.start", assessment.team)
        about = f"system:{assessment.system.uid}" if assessment.system else f"team:{assessment.team.uid}"
        return [
            Start(
                title=str(each.title)
                or (editions[each.framework].title if each.framework in editions else each.framework),
                why=str(each.why),
                started=started.get(each.framework),
                url=f"{reverse('assessments:assessment-start')}?framework={editions[each.framework].uid}&about={about}"
                if may_start and each.framework in editions
                else "",
            )
            for each in outlook.follow_ups
        ]


def question_urls(standing: Standing) -> dict[str, str]:
    """The page of each question that is asked."""
    return {
        question.id: reverse("assessments:assessment-question", args=[standing.assessment.uid, page.id])
        for page in pages_of(standing)
        for question in page.questions
    }


def explained(standing: Standing, conclusion: Conclusion, urls: dict[str, str]) -> dict[str, Any]:
    """An outcome with its reasons in words. Questions that are not asked now drive nothing a person could change."""
    drivers = [driver_row(standing, conclusion, each, urls) for each in conclusion.drivers if each.question.id in urls]
    return {
        "conclusion": conclusion,
        "drivers": drivers,
        "has_points": any(row.points for row in drivers),
        "distances": [
            {
                "title": str(each.title) or each.score,
                "now": f"{each.value:g} of {each.maximum:g}",
                "up": _shift_words(conclusion, each.up),
                "down": _shift_words(conclusion, each.down),
            }
            for each in conclusion.distances
        ],
        "steps": [step for step in conclusion.steps if step.expression],
    }


def driver_row(standing: Standing, conclusion: Conclusion, driver: Driver, urls: dict[str, str]) -> DriverRow:
    words = words_of(driver.question, standing.said.get(driver.question.id))
    return DriverRow(
        label=driver.question.code or "",
        prompt=str(driver.question.prompt),
        url=urls.get(driver.question.id, ""),
        answer="; ".join(part.text for part in words) or "not answered",
        points=driver.total,
        changes=tuple(
            _change_words(conclusion, other)
            for other in driver.others
            if other.changes_outcome and other.answer is not None and other.outcome is not None
        ),
    )


def _change_words(conclusion: Conclusion, other: Alternative) -> str:
    return f"“{other.label}” would give {conclusion.label_of(other.outcome)}"


def _shift_words(conclusion: Conclusion, shift: Shift | None) -> str:
    if shift is None:
        return ""
    more = "more" if shift.change > 0 else "less"
    return f"{abs(shift.change):g} {more} gives {conclusion.label_of(shift.outcome)}"
