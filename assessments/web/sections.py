"""A section on one page, and the small acts on answers that exist already: confirm, take over, fill."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from assessments import services
from assessments.permissions import Part
from assessments.services.offering import fill_from_registry, gaps_in, n_fillable, take_offer
from assessments.services.standing import Standing
from assessments.services.wording import words_of
from assessments.web.base import AssessmentPage
from assessments.web.outcome import question_urls
from assessments.web.panels import doubt_of
from assessments.web.questions import QuestionPage
from assessments.web.tasks import section_state
from evenhand.questionnaire.schema import Question, Section
from governance.errors import InvalidError
from governance.permissions import allowed


class SectionPage(AssessmentPage):
    """The answers of a section, what waits to be confirmed, and what the registry can say to it."""

    template = "assessments/assessment_section.html"

    def get(self, request: HttpRequest, uid: str, section_id: str) -> HttpResponse:
        standing = services.standing_of(self.open(uid))
        progress = next((row for row in standing.progress if row.section.id == section_id), None)
        if progress is None:
            raise Http404("There is no such section here.")
        section = progress.section
        self.title = section.code or str(section.title)  # type: ignore[misc]  # each section has its own title
        given = list(self.assessment.assignments.filter(section_id=section_id).select_related("assignee"))
        whole = next((row for row in given if not row.question_id), None)
        urls = question_urls(standing)
        asked = [question for question in section.questions if question.id in urls and question.takes_answer]
        lacking = [question for question in asked if question.id in standing.lacking]
        is_open = self.assessment.is_open
        return self.show(
            assessment=self.assessment,
            section=section,
            lines=[self.line(standing, question, urls) for question in asked],
            owner=str(whole.assignee) if whole and whole.assignee else "",
            due_on=whole.due_on if whole else None,
            state=section_state(standing, progress, given, self.user),
            n_done=progress.answered,
            n_total=progress.total,
            n_doubted=len(standing.doubted_in(section)) if is_open else 0,
            n_fillable=n_fillable(standing, section_id) if is_open else 0,
            gaps=gaps_in(standing, section_id) if is_open else (),
            may_answer=self.may_answer(asked, section),
            go_on=urls[(lacking or asked)[0].id] if is_open and asked else "",
            page_title=f"{self.title}, {self.assessment.title}",
        )

    def post(self, request: HttpRequest, uid: str, section_id: str) -> HttpResponse:
        """Confirm everything that waits, or fill what is open from the registry."""
        assessment = self.open(uid)
        if request.POST.get("do") == "fill":
            filled = fill_from_registry(assessment=assessment, section_id=section_id, by=self.user)
            messages.success(request, f"{len(filled.taken)} answers filled from the registry. Read and confirm them.")
        elif request.POST.get("do") == "confirm":
            standing = services.standing_of(assessment)
            section = next((each for each in standing.framework.sections if each.id == section_id), None)
            ids = standing.doubted_in(section) if section else []
            count = services.confirm_answers(assessment=assessment, question_ids=ids, by=self.user)
            messages.success(request, f"{count} answers confirmed.")
        else:
            raise InvalidError("Choose what to do: confirm, or fill from the registry.")
        return redirect("assessments:assessment-section", uid=uid, section_id=section_id)

    def may_answer(self, asked: list[Question], section: Section) -> bool:
        return any(
            allowed(self.user, "assessment.answer", Part(self.assessment, section.id, question.id))
            for question in asked
        )

    def line(self, standing: Standing, question: Question, urls: dict[str, str]) -> dict[str, Any]:
        answer = standing.answers.get(question.id)
        state = standing.state_of(question)
        return {
            "question": question,
            "url": urls[question.id],
            "state": "missing" if state == "not_started" else state,
            "words": words_of(question, answer.said()) if answer else (),
            "reason": answer.na_reason if answer and answer.not_applicable else "",
            "doubts": [doubt_of(row) for row in standing.doubts.get(question.id, [])] if answer else [],
            "author": str(answer.answered_by) if answer and not answer.is_blank else "",
        }

    def back_to(self) -> str:
        return self.url("assessment-section", self.kwargs["section_id"]) if self.assessment else super().back_to()


class AnswerAct(QuestionPage):
    """A small form beside an answer; afterwards the page of the question is shown again."""

    def post(self, request: HttpRequest, uid: str, page: str) -> HttpResponse:
        self.open(uid)
        revision = request.POST.get("revision", "")
        self.act(request.POST.get("question", ""), int(revision) if revision.isdecimal() else None)
        return redirect(self.url("assessment-question", page))

    def act(self, question_id: str, revision: int | None) -> None:
        raise NotImplementedError


class ConfirmAnswer(AnswerAct):
    """It holds as it is."""

    def act(self, question_id: str, revision: int | None) -> None:
        services.confirm_answers(
            assessment=self.assessment, question_ids=[question_id], by=self.user, revision=revision
        )
        messages.success(self.request, "Confirmed. You are its author now.")


class UseOffer(AnswerAct):
    """Take an offered answer over."""

    def act(self, question_id: str, revision: int | None) -> None:
        take_offer(
            assessment=self.assessment,
            question_id=question_id,
            key=self.request.POST.get("key", ""),
            path=self.request.POST.get("path", ""),
            revision=revision,
            by=self.user,
        )
        messages.success(self.request, "Taken over. Read it once more and change what differs here.")
