"""Check your answers, hand in, review, sign or return."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from assessments import services
from assessments.errors import IncompleteAnswersError
from assessments.models import Assessment, Evidence
from assessments.services.standing import Standing
from assessments.services.wording import Words, words_of
from assessments.web.base import AssessmentPage
from assessments.web.forms import ReturnForm, SignForm
from assessments.web.pages import pages_of
from evenhand.questionnaire.schema import Question, Section
from governance.errors import DomainError
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
        )

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


class Review(AssessmentPage):
    """What is to be signed, in full, and the two decisions."""

    template = "assessments/assessment_review.html"
    title = "Review"

    def get(self, request: HttpRequest, uid: str) -> HttpResponse:
        return self.show_review(self.open(uid))

    def post(self, request: HttpRequest, uid: str) -> HttpResponse:
        assessment = self.open(uid)
        if request.POST.get("decision") == "return":
            form: Any = ReturnForm(request.POST, prefix="return")
            act, done = services.return_for_changes, "Returned. Those who wrote it see your comment."
        else:
            form = SignForm(request.POST, prefix="sign")
            act, done = services.sign_off, "Signed off."
        if form.is_valid():
            data = {name: value for name, value in form.cleaned_data.items() if name != "confirmed"}
            try:
                act(assessment=assessment, by=self.user, **data)
            except DomainError as error:
                if error.status == 403:
                    raise
                form.add_error(None, error.message)
            else:
                messages.success(request, done)
                return redirect("assessments:assessment-detail", uid=uid)
        return self.show_review(assessment, form, status=422)

    def show_review(self, assessment: Assessment, form: Any = None, status: int = 200) -> HttpResponse:
        standing = services.standing_of(assessment)
        present = services.content_sha256(assessment)
        sections = answer_sections(standing)
        lines = [line for _, found in sections for line in found]
        sign_form = form if isinstance(form, SignForm) else SignForm(prefix="sign", initial={"seen_sha256": present})
        return self.show(
            status=status,
            assessment=assessment,
            sections=sections,
            not_applicable=[line for line in lines if line.state == "not_applicable"],
            n_evidence=sum(len(line.evidence) for line in lines),
            n_copied=len(standing.copied),
            n_stale=len(standing.stale),
            present=present,
            signoffs=[
                (signoff, signoff.signed_sha256 != present) for signoff in assessment.signoffs.select_related("person")
            ],
            sign_form=sign_form,
            return_form=form if isinstance(form, ReturnForm) else ReturnForm(prefix="return"),
            reason=refusal(self.user, "assessment.approve", assessment),
        )

    def back_to(self) -> str:
        return self.url("assessment-review") if self.assessment else super().back_to()
