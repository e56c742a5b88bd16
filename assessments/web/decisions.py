"""Check your answers, hand in, take back. Reading and deciding is in `reviewing`."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from assessments import services
from assessments.errors import IncompleteAnswersError
from assessments.models import Evidence
from assessments.services.outcome import result_of_standing
from assessments.services.standing import Standing
from assessments.services.submitting import ATTESTED_WORDS, faults_of
from assessments.services.wording import Words, words_of
from assessments.web.base import AssessmentPage
from assessments.web.pages import pages_of
from evenhand.questionnaire.answers import Answer as Said
from evenhand.questionnaire.schema import Question, Section
from governance.permissions import refusal


@dataclass(frozen=True)
class AnswerLine:
    """A question with its answer in words, for checking and reviewing."""

    question: Question
    state: str
    words: tuple[Words, ...]
    reason: str
    evidence: list[Evidence]
    comments: list[Any]
    url: str
    author: str
    has_changed: bool = False  # since the round before
    earlier: tuple[Words, ...] = ()
    wanted: str = ""  # the change a reviewer is asking for, as typed


def answer_sections(standing: Standing) -> list[tuple[Section, list[AnswerLine]]]:
    """Every question asked here, by section."""
    urls = {
        question.id: reverse("assessments:assessment-question", args=[standing.assessment.uid, page.id])
        for page in pages_of(standing)
        for question in page.questions
    }
    comments: dict[str, list[Any]] = {}
    for comment in standing.assessment.comments.select_related("author"):
        comments.setdefault(comment.question_id, []).append(comment)
    found: dict[str, tuple[Section, list[AnswerLine]]] = {}
    for question in standing.asked:
        section = standing.framework.sections_by_question[question.id]
        answer = standing.answers.get(question.id)
        line = AnswerLine(
            question=question,
            state=standing.state_of(question),
            words=words_of(question, answer.said()) if answer else (),
            reason=answer.na_reason if answer and answer.not_applicable else "",
            evidence=standing.evidence.get(question.id, []),
            comments=comments.get(question.id, []),
            url=urls[question.id],
            author=str(answer.answered_by) if answer else "",
        )
        found.setdefault(section.id, (section, []))[1].append(line)
    return list(found.values())


def with_earlier(
    sections: list[tuple[Section, list[AnswerLine]]],
    earlier: Mapping[str, dict[str, Any] | None],
    wanted: Mapping[str, str],
) -> list[tuple[Section, list[AnswerLine]]]:
    """The same with what was said in the round before, where that was something else, and what is asked for now."""
    return [
        (section, [replace(_with_earlier(line, earlier), wanted=wanted.get(line.question.id, "")) for line in lines])
        for section, lines in sections
    ]


def _with_earlier(line: AnswerLine, earlier: Mapping[str, dict[str, Any] | None]) -> AnswerLine:
    if line.question.id not in earlier:
        return line
    said = earlier[line.question.id]
    words = _words_of(line.question, said) if said else (Words("", "No answer"),)
    return replace(line, has_changed=True, earlier=words)


def _words_of(question: Question, said: Mapping[str, Any]) -> tuple[Words, ...]:
    if said["not_applicable"]:
        return (Words("Does not apply", said["na_reason"]),)
    if said["dont_know"]:
        return (Words("", "Don't know yet"),)
    return words_of(question, Said(said["value"]))


class CheckAnswers(AssessmentPage):
    """Everything on one page before it is handed in."""

    template = "assessments/assessment_check.html"
    title = "Check your answers"

    def get(self, request: HttpRequest, uid: str) -> HttpResponse:
        self.open(uid)
        return self.show_answers()

    def show_answers(self, status: int = 200) -> HttpResponse:
        standing = services.standing_of(self.assessment)
        sections = answer_sections(standing)
        lines = [line for _, found in sections for line in found]
        return self.show(
            status=status,
            assessment=self.assessment,
            sections=sections,
            missing=[(item, self.missing_url(standing, item.question)) for item in standing.missing],
            not_applicable=[line for line in lines if line.state == "not_applicable"],
            n_copied=len(standing.copied),
            n_stale=len(standing.stale),
            reason=refusal(self.user, "assessment.submit", self.assessment),
            was_tried=status == 422,
            faults=[] if standing.missing else faults_of(standing, result_of_standing(standing)),
            requests=[
                (asked, self.asked_url(standing, asked.question_id))
                for asked in services.open_requests(self.assessment)
            ],
            attested_words=ATTESTED_WORDS,
        )

    def asked_url(self, standing: Standing, question_id: str) -> str:
        """The page of a question a change is asked of; nothing where it is not shown any more."""
        is_shown = any(question.id == question_id for page in pages_of(standing) for question in page.questions)
        return self.missing_url(standing, question_id) if is_shown else ""

    def missing_url(self, standing: Standing, question_id: str) -> str:
        if not question_id:
            return self.url("assessment-copied")
        page = next(
            page for page in pages_of(standing) if any(question.id == question_id for question in page.questions)
        )
        return self.url("assessment-question", page.id)

    def post(self, request: HttpRequest, uid: str) -> HttpResponse:
        """Hand it in."""
        try:
            services.submit_assessment(assessment=self.open(uid), by=self.user)
        except IncompleteAnswersError:
            return self.show_answers(status=422)
        messages.success(request, "Handed in. Somebody who wrote none of it decides now.")
        return redirect("assessments:assessment-detail", uid=uid)

    def back_to(self) -> str:
        return self.url("assessment-check") if self.assessment else super().back_to()


class Withdraw(AssessmentPage):
    """Take it back before anybody has decided."""

    def post(self, request: HttpRequest, uid: str) -> HttpResponse:
        services.withdraw_assessment(assessment=self.open(uid), by=self.user)
        messages.success(request, "Taken back. It is a draft again.")
        return redirect("assessments:assessment-detail", uid=uid)
